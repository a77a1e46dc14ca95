/** For each alert a course of events: a moment at which it must be silent, and one at which it must fire. */

export interface AlertCase {
  readonly alert: string
  /** Series to their values, one a minute (or per `interval`), in promtool's notation: `0+1x60` rises for 60 minutes. */
  readonly series: Readonly<Record<string, string>>
  readonly silentAt: string
  readonly firesAt: string
  /** Labels of the alert beside its severity. */
  readonly labels?: Readonly<Record<string, string>>
  readonly interval?: string
}

const hook = (outcome: string) => `reenroll_hook_requests_total{outcome="${outcome}"}`
const okta = (bucket: string, code: string) => `reenroll_okta_requests_total{bucket="${bucket}",code="${code}"}`
const age = (state: string) => `reenroll_case_oldest_seconds{state="${state}"}`
const tickets = (result: string) => `reenroll_tickets_total{system="jira",op="ensure",result="${result}"}`
const lag = (le: string) => `reenroll_event_lag_seconds_bucket{stage="decided",le="${le}"}`
const effect = (word: string) =>
  `reenroll_action_effect_total{remediation="remove_orphaned_enrollment",effect="${word}"}`

const INTAKE: readonly AlertCase[] = [
  {
    alert: 'ReenrollDown',
    series: { 'up{job="reenroll",instance="a"}': '1x10 0x20' },
    silentAt: '11m',
    firesAt: '14m',
    labels: { job: 'reenroll', instance: 'a' }
  },
  {
    alert: 'ReenrollStoreUnavailable',
    series: { [hook('store_unavailable')]: '0x20 5x20' },
    silentAt: '20m',
    firesAt: '22m'
  },
  { alert: 'ReenrollOverloaded', series: { [hook('overloaded')]: '0x20 5x20' }, silentAt: '20m', firesAt: '22m' },
  {
    alert: 'ReenrollStoreUnreadable',
    series: { reenroll_store_read_failures_total: '0x20 0+1x30' },
    silentAt: '20m',
    firesAt: '35m'
  },
  {
    alert: 'ReenrollErrorBudgetBurnsFast',
    series: { [hook('stored')]: '0+100x120', [hook('store_unavailable')]: '0x60 0+5x60' },
    silentAt: '60m',
    firesAt: '119m'
  },
  {
    // 0.2 % of deliveries: too few for the fast alert.
    alert: 'ReenrollErrorBudgetBurnsSlowly',
    series: { [hook('stored')]: '0+1000x1000', [hook('store_unavailable')]: '0x288 0+2x712' },
    silentAt: '24h',
    firesAt: '81h',
    interval: '5m'
  },
  {
    alert: 'ReenrollHookSilent',
    series: { [hook('stored')]: '0+1x48 48x60' },
    silentAt: '48h',
    firesAt: '77h',
    interval: '1h'
  },
  {
    // Until the hook has been silent for an hour, what the log brings may only have been quicker.
    alert: 'ReenrollHookLosesEvents',
    series: { reenroll_events_recovered_total: '0x60 0+1x120', [hook('stored')]: '0+1x60 60x120' },
    silentAt: '100m',
    firesAt: '150m'
  },
  {
    alert: 'ReenrollDeliveriesGivenUp',
    series: { reenroll_hook_delivery_failures_total: '0x20 3x10' },
    silentAt: '20m',
    firesAt: '22m'
  },
  {
    // Strangers at the door while Okta comes through are nobody's business.
    alert: 'ReenrollHookSecretWrong',
    series: {
      [hook('bad_secret')]: '0x60 0+1x120',
      [hook('rate_limited')]: '0x180',
      [hook('stored')]: '0+1x60 60x120'
    },
    silentAt: '90m',
    firesAt: '150m'
  },
  {
    alert: 'ReenrollEventsUnproved',
    series: { 'reenroll_event_proofs_total{result="missing"}': '0x20 1x10' },
    silentAt: '19m',
    firesAt: '25m'
  },
  {
    alert: 'ReenrollDeliveriesMalformed',
    series: { [hook('malformed')]: '0x20 1x10', [hook('too_large')]: '0x30' },
    silentAt: '20m',
    firesAt: '22m',
    labels: { outcome: 'malformed' }
  },
  {
    // One replica reads the log; what the others say does not matter.
    alert: 'ReenrollLogUnread',
    series: {
      'reenroll_poll_cursor_age_seconds{instance="a"}': '0x10 0+60x40',
      'reenroll_poll_cursor_age_seconds{instance="b"}': '5000x51'
    },
    silentAt: '10m',
    firesAt: '40m'
  },
  {
    alert: 'ReenrollNoLeader',
    series: {
      'reenroll_leader{task="system_log",instance="a"}': '1x20 0x20',
      'reenroll_leader{task="system_log",instance="b"}': '0x40',
      'reenroll_leader{task="canary",instance="a"}': '0x40'
    },
    silentAt: '22m',
    firesAt: '30m',
    labels: { task: 'system_log' }
  },
  { alert: 'ReenrollHookUnverified', series: { reenroll_hook_verified: '1x20 0x20' }, silentAt: '25m', firesAt: '35m' },
  {
    alert: 'ReenrollHookStatusUnknown',
    series: { reenroll_hook_verified: '1x20 -1x40' },
    silentAt: '45m',
    firesAt: '55m'
  },
  {
    // An age of one interval and a little is what it always comes to.
    alert: 'ReenrollCanaryLate',
    series: {
      'reenroll_canary_age_seconds{instance="a"}': '610x20 0+60x40',
      'reenroll_canary_age_seconds{instance="b"}': '620x20 0+60x40',
      reenroll_canary_interval_seconds: '600x60'
    },
    silentAt: '40m',
    firesAt: '45m'
  },
  {
    alert: 'ReenrollNearMisses',
    series: { reenroll_near_misses_total: '0x60 0+1x60' },
    silentAt: '60m',
    firesAt: '100m'
  }
]

