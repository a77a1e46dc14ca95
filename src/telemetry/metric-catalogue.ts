/** Every metric Reenroll exposes, as data: the registry, the README and the alert tests are made from it. */

/* Metrics of what one replica does or finds out for all, and of what replicas must agree on. Part of `metric-catalogue.ts`. */

export const CLUSTER_METRICS = {
  hookVerified: {
    name: 'reenroll_hook_verified',
    type: 'gauge',
    labels: [],
    help: '1 while each of our event hooks in Okta is active and verified, 0 otherwise; absent when it cannot be read.'
  },
  ledgerIntact: {
    name: 'reenroll_ledger_intact',
    type: 'gauge',
    labels: [],
    help: '1 while each line of the ledger follows from the lines before, 0 otherwise; absent before the first check.'
  },
  ticketBreakerOpen: {
    name: 'reenroll_ticket_breaker_open',
    type: 'gauge',
    labels: ['target'],
    help: '1 while this replica leaves a ticket system alone that has failed, until a call works again.'
  },
  configInfo: {
    name: 'reenroll_config_info',
    type: 'gauge',
    labels: ['hash', 'mode'],
    help: 'Always 1; says which policy is in force, by the beginning of its hash, and under which ceiling.'
  },
  canaries: {
    name: 'reenroll_canaries_total',
    type: 'counter',
    labels: ['result'],
    help: 'Deliveries of our own through the public address, by how sending ended; completed: its case closed itself.'
  },
  canaryAge: {
    name: 'reenroll_canary_age_seconds',
    type: 'gauge',
    labels: [],
    help: 'Time since a canary last came all the way, or since the start; absent while none are sent.'
  },
  canaryInterval: {
    name: 'reenroll_canary_interval_seconds',
    type: 'gauge',
    labels: [],
    help: 'How often a canary is sent; absent while none are sent.'
  },
  dutyHeld: {
    name: 'reenroll_duty_held',
    type: 'gauge',
    labels: ['duty'],
    help: '1 on the replica that does what only one does at a time.'
  }
} as const satisfies Record<string, MetricRow>

export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
}

