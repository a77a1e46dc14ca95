import t from 'tap'
import { RULES } from '../../src/decide/rules.ts'
import { CLUSTER_STATUS_KEYS } from '../../src/domain/cluster-status.ts'
import type { StoreSnapshot } from '../../src/domain/store.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { plus } from '../../src/domain/time.ts'
import { CASE_STATES, CAUSE_IDS, REMEDIATION_IDS, SKIP_REASONS } from '../../src/domain/vocabulary.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts'
import { NOW } from '../remediate/situations.ts'
import { type Sample, samplesOf } from './exposition.ts'

function metricsWith(patch: Partial<Parameters<typeof createMetrics>[0]> = {}): Metrics {
  return createMetrics({
    store: openInMemory(),
    config: () => ({ hash: '0123456789abcdef', mode: 'auto', pages: 'https://reenroll.example.com' }),
    breakers: () => [],
    isStorm: async () => false,
    clock: () => NOW,
    version: '1.2.3',
    rules: RULES.map((rule) => rule.id),
    systems: ['local'],
    process: false,
    ...patch
  })
}

async function read(metrics: Metrics): Promise<readonly Sample[]> {
  return samplesOf(await metrics.registry.metrics())
}

/** The value of the one series with this name and these labels. */
async function value(metrics: Metrics, name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const found = (await read(metrics)).filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, label]) => sample.labels[key] === label)
  )
  return found.length === 1 ? found[0]?.value : undefined
}

const EVERYTHING: readonly TelemetryEvent[] = [
  { type: 'request', outcome: 'stored', events: 3, duplicates: 1, ms: 12 },
  {
    type: 'event',
    uuid: 'CANARY-uuid',
    openedBy: null,
    userId: '00uCANARY00000000d7',
    ms: 3,
    source: 'hook',
    eventType: 'user.mfa.factor.activate',
    kind: 'skipped',
    reason: 'not_okta_verify',
    confidence: null,
    nearMiss: true,
    lagMs: 900,
    disposition: { kind: 'skipped', why: 'not_okta_verify' }
  },
  { type: 'case_opened', caseId: 'RE-CANARY' },
  { type: 'case_ended', caseId: 'RE-CANARY', needed: 'nobody' },
  {
    type: 'step',
    caseId: 'RE-CANARY',
    userId: null,
    step: 'correlate',
    from: 'received',
    to: 'correlating',
    ms: 40,
    error: null,
    because: null
  },
  {
    type: 'decision',
    caseId: 'RE-CANARY',
    rule: 'suspended',
    kind: 'remediate',
    mode: 'propose',
    cause: 'account_suspended',
    lagMs: 1_500
  },
  { type: 'action', caseId: 'RE-CANARY', remediation: 'unlock_user', state: 'done', lagMs: 3_000 },
  { type: 'effect', caseId: 'RE-CANARY', remediation: 'unlock_user', effect: 'effective' },
  { type: 'reenrolled', caseId: 'RE-CANARY', outcome: 'recovered_after_repair', afterMs: 90_000 },
  { type: 'ticket', caseId: 'RE-CANARY', system: 'local', op: 'ensure', result: 'ok', lagMs: 2_500 },
  { type: 'ticket', caseId: 'RE-2', system: 'local', op: 'resolve', result: 'failed', meaning: 'target', lagMs: 0 },
  { type: 'okta_call', bucket: 'GET /api/v1/users/{id}', code: '200', ms: 80, limit: 600, remaining: 598 }
]

t.test('the catalogue and the registry hold the same metrics, names, types, labels and help', async (t) => {
  const shape = metricsWith()
    .registry.getMetricsAsArray()
    .map((metric) => {
      const { name, help, type, labelNames } = metric as unknown as (typeof METRICS)[number] & {
        labelNames: string[]
      }
      return { name, help, type: String(type), labels: labelNames }
    })
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
  t.strictSame(
    [...shape].sort(byName),
    METRICS.map(({ name, help, type, labels }) => ({ name, help, type, labels: [...labels] })).sort(byName)
  )
})

