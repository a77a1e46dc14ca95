/** Everything worth counting or logging, as data. Stages emit it; `metrics.ts` and `logging.ts` fold it. */
import type { ClockStep, GuideChannel, TargetClock } from './case.ts'
import type { EventDisposition } from './deliveries.ts'
import type { Draft } from './desk.ts'
import type { ChallengeEnd, ChallengeKind } from './verification.ts'
import type {
  CaseState,
  CauseId,
  Confidence,
  Effect,
  IntakeSource,
  Mode,
  RefusalMeaning,
  RemediationId,
  SkipReason
} from './vocabulary.ts'

/** How a request to the hook ended. A closed list: it is a metric label. */
export const HOOK_OUTCOMES = [
  'stored',
  'canary',
  'verified',
  'bad_secret',
  'malformed',
  'wrong_media_type',
  'too_large',
  'rate_limited',
  'store_unavailable',
  'overloaded'
] as const
export type HookOutcome = (typeof HOOK_OUTCOMES)[number]

/** How a security event token of another vendor ended; faults as RFC 8935 names them. A closed list: it is a metric label. */
export const SET_OUTCOMES = [
  'stored',
  'duplicate',
  'ignored',
  'verified',
  'stream_updated',
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'invalid_state',
  'rate_limited',
  'unavailable'
] as const
export type SetOutcome = (typeof SET_OUTCOMES)[number]

/** The pipeline's steps, as `case/machine/case.ts` names them. */
export const STEP_NAMES = [
  'correlate',
  'decide',
  'act',
  'settle',
  'check_recovery',
  'expire',
  'ticket',
  'close_ticket',
  'check_storm',
  'verify',
  'close_canary'
] as const
export type StepName = (typeof STEP_NAMES)[number]

/** Why a step did not come through. A closed list: it is a metric label. */
export const STEP_ERRORS = ['okta', 'store', 'ticket_system', 'bug'] as const
export type StepError = (typeof STEP_ERRORS)[number]

/** How reading a page of the System Log ended; `expired`: Okta no longer takes the link, so reading starts again. */
export const LOG_READ_RESULTS = [
  'ok',
  'expired',
  'missing',
  'forbidden',
  'unauthenticated',
  'throttled',
  'unavailable',
  'rejected'
] as const
export type LogReadResult = (typeof LOG_READ_RESULTS)[number]

/** Whose doing it was that the user is enrolled again: `Case.outcome` of a resolved case. */
export const RECOVERY_OUTCOMES = ['recovered_after_repair', 'recovered_by_itself'] as const
export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number]

/** A closed list: it is a metric label. */
export const EVENT_PROOFS = ['awaited', 'missing'] as const
export type EventProof = (typeof EVENT_PROOFS)[number]

/** How sending a canary ended; `completed`: one came all the way. A closed list: it is a metric label. */
export const CANARY_RESULTS = ['delivered', 'refused', 'unreachable', 'completed'] as const
export type CanaryResult = (typeof CANARY_RESULTS)[number]

/** A closed list: it is a metric label. */
export const RULE_MODE_CHANGES = ['raised', 'dropped_back'] as const
export type RuleModeChange = (typeof RULE_MODE_CHANGES)[number]

/** A closed list: it is a metric label. */
export const GUIDE_RESULTS = ['enrolled', 'escalated'] as const
export type GuideResult = (typeof GUIDE_RESULTS)[number]

/** Whom an ended case needed; a metric label. */
export const ENDED_NEEDING = ['nobody', 'person'] as const

