/** Folds what happens into Prometheus metrics, in a registry of its own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { CLOCK_STEPS, GUIDE_CHANNELS, TARGET_CLOCKS } from '../domain/case.ts'
import {
  CANARY_RESULTS,
  ENDED_NEEDING,
  EVENT_PROOFS,
  GUIDE_RESULTS,
  HOOK_OUTCOMES,
  isRecovered,
  JOB_NAMES,
  LOG_READ_RESULTS,
  RECOVERY_OUTCOMES,
  RULE_MODE_CHANGES,
  SET_OUTCOMES,
  STEP_ERRORS,
  STEP_NAMES,
  type TelemetryEvent,
  type TelemetryEventOf
} from '../domain/telemetry-event.ts'
import { msBetween, SECOND_MS } from '../domain/time.ts'
import { CHALLENGE_ENDS, CHALLENGE_KINDS } from '../domain/verification.ts'
import {
  CAUSE_IDS,
  EFFECTS,
  INTAKE_SOURCES,
  type Instant,
  MODES,
  type Mode,
  REFUSAL_MEANINGS,
  REMEDIATION_IDS,
  SKIP_REASONS
} from '../domain/vocabulary.ts'
import {
  ACTION_ENDS,
  codeLabel,
  createBucketLabel,
  EVENT_KINDS,
  knownOrOther,
  LAG_STAGES,
  METRIC_CATALOGUE,
  type MetricRow,
  OTHER,
  TICKET_OPS,
  TICKET_RESULTS,
  VERDICTS
} from './metric-catalogue.ts'
import { registerStoreGauges, type StoreGaugeDeps } from './store-gauges.ts'

/** The low ones have no target time. */
const TIMED_SEVERITIES = ['security', 'high', 'normal']

export interface MetricsDeps extends Omit<StoreGaugeDeps, 'onFailure'> {
  readonly version: string
  /** `pages`: where people reach the review pages, if set; dashboards link there. */
  readonly config: () => { readonly hash: string; readonly mode: Mode; readonly pages: string }
  /** Of the ticket systems. */
  readonly breakers: () => readonly {
    readonly target: string
    readonly isOpen: boolean
    readonly credentialEndsAt: Instant | null
  }[]
  readonly rules: readonly string[]
  readonly systems: readonly string[]
  /** Process and runtime metrics too; off in tests. */
  readonly process: boolean
}

export interface Metrics {
  readonly registry: Registry
  /** `traceId`: shown beside the lag as an example of it, in OpenMetrics. */
  observe(event: TelemetryEvent, traceId?: string | null): void
}

/** Answers of Okta that alerts ask for: at 0 as soon as a bucket is known, so that the first one shows as a rise. */
const WATCHED_CODES = ['401', '403', '429', 'timeout', 'network']

/** Of a hash, in characters: enough to tell policies apart. */
const SHOWN_HASH = 12

/** Upper bounds in seconds: answers of the hook and of Okta, and the way of an event up to a late poll. */
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30]
const LAG_SECONDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 21_600, 86_400]

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry()
  if (deps.process) collectDefaultMetrics({ register: registry })
  const instruments = createInstruments(registry, deps)
  registerStoreGauges(registry, { ...deps, onFailure: () => instruments.storeReadFailures.inc() })
  new Gauge({ ...options(METRIC_CATALOGUE.buildInfo), registers: [registry] }).set(
    { version: deps.version, node: process.version },
    1
  )
  new Gauge({
    ...options(METRIC_CATALOGUE.configInfo),
    registers: [registry],
    collect() {
      const { hash, ...labels } = deps.config()
      this.reset()
      this.set({ hash: hash.slice(0, SHOWN_HASH), ...labels }, 1)
    }
  })
  new Gauge({
    ...options(METRIC_CATALOGUE.ticketBreakerOpen),
    registers: [registry],
    collect() {
      for (const { target, isOpen } of deps.breakers()) this.set({ target }, isOpen ? 1 : 0)
    }
  })
  new Gauge({
    ...options(METRIC_CATALOGUE.ticketCredentialEnds),
    registers: [registry],
    collect() {
      this.reset()
      for (const { target, credentialEndsAt } of deps.breakers())
        if (credentialEndsAt !== null) this.set({ target }, Date.parse(credentialEndsAt) / SECOND_MS)
    }
  })
  return { registry, observe: (event, traceId) => observe(instruments, event, traceId ?? null) }
}