t.test('names keep the conventions', async (t) => {
  for (const { name, type, help } of METRICS) {
    t.match(name, /^reenroll_[a-z_]+$/)
    t.equal(name.endsWith('_total'), type === 'counter', name)
    if (type === 'histogram') t.match(name, /_seconds$/)
    t.match(help, /^[A-Z0-9].*\.$/)
  }
})

t.test('every combination of closed labels is there at 0 before anything happens', async (t) => {
  const metrics = metricsWith()
  const samples = await read(metrics)
  const count = (name: string) => samples.filter((sample) => sample.name === name && sample.value === 0).length
  t.equal(count('reenroll_events_skipped_total'), SKIP_REASONS.length)
  t.equal(count('reenroll_causes_total'), CAUSE_IDS.length)
  t.equal(count('reenroll_actions_total'), REMEDIATION_IDS.length * 4)
  t.equal(count('reenroll_decisions_total'), RULES.length * 12)
  t.equal(count('reenroll_event_lag_seconds_count'), 4)
  t.equal(count('reenroll_cases'), CASE_STATES.length)
  t.equal(await value(metrics, 'reenroll_near_misses_total'), 0)
  t.equal(await value(metrics, 'reenroll_build_info', { version: '1.2.3', node: process.version }), 1)
})

t.test('each happening is counted where it belongs', async (t) => {
  const metrics = metricsWith()
  for (const happening of EVERYTHING) metrics.observe(happening)
  const expected: readonly (readonly [string, Record<string, string>, number])[] = [
    ['reenroll_hook_requests_total', { outcome: 'stored' }, 1],
    ['reenroll_hook_request_seconds_sum', {}, 0.012],
    ['reenroll_events_duplicate_total', {}, 1],
    ['reenroll_events_total', { source: 'hook', kind: 'skipped' }, 1],
    ['reenroll_events_skipped_total', { reason: 'not_okta_verify' }, 1],
    ['reenroll_near_misses_total', {}, 1],
    ['reenroll_cases_opened_total', {}, 1],
    ['reenroll_cases_ended_total', { needed: 'nobody' }, 1],
    ['reenroll_steps_total', { step: 'correlate', error: 'none' }, 1],
    ['reenroll_step_seconds_count', { step: 'correlate' }, 1],
    ['reenroll_decisions_total', { rule: 'suspended', verdict: 'remediate', mode: 'propose' }, 1],
    ['reenroll_causes_total', { cause: 'account_suspended' }, 1],
    ['reenroll_actions_total', { remediation: 'unlock_user', state: 'done' }, 1],
    ['reenroll_action_effect_total', { remediation: 'unlock_user', effect: 'effective' }, 1],
    ['reenroll_time_to_reenroll_seconds_sum', { outcome: 'recovered_after_repair' }, 90],
    ['reenroll_ticket_refusals_total', { target: 'local', meaning: 'target' }, 1],
    ['reenroll_tickets_total', { system: 'local', op: 'ensure', result: 'ok' }, 1],
    ['reenroll_okta_requests_total', { bucket: 'GET /api/v1/users/{id}', code: '200' }, 1],
    ['reenroll_okta_budget_remaining', { bucket: 'GET /api/v1/users/{id}' }, 598],
    ['reenroll_okta_budget_limit', { bucket: 'GET /api/v1/users/{id}' }, 600],
    ['reenroll_event_lag_seconds_sum', { stage: 'received' }, 0.9],
    ['reenroll_event_lag_seconds_sum', { stage: 'decided' }, 1.5],
    ['reenroll_event_lag_seconds_sum', { stage: 'acted' }, 3],
    ['reenroll_event_lag_seconds_sum', { stage: 'ticketed' }, 2.5]
  ]
  for (const [name, labels, count] of expected) t.equal(await value(metrics, name, labels), count, name)
})

t.test('lag is taken only of what came through, and is never negative', async (t) => {
  const metrics = metricsWith()
  metrics.observe({ type: 'action', caseId: 'x', remediation: 'unlock_user', state: 'failed', lagMs: 9_000 })
  metrics.observe({ type: 'ticket', caseId: 'x', system: 'local', op: 'ensure', result: 'failed', lagMs: 9_000 })
  t.equal(await value(metrics, 'reenroll_event_lag_seconds_count', { stage: 'acted' }), 0)
  t.equal(await value(metrics, 'reenroll_event_lag_seconds_count', { stage: 'ticketed' }), 0)
  metrics.observe({ type: 'action', caseId: 'x', remediation: 'unlock_user', state: 'done', lagMs: -50 })
  t.equal(await value(metrics, 'reenroll_event_lag_seconds_sum', { stage: 'acted' }), 0)
})

