/** A service in a separate process, as in production. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

export interface Replica {
  readonly child: ChildProcess
  readonly hookUrl: string
  readonly opsUrl: string
  /** Ends it with the signal; the exit code, or null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const children = new Set<ChildProcess>()

/** Kills every remaining process, whatever the result of the test. */
export function endAllReplicas(): void {
  for (const child of children) child.kill('SIGKILL')
}
process.once('exit', endAllReplicas)

/** Starts `serve` and waits for the log line with its address. */
export async function startReplica(env: Readonly<Record<string, string>>): Promise<Replica> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  children.add(child)
  const exited = once(child, 'exit').finally(() => children.delete(child))
  const said: string[] = []
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      const [, hookUrl, opsUrl] = /Event hook: (\S+) +API and metrics: (\S+)/.exec(line) ?? []
      if (!hookUrl || !opsUrl) return
      resolve({
        child,
        hookUrl,
        opsUrl,
        async end(signal) {
          child.kill(signal)
          const [code] = await exited
          return code
        }
      })
    })
    void exited.then(() => reject(new Error(`serve ended: ${said.join(' ')}`)))
  })
}

/** Seeded random numbers from 0 up to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
