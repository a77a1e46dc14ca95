/** Traces as a collector gets them: one per event, whole across the queue, a restart and another service. */
import { join } from 'node:path'
import t from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { suspended } from '../../src/sandbox/scenarios/cast.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { addHook } from '../sandbox/receiver.ts'
import { openTestWorld, settle } from '../scenarios/settle.ts'
import { manualClock } from '../support/clock.ts'
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
  const world = await openTestWorld(t, time, { scenarios, tracing: tracingTo(collector) })
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
        policyFile: null,
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