t.test('no label ever holds an id, whatever is thrown at it', async (t) => {
  const metrics = metricsWith()
  for (const happening of EVERYTHING) metrics.observe(happening)
  for (let count = 0; count < 500; count++) {
    const bucket = `GET /api/v1/users/00u1abc${count}defghijklmn/factors`
    metrics.observe({ type: 'okta_call', bucket, code: `${count}`, ms: 1, limit: null, remaining: 5 })
    metrics.observe({
      type: 'okta_call',
      bucket: `GET /x${'y'.repeat(count)}`,
      code: 'EPIPE',
      ms: 1,
      limit: null,
      remaining: 5
    })
    const decision = {
      type: 'decision',
      caseId: 'x',
      kind: 'ticket',
      mode: 'auto',
      cause: 'unknown',
      lagMs: 0
    } as const
    metrics.observe({ ...decision, rule: `rule-${count}` })
    metrics.observe({ type: 'ticket', caseId: 'x', system: `s${count}`, op: 'resolve', result: 'ok', lagMs: 0 })
  }
  const text = await metrics.registry.metrics()
  t.notMatch(text, /RE-CANARY|00u1abc|rule-\d|EPIPE/)
  t.equal(await value(metrics, 'reenroll_decisions_total', { rule: 'other', verdict: 'ticket', mode: 'auto' }), 500)
  t.equal(await value(metrics, 'reenroll_tickets_total', { system: 'other', op: 'resolve', result: 'ok' }), 500)
  const buckets = new Set((await read(metrics)).flatMap((sample) => sample.labels.bucket ?? []))
  t.ok(buckets.size <= 41 && buckets.has('other'), `${buckets.size} buckets`)
  t.ok(samplesOf(text).length < 2_500, `${samplesOf(text).length} series`)
})

t.test('figures of the store are read once in five seconds, however often one scrapes', async (t) => {
  let reads = 0
  let now = NOW
  const cases = Object.fromEntries(CASE_STATES.map((state) => [state, { count: 0, oldestAt: null }]))
  const snapshot: StoreSnapshot = {
    pendingEvents: 7,
    oldestPendingEventAt: plus(NOW, -30_000),
    cases: { ...cases, watching: { count: 2, oldestAt: plus(NOW, -60_000) } } as StoreSnapshot['cases'],
    deadLetters: 1
  }
  const metrics = metricsWith({
    clock: () => now,
    store: {
      snapshot: async () => {
        reads++
        return snapshot
      },
      controls: async () => ({
        version: 1,
        kill: { on: true, because: 'x', by: 'y', at: NOW },
        rules: { suspended: { paused: { because: 'x', by: 'y' } } },
        ceiling: null
      }),
      getCase: async () => null,
      cursor: async () => null,
      outboxFigures: async () => [{ target: 'jira', pending: 3, dead: 1, oldestQueuedAt: plus(NOW, -90_000) }]
    },
    isStorm: async () => true
  })
  await Promise.all([read(metrics), read(metrics)])
  now = plus(NOW, 4_999)
  t.equal(await value(metrics, 'reenroll_inbox_pending'), 7)
  t.equal(reads, 1)
  t.equal(await value(metrics, 'reenroll_inbox_oldest_seconds'), 34.999, 'ages grow between reads')
  t.equal(await value(metrics, 'reenroll_cases', { state: 'watching' }), 2)
  t.equal(await value(metrics, 'reenroll_case_oldest_seconds', { state: 'watching' }), 64.999)
  t.equal(await value(metrics, 'reenroll_case_oldest_seconds', { state: 'closed' }), undefined, 'over is over')
  t.equal(await value(metrics, 'reenroll_dead_letters'), 1)
  t.equal(await value(metrics, 'reenroll_brake_active', { brake: 'kill' }), 1)
  t.equal(await value(metrics, 'reenroll_brake_active', { brake: 'pause' }), 1)
  t.equal(await value(metrics, 'reenroll_brake_active', { brake: 'ceiling' }), 0)
  t.equal(await value(metrics, 'reenroll_outbox_pending', { target: 'jira' }), 3)
  t.equal(await value(metrics, 'reenroll_outbox_oldest_seconds', { target: 'jira' }), 94.999)
  t.equal(await value(metrics, 'reenroll_outbox_dead', { target: 'jira' }), 1)
  t.equal(await value(metrics, 'reenroll_storm_active'), 1)
  now = plus(NOW, 5_000)
  await read(metrics)
  t.equal(reads, 2)
  now = plus(NOW, -3_600_000)
  await read(metrics)
  t.equal(reads, 3, 'a clock that was set back does not keep old figures')
})

