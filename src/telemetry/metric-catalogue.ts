/** Every metric as data: the registry, the generated reference and the alert tests are made from it. */
import { isOpen } from '../domain/case.ts'
import { CASE_STATES, type CaseState } from '../domain/vocabulary.ts'

export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
}

/** Makes rows of one type: name, help, then the labels. */
const rowOf =
  (type: MetricRow['type']) =>
  (name: string, help: string, ...labels: readonly string[]): MetricRow => ({ name, type, labels, help })
const [counter, gauge, histogram] = [rowOf('counter'), rowOf('gauge'), rowOf('histogram')]

/** By the name used in code. No label holds a user, device or case id. */
export const METRIC_CATALOGUE = {
  hookRequests: counter(
    'reenroll_hook_requests_total',
    'HTTP requests to the event-hook endpoint, by outcome.',
    'outcome'
  ),
  hookSeconds: histogram(
    'reenroll_hook_request_seconds',
    'Response time of the event-hook endpoint. Okta times out after 3 seconds.'
  ),
  sets: counter('reenroll_ssf_requests_total', 'Security event tokens of other vendors, by outcome.', 'outcome'),
  events: counter('reenroll_events_total', 'Events processed, by source and kind.', 'source', 'kind'),
  eventsSkipped: counter('reenroll_events_skipped_total', 'Events that change no case, by reason.', 'reason'),
  nearMisses: counter(
    'reenroll_near_misses_total',
    'Skipped events that nearly match a failed enrollment; check the classifier when this rises.'
  ),
  eventsDuplicate: counter('reenroll_events_duplicate_total', 'Events from the hook that were already stored.'),
  eventsRecovered: counter(
    'reenroll_events_recovered_total',
    'Failed enrollments read from the System Log because the hook missed them or was late.'
  ),
  hookDeliveryFailures: counter(
    'reenroll_hook_delivery_failures_total',
    'Event-hook deliveries that Okta gave up, according to its System Log.'
  ),
  logReads: counter(
    'reenroll_log_reads_total',
    'System Log page reads, by result; `expired` means that reading restarted with an overlap.',
    'result'
  ),
  pollCursorAge: gauge(
    'reenroll_poll_cursor_age_seconds',
    'Seconds since the last successful System Log read, or since startup.'
  ),
  eventLag: histogram(
    'reenroll_event_lag_seconds',
    "Time from an event's publication in Okta to each processing stage.",
    'stage'
  ),
  casesOpened: counter('reenroll_cases_opened_total', 'Cases opened.'),
  cases: gauge('reenroll_cases', 'Cases in each state.', 'state'),
  caseOldest: gauge(
    'reenroll_case_oldest_seconds',
    'Age of the oldest open case in each state; 0 without one.',
    'state'
  ),
  inboxPending: gauge('reenroll_inbox_pending', 'Stored events waiting to be processed.'),
  inboxOldest: gauge(
    'reenroll_inbox_oldest_seconds',
    'Age of the oldest stored event waiting to be processed; 0 without one.'
  ),
  deadLetters: gauge('reenroll_dead_letters', 'Events and deliveries that could not be processed.'),
  casesEnded: counter(
    'reenroll_cases_ended_total',
    'Cases that ended outside storms, by whom they needed: `nobody` had a ticket, an approval or anything else to do.',
    'needed'
  ),
  decisions: counter(
    'reenroll_decisions_total',
    'Decisions, by rule, verdict and effective mode.',
    'rule',
    'verdict',
    'mode'
  ),
  causes: counter('reenroll_causes_total', 'Decisions, by cause.', 'cause'),
  eventProofs: counter(
    'reenroll_event_proofs_total',
    'Events that the System Log does not hold: looked up again, or missing after the wait and perhaps invented.',
    'result'
  ),
  ruleModes: counter(
    'reenroll_rule_mode_changes_total',
    'Rules that began to write automatically (`raised`), or were lowered to propose by the rule watch (`dropped_back`).',
    'rule',
    'change'
  ),
  guides: counter(
    'reenroll_guides_total',
    'Users who had the steps before there was a ticket, by channel and result.',
    'channel',
    'result'
  ),
  targetTimes: counter(
    'reenroll_target_times_total',
    'Target times of cases that are near (`reminded`, `escalated`) or have passed (`missed`), by clock and severity.',
    'clock',
    'case_severity',
    'step'
  ),
  actions: counter('reenroll_actions_total', 'Writes to Okta, by remediation and final state.', 'remediation', 'state'),
  actionEffect: counter(
    'reenroll_action_effect_total',
    'Measured effect of writes on the user; `unknown` counts as failure.',
    'remediation',
    'effect'
  ),
  verifications: counter(
    'reenroll_verifications_total',
    'Verifications of callers, by kind and result; `rejected`: the user refused, so somebody else may be calling.',
    'kind',
    'result'
  ),
  reenrolled: histogram(
    'reenroll_time_to_reenroll_seconds',
    "Time from a case's first failure to successful enrollment, by whether a repair preceded it.",
    'outcome'
  ),
  tickets: counter('reenroll_tickets_total', 'Ticket-system operations, by result.', 'system', 'op', 'result'),
  ticketRefusals: counter(
    'reenroll_ticket_refusals_total',
    'Failed calls to ticket systems, by what the answer concerns: one ticket, the credential, the target, or nothing that lasts.',
    'target',
    'meaning'
  ),
  steps: counter('reenroll_steps_total', 'Case-processing steps, by error; `none` for success.', 'step', 'error'),
  stepSeconds: histogram('reenroll_step_seconds', 'Duration of case-processing steps.', 'step'),
  oktaRequests: counter(
    'reenroll_okta_requests_total',
    'Okta API calls, by rate-limit bucket and HTTP status, `timeout` or `network`.',
    'bucket',
    'code'
  ),
  oktaSeconds: histogram('reenroll_okta_request_seconds', 'Response time of the Okta API.', 'bucket'),
  oktaBudget: gauge(
    'reenroll_okta_budget_remaining',
    "X-Rate-Limit-Remaining of the bucket's last response.",
    'bucket'
  ),
  oktaBudgetLimit: gauge('reenroll_okta_budget_limit', "X-Rate-Limit-Limit of the bucket's last response.", 'bucket'),
  outboxPending: gauge('reenroll_outbox_pending', 'Ticket updates waiting to be sent.', 'target'),
  outboxOldest: gauge(
    'reenroll_outbox_oldest_seconds',
    'Age of the oldest waiting ticket update; 0 without one.',
    'target'
  ),
  outboxDead: gauge('reenroll_outbox_dead', 'Ticket updates that failed permanently and need a person.', 'target'),
  stormActive: gauge(
    'reenroll_storm_active',
    '1 while many users fail at once and their cases are grouped into one incident.'
  ),
  oktaQuotaUsed: gauge(
    'reenroll_okta_quota_used_ratio',
    'Used part of our quota of the rate limit, in the minute of the last call; at 1, calls wait.',
    'bucket'
  ),
  oktaBreakerOpen: gauge(
    'reenroll_okta_breaker_open',
    '1 while the Okta circuit breaker is open. Cases wait and no writes are made.'
  ),
  oktaThrottleWait: histogram(
    'reenroll_okta_throttle_wait_seconds',
    'Time that Okta calls waited for the rate limiter.'
  ),
  hookVerified: gauge(
    'reenroll_hook_verified',
    '1 while each of our event hooks in Okta is active and verified, 0 otherwise, -1 while the check fails; absent without the scope `okta.eventHooks.read`.'
  ),
  ledgerIntact: gauge(
    'reenroll_ledger_intact',
    "1 while the ledger's hash chain is intact, 0 otherwise; absent before the first check."
  ),
  ticketBreakerOpen: gauge(
    'reenroll_ticket_breaker_open',
    "1 while this replica's circuit breaker for the ticket system is open.",
    'target'
  ),
  ticketCredentialEnds: gauge(
    'reenroll_ticket_credential_expiry_timestamp_seconds',
    'When the credential for the ticket system expires, as Unix time; only where the system says so (GitHub).',
    'target'
  ),
  configInfo: gauge(
    'reenroll_config_info',
    "Always 1. Labels: the first characters of the policy's hash, the mode ceiling, and `REENROLL_PUBLIC_OPS_URL`.",
    'hash',
    'mode',
    'pages'
  ),
  canaries: counter(
    'reenroll_canaries_total',
    'Synthetic (canary) deliveries sent to the public hook URL, by result; `completed` means end-to-end success.',
    'result'
  ),
  canaryAge: gauge(
    'reenroll_canary_age_seconds',
    'Seconds since the last end-to-end canary success, or since startup; absent without canaries.'
  ),
  canaryInterval: gauge('reenroll_canary_interval_seconds', 'Interval between canaries; absent without canaries.'),
  leader: gauge('reenroll_leader', '1 on the replica that currently leads this singleton job.', 'task'),
  brakeActive: gauge(
    'reenroll_brake_active',
    '1 while the kill switch is on, a run-time mode ceiling is set, or a rule is paused.',
    'brake'
  ),
  storeReadFailures: counter(
    'reenroll_store_read_failures_total',
    'Scrapes with stale store figures because the store could not be read.'
  ),
  buildInfo: gauge(
    'reenroll_build_info',
    'Always 1. Labels: the version of Reenroll and of Node.js.',
    'version',
    'node'
  )
}

