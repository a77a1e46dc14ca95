/** Traces as a collector gets them: one per event, whole across the queue, a restart and another service. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned, suspended } from '../../src/sandbox/scenarios/cast.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { say } from '../cli/recorder.ts'
import { addHook } from '../sandbox/receiver.ts'
import { openTestWorld, settle } from '../scenarios/settle.ts'
import { manualClock } from '../support/clock.ts'
import { listen } from '../support/loopback.ts'
import { openMailServer } from '../ticket/mail/smtp-server.ts'
import { type CollectedSpan, type Collector, openCollector, tracingTo } from './collector.ts'

t.setTimeout(120_000)

/** The trace of the case, by name of span. */
function traceOfCase(collector: Collector, caseId: string): Map<string, CollectedSpan[]> {
  const opened = collector.spans.find(
    (span) => span.name === 'correlate' && span.attributes['reenroll.case'] === caseId
  )
  return collector.trace(opened?.traceId ?? '')
}

t.test('one case is one trace: hook, store, read, each Okta call, decision, write and ticket', async (t) => {
  const collector = await openCollector(t)
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const scenarios = SCENARIOS.filter(({ id }) => id === 'activation_mail_in_vain')
  const world = await openTestWorld(t, time, { scenarios, settings: { tracing: tracingTo(collector) } })
  for (const role of world.stage.roles) await role.cue()
  await settle(world, time)
  time.advance(MINUTE_MS)
  const [c] = await settle(world, time)
  t.match(c, { state: 'with_person', ticket: { state: 'open' }, actions: [{ state: 'done' }] })
  await world.service.close()

  const trace = traceOfCase(collector, c?.id ?? '')
  const one = (name: string) => {
    const [span, ...more] = trace.get(name) ?? []
    t.ok(span && more.length === 0, `one span ${name}`)
    return span
  }
  const [root, store, read] = [one('hook'), one('store'), one('read')]
  t.notOk(root?.parentSpanId)
  t.equal(store?.parentSpanId, root?.spanId)
  t.equal(read?.parentSpanId, root?.spanId)
  t.match(read?.attributes, { 'reenroll.kind': 'failure', 'reenroll.case': c?.id })
  const steps = ['correlate', 'decide', 'act', 'ticket'].map((name) => trace.get(name) ?? [])
  for (const span of steps.flat()) t.equal(span.parentSpanId, read?.spanId, `${span.name} is under the reading`)
  t.ok(
    steps.every((spans) => spans.length > 0),
    'every step'
  )
  t.match(steps[1]?.[0]?.attributes, { 'reenroll.rule': c?.decision?.rule, 'reenroll.mode': 'auto' })
  t.match(steps[2]?.[0]?.attributes, { 'reenroll.remediation': 'resend_activation', 'reenroll.action': 'done' })
  t.match(steps[3]?.[0]?.attributes, { 'reenroll.ticket.op': 'ensure', 'reenroll.ticket.result': 'ok' })
  const under = (spans: readonly CollectedSpan[] | undefined) => {
    const ids = new Set(spans?.map(({ spanId }) => spanId))
    return [...trace.values()].flat().filter(({ parentSpanId }) => parentSpanId && ids.has(parentSpanId))
  }
  const asked = under(steps[0]).map(({ name }) => name)
  t.ok(asked.includes('GET /api/v1/users/{idOrLogin}') && asked.length > 5, 'each read is a span of correlate')
  t.ok(under(steps[2]).some(({ name }) => name === 'POST /api/v1/users/{id}/lifecycle/reactivate'))
  t.match(under(steps[2]).find(({ name }) => name.startsWith('POST'))?.attributes, { 'http.response.status_code': 200 })
  const ids = new Set([...trace.values()].flat().map(({ spanId }) => spanId))
  t.ok(
    [...trace.values()].flat().every((span) => span === root || ids.has(span.parentSpanId ?? '')),
    'none hangs in the air'
  )
  t.ok(collector.spans.every((span) => BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)))
  t.match(collector.headers[0], { path: '/v1/traces', 'content-type': 'application/json' })
})

