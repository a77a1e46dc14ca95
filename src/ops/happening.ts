/** Everything worth counting or logging, as data. Stages emit it; `metrics.ts` and `logging.ts` fold it (style §2.7). */
import type { EventFate } from '../store/store.ts'
import type {
  CaseState,
  CauseId,
  Confidence,
  Effect,
  IntakeSource,
  Mode,
  RemediationId,
  SkipReason
} from '../vocabulary.ts'

/** How a request at the hook's door ended. A closed list: it is a metric label. */
export const HOOK_OUTCOMES = [
  'stored',
  'verified',
  'bad_secret',
  'malformed',
  'wrong_media_type',
  'too_large',
  'limited',
  'store_unavailable'
] as const
export type HookOutcome = (typeof HOOK_OUTCOMES)[number]

/** The pipeline's steps, as `case/case.ts` names them. */
export const STEP_NAMES = [
  'correlate',
  'decide',
  'act',
  'settle',
  'check_recovery',
  'expire',
  'ticket',
  'close_ticket',
  'tend_storm'
] as const
export type StepName = (typeof STEP_NAMES)[number]

/** Why a step did not come through. A closed list: it is a metric label. */
export const TROUBLES = ['okta', 'store', 'ticket_system', 'bug'] as const
export type Trouble = (typeof TROUBLES)[number]

export type Happening =
  | {
      readonly of: 'request'
      readonly outcome: HookOutcome
      readonly events: number
      readonly duplicates: number
      readonly ms: number
    }
  | {
      readonly of: 'event'
      readonly source: IntakeSource
      readonly eventType: string
      readonly kind: 'failure' | 'recovery' | 'signal' | 'skipped'
      readonly why: SkipReason | null
      readonly confidence: Confidence | null
      readonly nearMiss: boolean
      readonly lagMs: number
      readonly fate: EventFate
    }
  | { readonly of: 'case_opened'; readonly caseId: string }
  | {
      readonly of: 'step'
      readonly caseId: string
      readonly step: StepName
      readonly from: CaseState
      readonly to: CaseState
      readonly ms: number
      readonly trouble: Trouble | null
      readonly because: string | null
    }
  | {
      readonly of: 'decision'
      readonly caseId: string
      readonly rule: string
      readonly kind: 'ignore' | 'ticket' | 'remediate'
      readonly mode: Mode
      readonly cause: CauseId
      readonly lagMs: number
    }
  | {
      readonly of: 'action'
      readonly caseId: string
      readonly remediation: RemediationId
      readonly state: 'done' | 'refused' | 'failed' | 'unknown'
      readonly lagMs: number
    }
  | { readonly of: 'effect'; readonly caseId: string; readonly remediation: RemediationId; readonly effect: Effect }
  | {
      readonly of: 'ticket'
      readonly caseId: string
      readonly system: string
      readonly op: 'ensure' | 'resolve'
      readonly result: 'ok' | 'failed'
      readonly lagMs: number
    }
  | {
      readonly of: 'okta_call'
      /** Path pattern and method, such as `GET /api/v1/users/{id}/factors`. */
      readonly bucket: string
      /** HTTP status, or `timeout` or `network`. */
      readonly code: string
      readonly ms: number
      readonly limit: number | null
      readonly remaining: number | null
    }

export type Emit = (happening: Happening) => void
