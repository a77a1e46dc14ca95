/** The canary, all the way: out, in through the public address, into its case, and nowhere else. */

import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { MINUTE_MS, plus, systemClock } from '../../src/domain/time.ts'
import { CANARY, type Instant } from '../../src/domain/vocabulary.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { listen } from '../support/loopback.ts'

t.setTimeout(120_000)

const SECRET = 'Bearer hook-secret-of-the-test'
const TOKEN = 'ops-token-of-thirty-two-characters'

/** What stands before the service in public: it can be taken away. */
async function publicAddress(t: Test) {
  const way: { to: string | null } = { to: null }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (way.to === null) return void response.writeHead(502).end()
    const { authorization = '', 'content-type': type = '' } = request.headers
    const headers = { authorization, 'content-type': type }
    const answer = await fetch(way.to, { method: 'POST', headers, body: Buffer.concat(chunks).toString() }).catch(
      () => null
    )
    // The service may be closing at this moment.
    response.writeHead(answer?.status ?? 502).end()
  })
  return { way, url: `http://127.0.0.1:${await listen(t, server)}/okta/event-hooks` }
}

async function world(t: Test, publicUrl: string | null) {
  const org = createOrg({ clock: systemClock })
  const sandbox = await startSandbox({ clock: systemClock, org, apiTokens: ['test-token'], limits: 'none' })
  let ahead = 0
  const clock = (): Instant => plus(systemClock(), ahead)
  const service = await startService({
    settings: {
      okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
      hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0, publicUrl },
      ops: { host: '127.0.0.1', port: 0, token: TOKEN },
      storeUrl: `sqlite:${join(t.testdir(), 'canary.db')}`,
      mode: 'auto'
    },
    policy: { ...DEFAULT_POLICY, canary: { everyMs: 40 } },
    clock,
    logLevel: 'silent',
    worker: { pollMs: 20 },
    followLog: false
  })
  t.teardown(async () => {
    await service.close()
    await sandbox.close()
  })
  return {
    org,
    service,
    later(ms: number) {
      ahead += ms
    }
  }
}

async function figures({ opsUrl }: Service): Promise<(name: string) => number | undefined> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text()
  const lines = new Map(text.split('\n').map((line) => [line.split(' ')[0], Number(line.split(' ')[1])] as const))
  return (name) => lines.get(name)
}

/** Resolves once so many have come all the way since the start. */
async function completed(service: Service, count: number): Promise<void> {
  while (((await figures(service))('reenroll_canaries_total{result="completed"}') ?? 0) < count) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

t.test('it comes all the way again and again, and nobody is bothered', async (t) => {
  const { way, url } = await publicAddress(t)
  const { service, org } = await world(t, url)
  way.to = service.hookUrl
  await completed(service, 3)

  const c = await service.store.getCase(CANARY.caseId)
  t.match(c, { user: { id: null, login: null }, outcome: 'canary', ticket: null, failures: [], evidence: null })
  t.strictSame(await service.store.ledger({ after: 0, limit: 10 }), [])
  t.strictSame(await service.store.deadLetters(10), [])
  t.strictSame(org.writes, [])

  const figure = await figures(service)
  t.ok((figure('reenroll_hook_requests_total{outcome="canary"}') ?? 0) >= 3)
  for (const name of [
    'reenroll_hook_requests_total{outcome="stored"}',
    'reenroll_events_total{source="hook",kind="failure"}',
    'reenroll_events_total{source="hook",kind="skipped"}',
    'reenroll_cases_opened_total',
    'reenroll_steps_total{step="correlate",error="none"}',
    'reenroll_time_to_reenroll_seconds_count{outcome="recovered_by_itself"}',
    'reenroll_event_lag_seconds_count{stage="received"}',
    'reenroll_tickets_total{system="local",op="ensure",result="ok"}'
  ]) {
    t.equal(figure(name), 0, name)
  }
  const text = await (await fetch(`${service.opsUrl}/metrics`)).text()
  const asked = text.match(/^reenroll_okta_requests_total.*$/gm) ?? []
  // One replica looks now and then whether the event hooks are verified; that has nothing to do with a canary.
  t.strictSame(
    asked.filter((line) => !line.includes('GET /api/v1/eventHooks')),
    [],
    'Okta is not asked'
  )
})

t.test('it is hidden in lists and charts, and shown to those who ask', async (t) => {
  const { way, url } = await publicAddress(t)
  const { service } = await world(t, url)
  way.to = service.hookUrl
  await completed(service, 1)
  const headers = { authorization: `Bearer ${TOKEN}` }
  const ids = async (query: string) => {
    const page = (await (await fetch(`${service.opsUrl}/api/cases${query}`, { headers })).json()) as {
      cases: { id: string }[]
    }
    return page.cases.map(({ id }) => id)
  }
  t.strictSame(await ids(''), [])
  t.strictSame(await ids('?canary=true'), [CANARY.caseId])
  t.equal(await service.store.countCases({}), 0)
  t.equal(await service.store.countCases({ canary: true }), 1)
  t.strictSame(
    (await service.store.activity({ since: '2020-01-01T00:00:00.000Z', until: '2040-01-01T00:00:00.000Z', by: 'day' }))
      .cases,
    []
  )
  const one = await fetch(`${service.opsUrl}/api/cases/${CANARY.caseId}`, { headers })
  t.match(await one.json(), { id: CANARY.caseId, outcome: 'canary' })
})

t.test('its age starts with the service, is small while the way is open, and grows when it is not', async (t) => {
  const { way, url } = await publicAddress(t)
  const { service, later } = await world(t, url)
  const before = await figures(service)
  t.ok((before('reenroll_canary_age_seconds') ?? -1) >= 0)
  t.equal(before('reenroll_canary_interval_seconds'), 0.04)
  way.to = service.hookUrl
  await completed(service, 1)
  way.to = null
  const refusals = async () => (await figures(service))('reenroll_canaries_total{result="refused"}') ?? 0
  // Two more: whatever was under way has come to an end by then.
  for (const enough = (await refusals()) + 2; (await refusals()) < enough; ) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  await service.worker.idle()
  later(20 * MINUTE_MS)
  const figure = await figures(service)
  t.ok((figure('reenroll_canary_age_seconds') ?? 0) >= 20 * 60 - 1, 'nobody came through')
  way.to = service.hookUrl
  const done = figure('reenroll_canaries_total{result="completed"}') ?? 0
  await completed(service, done + 1)
  later(6_000)
  t.ok(((await figures(service))('reenroll_canary_age_seconds') ?? Number.POSITIVE_INFINITY) < 20 * 60)
})

t.test('without a public address none is sent, and its metrics have no value', async (t) => {
  const { service } = await world(t, null)
  const figure = await figures(service)
  t.equal(figure('reenroll_canary_age_seconds'), undefined)
  t.equal(figure('reenroll_canary_interval_seconds'), undefined)
  t.equal(figure('reenroll_leader{task="canary"}'), 0)
})
