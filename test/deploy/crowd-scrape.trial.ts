/**
 * A real Prometheus scrapes the running demo while 10,000 people fail: no series is there twice, none is added for all of
 * them, and both dashboards show data.
 */
import { join } from 'node:path'
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import { systemClock } from '../../src/domain/time.ts'
import { attemptEvent } from '../../src/sandbox/attempt-events.ts'
import { homeNetwork, IPHONE } from '../../src/sandbox/org/log-event.ts'
import { CROWD_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { openTestWorld } from '../scenarios/settle.ts'
import { samplesOf } from '../telemetry/exposition.ts'
import { DASHBOARDS, queriesIn } from './dashboards.ts'
import { type Prometheus, startPrometheus } from './prometheus-server.ts'
import { findTool } from './tools.ts'

const prometheus = findTool('prometheus')
const PEOPLE = 10_000
const PER_DELIVERY = 100

interface Answer {
  readonly result: readonly { readonly value: readonly [number, string] }[]
}

/** The one figure of an answer. */
const figure = ({ result }: Answer) => Number(result[0]?.value[1] ?? Number.NaN)

/** Ours; what Node counts of its own sockets comes and goes. */
/** Without those of Okta's rate-limit buckets, which come with the first call of their kind. */
const SERIES = 'count({__name__=~"reenroll_.+",bucket=""})'

/** Method and path pattern, as Okta describes its calls: nobody's id stands in it. */
const BUCKET = /^(GET|POST|PUT|DELETE) \/(api|oauth2)\/v1(\/([a-zA-Z-]+|\{[a-zA-Z]+\}))+$/

/** The names of the series in a scrape of our own. */
async function samplesNow({ service }: World) {
  const text = await (await fetch(`${service.opsUrl}/metrics`)).text()
  return samplesOf(text.replaceAll(/ Nan$/gm, ' 0')).filter(({ name }) => name.startsWith('reenroll_'))
}

async function seriesNow(world: World): Promise<readonly string[]> {
  return (await samplesNow(world))
    .filter(({ labels }) => !('bucket' in labels))
    .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
    .sort()
}

/** One delivery about so many people, none of whom has an account any more: each costs Okta one call, not ten. */
function delivery({ org }: World, people: number): string {
  const events = Array.from({ length: people }, (_, nth) => {
    const id = org.ids.id('00u')
    const party = { id, type: 'User', alternateId: `${id}@example.com`, displayName: 'Kim Crowd' }
    const outcome = { result: 'FAILURE', reason: 'Invalid token provided' }
    const event = attemptEvent(org, {
      ...{ shape: 'factor_activate', user: party, actor: party, outcome, phone: IPHONE, device: null, judgement: {} },
      ...{ network: homeNetwork(nth), published: systemClock() }
    })
    return { ...event, uuid: org.ids.uuid() }
  })
  return JSON.stringify({ eventType: 'com.okta.event_hook', eventTime: systemClock(), data: { events } })
}

async function fail(world: World, people: number): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: world.hookSecret }
  const answer = await fetch(world.service.hookUrl, { method: 'POST', headers, body: delivery(world, people) })
  return answer.status
}

async function playCatalogue(world: World, server: Prometheus): Promise<void> {
  for (const role of world.stage.roles) await role.cue()
  await world.okta.flush()
  await fail(world, 1)
  await world.service.worker.idle()
  await server.until<Answer>('query', (data) => figure(data) > 0, {
    query: 'sum(reenroll_action_effect_total{effect="effective"})'
  })
}

t.test('10,000 people fail, and not one series more', { skip: prometheus.skip, timeout: 110_000 }, async (t) => {
  const time = { clock: systemClock, advance: () => {}, set: () => {} }
  const scenarios = SCENARIOS.filter((scenario) => !scenario.isolated)
  const storeUrl = `sqlite:${join(t.testdir(), 'crowd.db')}`
  const world = await openTestWorld(t, time, { scenarios, guards: CROWD_LIMITS, storeUrl })
  const folder = t.testdir({ prometheus: {} })
  const target = new URL(world.service.opsUrl).host
  const server = await startPrometheus(prometheus.path ?? '', join(folder, 'prometheus'), target, '2s')
  t.teardown(() => server.stop())
  await server.until<Answer>('query', (data) => figure(data) >= 2, {
    query: 'count_over_time(reenroll_storm_active[1m])'
  })
  await playCatalogue(world, server)

  const before = { names: await seriesNow(world), count: figure(await server.ask<Answer>('query', { query: SERIES })) }
  for (let sent = 0; sent < PEOPLE; sent += PER_DELIVERY) t.equal(await fail(world, PER_DELIVERY), 204)
  await server.until<Answer>('query', (data) => figure(data) >= PEOPLE, { query: 'sum(reenroll_cases_opened_total)' })
  t.strictSame(await seriesNow(world), before.names, 'the very same series')
  const buckets = (await samplesNow(world)).flatMap(({ labels }) => labels.bucket ?? [])
  t.ok(buckets.length > 0)
  t.strictSame(
    buckets.filter((bucket) => !BUCKET.test(bucket)),
    [],
    'and a bucket is a kind of call, never a call'
  )
  t.equal(figure(await server.ask<Answer>('query', { query: SERIES })), before.count, 'and Prometheus holds no more')
  const up = await server.ask<Answer>('query', { query: 'min_over_time(up{job="reenroll"}[5m])' })
  t.equal(figure(up), 1, 'no scrape failed, so none held a series twice')

  await t.test('every query of both dashboards returns data', async (t) => {
    for (const query of DASHBOARDS.flatMap(queriesIn)) {
      const { result } = await server.ask<Answer>('query', { query })
      // The demo has no tracker, sends no canary and no steps, verifies no caller, may not read hooks, and no step has failed, no
      // brake is on, and the storm may be over.
      const mayBeEmpty =
        /error!=|reenroll_(verifications|guides|outbox|ticket_breaker|ticket_credential_expiry|(brake|storm)_active\) > 0|canary_age|canary_interval|hook_verified)/.test(
          query
        )
      t.ok(mayBeEmpty || result.length > 0, query)
    }
  })
})
