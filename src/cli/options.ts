/** What people give to commands, checked before anything else happens: each fault with its fix. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Argument, InvalidArgumentError, Option } from 'commander'
import { CommandFailed } from './io.ts'

/** As the API limits names. */
const LONGEST_NAME = 256

/** `--by <name>`, needed: it goes to the ledger. */
export function byOption(who: string): Option {
  return new Option('--by <name>', who).makeOptionMandatory().argParser((text) => nameIn(text, 'Write your name'))
}

/** `<user>`: an id or a login. */
export function userArgument(): Argument {
  return new Argument('<user>', 'Okta user id or login').argParser((text) =>
    nameIn(text, 'Write an Okta user id or a login')
  )
}

function nameIn(text: string, ask: string): string {
  const name = text.trim()
  if (name !== '' && name.length <= LONGEST_NAME) return name
  throw new InvalidArgumentError(`${ask}, in at most ${LONGEST_NAME} characters.`)
}

/** Fails unless a file can be written at the path that `option` names: first, so that nothing is read in vain. */
export function checkWritable(option: string, path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new CommandFailed([`${option}: ${path} cannot be written (${code}); name a file in an existing folder.`])
  }
}

/** The port that a person named with `--port`. */
export function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new CommandFailed([`--port: ${text} is not a valid port (0-65535).`])
}
