/** Every metric as data: the registry, the generated reference and the alert tests are made from it. */

export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
}

/** By the name used in code. No label holds a user, device or case id. */
export const CATALOGUE = {
  hookRequests: {
    name: 'reenroll_hook_requests_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'HTTP requests to the event-hook endpoint, by outcome.'
  },
  hookSeconds: {
    name: 'reenroll_hook_request_seconds',
    type: 'histogram',
    labels: [],
    help: 'Response time of the event-hook endpoint. Okta times out after 3 seconds.'
  },
  events: {
    name: 'reenroll_events_total',
    type: 'counter',
    labels: ['source', 'kind'],
    help: 'Events processed, by source and kind.'
  },
  eventsSkipped: {
    name: 'reenroll_events_skipped_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Events that change no case, by reason.'
  },
  nearMisses: {
    name: 'reenroll_near_misses_total',
    type: 'counter',
    labels: [],
    help: 'Skipped events that nearly match a failed enrollment; check the classifier when this rises.'
  },
  eventsDuplicate: {
    name: 'reenroll_events_duplicate_total',
    type: 'counter',
    labels: [],
    help: 'Events from the hook that were already stored.'
  },
  eventsRecovered: {
    name: 'reenroll_events_recovered_total',
    type: 'counter',
    labels: [],
    help: 'Failed enrollments read from the System Log because the hook missed them or was late.'
  },
  hookDeliveryFailures: {
    name: 'reenroll_hook_delivery_failures_total',
    type: 'counter',
    labels: [],
    help: 'Event-hook deliveries that Okta gave up, according to its System Log.'
  },
  logReads: {
    name: 'reenroll_log_reads_total',
    type: 'counter',
    labels: ['result'],
    help: 'System Log page reads, by result; `expired` means that reading restarted with an overlap.'
  },
  pollCursorAge: {
    name: 'reenroll_poll_cursor_age_seconds',
    type: 'gauge',
    labels: [],
    help: 'Seconds since the last successful System Log read, or since startup.'
  },
  eventLag: {
    name: 'reenroll_event_lag_seconds',
    type: 'histogram',
    labels: ['stage'],
    help: "Time from an event's publication in Okta to each processing stage."
  },
  casesOpened: {
    name: 'reenroll_cases_opened_total',
    type: 'counter',
    labels: [],
    help: 'Cases opened.'
  },
  cases: { name: 'reenroll_cases', type: 'gauge', labels: ['state'], help: 'Cases in each state.' },
  caseOldest: {
    name: 'reenroll_case_oldest_seconds',
    type: 'gauge',
    labels: ['state'],
    help: 'Age of the oldest open case in each state; 0 without one.'
  },
  inboxPending: {
    name: 'reenroll_inbox_pending',
    type: 'gauge',
    labels: [],
    help: 'Stored events waiting to be processed.'
  },
  inboxOldest: {
    name: 'reenroll_inbox_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest stored event waiting to be processed; 0 without one.'
  },
  deadLetters: {
    name: 'reenroll_dead_letters',
    type: 'gauge',
    labels: [],
    help: 'Events and deliveries that could not be processed.'
  },
  decisions: {
    name: 'reenroll_decisions_total',
    type: 'counter',
    labels: ['rule', 'verdict', 'mode'],
    help: 'Decisions, by rule, verdict and effective mode.'
  },
  causes: {
    name: 'reenroll_causes_total',
    type: 'counter',
    labels: ['cause'],
    help: 'Decisions, by cause.'
  },
  eventProofs: {
    name: 'reenroll_event_proofs_total',
    type: 'counter',
    labels: ['result'],
    help: 'Events that the System Log does not hold: looked up again, or missing after the wait and perhaps invented.'
  },
  actions: {
    name: 'reenroll_actions_total',
    type: 'counter',
    labels: ['remediation', 'state'],
    help: 'Writes to Okta, by remediation and final state.'
  },
  actionEffect: {
    name: 'reenroll_action_effect_total',
    type: 'counter',
    labels: ['remediation', 'effect'],
    help: 'Measured effect of writes on the user; `unknown` counts as failure.'
  },
  reenrolled: {
    name: 'reenroll_time_to_reenroll_seconds',
    type: 'histogram',
    labels: ['outcome'],
    help: "Time from a case's first failure to successful enrollment, by whether a repair preceded it."
  },
  tickets: {
    name: 'reenroll_tickets_total',
    type: 'counter',
    labels: ['system', 'op', 'result'],
    help: 'Ticket-system operations, by result.'
  },
  steps: {
    name: 'reenroll_steps_total',
    type: 'counter',
    labels: ['step', 'error'],
    help: 'Case-processing steps, by error; `none` for success.'
  },
  stepSeconds: {
    name: 'reenroll_step_seconds',
    type: 'histogram',
    labels: ['step'],
    help: 'Duration of case-processing steps.'
  },
  oktaRequests: {
    name: 'reenroll_okta_requests_total',
    type: 'counter',
    labels: ['bucket', 'code'],
    help: 'Okta API calls, by rate-limit bucket and HTTP status, `timeout` or `network`.'
  },
  oktaSeconds: {
    name: 'reenroll_okta_request_seconds',
    type: 'histogram',
    labels: ['bucket'],
    help: 'Response time of the Okta API.'
  },
  oktaBudget: {
    name: 'reenroll_okta_budget_remaining',
    type: 'gauge',
    labels: ['bucket'],
    help: "X-Rate-Limit-Remaining of the bucket's last response."
  },
  oktaBudgetLimit: {
    name: 'reenroll_okta_budget_limit',
    type: 'gauge',
    labels: ['bucket'],
    help: "X-Rate-Limit-Limit of the bucket's last response."
  },
  outboxPending: {
    name: 'reenroll_outbox_pending',
    type: 'gauge',
    labels: ['target'],
    help: 'Ticket updates waiting to be sent.'
  },
  outboxOldest: {
    name: 'reenroll_outbox_oldest_seconds',
    type: 'gauge',
    labels: ['target'],
    help: 'Age of the oldest waiting ticket update; 0 without one.'
  },
  outboxDead: {
    name: 'reenroll_outbox_dead',
    type: 'gauge',
    labels: ['target'],
    help: 'Ticket updates that failed permanently and need a person.'
  },
  stormActive: {
    name: 'reenroll_storm_active',
    type: 'gauge',
    labels: [],
    help: '1 while many users fail at once and their cases are grouped into one incident.'
  },
  oktaQuotaUsed: {
    name: 'reenroll_okta_quota_used_ratio',
    type: 'gauge',
    labels: ['bucket'],
    help: 'Used part of our quota of the rate limit, in the minute of the last call; at 1, calls wait.'
  },
  oktaBreakerOpen: {
    name: 'reenroll_okta_breaker_open',
    type: 'gauge',
    labels: [],
    help: '1 while the Okta circuit breaker is open. Cases wait and no writes are made.'
  },
  oktaThrottleWait: {
    name: 'reenroll_okta_throttle_wait_seconds',
    type: 'histogram',
    labels: [],
    help: 'Time that Okta calls waited for the rate limiter.'
  },
  hookVerified: {
    name: 'reenroll_hook_verified',
    type: 'gauge',
    labels: [],
    help: '1 while each of our event hooks in Okta is active and verified, 0 otherwise, -1 while the check fails; absent without the scope `okta.eventHooks.read`.'
  },
  ledgerIntact: {
    name: 'reenroll_ledger_intact',
    type: 'gauge',
    labels: [],
    help: "1 while the ledger's hash chain is intact, 0 otherwise; absent before the first check."
  },
  ticketBreakerOpen: {
    name: 'reenroll_ticket_breaker_open',
    type: 'gauge',
    labels: ['target'],
    help: "1 while this replica's circuit breaker for the ticket system is open."
  },
  configInfo: {
    name: 'reenroll_config_info',
    type: 'gauge',
    labels: ['hash', 'mode'],
    help: "Always 1. Labels: the first characters of the policy's hash, and the mode ceiling."
  },
  canaries: {
    name: 'reenroll_canaries_total',
    type: 'counter',
    labels: ['result'],
    help: 'Synthetic (canary) deliveries sent to the public hook URL, by result; `completed` means end-to-end success.'
  },
  canaryAge: {
    name: 'reenroll_canary_age_seconds',
    type: 'gauge',
    labels: [],
    help: 'Seconds since the last end-to-end canary success, or since startup; absent without canaries.'
  },
  canaryInterval: {
    name: 'reenroll_canary_interval_seconds',
    type: 'gauge',
    labels: [],
    help: 'Interval between canaries; absent without canaries.'
  },
  leader: {
    name: 'reenroll_leader',
    type: 'gauge',
    labels: ['task'],
    help: '1 on the replica that currently leads this singleton job.'
  },
  brakeActive: {
    name: 'reenroll_brake_active',
    type: 'gauge',
    labels: ['brake'],
    help: '1 while the kill switch is on, a run-time mode ceiling is set, or a rule is paused.'
  },
  storeReadFailures: {
    name: 'reenroll_store_read_failures_total',
    type: 'counter',
    labels: [],
    help: 'Scrapes with stale store figures because the store could not be read.'
  },
  buildInfo: {
    name: 'reenroll_build_info',
    type: 'gauge',
    labels: ['version', 'node'],
    help: 'Always 1. Labels: the version of Reenroll and of Node.js.'
  }
} as const satisfies Record<string, MetricRow>

/** The same rows as a list. */
export const METRICS: readonly MetricRow[] = Object.values(CATALOGUE)