function options(row: MetricRow) {
  return { name: row.name, help: row.help, labelNames: [...row.labels] }
}

type Instruments = ReturnType<typeof createInstruments>

function createInstruments(registry: Registry, deps: Pick<MetricsDeps, 'rules' | 'systems' | 'clock'>) {
  const registers = [registry]
  /** A counter at 0 for every combination, so that the first count shows as a rise. */
  function counter(row: MetricRow, sets: readonly (readonly string[])[] = []): Counter {
    const made = new Counter({ ...options(row), registers })
    if (sets.length === row.labels.length) {
      for (const values of combinations(sets)) made.labels(...values).inc(0)
    }
    return made
  }
  function histogram(row: MetricRow, buckets: number[], labels: readonly string[] = []): Histogram {
    const enableExemplars = row === METRIC_CATALOGUE.eventLag
    // Made outside the registry: prom-client refuses exemplars in one of plain text, and merely leaves them out when it writes.
    const made = new Histogram({ ...options(row), buckets, enableExemplars, registers: [] })
    registry.registerMetric(made)
    for (const label of labels) made.zero({ [row.labels[0] ?? '']: label })
    return made
  }
  /** At 0 for each label. */
  function gauge(row: MetricRow, labels: readonly string[]): Gauge {
    const made = new Gauge({ ...options(row), registers })
    for (const label of labels) made.set({ [row.labels[0] ?? '']: label }, 0)
    return made
  }
  /** Seconds since the last time it was called, or since now. */
  function age(row: MetricRow): () => void {
    let since = deps.clock()
    const made: Gauge = new Gauge({
      ...options(row),
      registers,
      collect: () => made.set(seconds(msBetween(since, deps.clock())))
    })
    return () => {
      since = deps.clock()
    }
  }
  function zero(row: MetricRow): Gauge {
    const made = new Gauge({ ...options(row), registers })
    made.set(0)
    return made
  }
  const { rules, systems } = deps
  return {
    rules,
    systems,
    bucketLabel: createBucketLabel(),
    knownBuckets: new Set<string>(),
    hookRequests: counter(METRIC_CATALOGUE.hookRequests, [HOOK_OUTCOMES]),
    sets: counter(METRIC_CATALOGUE.sets, [SET_OUTCOMES]),
    hookSeconds: histogram(METRIC_CATALOGUE.hookSeconds, ANSWER_SECONDS),
    events: counter(METRIC_CATALOGUE.events, [INTAKE_SOURCES, EVENT_KINDS]),
    eventsSkipped: counter(METRIC_CATALOGUE.eventsSkipped, [SKIP_REASONS]),
    nearMisses: counter(METRIC_CATALOGUE.nearMisses),
    eventsDuplicate: counter(METRIC_CATALOGUE.eventsDuplicate),
    eventsRecovered: counter(METRIC_CATALOGUE.eventsRecovered),
    hookDeliveryFailures: counter(METRIC_CATALOGUE.hookDeliveryFailures),
    logReads: counter(METRIC_CATALOGUE.logReads, [LOG_READ_RESULTS]),
    pollCursorAge: age(METRIC_CATALOGUE.pollCursorAge),
    eventLag: histogram(METRIC_CATALOGUE.eventLag, LAG_SECONDS, LAG_STAGES),
    casesOpened: counter(METRIC_CATALOGUE.casesOpened),
    casesEnded: counter(METRIC_CATALOGUE.casesEnded, [ENDED_NEEDING]),
    decisions: counter(METRIC_CATALOGUE.decisions, [rules, VERDICTS, MODES]),
    causes: counter(METRIC_CATALOGUE.causes, [CAUSE_IDS]),
    eventProofs: counter(METRIC_CATALOGUE.eventProofs, [EVENT_PROOFS]),
    ruleModes: counter(METRIC_CATALOGUE.ruleModes, [rules, RULE_MODE_CHANGES]),
    guides: counter(METRIC_CATALOGUE.guides, [GUIDE_CHANNELS, GUIDE_RESULTS]),
    targetTimes: counter(METRIC_CATALOGUE.targetTimes, [TARGET_CLOCKS, TIMED_SEVERITIES, CLOCK_STEPS]),
    actions: counter(METRIC_CATALOGUE.actions, [REMEDIATION_IDS, ACTION_ENDS]),
    actionEffect: counter(METRIC_CATALOGUE.actionEffect, [REMEDIATION_IDS, EFFECTS]),
    verifications: counter(METRIC_CATALOGUE.verifications, [CHALLENGE_KINDS, CHALLENGE_ENDS]),
    reenrolled: histogram(METRIC_CATALOGUE.reenrolled, LAG_SECONDS, RECOVERY_OUTCOMES),
    tickets: counter(METRIC_CATALOGUE.tickets, [systems, TICKET_OPS, TICKET_RESULTS]),
    ticketRefusals: counter(METRIC_CATALOGUE.ticketRefusals, [systems, REFUSAL_MEANINGS]),
    steps: counter(METRIC_CATALOGUE.steps, [STEP_NAMES, ['none', ...STEP_ERRORS]]),
    stepSeconds: histogram(METRIC_CATALOGUE.stepSeconds, ANSWER_SECONDS, STEP_NAMES),
    oktaRequests: counter(METRIC_CATALOGUE.oktaRequests),
    oktaSeconds: histogram(METRIC_CATALOGUE.oktaSeconds, ANSWER_SECONDS),
    oktaBudget: new Gauge({ ...options(METRIC_CATALOGUE.oktaBudget), registers }),
    oktaBudgetLimit: new Gauge({ ...options(METRIC_CATALOGUE.oktaBudgetLimit), registers }),
    oktaShareUsed: new Gauge({ ...options(METRIC_CATALOGUE.oktaQuotaUsed), registers }),
    oktaBreaker: zero(METRIC_CATALOGUE.oktaBreakerOpen),
    oktaThrottleWait: histogram(METRIC_CATALOGUE.oktaThrottleWait, ANSWER_SECONDS),
    canaries: counter(METRIC_CATALOGUE.canaries, [CANARY_RESULTS]),
    leader: gauge(METRIC_CATALOGUE.leader, JOB_NAMES),
    storeReadFailures: counter(METRIC_CATALOGUE.storeReadFailures)
  }
}