t.test('a case that another service goes on with after a restart stays in its trace', async (t) => {
  const collector = await openCollector(t)
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const org = createOrg({ clock: time.clock })
  const okta = attachDelivery(org)
  const sandbox = await startSandbox({ clock: time.clock, org, apiTokens: ['test-token'], limits: 'none' })
  const secret = 'Bearer hook-secret-of-the-test'
  const hook = addHook(org, 'http://127.0.0.1:9/okta/event-hooks')
  hook.channel.config.authScheme.value = secret
  const storeUrl = `sqlite:${join(t.testdir(), 'traced.db')}`
  t.teardown(async () => {
    okta.detach()
    await sandbox.close()
  })
  async function start(serviceName: string, concurrency: number): Promise<Service> {
    const service = await startService({
      settings: {
        okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
        hook: { secrets: [secret], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
        ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
        storeUrl,
        mode: 'auto',
        tracing: tracingTo(collector, { serviceName })
      },
      ...{ policy: DEFAULT_POLICY, clock: time.clock, logLevel: 'silent', followLog: false },
      worker: { pollMs: 50, concurrency }
    })
    hook.channel.config.uri = service.hookUrl
    return service
  }
  // Takes deliveries in and reads them; works no case.
  const first = await start('first', 0)
  await failEnrollment(org, suspended(org, 'Sue'))
  await okta.flush()
  await first.worker.idle()
  await first.close()
  const second = await start('second', 4)
  await second.worker.idle()
  const { cases } = await second.store.listCases({ limit: 2 })
  await second.close()

  const trace = traceOfCase(collector, cases[0]?.id ?? '')
  const by = (name: string) => trace.get(name)?.map(({ service }) => service)
  t.strictSame(['hook', 'store', 'read', 'correlate', 'decide'].map(by), [
    ['first'],
    ['first'],
    ['first'],
    ['second'],
    ['second']
  ])
  t.equal(trace.get('correlate')?.[0]?.parentSpanId, trace.get('read')?.[0]?.spanId)
})

/** Trackers that refuse everything and quote what they got, each another part first, since only the beginning is kept. */
async function openQuotingTracker(t: Test, quote: (body: string, headers: string) => string): Promise<string> {
  const server = createServer(async (request, response) => {
    const said = quote(await text(request), JSON.stringify(request.headers.authorization ?? request.rawHeaders))
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errorMessages: [said] }))
  })
  return `http://127.0.0.1:${await listen(t, server)}`
}

const ALL = '[login, name, user_id, devices, actors]'
const SECRETS = {
  jira: 'jira-token-of-the-canary-test-4d1f',
  siem: 'whsec_c2llbS1zZWNyZXQtb2YtdGhlLWNhbmFyeS10ZXN0',
  collector: 'collector-key-of-the-canary-test-77',
  userKey: 'key-for-pseudonyms-of-the-canary-test-01'
}