/** By the name the code knows them under. No label holds a user, device or case id (DESIGN §4). */
export const CATALOGUE = {
  hookRequests: {
    name: 'reenroll_hook_requests_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Requests at the hook’s door, by how they ended.'
  },
  hookSeconds: {
    name: 'reenroll_hook_request_seconds',
    type: 'histogram',
    labels: [],
    help: 'Time from request to answer at the hook. Okta gives up after 3 seconds.'
  },
  events: {
    name: 'reenroll_events_total',
    type: 'counter',
    labels: ['source', 'kind'],
    help: 'Events read, by where they came from and what they are.'
  },
  eventsSkipped: {
    name: 'reenroll_events_skipped_total',
    type: 'counter',
    labels: ['why'],
    help: 'Events that move no case, by reason.'
  },
  nearMisses: {
    name: 'reenroll_near_misses_total',
    type: 'counter',
    labels: [],
    help: 'Skipped events that look almost like a failed enrollment; a rise says the classifier needs a look.'
  },
  eventsDuplicate: {
    name: 'reenroll_events_duplicate_total',
    type: 'counter',
    labels: [],
    help: 'Events delivered by the hook that were already stored.'
  },
  eventsRecovered: {
    name: 'reenroll_events_recovered_total',
    type: 'counter',
    labels: [],
    help: 'Failed enrollments that the System Log brought because the hook lost them or was late.'
  },
  hookDeliveryFailures: {
    name: 'reenroll_hook_delivery_failures_total',
    type: 'counter',
    labels: [],
    help: 'Deliveries to an event hook of the org that Okta gave up, by its System Log.'
  },
  logReads: {
    name: 'reenroll_log_reads_total',
    type: 'counter',
    labels: ['result'],
    help: 'Pages of the System Log read, by how it went; expired means that reading started anew, with an overlap.'
  },
  pollCursorAge: {
    name: 'reenroll_poll_cursor_age_seconds',
    type: 'gauge',
    labels: [],
    help: 'Time since the System Log was last read without trouble, or since the start.'
  },
  eventLag: {
    name: 'reenroll_event_lag_seconds',
    type: 'histogram',
    labels: ['stage'],
    help: 'Time since Okta published the event, when it was received, decided on, acted on and ticketed.'
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
    help: 'Age of the oldest case in each state that is not over; 0 without one.'
  },
  inboxPending: {
    name: 'reenroll_inbox_pending',
    type: 'gauge',
    labels: [],
    help: 'Stored events that nobody has read yet.'
  },
  inboxOldest: {
    name: 'reenroll_inbox_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest stored event that nobody has read yet; 0 without one.'
  },
  deadLetters: {
    name: 'reenroll_dead_letters',
    type: 'gauge',
    labels: [],
    help: 'Events and deliveries kept aside because they cannot be handled.'
  },
  decisions: {
    name: 'reenroll_decisions_total',
    type: 'counter',
    labels: ['rule', 'verdict', 'mode'],
    help: 'Decisions, by the rule that matched, what it leads to and the mode in force.'
  },
  causes: {
    name: 'reenroll_causes_total',
    type: 'counter',
    labels: ['cause'],
    help: 'Decisions, by the cause that was named.'
  },
  actions: {
    name: 'reenroll_actions_total',
    type: 'counter',
    labels: ['remediation', 'state'],
    help: 'Writes in Okta, by how they ended.'
  },
  actionEffect: {
    name: 'reenroll_action_effect_total',
    type: 'counter',
    labels: ['remediation', 'effect'],
    help: 'What writes did for the user; unknown counts as failure.'
  },
  reenrolled: {
    name: 'reenroll_time_to_reenroll_seconds',
    type: 'histogram',
    labels: ['outcome'],
    help: 'Time from the first failure of a case to the enrollment that ended it, by whose doing that was.'
  },
  tickets: {
    name: 'reenroll_tickets_total',
    type: 'counter',
    labels: ['system', 'op', 'result'],
    help: 'Calls to ticket systems.'
  },
  steps: {
    name: 'reenroll_steps_total',
    type: 'counter',
    labels: ['step', 'trouble'],
    help: 'Steps of cases, by the trouble they met; none when they came through.'
  },
  stepSeconds: {
    name: 'reenroll_step_seconds',
    type: 'histogram',
    labels: ['step'],
    help: 'Time a step of a case took.'
  },
  oktaRequests: {
    name: 'reenroll_okta_requests_total',
    type: 'counter',
    labels: ['bucket', 'code'],
    help: 'Calls to Okta, by rate-limit bucket and HTTP status, timeout or network.'
  },
  oktaSeconds: {
    name: 'reenroll_okta_request_seconds',
    type: 'histogram',
    labels: ['bucket'],
    help: 'Time Okta took to answer.'
  },
  oktaBudget: {
    name: 'reenroll_okta_budget_remaining',
    type: 'gauge',
    labels: ['bucket'],
    help: 'X-Rate-Limit-Remaining of the last answer in the bucket.'
  },
  oktaBudgetLimit: {
    name: 'reenroll_okta_budget_limit',
    type: 'gauge',
    labels: ['bucket'],
    help: 'X-Rate-Limit-Limit of the last answer in the bucket.'
  },
  outboxPending: {
    name: 'reenroll_outbox_pending',
    type: 'gauge',
    labels: ['target'],
    help: 'Tickets that a tracker still has to be told about.'
  },
  outboxOldest: {
    name: 'reenroll_outbox_oldest_seconds',
    type: 'gauge',
    labels: ['target'],
    help: 'How long the oldest of them has waited; 0 without one.'
  },
  outboxDead: {
    name: 'reenroll_outbox_dead',
    type: 'gauge',
    labels: ['target'],
    help: 'Tickets that a tracker refused for good; they wait for a person.'
  },
  stormActive: {
    name: 'reenroll_storm_active',
    type: 'gauge',
    labels: [],
    help: '1 while many users fail at once and their cases are held together in one.'
  },
  oktaShareUsed: {
    name: 'reenroll_okta_share_used_ratio',
    type: 'gauge',
    labels: ['bucket'],
    help: 'Part of our share of the rate limit that was used in the minute of the last call; 1 means that calls wait.'
  },
  oktaBreaker: {
    name: 'reenroll_okta_breaker_open',
    type: 'gauge',
    labels: [],
    help: '1 while Okta is left alone because call after call got no answer; cases wait, nothing is written.'
  },
  oktaThrottleWait: {
    name: 'reenroll_okta_throttle_wait_seconds',
    type: 'histogram',
    labels: [],
    help: 'Time calls to Okta waited for their turn before they were sent.'
  },
  ...CLUSTER_METRICS,
  brakeActive: {
    name: 'reenroll_brake_active',
    type: 'gauge',
    labels: ['brake'],
    help: '1 while the kill switch is on, a run-time ceiling is set, or a rule is paused.'
  },
  storeReadFailures: {
    name: 'reenroll_store_read_failures_total',
    type: 'counter',
    labels: [],
    help: 'Scrapes whose figures from the store are old because it could not be read.'
  },
  buildInfo: {
    name: 'reenroll_build_info',
    type: 'gauge',
    labels: ['version', 'node'],
    help: 'Always 1; says which version runs.'
  }
} as const satisfies Record<string, MetricRow>

/** The same rows as a list, for the README and for tests. */
export const METRICS: readonly MetricRow[] = Object.values(CATALOGUE)