function combinations(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return sets.reduce<readonly (readonly string[])[]>(
    (rows, set) => rows.flatMap((row) => set.map((value) => [...row, value])),
    [[]]
  )
}

/** Lag is never negative: Okta's clock may be ahead. */
function seconds(ms: number): number {
  return Math.max(0, ms / SECOND_MS)
}

type Observe<Type extends TelemetryEvent['type']> = (
  to: Instruments,
  event: TelemetryEventOf<Type>,
  traceId: string | null
) => void

const OBSERVERS: { readonly [Type in TelemetryEvent['type']]: Observe<Type> } = {
  request: (to, { outcome, ms, duplicates }) => {
    to.hookRequests.inc({ outcome })
    to.hookSeconds.observe(seconds(ms))
    to.eventsDuplicate.inc(duplicates)
  },
  event: (to, event, traceId) => {
    to.events.inc({ source: event.source, kind: event.kind })
    observeLag(to, 'received', event.lagMs, traceId)
    if (event.reason) to.eventsSkipped.inc({ reason: event.reason })
    if (event.nearMiss) to.nearMisses.inc()
    if (isRecovered(event)) to.eventsRecovered.inc()
  },
  case_opened: (to) => to.casesOpened.inc(),
  case_ended: (to, { needed }) => to.casesEnded.inc({ needed }),
  step: (to, { step, error, ms }) => {
    to.steps.inc({ step, error: error ?? 'none' })
    to.stepSeconds.observe({ step }, seconds(ms))
  },
  decision: (to, { rule, kind, mode, cause, lagMs }, traceId) => {
    to.decisions.inc({ rule: knownOrOther(to.rules, rule), verdict: kind, mode })
    to.causes.inc({ cause })
    observeLag(to, 'decided', lagMs, traceId)
  },
  event_proof: (to, { result }) => to.eventProofs.inc({ result }),
  action: (to, { remediation, state, lagMs }, traceId) => {
    to.actions.inc({ remediation, state })
    if (state === 'done') observeLag(to, 'acted', lagMs, traceId)
  },
  effect: (to, { remediation, effect }) => to.actionEffect.inc({ remediation, effect }),
  verification: (to, { kind, result }) => to.verifications.inc({ kind, result }),
  reenrolled: (to, { outcome, afterMs }) => to.reenrolled.observe({ outcome }, seconds(afterMs)),
  ticket: (to, { system: name, op, result, lagMs, meaning }, traceId) => {
    const system = knownOrOther(to.systems, name)
    to.tickets.inc({ system, op, result })
    if (meaning) to.ticketRefusals.inc({ target: system, meaning })
    if (op === 'ensure' && result === 'ok' && system !== 'mail') observeLag(to, 'ticketed', lagMs, traceId)
  },
  okta_call: observeOktaCall,
  okta_circuit_breaker: (to, { open }) => to.oktaBreaker.set(open ? 1 : 0),
  log_read: (to, { result, failedDeliveries }) => {
    to.logReads.inc({ result })
    to.hookDeliveryFailures.inc(failedDeliveries)
    if (result === 'ok') to.pollCursorAge()
  },
  canary: (to, { result }) => to.canaries.inc({ result }),
  guide_ended: (to, { channel, result }) => to.guides.inc({ channel, result }),
  target_time: (to, { clock, severity, step }) => to.targetTimes.inc({ clock, case_severity: severity, step }),
  rule_mode: (to, { rule, change }) => to.ruleModes.inc({ rule: knownOrOther(to.rules, rule), change }),
  set: (to, { outcome }) => to.sets.inc({ outcome }),
  leadership: (to, { job, leads }) => to.leader.set({ task: job }, leads ? 1 : 0)
}

