/** Runs one command of the process: `.env`, the streams, and what the process ends with. */
import { createInterface } from 'node:readline/promises'
import { parseEnv } from 'node:util'
import { CommanderError } from 'commander'
import { withoutQuotes } from '../config/settings/setting.ts'
import { StoreConfigError, StoreUnavailable } from '../domain/store.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { envTextAt } from './load.ts'
import { createProgram } from './program.ts'

/** What stopped a command, as lines for standard error. Only an internal error shows its stack. */
export function sentencesOf(error: unknown): readonly string[] {
  if (error instanceof CommandFailed) return error.sentences
  if (error instanceof StoreConfigError || error instanceof StoreUnavailable) return [error.message]
  const listening = listenFault(error)
  if (listening !== null) return [listening]
  const file = fileFault(error)
  if (file !== null) return [file]
  return [`Internal error: ${error instanceof Error ? error.stack : String(error)}`]
}

/** Why a listener could not be opened, with what to change. */
function listenFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') return null
  const port = 'port' in error ? String(error.port) : '?'
  const host = 'address' in error ? String(error.address) : 'hostname' in error ? String(error.hostname) : '?'
  const settings = 'REENROLL_HOOK_PORT or REENROLL_OPS_PORT'
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use; stop the process that uses it, or name another port (${settings}, or --port).`
  }
  if (error.code === 'EACCES') {
    return `Port ${port} on ${host} needs more privileges than this process has; set ${settings} to 1024 or above.`
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return `${host} is not an address of this machine; name one, or 0.0.0.0 (REENROLL_HOOK_HOST or REENROLL_OPS_HOST, or --host).`
  }
  return null
}

/** Which file or folder the system refused; null for any other error. */
function fileFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  if (error.syscall === 'uv_cwd') return 'The current folder was removed; change to another one.'
  const path = 'dest' in error ? error.dest : 'path' in error ? error.path : null
  if (path === null && error.code !== 'ENOSPC') return null
  return `${String(path ?? 'A file')} cannot be used (${String(error.code)}); check the path, its permissions and the space on the disk.`
}

/** Runs the command that `argv` names. Ends the process on failure; a command that succeeds ends when nothing is left to do. */
export async function run(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onLostOutput)
  const exitCode = await runCommand(argv.slice(2), processIo())
  if (exitCode !== 0) process.exit(exitCode)
}

/** Runs a command and returns its exit code; all output goes through `io`. */
export async function runCommand(args: readonly string[], io: CliIo): Promise<number> {
  try {
    const program = await createProgram(io, args)
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    for (const sentence of sentencesOf(error)) io.err(sentence)
    return error instanceof CommandFailed ? error.exitCode : 1
  }
}

async function askOnTerminal(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } catch {
    // Ctrl-C or Ctrl-D, the one way in which a question fails.
    throw new CommandFailed(['', 'Stopped. Run it again to continue; what was written is kept.'], 130)
  } finally {
    lines.close()
  }
}

/** What the command began it still finishes, without output. The reader of a pipe may go, as `head` does. */
function onLostOutput({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return
  process.exitCode = 1
  process.stderr.write(`The output cannot be written (${code}).\n`)
}

function processIo(): CliIo {
  try {
    // The environment wins over `.env`.
    for (const [name, value] of Object.entries(parseEnv(envTextAt('.env')))) process.env[name] ??= value
  } catch (error) {
    for (const sentence of sentencesOf(error)) process.stderr.write(`${sentence}\n`)
    process.exit(1)
  }
  return {
    env: withoutQuotes(process.env),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    isTerminal: process.stderr.isTTY === true,
    ...(process.stdout.isTTY ? { columns: process.stdout.columns } : {}),
    ...(process.stdin.isTTY ? { ask: askOnTerminal } : {})
  }
}