t.test('a store that cannot be read costs the scrape nothing but its own figures', async (t) => {
  const metrics = metricsWith({ store: { ...openInMemory(), snapshot: () => Promise.reject(new Error('away')) } })
  t.equal(await value(metrics, 'reenroll_near_misses_total'), 0)
  t.equal(await value(metrics, 'reenroll_store_read_failures_total'), 1)
})

t.test('process metrics come along when asked for', async (t) => {
  t.match(await metricsWith({ process: true }).registry.metrics(), /^process_cpu_seconds_total /m)
})

t.test('what is not known has no value; what is known is 0 or 1', async (t) => {
  let cursors: Readonly<Record<string, string>> = {}
  let now = NOW
  const store = { ...openInMemory(), cursor: async (name: string) => cursors[name] ?? null }
  const metrics = metricsWith({ store, clock: () => now })
  t.equal(await value(metrics, 'reenroll_hook_verified'), undefined)
  t.equal(await value(metrics, 'reenroll_ledger_intact'), undefined)
  t.equal(await value(metrics, 'reenroll_canary_age_seconds'), undefined)
  for (const [is, wanted] of [
    [true, 1],
    [false, 0]
  ] as const) {
    now = plus(now, 10_000)
    const walk = { at: { seq: 0, hash: '' }, startedAt: now, isAtEnd: true, isIntact: is, brokenAt: null }
    cursors = {
      [CLUSTER_STATUS_KEYS.hooks]: JSON.stringify({ at: now, isVerified: is }),
      [CLUSTER_STATUS_KEYS.ledger]: JSON.stringify(walk)
    }
    t.equal(await value(metrics, 'reenroll_hook_verified'), wanted)
    t.equal(await value(metrics, 'reenroll_ledger_intact'), wanted)
  }
  now = plus(now, 3_600_000)
  t.equal(await value(metrics, 'reenroll_hook_verified'), -1, 'an hour without a check')
})

t.test('replicas show which policy they run, and which ticket systems they leave alone', async (t) => {
  const metrics = metricsWith({
    config: () => ({ hash: 'abcdef0123456789', mode: 'observe', pages: 'https://reenroll.example.com' }),
    breakers: () => [
      { target: 'jira', isOpen: true, credentialEndsAt: '2026-07-01T00:00:00.000Z' },
      { target: 'pager', isOpen: false, credentialEndsAt: null }
    ]
  })
  t.equal(
    await value(metrics, 'reenroll_config_info', {
      hash: 'abcdef012345',
      mode: 'observe',
      pages: 'https://reenroll.example.com'
    }),
    1
  )
  t.equal(await value(metrics, 'reenroll_ticket_breaker_open', { target: 'jira' }), 1)
  t.equal(await value(metrics, 'reenroll_ticket_breaker_open', { target: 'pager' }), 0)
  const ends = Date.parse('2026-07-01T00:00:00.000Z') / 1_000
  t.equal(await value(metrics, 'reenroll_ticket_credential_expiry_timestamp_seconds', { target: 'jira' }), ends)
  metrics.observe({ type: 'leadership', job: 'system_log', leads: true })
  t.equal(await value(metrics, 'reenroll_leader', { task: 'system_log' }), 1)
  t.equal(await value(metrics, 'reenroll_leader', { task: 'retention' }), 0)
  metrics.observe({ type: 'canary', result: 'refused', afterMs: 3 })
  t.equal(await value(metrics, 'reenroll_canaries_total', { result: 'refused' }), 1)
})