/** The same rows as a list. */
export const METRICS: readonly MetricRow[] = Object.values(METRIC_CATALOGUE)

/* The closed sets that metric labels are taken from. What is outside a set is counted as `other`, never dropped. */

export const OTHER = 'other'

/** What an event can be, `Reading.kind`. */
export const EVENT_KINDS = ['failure', 'recovery', 'signal', 'skipped'] as const
/** What a decision can lead to, `Decision.kind`. */
export const VERDICTS = ['ignore', 'ticket', 'guide', 'remediate'] as const
/** How a write can end, `Action.state` without `intended`. */
export const ACTION_ENDS = ['done', 'refused', 'failed', 'unknown'] as const
export const TICKET_OPS = ['ensure', 'resolve'] as const
export const TICKET_RESULTS = ['ok', 'failed'] as const
/** Moments at which lag is taken. */
export const LAG_STAGES = ['received', 'decided', 'acted', 'ticketed'] as const
/** States whose age matters; the age of a case that is over only grows. */
export const UNFINISHED_STATES: readonly CaseState[] = CASE_STATES.filter((state) => isOpen({ state }))

/** The value when it is in the set, otherwise `other`. */
export function knownOrOther(set: readonly string[], value: string): string {
  return set.includes(value) ? value : OTHER
}

/** HTTP status, `timeout` or `network`. */
export function codeLabel(code: string): string {
  return /^[1-5]\d\d$/.test(code) || code === 'timeout' || code === 'network' ? code : OTHER
}

/** Most rate-limit buckets that a process can come to know; we make some fifteen kinds of calls. */
const MAX_BUCKETS = 40

/** Buckets are path patterns that `okta/` names; one that still carries an id, or one too many, becomes `other`. */
export function createBucketLabel(): (bucket: string) => string {
  const seen = new Set<string>()
  return (bucket) => {
    if (seen.has(bucket)) return bucket
    const pattern = /^[A-Z]{3,7} \/[a-z0-9_/{}.-]*$/i.test(bucket) && !/[/][^/{}]*\d[^/{}]{9,}/.test(bucket)
    if (!pattern || seen.size >= MAX_BUCKETS) return OTHER
    seen.add(bucket)
    return bucket
  }
}
