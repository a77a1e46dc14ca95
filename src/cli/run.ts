/** Runs one command of the process: `.env`, the streams, and what the process ends with. */
import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { CommanderError } from 'commander'
import { withoutQuotes } from '../config/settings/setting.ts'
import { StoreConfigError, StoreUnavailable } from '../domain/store.ts'
import { type CliIo, CommandFailed } from './io.ts'
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
    return `Port ${port} on ${host} is in use; stop the process that uses it, or set ${settings} to another port.`
  }
  if (error.code === 'EACCES') {
    return `Port ${port} on ${host} needs more privileges than this process has; set ${settings} to 1024 or above.`
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return `${host} is not an address of this machine; set REENROLL_HOOK_HOST or REENROLL_OPS_HOST to one, or to 0.0.0.0.`
  }
  return null
}

/** Which file or folder the system refused; null for any other error. */
function fileFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  const path = 'dest' in error ? error.dest : 'path' in error ? error.path : null
  if (path === null && error.code !== 'ENOSPC') return null
  return `${String(path ?? 'A file')} cannot be used (${String(error.code)}); check the path, its permissions and the space on the disk.`
}

/** Runs the command that `argv` names. Ends the process on failure; a command that succeeds ends when nothing is left to do. */
export async function run(argv: readonly string[]): Promise<void> {
  const io = processIo()
  const exitCode = await runCommand(argv.slice(2), io)
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
  } finally {
    lines.close()
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}

function processIo(): CliIo {
  // The environment wins over `.env`.
  if (existsSync('.env')) loadEnvFile('.env')
  // The reader of a pipe has gone, as `head` does: what the command began it still finishes, without output.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  return {
    env: withoutQuotes(process.env),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    isTerminal: process.stderr.isTTY === true,
    ...(process.stdout.isTTY ? { columns: process.stdout.columns } : {}),
    ...(process.stdin.isTTY ? { ask: askOnTerminal } : {})
  }
}
