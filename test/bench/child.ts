/** Runs the measured code in a separate process, controlled over IPC. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Core, nodeOn } from './machine.ts'

export interface Child<Ready> {
  readonly ready: Ready
  /** Sends a request and waits for the reply. */
  ask<Answer>(what: string): Promise<Answer>
  end(): Promise<void>
}

/** As `npm start` and the image start the service. */
export const FLAGS = ['--max-semi-space-size=8', '--expose-gc']
export const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' }
const BEGIN = new URL('begin.mjs', import.meta.url).pathname

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts a file of this folder; resolves with its first message. */
export async function startChild<Ready>(file: string, input: unknown, core: Core): Promise<Child<Ready>> {
  const path = new URL(file, import.meta.url).pathname
  const profile = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : []
  const [command, args] = nodeOn(core, [...profile, ...FLAGS, BEGIN, path, JSON.stringify(input)])
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT }
  })
  children.add(child)
  const exited = once(child, 'exit').finally(() => children.delete(child))
  const answer = async <A>(): Promise<A> => {
    const [message] = await Promise.race([once(child, 'message'), exited.then(() => [{ ended: true }])])
    if (typeof message === 'object' && message && 'ended' in message)
      throw new Error(`${file} ended before it answered`)
    return message as A
  }
  const ready = await answer<Ready>()
  return {
    ready,
    ask(what) {
      child.send(what)
      return answer()
    },
    async end() {
      child.send('end')
      await exited
    }
  }
}

/** The child's side: its input and its replies. */
export function asChild<Input>(
  start: (input: Input) => Promise<{ ready: unknown; ask?: (what: string) => Promise<unknown>; end(): Promise<void> }>
): void {
  const input = JSON.parse(process.argv[3] ?? 'null') as Input
  void start(input).then(({ ready, ask, end }) => {
    process.send?.(ready)
    process.on('message', async (what) => {
      if (what !== 'end') return void process.send?.(await ask?.(String(what)))
      await end()
      process.disconnect()
    })
    // The bench process has died, so this process must exit.
    process.once('disconnect', () => setTimeout(() => process.exit(0), 5_000).unref())
  })
}
