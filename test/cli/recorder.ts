/** A `CliIo` that keeps what a command says. */
import { runCommand } from '../../src/cli/run.ts'
import type { Env } from '../../src/config/settings/setting.ts'

export const OPS_TOKEN = 'ops-token-of-thirty-two-characters'

export interface Said {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs a command as the process would. */
export async function say(args: readonly string[], env: Env = {}): Promise<Said> {
  const out: string[] = []
  const err: string[] = []
  const io = {
    env,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: false
  }
  const exitCode = await runCommand(args, io)
  return { exitCode, out: out.join('\n'), err: err.join('\n') }
}

/** Settings of a command that reads a store while no service runs. */
export function offline(storeUrl: string): Env {
  return { REENROLL_OPS_TOKEN: OPS_TOKEN, REENROLL_OPS_PORT: '0', REENROLL_STORE_URL: storeUrl }
}
