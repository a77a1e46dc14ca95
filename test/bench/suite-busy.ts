/** Ingest while cases are being worked, compared with the idle service. */
import { startChild } from './child.ts'
import { type Figure, figureOf } from './figures.ts'
import { type Answered, shoot } from './load.ts'
import type { OrgChild } from './org-child.ts'
import { seedCases } from './seed.ts'
import type { ServiceChild } from './service-child.ts'
import type { Bench, Suite } from './suite.ts'

const CONNECTIONS = 100

export const busy: Suite = async (bench) => {
  const due = bench.quick ? 2_000 : 20_000
  const idle: Answered[] = []
  const working: Answered[] = []
  for (let run = 0; run < bench.runs; run++) {
    idle.push(await ingestWith(0, bench))
    working.push(await ingestWith(due, bench))
    bench.say(
      `${Math.round(working.at(-1)?.requestsPerSecond ?? 0)} of ${Math.round(idle.at(-1)?.requestsPerSecond ?? 0)} requests/s`
    )
  }
  return figuresOf(due, idle, working)
}

async function ingestWith(due: number, { engines, seconds }: Bench): Promise<Answered> {
  const place = await engines.open('sqlite')
  if (due > 0) await seedCases(place.storeUrl, { count: due, due, now: new Date().toISOString() })
  const org = await startChild<OrgChild>('org-child.ts', { people: 1, latencyMs: 0 }, 'others')
  const input = { storeUrl: place.storeUrl, okta: org.ready.okta }
  const service = await startChild<ServiceChild>('service-child.ts', input, 'service')
  try {
    const load = { connections: CONNECTIONS, eventsPerPost: 1, kind: 'other' } as const
    await shoot(service.ready.hookUrl, { ...load, last: { seconds: 1 } })
    return await shoot(service.ready.hookUrl, { ...load, last: { seconds } })
  } finally {
    await service.end()
    await org.end()
  }
}

function figuresOf(due: number, idle: readonly Answered[], working: readonly Answered[]): readonly Figure[] {
  const cases = due.toLocaleString('en')
  return [
    figureOf({
      suite: 'busy',
      what: `ingest while ${cases} cases are worked, SQLite, ${CONNECTIONS} connections`,
      unit: 'requests/s',
      values: working.map(({ requestsPerSecond }) => requestsPerSecond),
      baselines: idle.map(({ requestsPerSecond }) => requestsPerSecond),
      bound: { of: 'ratio', least: 0.7 },
      note: 'baseline: the same service without cases'
    }),
    figureOf({
      suite: 'busy',
      what: 'the same, p99',
      unit: 'ms',
      values: working.map(({ p99Ms }) => p99Ms),
      bound: { of: 'value', most: 250 }
    }),
    figureOf({
      suite: 'busy',
      what: 'the same, deliveries not answered 204',
      unit: 'deliveries',
      values: working.map(({ refused }) => refused),
      bound: { of: 'value', most: 0 }
    })
  ]
}