function observe<Type extends TelemetryEvent['type']>(
  to: Instruments,
  event: TelemetryEventOf<Type>,
  traceId: string | null
): void {
  const count: Observe<Type> = OBSERVERS[event.type as Type]
  count(to, event, traceId)
}

function observeLag(to: Instruments, stage: (typeof LAG_STAGES)[number], lagMs: number, traceId: string | null): void {
  const exemplarLabels = traceId === null ? {} : { trace_id: traceId }
  to.eventLag.observe({ labels: { stage }, value: seconds(lagMs), exemplarLabels })
}

function observeOktaCall(to: Instruments, call: TelemetryEventOf<'okta_call'>): void {
  const bucket = to.bucketLabel(call.bucket)
  if (!to.knownBuckets.has(bucket)) {
    for (const code of WATCHED_CODES) to.oktaRequests.inc({ bucket, code }, 0)
    to.knownBuckets.add(bucket)
  }
  to.oktaRequests.inc({ bucket, code: codeLabel(call.code) })
  to.oktaSeconds.observe({ bucket }, seconds(call.ms))
  if (call.waitedMs !== undefined) to.oktaThrottleWait.observe(seconds(call.waitedMs))
  if (bucket === OTHER) return
  if (call.remaining !== null) to.oktaBudget.set({ bucket }, call.remaining)
  if (call.limit !== null) to.oktaBudgetLimit.set({ bucket }, call.limit)
  if (typeof call.quotaUsed === 'number') to.oktaShareUsed.set({ bucket }, call.quotaUsed)
}
