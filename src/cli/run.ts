/** Runs one command of the process: `.env`, the streams, and what the process ends with. */
import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { CommanderError } from 'commander'
import { sentencesOf } from './faults.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { createProgram } from './program.ts'

/** Runs the command that `argv` names. Ends the process on failure; a command that succeeds ends when it has nothing left to do. */
export async function run(argv: readonly string[]): Promise<void> {
  const io = processIo()
  const exitCode = await runCommand(argv.slice(2), io)
  if (exitCode !== 0) process.exit(exitCode)
}

/** Runs a command and answers with its exit code; everything it has to say goes through `io`. */
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

function processIo(): CliIo {
  // The environment wins over `.env`.
  if (existsSync('.env')) loadEnvFile('.env')
  return {
    env: process.env,
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    isTerminal: process.stdout.isTTY === true
  }
}
