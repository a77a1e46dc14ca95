/** The interface of a remediation; `test/contract/remediation.ts` checks each one. */
import type { Evidence, EvidenceSource } from './evidence.ts'
import type { OktaWriter, OktaWritten } from './okta.ts'
import type { Action, EventFacts, Failure, GuardId, Instant, RemediationId } from './vocabulary.ts'

/** Input of a remediation: the evidence read again right before the write, and facts of the case. */
export interface Situation {
  readonly userId: string
  readonly failures: readonly Failure[]
  readonly evidence: Evidence
  readonly now: Instant
}

export interface Remediation {
  readonly id: RemediationId
  /** For the button and the ticket: "Unsuspend the user". */
  readonly title: string
  /** The call it makes, as in facts §3.2. */
  readonly call: string
  /** Permission of a custom admin role that the call needs (facts §7). */
  readonly permission: string
  /** How a person reverts it. */
  readonly undo: string
  /** Guards that may be *unknown* (never *tripped*), with the reason (DESIGN §3). */
  readonly mayNotKnow: { readonly guards: readonly GuardId[]; readonly because: string }
  /** Sources of its precondition; all must be known, and just read. */
  readonly needs: readonly EvidenceSource[]
  /** Of these, what the write changes: read again right before it, however new. */
  readonly changes: readonly EvidenceSource[]
  /** A factor is removed or a suspension lifted: the user is watched for two hours (facts §6). */
  readonly needsTakeoverWindow: boolean
  /** Why this must not be written now, or null. A needed item that is not known refuses. Pure. */
  refuses(situation: Situation): string | null
  /** The call with its target, such as `unsuspendDevice guo1`; null when it refuses. Pure. */
  plannedCall(situation: Situation): string | null
  /** The write, after the intent is on disk. One entry per call, in order; stops at the first that fails. */
  perform(okta: OktaWriter, situation: Situation): Promise<readonly OktaWritten[]>
  /**
   * After a crash or an ambiguous response, whether the write happened, from evidence read again. `undone` only when it is
   * proved that it did not happen; `unknown` is never repeated. Pure.
   */
  landed(situation: Situation, intendedAt: Instant): 'done' | 'undone' | 'unknown'
  /** How its effect is proved, in words, for the case page. */
  readonly proof: string
}

/* Which events in Okta take a repair back (event catalogue). */

/** A removed enrollment cannot be put back, and nobody can lock an account by hand: a new lock-out undoes nothing. */
const UNDOES: Readonly<Record<RemediationId, readonly string[]>> = {
  unsuspend_user: ['user.lifecycle.suspend', 'user.lifecycle.deactivate'],
  unlock_user: ['user.lifecycle.suspend', 'user.lifecycle.deactivate'],
  resend_activation: ['user.lifecycle.deactivate'],
  remove_orphaned_enrollment: [],
  remove_replaced_enrollment: [],
  unsuspend_device: ['device.lifecycle.suspend', 'device.lifecycle.deactivate']
}

/** A person took one of these repairs back. Workflows and Okta itself do not judge a repair. */
export function isUndoing(
  { actor, result, eventType, publishedAt }: Pick<EventFacts, 'actor' | 'result' | 'eventType' | 'publishedAt'>,
  actions: readonly Pick<Action, 'remediation' | 'state' | 'at'>[]
): boolean {
  if (actor.type !== 'User' || result !== 'SUCCESS') return false
  return actions.some(
    ({ remediation, state, at }) => state === 'done' && publishedAt > at && UNDOES[remediation].includes(eventType)
  )
}