const CASES: readonly AlertCase[] = [
  {
    alert: 'ReenrollEventsWaiting',
    series: { reenroll_inbox_oldest_seconds: '0x10 400x20' },
    silentAt: '12m',
    firesAt: '18m'
  },
  {
    alert: 'ReenrollCaseStuck',
    series: { [age('correlating')]: '0x10 2000x20', [age('with_person')]: '90000x30' },
    silentAt: '10m',
    firesAt: '18m',
    labels: { state: 'correlating' }
  },
  {
    alert: 'ReenrollApprovalWaiting',
    series: { [age('awaiting_approval')]: '14000x10 15000x20' },
    silentAt: '10m',
    firesAt: '18m'
  },
  {
    alert: 'ReenrollCaseForgotten',
    series: { [age('with_person')]: '90000x10 260000x120' },
    silentAt: '10m',
    firesAt: '80m'
  },
  {
    alert: 'ReenrollSlow',
    series: { [lag('60')]: '0+10x60 600x120', [lag('900')]: '0+10x180', [lag('+Inf')]: '0+10x180' },
    silentAt: '60m',
    firesAt: '140m',
    labels: { stage: 'decided' }
  },
  {
    // Old letters do not ring for ever.
    alert: 'ReenrollDeadLetters',
    series: { reenroll_dead_letters: '2x70 3x10' },
    silentAt: '70m',
    firesAt: '72m'
  },
  {
    alert: 'ReenrollBug',
    series: {
      'reenroll_steps_total{step="act",error="bug"}': '0x20 1x10',
      'reenroll_steps_total{step="act",error="okta"}': '0+1x30'
    },
    silentAt: '20m',
    firesAt: '22m',
    labels: { step: 'act' }
  },
  { alert: 'ReenrollStorm', series: { reenroll_storm_active: '0x10 1x10' }, silentAt: '10m', firesAt: '12m' }
]

const WRITES: readonly AlertCase[] = [
  {
    // A brake that is on for a moment is somebody at work.
    alert: 'ReenrollBrakeOn',
    series: { 'reenroll_brake_active{brake="kill"}': '0x10 1x40', 'reenroll_brake_active{brake="pause"}': '0x50' },
    silentAt: '20m',
    firesAt: '30m',
    labels: { brake: 'kill' }
  },
  {
    alert: 'ReenrollWriteUnproven',
    series: { 'reenroll_actions_total{remediation="unlock_user",state="unknown"}': '0x20 1x10' },
    silentAt: '20m',
    firesAt: '22m',
    labels: { remediation: 'unlock_user' }
  },
  {
    alert: 'ReenrollWritesIneffective',
    series: { [effect('ineffective')]: '0x20 4x60', [effect('effective')]: '0x20 2x60', [effect('unknown')]: '0x80' },
    silentAt: '20m',
    firesAt: '40m',
    labels: { remediation: 'remove_orphaned_enrollment' }
  },
  {
    alert: 'ReenrollRuleModeChanged',
    series: { 'reenroll_rule_mode_changes_total{rule="enrollment_orphaned",change="dropped_back"}': '0x20 1x10' },
    silentAt: '20m',
    firesAt: '22m',
    labels: { rule: 'enrollment_orphaned', change: 'dropped_back' }
  },
  {
    // A reminder is no breach.
    alert: 'ReenrollTargetMissed',
    series: {
      'reenroll_target_times_total{clock="first_look",case_severity="high",step="missed"}': '0x20 1x10',
      'reenroll_target_times_total{clock="proposal",case_severity="high",step="reminded"}': '0+1x40'
    },
    silentAt: '20m',
    firesAt: '22m',
    labels: { clock: 'first_look', case_severity: 'high' }
  },
  { alert: 'ReenrollLedgerBroken', series: { reenroll_ledger_intact: '1x20 0x20' }, silentAt: '20m', firesAt: '22m' }
]

