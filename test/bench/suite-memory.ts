/** Resident memory of the whole service: at rest, after a million events of other kinds, and whether it grows on the way. */
import { type Child, startChild } from './child.ts'
import { figureOf } from './figures.ts'
import { shoot } from './load.ts'
import type { OrgChild } from './org-child.ts'
import type { ServiceChild } from './service-child.ts'
import type { Suite } from './suite.ts'

const EVENTS_PER_POST = 100
const CONNECTIONS = 4
/** Samples over the last half, for the slope. */
const SAMPLES = 10

export const memory: Suite = async ({ engines, quick, say }) => {
  const events = quick ? 20_000 : 1_000_000
  const { storeUrl } = await engines.open('sqlite')
  const org = await startChild<OrgChild>('org-child.ts', { people: 1, latencyMs: 0 }, 'others')
  const service = await startChild<ServiceChild>('service-child.ts', { storeUrl, okta: org.ready.okta }, 'service')
  try {
    // As at work: signed in to Okta, every part loaded.
    await service.ask('warm')
    const idle = await rss(service)
    say(`idle ${idle.toFixed(0)} MiB`)
    const samples: number[] = []
    for (let told = 0; told < events; told += events / (2 * SAMPLES)) {
      const amount = events / (2 * SAMPLES) / EVENTS_PER_POST
      const { acknowledged } = await shoot(service.ready.hookUrl, {
        connections: CONNECTIONS,
        eventsPerPost: EVENTS_PER_POST,
        kind: 'other',
        last: { deliveries: amount }
      })
      if (acknowledged !== amount) throw new Error(`${acknowledged} of ${amount} deliveries were acknowledged`)
      samples.push(await rss(service))
    }
    const late = samples.slice(SAMPLES)
    say(`then ${samples.map((mib) => mib.toFixed(0)).join(' ')}`)
    return [
      figureOf({
        suite: 'memory',
        what: 'resident at rest',
        unit: 'MiB',
        values: [idle],
        bound: { of: 'value', most: 170 }
      }),
      figureOf({
        suite: 'memory',
        what: `resident after ${events.toLocaleString('en')} events`,
        unit: 'MiB',
        values: late,
        bound: { of: 'value', most: 230 }
      }),
      figureOf({
        suite: 'memory',
        what: 'growth over the last half of them',
        unit: 'MiB per 100,000 events',
        values: [slope(late) / (events / (2 * SAMPLES) / 100_000)],
        bound: { of: 'value', most: 1 }
      })
    ]
  } finally {
    await service.end()
    await org.end()
  }
}

async function rss(service: Child<ServiceChild>): Promise<number> {
  return (await service.ask<{ rssMib: number }>('rss')).rssMib
}

/** Least squares, per sample. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const above = values.reduce((sum, value, n) => sum + (n - middle) * (value - mean), 0)
  const below = values.reduce((sum, _, n) => sum + (n - middle) ** 2, 0)
  return above / below
}
