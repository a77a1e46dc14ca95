/** Resident memory of the whole service: at rest, after a million unrelated events, and its growth in between. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from './child.ts'
import { envelopeOf, SECRET } from './deliveries.ts'
import type { Engines } from './engines.ts'
import { figureOf } from './figures.ts'
import { shoot } from './load.ts'
import type { OrgChild } from './org-child.ts'
import type { ServiceChild } from './service-child.ts'
import type { Suite } from './suite.ts'

const EVENTS_PER_POST = 100
const CONNECTIONS = 4
/** Longer than the service needs to see that it is idle (`src/app/idle-memory.ts`). */
const IDLE_MS = 12_000
/** Samples over the last half, for the slope. */
const SAMPLES = 10

export const memory: Suite = async ({ engines, quick, say }) => {
  const events = quick ? 20_000 : 1_000_000
  const org = await startChild<OrgChild>('org-child.ts', { people: 2, latencyMs: 0 }, 'others')
  // The image contains the compile cache that a first start creates.
  const compiling = await startService(engines, org.ready.okta)
  await workThrough(compiling, org.ready.failures[0])
  await compiling.end()
  const service = await startService(engines, org.ready.okta)
  try {
    await workThrough(service, org.ready.failures[1])
    const idle = await atRest(service, quick ? 1 : 10)
    say(`idle ${idle.map((mib) => mib.toFixed(0)).join(' ')}`)
    const samples: number[] = []
    for (let sent = 0; sent < events; sent += events / (2 * SAMPLES)) {
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
        values: idle,
        bound: { of: 'value', most: 140 }
      }),
      figureOf({
        suite: 'memory',
        what: `resident after ${events.toLocaleString('en')} events`,
        unit: 'MiB',
        values: late,
        bound: { of: 'value', most: 200 }
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

async function startService(engines: Engines, okta: OrgChild['okta']): Promise<Child<ServiceChild>> {
  const { storeUrl } = await engines.open('sqlite')
  return startChild<ServiceChild>('service-child.ts', { storeUrl, okta }, 'service')
}

/** Runs one failure to its decision, so that the service is signed in to Okta and fully loaded. */
async function workThrough(service: Child<ServiceChild>, failure: OrgChild['failures'][number] | undefined) {
  if (!failure) throw new Error('the org has no people who fail')
  const headers = { authorization: SECRET, 'content-type': 'application/json' }
  const body = envelopeOf([failure.event])
  const { status } = await fetch(service.ready.hookUrl, { method: 'POST', headers, body })
  if (status !== 204) throw new Error(`the failure was answered ${status}`)
  await service.ask(`decided ${failure.userId}`)
}

/** Samples a second apart, after the service has noticed that it is idle. */
async function atRest(service: Child<ServiceChild>, samples: number): Promise<number[]> {
  await sleep(IDLE_MS)
  const taken: number[] = []
  while (taken.length < samples) {
    await sleep(1_000)
    taken.push(await rss(service))
  }
  return taken
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
