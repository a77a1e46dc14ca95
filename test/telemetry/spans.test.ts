/** Single spans: links, sampling, trouble, and what is never in them. */
import t from 'tap'
import { type Env, readRows } from '../../src/config/settings/setting.ts'
import { readTracing, TRACING_SETTINGS, type TracingSettings } from '../../src/config/settings/tracing.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { NO_TRACE, readTraceparent, type Trace } from '../../src/domain/trace.ts'
import { openTrace } from '../../src/telemetry/tracing.ts'
import { sourceFiles } from '../house/source-files.ts'
import { openCollector, tracingTo } from './collector.ts'

const SENDER = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

const READ: Extract<TelemetryEvent, { type: 'event' }> = {
  ...{
    type: 'event',
    uuid: 'e1',
    openedBy: 'e1',
    userId: '00uCANARY',
    source: 'hook',
    eventType: 'CANARY@example.com',
    kind: 'failure'
  },
  ...{
    reason: null,
    confidence: 'high',
    nearMiss: false,
    lagMs: 1,
    ms: 2,
    disposition: { kind: 'case', caseId: 'RE-1', as: 'failure' }
  }
}
const CASE = { id: 'RE-1', failures: [{ uuid: 'e1' }, { uuid: 'e2' }] }

async function open(t: { teardown(fn: () => void): void }, over: Partial<TracingSettings> = {}) {
  const collector = await openCollector(t)
  const troubles: string[] = []
  const trace = await openTrace(tracingTo(collector, over), { version: '1', onError: (told) => troubles.push(told) })
  return { collector, trace, troubles }
}

function arrive(trace: Trace, fresh: readonly string[], traceparent: string | null = null) {
  return trace.intake({ source: 'hook', elapsedMs: 5, traceparent }, async () => ({ fresh, duplicates: 0 }))
}

t.test('a sender’s traceparent becomes a link and not the parent', async (t) => {
  const { collector, trace } = await open(t)
  await arrive(trace, ['e1'], SENDER)
  await trace.close()
  const [root] = collector.spans.filter(({ name }) => name === 'hook')
  t.match(root?.links, [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }])
  t.not(root?.traceId, 'a'.repeat(32))
  t.notOk(root?.parentSpanId)
})

t.test('a header that is no traceparent is passed over', async (t) => {
  for (const header of [null, '', 'x', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, `ff-${SENDER.slice(3)}`]) {
    t.equal(readTraceparent(header), null, String(header))
  }
  t.strictSame(readTraceparent(SENDER), { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 })
})

t.test('an event known already begins no second trace; a later one of the same case links to the first', async (t) => {
  const { collector, trace } = await open(t)
  await arrive(trace, [])
  await arrive(trace, ['e1'])
  trace.observe(READ, null)
  await arrive(trace, ['e2'])
  trace.observe({ ...READ, uuid: 'e2' }, 'user-1')
  await trace.close()
  t.equal(collector.spans.filter(({ name }) => name === 'hook').length, 2)
  const [first, second] = collector.spans.filter(({ name }) => name === 'read')
  t.not(first?.traceId, second?.traceId)
  t.match(second?.links, [{ traceId: first?.traceId, spanId: first?.spanId }])
  t.notOk(first?.links?.length)
})

t.test('what happens inside a step belongs to it, and trouble marks it', async (t) => {
  const { collector, trace } = await open(t)
  const call = { type: 'okta_call', bucket: 'GET /api/v1/users/{id}', ms: 3, limit: null, remaining: null } as const
  const ids: (string | null)[] = []
  await trace.step(CASE, 'correlate', async () => {
    trace.observe({ ...call, code: 'timeout' }, null)
    ids.push(trace.idOf({ type: 'case_opened', caseId: 'RE-1' }))
    const ended = { step: 'correlate', from: 'received', to: 'received', ms: 1, because: 'CANARY' } as const
    trace.observe({ type: 'step', caseId: 'RE-1', userId: null, error: 'okta', ...ended }, 'user-1')
  })
  trace.observe({ ...call, code: '200' }, null)
  await t.rejects(trace.step(CASE, 'ticket', () => Promise.reject(new Error('CANARY'))))
  await trace.close()
  const [step] = collector.spans.filter(({ name }) => name === 'correlate')
  t.match(step, { status: { code: 2, message: 'okta' } })
  const calls = collector.spans.filter(({ name }) => name.startsWith('GET'))
  t.match(calls, [{ parentSpanId: step?.spanId, status: { code: 2 }, attributes: { 'error.type': 'timeout' } }])
  t.equal(calls.length, 1, 'a call outside any step is no span')
  t.match(collector.spans.find(({ name }) => name === 'ticket')?.status, { code: 2 })
  t.strictSame(ids, [step?.traceId])
  t.equal(trace.idOf(READ), step?.traceId, 'the event and its case share the trace')
  t.notMatch(collector.bodies.join(), /CANARY/)
})

