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

/** One call: the method of the writer and its ids. */
type PlannedCall = readonly [method: keyof OktaWriter, ...ids: string[]]

interface Repair extends Omit<Remediation, 'refuses' | 'plannedCall' | 'perform' | 'landed'> {
  /** The call, or why it must not be made now. All of `needs` is known, and `user` is settled. */
  plan(user: OktaUser, situation: Situation): PlannedCall | string
  /** As `landed` of the remediation, with a settled user. */
  landed(user: OktaUser, situation: Situation, intendedAt: Instant): ReturnType<Remediation['landed']>
}

/** A remediation whose refusal, target and call come from one plan, so that they cannot disagree. */
export function remediation({ plan, landed, ...about }: Repair): Remediation {
  const planned = (situation: Situation): PlannedCall | string => {
    const missing = notKnown(situation.evidence, about.needs)
    if (missing) return missing
    const user = settledUser(situation)
    return 'refused' in user ? user.refused : plan(user, situation)
  }
  return {
    ...about,
    refuses(situation) {
      const call = planned(situation)
      return typeof call === 'string' ? call : null
    },
    plannedCall(situation) {
      const call = planned(situation)
      return typeof call === 'string' ? null : call.join(' ')
    },
    async perform(okta, situation) {
      const call = planned(situation)
      if (typeof call === 'string') throw new Error(`this must not be written now: ${call}`)
      const [method, ...ids] = call
      const write: (...ids: string[]) => Promise<OktaWritten> = okta[method]
      return [await write(...ids)]
    },
    landed(situation, intendedAt) {
      const user = settledUser(situation)
      return 'refused' in user ? 'unknown' : landed(user, situation, intendedAt)
    }
  }
}

/** The sentence for a needed source that is not known, or null when all are known. */
function notKnown(evidence: Evidence, needs: readonly EvidenceSource[]): string | null {
  for (const source of needs) {
    const item: Item<EvidenceValues[EvidenceSource]> = evidence[source]
    if (item.state !== 'known')
      return `${source} is ${item.state} (${item.because}), so the precondition cannot be checked`
  }
  return null
}

/** The user that was read, if it is the case's user and its status is reliable. */
function settledUser(situation: Situation): OktaUser | { readonly refused: string } {
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

/** Rows of `mayNotKnow` for remediations that need every guard clear. */
export const NEEDS_EVERY_GUARD = {
  guards: [],
  because: 'It changes who can sign in or with what, so every guard must be clear or overridden by a person.'
} as const
