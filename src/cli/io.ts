/** What a command may touch of the process; tests run commands without one. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes one line to standard output. */
  out(line: string): void
  /** Writes one line to standard error. */
  err(line: string): void
  /** Standard error, where progress is shown, is a terminal: a bar may be redrawn. */
  readonly isTerminal: boolean
  /** Asks a person for one line; left out when nobody is there. */
  readonly ask?: (question: string) => Promise<string>
  /** Width of that terminal. */
  readonly columns?: number
}

/** A command that failed. Each sentence is one line on standard error; the process ends with `exitCode`. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly sentences: readonly string[]
  readonly exitCode: number

  constructor(sentences: readonly string[], exitCode = 1) {
    super(sentences.join('\n'))
    this.sentences = sentences
    this.exitCode = exitCode
  }
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

export interface Progress {
  /** Shows that `done` of `all` is finished; `what` names the current part. */
  show(done: number, all: number, what: string): void
}

const WIDTH = 30
/** Cursor one line up, line cleared. */
const REDRAW = '\u001b[1A\u001b[2K'

/** Without a terminal, a line this often. */
const LINE_EVERY_MS = 10_000

export function createProgress(io: CliIo): Progress {
  let drawn = ''
  let saidAt = performance.now()
  return {
    show(done, all, what) {
      if (!io.isTerminal) {
        if (performance.now() - saidAt < LINE_EVERY_MS) return
        saidAt = performance.now()
        io.err(`${done} of ${all} ${what}`)
        return
      }
      const share = all === 0 ? 1 : Math.min(1, done / all)
      const filled = Math.round(share * WIDTH)
      const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} % ${done} of ${all}, ${what}`
      if (bar === drawn) return
      io.err(drawn === '' ? bar : `${REDRAW}${bar}`)
      drawn = bar
    }
  }
}
