/**
 * Sixty simulated days of one tracker: people close, edit, move and delete tickets, bots close them, repositories are
 * renamed, credentials expire, roles are lost, one ticket is hidden alone, one or three are refused, the tracker is down, the process restarts, incidents
 * are merged, webhooks come late, twice or never, all in random order. At the end each open case has exactly one open ticket, and no case was closed that nobody closed.
 * `npm run trackers` runs 1,000 seeds; `TRACKER_SEED` repeats one.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import t from 'tap'
import type { LivedSeed } from './tracker-life.ts'

const LIFE = new URL('./tracker-life.ts', import.meta.url).pathname

const only = process.env.TRACKER_SEED
const [from, below] = only ? [Number(only), Number(only) + 1] : [0, Number(process.env.TRACKER_SEEDS ?? 6)]
const processes = Math.min(availableParallelism(), Math.ceil((below - from) / 5))

t.test(`sixty days, ${below - from} seeds`, async (t) => {
  const lived = new Map<string, number>()
  await Promise.all(
    Array.from({ length: processes }, async (_, n) => {
      const args = [LIFE, from + n, processes, below].map(String)
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      for await (const line of createInterface({ input: child.stdout })) {
        const { seed, name, wrong } = JSON.parse(line) as LivedSeed
        lived.set(name, (lived.get(name) ?? 0) + 1)
        if (wrong.length > 0) t.fail(`${name}, seed ${seed}: ${wrong[0]}`, { wrong })
      }
      t.same(await exited, [0, null])
    })
  )
  t.comment(JSON.stringify(Object.fromEntries(lived)))
  t.equal(
    [...lived.values()].reduce((sum, count) => sum + count, 0),
    below - from
  )
})
