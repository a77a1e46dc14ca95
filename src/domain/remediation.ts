/** The interface of a remediation; `test/contract/remediation.ts` checks each one. */
import type { Evidence, EvidenceSource } from './evidence.ts'
import type { OktaWriter, OktaWritten } from './okta.ts'
import type { Failure, GuardId, Instant, RemediationId } from './vocabulary.ts'

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