const OTHERS: readonly AlertCase[] = [
  {
    alert: 'ReenrollOktaRefuses',
    series: { [okta('GET /api/v1/users/{id}', '403')]: '0x20 0+1x30' },
    silentAt: '20m',
    firesAt: '32m',
    labels: { code: '403' }
  },
  {
    alert: 'ReenrollOktaUnreachable',
    series: {
      [okta('GET /api/v1/users/{id}', '200')]: '0+1x60 60x60',
      [okta('GET /api/v1/users/{id}', 'timeout')]: '0x60 0+1x60'
    },
    silentAt: '60m',
    firesAt: '80m'
  },
  {
    alert: 'ReenrollOktaBreakerOpen',
    series: { reenroll_okta_breaker_open: '0x20 1x20' },
    silentAt: '20m',
    firesAt: '30m'
  },
  {
    alert: 'ReenrollOktaThrottles',
    series: { [okta('GET /api/v1/logs', '429')]: '0x20 1x10' },
    silentAt: '20m',
    firesAt: '22m',
    labels: { bucket: 'GET /api/v1/logs' }
  },
  {
    alert: 'ReenrollOktaBudgetLow',
    series: {
      'reenroll_okta_budget_remaining{bucket="GET /api/v1/devices"}': '50x10 10x20',
      'reenroll_okta_budget_limit{bucket="GET /api/v1/devices"}': '100x30'
    },
    silentAt: '10m',
    firesAt: '20m',
    labels: { bucket: 'GET /api/v1/devices' }
  },
  {
    // One ticket that fails while others get through is tried again by itself.
    alert: 'ReenrollTicketsFail',
    series: { [tickets('failed')]: '0x60 0+1x60', [tickets('ok')]: '0+1x60 60x60' },
    silentAt: '80m',
    firesAt: '110m',
    labels: { system: 'jira' }
  },
  {
    alert: 'ReenrollTicketsWaiting',
    series: { 'reenroll_outbox_oldest_seconds{target="jira"}': '0x10 1000x20' },
    silentAt: '10m',
    firesAt: '18m',
    labels: { target: 'jira' }
  },
  {
    alert: 'ReenrollTicketsGivenUp',
    series: { 'reenroll_outbox_dead{target="jira"}': '0x10 1x10' },
    silentAt: '10m',
    firesAt: '12m',
    labels: { target: 'jira' }
  },
  {
    // Refusals of single tickets are not this alert's.
    alert: 'ReenrollTicketsRefused',
    series: {
      'reenroll_ticket_refusals_total{target="jira",meaning="ticket"}': '0+1x60',
      'reenroll_ticket_refusals_total{target="jira",meaning="credential"}': '0x30 0+1x30'
    },
    silentAt: '30m',
    firesAt: '45m',
    labels: { target: 'jira', meaning: 'credential' }
  },
  {
    // Fourteen days and ten minutes after the start of the test's clock.
    alert: 'ReenrollTicketCredentialExpires',
    series: { 'reenroll_ticket_credential_expiry_timestamp_seconds{target="github"}': '1210200x30' },
    silentAt: '5m',
    firesAt: '15m',
    labels: { target: 'github' }
  },
  {
    // A rollout that goes through is nobody's business.
    alert: 'ReenrollPoliciesDiffer',
    series: {
      'reenroll_config_info{hash="a1",mode="auto",instance="a"}': '1x20 _x40',
      'reenroll_config_info{hash="a1",mode="auto",instance="b"}': '1x60',
      'reenroll_config_info{hash="b2",mode="auto",instance="a"}': '_x20 1x40'
    },
    silentAt: '30m',
    firesAt: '40m'
  }
]

export const ALERT_CASES: readonly AlertCase[] = [...INTAKE, ...CASES, ...WRITES, ...OTHERS]
