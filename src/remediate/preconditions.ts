/** Checks that remediations share, before and after a write. Pure. */
import {
  type Evidence,
  type EvidenceSource,
  type EvidenceValues,
  type Item,
  known,
  type OktaUser
} from '../domain/evidence.ts'
import type { OktaWriter, OktaWritten } from '../domain/okta.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import type { Instant } from '../domain/vocabulary.ts'

/* Finds what a remediation would call, by running it against a writer that only records. */

const ANSWER: OktaWritten = { ok: true, requestId: null }

/** The calls with their targets, such as `unsuspendDevice guo1`; empty when the remediation refuses. */
export async function plannedCalls(remediation: Remediation, situation: Situation): Promise<readonly string[]> {
  if (remediation.refuses(situation)) return []
  const calls: string[] = []
  const note =
    (method: keyof OktaWriter) =>
    async (...ids: readonly string[]): Promise<OktaWritten> => {
      calls.push([method, ...ids].join(' '))
      return ANSWER
    }
  const notes: OktaWriter = {
    unsuspendUser: note('unsuspendUser'),
    unlockUser: note('unlockUser'),
    resendActivation: note('resendActivation'),
    unenrollFactor: note('unenrollFactor'),
    unsuspendDevice: note('unsuspendDevice')
  }
  await remediation.perform(notes, situation)
  return calls
}

/** The sentence for a needed source that is not known, or null when all are known. */
export function notKnown(evidence: Evidence, needs: readonly EvidenceSource[]): string | null {
  for (const source of needs) {
    const item: Item<EvidenceValues[EvidenceSource]> = evidence[source]
    if (item.state !== 'known')
      return `${source} is ${item.state} (${item.because}), so the precondition cannot be checked`
  }
  return null
}

/** The user that was read, if it is the case's user and its status is reliable. */
export function settledUser(situation: Situation): OktaUser | { readonly refused: string } {
  const user = known(situation.evidence.user)
  if (!user) return { refused: 'the user could not be read' }
  if (situation.userId === '' || user.id !== situation.userId) {
    return { refused: `the evidence is about user ${user.id}, not about user ${situation.userId || '(none)'}` }
  }
  // A transitional status is not reliable (facts §3.1).
  if (user.transitioningTo !== null) {
    return { refused: `Okta is moving the user to ${user.transitioningTo}; the status is not final` }
  }
  return user
}

/**
 * What an unchanged status proves. `undone` only when it dates from before the intent. A newer one means that somebody set it
 * after our write, and we do not reverse that.
 */
export function stillStands(changedAt: Instant | null, intendedAt: Instant): 'undone' | 'unknown' {
  return changedAt !== null && changedAt <= intendedAt ? 'undone' : 'unknown'
}

/** Thrown by `perform` when `refuses` was not checked first; nothing was called. */
export function mustNotPerform(because: string): Error {
  return new Error(`this must not be written now: ${because}`)
}

/** Rows of `mayNotKnow` for remediations that need every guard clear. */
export const NEEDS_EVERY_GUARD = {
  guards: [],
  because: 'It changes who can sign in or with what, so every guard must be clear or overridden by a person.'
} as const