t.test('no person and no secret gets out by log, metric, span or support bundle, whatever fails', async (t) => {
  const [collector, mail] = [await openCollector(t), await openMailServer(t)]
  const nameOf = (body: string) => /[^"]{0,40}(canaria|amsel)[^"]{0,40}/i.exec(body)?.[0]
  const quotesPeople = await openQuotingTracker(t, (body) => `${nameOf(body)} cannot be assigned`)
  const quotesHeaders = await openQuotingTracker(t, (body, headers) => `refused: ${headers} ${body}`)
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const read = readPolicy(`
tickets:
  targets:
    - { name: jira, system: jira, url: '${quotesHeaders}', user: ops@example.com, project: OPS, personalData: ${ALL} }
    - { name: siem, system: webhook, url: '${quotesPeople}/hook', personalData: ${ALL} }
  routes: [{ to: [jira, siem] }]
  mail: { causes: [enrollment_orphaned] }
`)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const lines: string[] = []
  const tokens = new Set<string>()
  const world = await openTestWorld(t, time, {
    policy: { tickets: read.policy.tickets },
    settings: {
      ticketSecrets: { jira: SECRETS.jira, siem: SECRETS.siem },
      mail: mail.settings,
      tracing: tracingTo(collector, { headers: { 'x-collector-key': SECRETS.collector } }),
      logUserKey: SECRETS.userKey
    },
    service: { logLevel: 'debug', logTo: { write: (line) => void lines.push(line) } },
    sandbox: {
      onExchange: ({ authorization, requestBody }) => {
        for (const one of [
          authorization?.split(' ')[1],
          new URLSearchParams(String(requestBody)).get('client_assertion')
        ])
          if (one) tokens.add(one)
      }
    }
  })
  const { org, service } = world
  mail.behave('no_such_user')
  const people = [suspended(org, 'Canaria Zeisig'), orphaned(org, 'Canaria Amsel')]
  for (const { id } of people) Object.assign(org.users.get(id)?.profile ?? {}, { mobilePhone: '+49 170 7654321' })
  org.faults.add({ path: '/api/v1/users/*/factors', answer: { status: 500 }, times: 4 })
  org.faults.add({ method: 'DELETE', path: '/api/v1/users/*/factors/*', answer: { status: 500 }, times: 1 })
  org.faults.add({ path: '/api/v1/logs', answer: 'drop', times: 1 })
  for (const person of people) await failEnrollment(org, person)
  await settle(world, time)

  // What a caller sends, refused at each door.
  const person = people[0]?.login ?? ''
  const api = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
  const send = async (url: string, init: RequestInit) => (await fetch(url, init)).status
  const refused = [
    await send(service.hookUrl, { method: 'POST', headers: { authorization: 'no' }, body: person }),
    await send(service.hookUrl, { method: 'POST', headers: { ...api, authorization: world.hookSecret }, body: person }),
    await send(`${service.opsUrl}/api/cases?user=${person}`, { headers: { authorization: `Bearer ${person}` } }),
    await send(`${service.opsUrl}/api/cases?after=${person}`, { headers: api }),
    await send(`${service.opsUrl}/api/people/erase`, { method: 'POST', headers: api, body: `{"user":"${person}"` }),
    await send(`${service.opsUrl}/${person}`, { headers: api })
  ]
  t.strictSame(refused, [401, 400, 401, 400, 400, 404])
  const report = JSON.stringify({ user: person, text: 'Canaria Zeisig called from +49 170 7654321' })
  t.equal(await send(`${service.opsUrl}/api/reports`, { method: 'POST', headers: api, body: report }), 202)
  for (let n = 0; n < 6; n++) {
    await settle(world, time)
    await service.tickets?.settle()
    time.advance(30 * MINUTE_MS)
  }

  const metrics = await (await fetch(`${service.opsUrl}/metrics`)).text()
  const bundle = await say(['support-bundle', '--out', '-'], {
    ...{ OKTA_CLIENT_ORGURL: world.sandboxUrl, OKTA_CLIENT_TOKEN: [...tokens][0] ?? '' },
    ...{ REENROLL_HOOK_SECRETS: world.hookSecret, REENROLL_OPS_TOKEN: world.opsToken },
    ...{ REENROLL_OPS_PORT: new URL(service.opsUrl).port, REENROLL_STORE_URL: 'memory:' }
  })
  await service.close()
  const shown = { log: lines.join(''), metrics, spans: collector.bodies.join('\n'), bundle: bundle.out }
  t.match(shown.log, /ticket error/)
  t.match(shown.log, /"code":"500"/)
  t.match(shown.bundle, /ticket error/, "the bundle has the service's own lines")
  t.ok(mail.connections() > 0 && tokens.size > 1 && collector.spans.length > 20)
  const { auth } = mail.settings
  const basic = Buffer.from(`ops@example.com:${SECRETS.jira}`).toString('base64')
  const secrets = [basic, ...Object.values(SECRETS), ...tokens, world.hookSecret, world.opsToken, auth?.pass ?? '']
  for (const [where, all] of Object.entries(shown)) {
    t.notMatch(all, /canaria|zeisig|amsel|7654321/i, `${where}: no name, login, phone or device`)
    for (const { id } of people) t.notOk(all.includes(id), `${where}: no id of a person`)
    for (const secret of secrets) {
      t.notOk(all.includes(secret) || all.includes(encodeURIComponent(secret)), `${where}: no secret`)
    }
  }
})
