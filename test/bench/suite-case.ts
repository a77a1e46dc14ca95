/** One case at a time: from the failure's delivery to its decision on disk. */
import { type Figure, figureOf, percentile } from './figures.ts'
import { rightNow } from './moments.ts'
import type { Calls } from './org-child.ts'
import { openPair, type Pair } from './people.ts'
import type { Suite } from './suite.ts'

/** Latency of an Okta call over the internet. */
const SLOW_MS = 100
const WARM_UP = 20

export const oneCase: Suite = async ({ engines, runs, quick, say }) => {
  const people = { 0: quick ? 10 : 60, [SLOW_MS]: quick ? 5 : 20 }
  const fast: Alone[] = []
  const slow: Alone[] = []
  for (let run = 0; run < runs; run++) {
    for (const [latencyMs, into] of [
      [0, fast],
      [SLOW_MS, slow]
    ] as const) {
      const { storeUrl } = await engines.open('sqlite')
      const pair = await openPair({ people: (people[latencyMs] ?? 0) + WARM_UP, latencyMs }, { storeUrl })
      try {
        into.push(await alone(pair))
      } finally {
        await pair.end()
      }
      say(`${latencyMs} ms per call: p50 ${into.at(-1)?.p50Ms.toFixed(1)} ms, ${into.at(-1)?.calls} calls`)
    }
  }
  return figuresOf(fast, slow)
}

interface Alone {
  readonly p50Ms: number
  readonly calls: number
  readonly longestChain: number
}

/** Each person fails after the previous case is decided. */
async function alone({ org, service, tell }: Pair): Promise<Alone> {
  const times: number[] = []
  const calls: Calls[] = []
  for (const failure of org.ready.failures) {
    const from = rightNow()
    await tell([failure])
    times.push((await service.ask<number>(`decided ${failure.userId}`)) - from)
    calls.push(await org.ask<Calls>('calls'))
  }
  const late = calls.slice(WARM_UP)
  return {
    p50Ms: percentile(times.slice(WARM_UP), 0.5),
    // The service asks now and then on its own account, too.
    calls: percentile(
      late.map(({ count }) => count),
      0.5
    ),
    longestChain: Math.max(...late.map(({ longestChain }) => longestChain))
  }
}

function figuresOf(fast: readonly Alone[], slow: readonly Alone[]): readonly Figure[] {
  const chain = Math.max(...slow.map(({ longestChain }) => longestChain))
  const suite = 'case'
  return [
    figureOf({
      suite,
      what: 'hook to decision, Okta answering at once, p50',
      unit: 'ms',
      values: fast.map(({ p50Ms }) => p50Ms),
      bound: { of: 'value', most: 12 }
    }),
    figureOf({
      suite,
      what: `hook to decision, ${SLOW_MS} ms per Okta call, p50`,
      unit: 'ms',
      values: slow.map(({ p50Ms }) => p50Ms),
      baselines: slow.map(() => chain * SLOW_MS),
      bound: { of: 'ratio', most: 1.1 },
      note: `baseline: the longest chain of dependent calls, ${chain} × ${SLOW_MS} ms`
    }),
    figureOf({
      suite,
      what: 'Okta calls for a case alone',
      unit: 'calls',
      values: fast.map(({ calls }) => calls),
      bound: { of: 'value', most: 6 }
    })
  ]
}