export type TelemetryEvent =
  | {
      readonly type: 'request'
      readonly outcome: HookOutcome
      readonly events: number
      readonly duplicates: number
      readonly ms: number
    }
  | {
      readonly type: 'event'
      readonly uuid: string
      /** The event that opened the case it went to, often this one; null when it went to none. */
      readonly openedBy: string | null
      /** Okta's id; null when the event names nobody. Shown as a pseudonym or not at all. */
      readonly userId: string | null
      readonly source: IntakeSource
      readonly eventType: string
      readonly kind: 'failure' | 'recovery' | 'signal' | 'skipped'
      readonly reason: SkipReason | null
      readonly confidence: Confidence | null
      readonly nearMiss: boolean
      readonly lagMs: number
      /** From taking it up to its case being saved. */
      readonly ms: number
      readonly disposition: EventDisposition
    }
  | { readonly type: 'case_opened'; readonly caseId: string }
  | { readonly type: 'case_ended'; readonly caseId: string; readonly needed: (typeof ENDED_NEEDING)[number] }
  | {
      readonly type: 'step'
      readonly caseId: string
      readonly userId: string | null
      readonly step: StepName
      readonly from: CaseState
      readonly to: CaseState
      readonly ms: number
      readonly error: StepError | null
      readonly because: string | null
    }
  | {
      readonly type: 'decision'
      readonly caseId: string
      readonly rule: string
      readonly kind: 'ignore' | 'ticket' | 'guide' | 'remediate'
      readonly mode: Mode
      readonly cause: CauseId
      readonly lagMs: number
    }
  /** The event of a case is not in the System Log: looked up again, or missing after the wait (facts §6.1b). */
  | { readonly type: 'event_proof'; readonly caseId: string; readonly result: EventProof }
  | {
      readonly type: 'action'
      readonly caseId: string
      readonly remediation: RemediationId
      readonly state: 'done' | 'refused' | 'failed' | 'unknown'
      readonly lagMs: number
    }
  | {
      readonly type: 'verification'
      readonly caseId: string
      readonly kind: ChallengeKind
      readonly result: ChallengeEnd
    }
  | { readonly type: 'effect'; readonly caseId: string; readonly remediation: RemediationId; readonly effect: Effect }
  | {
      /** The user is enrolled. `afterMs`: since the first failure of the case, as Okta published both. */
      readonly type: 'reenrolled'
      readonly caseId: string
      readonly outcome: RecoveryOutcome
      readonly afterMs: number
    }
  | {
      readonly type: 'ticket'
      readonly caseId: string
      readonly system: string
      readonly op: 'ensure' | 'resolve'
      readonly result: 'ok' | 'failed'
      /** What a tracker's refusal concerns. */
      readonly meaning?: RefusalMeaning
      readonly lagMs: number
    }
  | {
      readonly type: 'okta_call'
      /** Path pattern and method, such as `GET /api/v1/users/{id}/factors`. */
      readonly bucket: string
      /** HTTP status, or `timeout` or `network`. */
      readonly code: string
      readonly ms: number
      readonly limit: number | null
      readonly remaining: number | null
      /** For its turn, before it was sent. */
      readonly waitedMs?: number
      /** Part of our share of the limit that is used, from 0 to 1; null while the limit is unknown. */
      readonly quotaUsed?: number | null
    }
  | {
      /** Okta is left alone because call after call got no answer, or is called again. */
      readonly type: 'okta_circuit_breaker'
      readonly open: boolean
    }
  | {
      /** One page of the System Log. */
      readonly type: 'log_read'
      readonly result: LogReadResult
      readonly events: number
      /** Of these, not known before: the hook has not brought them. */
      readonly fresh: number
      /** Of the fresh ones, those in which Okta says that it could not deliver to a hook. */
      readonly failedDeliveries: number
    }
  /** How sending a canary ended, or that one came all the way. `afterMs`: since it was sent. */
  | { readonly type: 'canary'; readonly result: CanaryResult; readonly afterMs: number }
  /** A rule writes automatically from now on, or was lowered because its writes did harm or did not help. */
  | { readonly type: 'rule_mode'; readonly rule: string; readonly change: RuleModeChange; readonly because: string }
  | { readonly type: 'set'; readonly outcome: SetOutcome }
  /** The wait for a user who has the steps is over. */
  | {
      readonly type: 'guide_ended'
      readonly caseId: string
      readonly channel: GuideChannel
      readonly result: GuideResult
    }
  /** A target time of a case is near, or has passed. */
  | {
      readonly type: 'target_time'
      readonly caseId: string
      readonly clock: TargetClock
      readonly severity: Draft['severity']
      readonly step: ClockStep
    }
  /** This replica begins to do what only one does at a time, or ends it. */
  | { readonly type: 'leadership'; readonly job: JobName; readonly leads: boolean }

/** The events of one type. */
export type TelemetryEventOf<Type extends TelemetryEvent['type']> = Extract<TelemetryEvent, { type: Type }>

export type Emit = (event: TelemetryEvent) => void

/** A failure that the System Log brought before the hook did, if the hook ever does. */
export function isRecovered(event: TelemetryEvent): boolean {
  return event.type === 'event' && event.source === 'log' && event.confidence !== null
}

/** Everything done by one replica only. A closed list: it is a metric label. */
export const JOB_NAMES = [
  'system_log',
  'retention',
  'canary',
  'ledger_check',
  'hook_status',
  'rule_watch',
  'target_times',
  'weekly_summary'
] as const

export type JobName = (typeof JOB_NAMES)[number]
