/** One case at a time: from the failure's delivery to its decision on disk, and what it asks of Okta until its end. */
import type { Busy } from './cpu.ts'
import { type Figure, figureOf, percentile } from './figures.ts'
import { rightNow } from './moments.ts'
import type { Calls, OrgInput } from './org-child.ts'
import { openPair, type Pair } from './people.ts'
import type { ServiceInput } from './service-child.ts'
import type { Suite } from './suite.ts'

/** Latency of an Okta call over the internet. */
const SLOW_MS = 100
const WARM_UP = 20

/** People whose repair is made: fewer than the policy lets it write in an hour. */
const WRITES = 5

export const oneCase: Suite = async ({ engines, runs, quick, say }) => {
  const people = { 0: quick ? 10 : 60, [SLOW_MS]: quick ? 5 : 20 }
  const fast: Alone[] = []
  const slow: Alone[] = []
  const calls: Record<End, number[]> = { decided: [], written: [] }
  const pairOf = async (org: OrgInput, mode?: ServiceInput['mode']) => {
    const { storeUrl } = await engines.open('sqlite')
    return openPair(org, { storeUrl, ...(mode ? { mode } : {}) })
  }
  for (let run = 0; run < runs; run++) {
    for (const [latencyMs, into] of [
      [0, fast],
      [SLOW_MS, slow]
    ] as const) {
      const { p50Ms, ...more } = await alone(await pairOf({ people: (people[latencyMs] ?? 0) + WARM_UP, latencyMs }))
      into.push({ p50Ms, ...more })
      say(`${latencyMs} ms per call: p50 ${p50Ms.toFixed(1)} ms, ${more.cpuMs.toFixed(1)} ms of CPU`)
    }
    calls.decided.push(
      (await alone(await pairOf({ people: WRITES, latencyMs: 0, trouble: 'none' }), 'decided', 0)).calls
    )
    calls.written.push((await alone(await pairOf({ people: WRITES, latencyMs: 0 }, 'auto'), 'written', 0)).calls)
    say(`${calls.decided.at(-1)} calls for a ticket, ${calls.written.at(-1)} for a write`)
  }
  return figuresOf(fast, slow, calls)
}

/** What is waited for: the decision, or the repair. */
type End = 'decided' | 'written'

interface Alone {
  readonly p50Ms: number
  /** Of the service, per case. */
  readonly cpuMs: number
  readonly calls: number
  readonly longestChain: number
}

/** Each person fails after the end of the previous case. */
async function alone({ org, service, tell, end }: Pair, until: End = 'decided', warmUp = WARM_UP): Promise<Alone> {
  const times: number[] = []
  const calls: Calls[] = []
  try {
    for (const [n, failure] of org.ready.failures.entries()) {
      if (n === warmUp) await service.ask<Busy>('busy')
      const from = rightNow()
      await tell([failure])
      times.push((await service.ask<number>(`${until} ${failure.userId}`)) - from)
      calls.push(await org.ask<Calls>('calls'))
    }
    const { cpuMs } = await service.ask<Busy>('busy')
    const late = calls.slice(warmUp)
    return {
      p50Ms: percentile(times.slice(warmUp), 0.5),
      cpuMs: cpuMs / late.length,
      // The service asks now and then on its own account, too.
      calls: percentile(
        late.map(({ count }) => count),
        0.5
      ),
      longestChain: Math.max(...late.map(({ longestChain }) => longestChain))
    }
  } finally {
    await end()
  }
}

function figuresOf(
  fast: readonly Alone[],
  slow: readonly Alone[],
  calls: Readonly<Record<End, readonly number[]>>
): readonly Figure[] {
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
      what: 'the same, Okta answering at once, CPU of the service',
      unit: 'ms per case',
      values: fast.map(({ cpuMs }) => cpuMs)
    }),
    figureOf({
      suite,
      what: 'Okta calls for a case alone that ends in a ticket',
      unit: 'calls',
      values: calls.decided,
      bound: { of: 'value', most: 6 }
    }),
    figureOf({
      suite,
      what: 'Okta calls for a case alone that ends in a write',
      unit: 'calls',
      values: calls.written,
      bound: { of: 'value', most: 9 }
    })
  ]
}
