/** The case as it is stored, shown and reasoned about: one user's trouble (DESIGN §3). Types only. */
import type { CauseVerdict, Decision } from './decision.ts'
import type { Evidence } from './evidence.ts'
import type {
  Action,
  CaseState,
  Failure,
  GuardId,
  GuardVerdict,
  Instant,
  Proposal,
  Recovery,
  Signal,
  Subject,
  TicketRef
} from './vocabulary.ts'

/** A person's yes to a proposal, bound to its hash. */
export interface Approval {
  readonly hash: string
  readonly by: string
  readonly at: Instant
  readonly overrides: readonly { readonly guard: GuardId; readonly because: string }[]
}

/** How a case ended, or null while it is open. */
export const OUTCOMES = [
  'recovered_by_itself', // the user enrolled, we wrote nothing
  'recovered_after_repair', // the user enrolled after our write
  'nothing_to_do', // a rule said ignore
  'closed_by_person',
  'storm_over', // every child of a storm case has ended
  'canary' // no trouble at all: a delivery of our own came all the way
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One line of the story, oldest first; what happened in words, never more personal data than the case already holds. */
export interface TimelineEntry {
  readonly at: Instant
  readonly what: string
  /** `okta` for its events and writes, `reenroll` for ours, otherwise the person's name. */
  readonly by: string
}

/** Many users failing at once, told as one case (issue: trust; facts §6.1 G8, C16). */
export interface Storm {
  readonly since: Instant
  /** When the bounds were last exceeded; the cool-down counts from here. */
  readonly lastSeenAt: Instant
  /** Most users failing at once so far. */
  readonly users: number
  /** What they have in common, in words. */
  readonly because: string
  /** Children are decided anew from then on; null while the storm lasts. */
  readonly releasedAt: Instant | null
  readonly children: { readonly all: number; readonly open: number }
  /** When the storm's case was first looked at after its end; cases that join at that very moment are seen by a later look. */
  readonly endedAt?: Instant
}

/** The newest canary, and when one last came all the way. */
export interface Canary {
  readonly sentAt: Instant
  readonly doneAt: Instant | null
}

export interface Case {
  /** `RE-` and twelve characters, derived from the subject and the first failure's uuid. */
  readonly id: string
  /** `user:<okta id>`, or `event:<uuid>` when no event named a user. At most one open case per key. */
  readonly subjectKey: string
  readonly user: Subject
  readonly state: CaseState
  readonly openedAt: Instant
  readonly updatedAt: Instant
  /** When the next step is due; null when only an event or a person moves the case. */
  readonly dueAt: Instant | null
  /** Failed tries of the current step, for the back-off; back to 0 whenever a step succeeds. */
  readonly tries: number
  /** Since when the present step waits for a rate limit or for Okta to be back; absent or null when it does not. */
  readonly waitingSince?: Instant | null
  /** Counts every save; the store refuses a save over another version. */
  readonly version: number
  readonly failures: readonly Failure[]
  readonly signals: readonly Signal[]
  readonly recovery: Recovery | null
  readonly evidence: Evidence | null
  readonly cause: CauseVerdict | null
  readonly considered: readonly CauseVerdict[]
  readonly guards: readonly GuardVerdict[]
  readonly decision: Decision | null
  readonly proposal: Proposal | null
  readonly approval: Approval | null
  /** The first of two approvals, waiting for a second person. */
  readonly firstApproval?: Approval | null
  readonly actions: readonly Action[]
  readonly watchUntil: Instant | null
  /** After a factor was removed or a suspension lifted, the user is watched for a takeover until then (facts §6). */
  readonly vigilUntil: Instant | null
  /** What the vigil saw; such a case goes to security, whatever else became of it. */
  readonly securityAlert: string | null
  /** The storm case that speaks for this one: no ticket and no page of its own. */
  readonly parentId: string | null
  /** Set on a storm's own case. */
  readonly storm: Storm | null
  /** Set on the canary's own case, absent or null on all others. */
  readonly canary?: Canary | null
  readonly ticket: TicketRef | null
  /** Counts every change that the ticket should tell. */
  readonly contentRevision: number
  readonly outcome: Outcome | null
  /** What became of mailing the steps to the user; absent or null when nothing was sent. */
  readonly mailed?: { readonly at: Instant; readonly result: 'sent' | 'perhaps_sent' | 'refused' } | null
  /** The person who said that they look after it; absent or null when nobody did. */
  readonly assignee?: string | null
  /** Put off until then: not shown among the cases that need a person. Nothing else waits for it. */
  readonly snoozedUntil?: Instant | null
  readonly timeline: readonly TimelineEntry[]
}