t.test('a storm’s case, which no event opened, has a trace of its own', async (t) => {
  const { collector, trace } = await open(t)
  await trace.step({ id: 'RE-STORM', failures: [] }, 'check_storm', async () => {})
  await trace.close()
  t.match(collector.spans, [{ name: 'check_storm', attributes: { 'reenroll.case': 'RE-STORM' } }])
})

t.test('with a ratio, a trace is kept whole or not at all, and every replica decides alike', async (t) => {
  const ratio = { sampler: 'parentbased_traceidratio', ratio: 0.5 } as const
  const [one, other] = [await open(t, ratio), await open(t, ratio)]
  const uuids = Array.from({ length: 200 }, (_, n) => `event-${n}`)
  await arrive(one.trace, uuids)
  for (const uuid of uuids) await other.trace.step({ id: uuid, failures: [{ uuid }] }, 'correlate', async () => {})
  const kept = uuids.filter((uuid) => one.trace.idOf({ ...READ, uuid }) !== null)
  await Promise.all([one.trace.close(), other.trace.close()])
  t.ok(kept.length > 60 && kept.length < 140, `${kept.length} of 200`)
  const of = (spans: readonly { traceId: string }[]) => [...new Set(spans.map(({ traceId }) => traceId))].sort()
  t.strictSame(of(one.collector.spans), of(other.collector.spans))
  t.equal(one.collector.spans.length, 2 * kept.length)
})

t.test('headers and resource go along; a collector that is away costs a line, not the service', async (t) => {
  const { collector, trace } = await open(t, { headers: { 'x-key': 'k' }, resource: { team: 'iam' } })
  await arrive(trace, ['e1'])
  await trace.close()
  t.match(collector.headers, [{ 'x-key': 'k' }])
  t.match(collector.bodies[0], /"team"/)
  const away = await open(t, { url: 'http://127.0.0.1:9/v1/traces' })
  await arrive(away.trace, ['e1'])
  await away.trace.close()
  t.ok(away.troubles.length > 0)
})

function tracing(env: Env) {
  const source = readRows(TRACING_SETTINGS, env)
  return { read: readTracing(source), errors: source.errors() }
}

t.test('the OTEL_ settings switch it on, and off', async (t) => {
  t.strictSame(tracing({}).read, null)
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }
  t.strictSame(tracing(on).read, {
    ...{ url: 'http://collector:4318/v1/traces', headers: {}, serviceName: 'reenroll', resource: {} },
    ...{ sampler: 'parentbased_always_on', ratio: 1 }
  })
  const own = { ...on, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t/x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b%20c, d = e' }
  t.match(tracing(own).read, { url: 'https://t/x', headers: { a: 'b c', d: 'e' } })
  for (const off of [
    { OTEL_SDK_DISABLED: 'TRUE' },
    { OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_TRACES_SAMPLER: 'parentbased_always_off' }
  ]) {
    t.strictSame(tracing({ ...on, ...off }).read, null)
  }
})

t.test('what is wrong in them is said, without a secret', async (t) => {
  const { errors } = tracing({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'CANARY',
    OTEL_RESOURCE_ATTRIBUTES: 'a=%zz',
    OTEL_TRACES_SAMPLER: 'some',
    OTEL_TRACES_SAMPLER_ARG: '7'
  })
  t.match(
    errors.map((error) => error.split(':')[0]),
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG'
    ]
  )
  t.notMatch(errors.join(), /CANARY/)
})

t.test('off means off: no module of OpenTelemetry is loaded with the service', async (t) => {
  const loading = /^import (?!type).*@opentelemetry/m
  t.strictSame(
    sourceFiles('src').flatMap(({ path, text }) => (loading.test(text) ? [path] : [])),
    []
  )
  t.strictSame(
    await NO_TRACE.intake({ source: 'log', elapsedMs: 0, traceparent: null }, async () => ({
      fresh: [],
      duplicates: 3
    })),
    {
      fresh: [],
      duplicates: 3
    }
  )
  t.equal(NO_TRACE.idOf(READ), null)
  await NO_TRACE.close()
})
