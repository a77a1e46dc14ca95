/** Proof of who calls: challenges on a factor that the user still has, and what of them is stored. */
import type { OktaUser } from './evidence.ts'
import type { Instant, OperatorRole, RemediationId } from './vocabulary.ts'

/** What on-call may send. `manager`: a code that the user's manager reads out. */
export const CHALLENGE_KINDS = ['push', 'sms', 'email', 'manager'] as const
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number]

/** How much a result proves, least first. */
export const STRENGTHS = ['weak', 'medium', 'strong'] as const
export type Strength = (typeof STRENGTHS)[number]

/** Whose results count, for which repairs and how long; from the policy. */
export interface VerificationPolicy {
  /** What on-call may send; without any, nothing is sent. */
  readonly kinds: readonly ChallengeKind[]
  /** Repairs that a person may approve only after the caller was verified. They are never automatic. */
  readonly neededFor: readonly RemediationId[]
  readonly least: Strength
  readonly countsForMs: number
  /** Most challenges of all users within an hour, and most of them that one operator starts, so that a stolen session disturbs few. */
  readonly perHour: number
  readonly perOperator: number
  /** The least role that may verify callers; the help desk has the role viewer. */
  readonly startedBy: OperatorRole
}

/** What the approval of a repair needs. */
export type VerificationNeed = Pick<VerificationPolicy, 'least' | 'countsForMs'>

/** A challenge that was sent, or may have been. */
export interface SentChallenge {
  readonly at: Instant
  /** Id of the operator who started it; null in lines of earlier versions. */
  readonly operator: string | null
}

/** The caps of an hour for the next challenge of this operator. */
export interface ChallengeCaps extends Pick<VerificationPolicy, 'perHour' | 'perOperator'> {
  readonly operator: string
}

/** The cap that the challenges of the last hour, oldest first, have reached, and the one after which the next may be sent. */
export function reachedChallengeCap(
  sent: readonly SentChallenge[],
  { perHour, perOperator, operator }: ChallengeCaps
): { readonly cap: 'perHour' | 'perOperator'; readonly at: Instant } | null {
  const own = sent.filter((one) => one.operator === operator).at(-perOperator)
  if (own) return { cap: 'perOperator', at: own.at }
  const leaving = sent.at(-perHour)
  return leaving ? { cap: 'perHour', at: leaving.at } : null
}

/** Most challenges of one user within an hour, so that nobody is worn down by pushes. */
export const CHALLENGES_PER_HOUR = 3
/** Most wrong codes of one challenge. */
export const MOST_CODES = 3

/** How a challenge ended. A closed list: it is a metric label. */
export const CHALLENGE_ENDS = [
  'passed',
  'rejected', // the user pressed "No, it's not me"
  'expired', // nobody answered in time
  'failed', // Okta refused it, or the codes were wrong
  'unknown', // it is not known whether it was sent, or how it ended
  'not_sent' // the check right before sending it failed
] as const
export type ChallengeEnd = (typeof CHALLENGE_ENDS)[number]

export interface Challenge {
  /** Begins with the case's id: a result belongs to one case. */
  readonly id: string
  readonly kind: ChallengeKind
  /** Null for the manager. */
  readonly factorId: string | null
  /** The factor in words: "push to Riley’s iPad". */
  readonly factor: string
  /** Okta's id of the user who is verified. */
  readonly userId: string
  readonly strength: Strength
  /** `second_operator`: an administrator needs two; `asked`: due to be sent; `sending`: perhaps sent; `push` and `code`: sent. */
  readonly state: 'second_operator' | 'asked' | 'sending' | 'push' | 'code' | ChallengeEnd
  /** Without a role: an approver, as all were before `startedBy`. */
  readonly by: {
    readonly name: string
    readonly operatorId: string
    readonly provider: string | null
    readonly role?: OperatorRole
  }
  /** Confirmed for an administrator by this second operator. */
  readonly secondBy?: string
  readonly askedAt: Instant
  /** When it was sent, or may have been; null before. */
  readonly sentAt: Instant | null
  /** Of the last change; of a passed one, when the user passed. */
  readonly at: Instant
  readonly expiresAt: Instant
  /** When Okta is asked again for the result of a push. */
  readonly pollAt: Instant | null
  readonly transactionId: string | null
  /** The number that the user must choose; for the operator's eyes, and removed at the end. */
  readonly number: number | null
  /** A code to check, or the hash of the manager's code; removed with the answer and at the end. */
  readonly code?: string
  readonly codeHash?: string
  readonly wrongCodes: number
  readonly because: string
  readonly requestIds: readonly string[]
}

/** Whether nothing more happens to it. */
export function hasEnded(challenge: Challenge): challenge is Challenge & { readonly state: ChallengeEnd } {
  return CHALLENGE_ENDS.some((end) => end === challenge.state)
}

/** What proves who calls: a passed challenge of the case, or Okta's own identity check of the user. */
export interface CallerProof {
  /** Of the challenge, or of the log entry. */
  readonly id: string
  readonly by: ChallengeKind | 'identity_check'
  readonly factor: string
  readonly strength: Strength
  readonly at: Instant
}

/** What a manager is asked by mail. */
export interface ManagerQuestion {
  /** Of the challenge; makes the message id unique. */
  readonly id: string
  readonly caseId: string
  readonly user: OktaUser
  readonly code: string
}
