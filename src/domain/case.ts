/** The case as it is stored, shown and decided on: one user's problem (DESIGN §3). Pure. */
import type { CauseVerdict, Decision, GuideStand } from './decision.ts'
import type { Evidence } from './evidence.ts'
import { DAY_MS, msBetween } from './time.ts'
import { type CallerProof, type Challenge, hasEnded } from './verification.ts'
import {
  type Action,
  type Answer,
  type CaseState,
  CHANNELS,
  type Channel,
  type DeviceNames,
  type Failure,
  type GuardId,
  type GuardVerdict,
  type Instant,
  type Proposal,
  type Recovery,
  type SeenError,
  type Signal,
  type Subject,
  type TicketRef
} from './vocabulary.ts'

/** A person's approval of a proposal, bound to its hash. */
export interface Approval {
  readonly hash: string
  readonly by: string
  /** `id` and `provider` of the operator: who it was, whatever name they have. */
  readonly operatorId: string
  readonly provider: string | null
  readonly at: Instant
  readonly overrides: readonly { readonly guard: GuardId; readonly because: string }[]
  /** What proved the caller, where the policy asks for it. */
  readonly proof?: CallerProof
}

/** How a case ended, or null while it is open. */
export const OUTCOMES = [
  'recovered_by_itself', // the user enrolled, and no write had helped
  'recovered_after_repair', // the user enrolled after a write, while watched and before failing again
  'nothing_to_do', // a rule said ignore
  'closed_by_person',
  'storm_over', // every child of a storm case has ended
  'canary' // not a failure: a canary delivery completed
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One entry of the history, oldest first: what happened, without personal data that the case does not already hold. */
export interface TimelineEntry {
  readonly at: Instant
  readonly what: string
  /** `okta` for its events and writes, `reenroll` for the service's acts, `user` for what the user answers, otherwise the person's name. */
  readonly by: string
}

const NOT_OF_THE_TEAM: readonly string[] = ['okta', 'reenroll', 'user']

/** Somebody of the team did this. */
export function isByTeam({ by }: Pick<TimelineEntry, 'by'>): boolean {
  return !NOT_OF_THE_TEAM.includes(by)
}

/** Many users who fail at once, as one case (facts §6.1 G8, C16). */
export interface Storm {
  readonly since: Instant
  /** When the limits were last exceeded; the cool-down starts here. */
  readonly lastSeenAt: Instant
  /** Highest number of users failing at once. */
  readonly users: number
  /** What they have in common, in words. */
  readonly because: string
  /** From then on, children are decided again; null during the storm. */
  readonly releasedAt: Instant | null
  readonly children: { readonly all: number; readonly open: number }
  /** When the storm's case was first checked after its end. Cases that join at that moment are found by a later check. */
  readonly endedAt?: Instant
}

/** What people owe a case, each with a target time. */
export const TARGET_CLOCKS = ['first_look', 'proposal', 'resolution'] as const
export type TargetClock = (typeof TARGET_CLOCKS)[number]

/** How far a clock has run, least first. */
export const CLOCK_STEPS = ['reminded', 'escalated', 'missed'] as const
export type ClockStep = (typeof CLOCK_STEPS)[number]

/** The newest canary, and when one last completed. */
export interface Canary {
  readonly sentAt: Instant
  readonly doneAt: Instant | null
}

export interface NamedRepair extends Pick<Decision, 'rule' | 'mode' | 'stoppedBy' | 'loneStop'> {
  readonly answer?: 'approved' | 'rejected'
}

/** The steps go to the user first, and a ticket follows when they do not help (DESIGN §5 *guide*). */
export interface Guide {
  readonly at: Instant
  /** A ticket follows then, unless the user is enrolled. */
  readonly until: Instant
  /** Why it ended without an enrollment; left out while the user has time. */
  readonly endedBecause?: string
  /** When; left out by versions before. */
  readonly endedAt?: Instant
}

/** What the user answered to the message of the case; only one answer counts. */
export interface UserAnswer {
  readonly at: Instant
  readonly what: Answer
  readonly seen?: SeenError
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
  /** Failed attempts of the current step, for the back-off; 0 after each success. */
  readonly tries: number
  /** Since when the step waits for a rate limit or for Okta; absent or null otherwise. */
  readonly waitingSince?: Instant | null
  /** Increases with every save; the store refuses a save over another version. */
  readonly version: number
  readonly failures: readonly Failure[]
  readonly signals: readonly Signal[]
  readonly recovery: Recovery | null
  readonly evidence: Evidence | null
  /** Devices on which Okta Verify worked when the case was first read: their enrollments may be renewals. */
  readonly worked?: readonly DeviceNames[]
  readonly cause: CauseVerdict | null
  readonly considered: readonly CauseVerdict[]
  readonly guards: readonly GuardVerdict[]
  readonly decision: Decision | null
  /** The last decision that named a repair, since later ones may not, and what a person answered to its proposal. */
  readonly repair?: NamedRepair
  readonly proposal: Proposal | null
  readonly approval: Approval | null
  /** The first of two approvals, waiting for a second person. */
  readonly firstApproval?: Approval | null
  readonly actions: readonly Action[]
  readonly watchUntil: Instant | null
  /** When a case that waits for a person is decided again, and how often it was; absent or null when never. */
  readonly again?: { readonly dueAt: Instant | null; readonly times: number } | null
  /** After a factor was removed or a suspension lifted, the user is watched for a takeover until then (facts §6). */
  readonly vigilUntil: Instant | null
  /** What the takeover watch found; such a case goes to security, whatever its state. */
  readonly securityAlert: string | null
  /** When it was raised; left out by versions before. */
  readonly alertedAt?: Instant
  /** The storm case that covers this one, so that it has no separate ticket or page. */
  readonly parentId: string | null
  /** When a person released it from its storm, which is still on; absent or null otherwise, and once guard G8 stops it again. */
  readonly releasedAt?: Instant | null
  /** Set on a storm's own case. */
  readonly storm: Storm | null
  /** Set on the canary's own case, absent or null on all others. */
  readonly canary?: Canary | null
  readonly ticket: TicketRef | null
  /** Increases with every change that the ticket should show. */
  readonly contentRevision: number
  readonly outcome: Outcome | null
  /** A person asked to send the steps then; absent or null when nobody did. */
  readonly stepsAskedAt?: Instant | null
  /** A person found that it was an attack, when they closed the case or later. */
  readonly attack?: true
  /** Result of mailing the steps to the user; absent or null when nothing was sent. */
  readonly mailed?: {
    readonly at: Instant
    readonly result: 'sent' | 'perhaps_sent' | 'refused'
    /** It was sent, and came back later. */
    readonly returned?: true
    /** Left out: by mail. */
    readonly channel?: Channel
  } | null
  /** Left out or null: the steps did not go to the user first. */
  readonly guide?: Guide | null
  /** When the user was guided in the case before. */
  readonly guidedBefore?: Instant
  readonly answer?: UserAnswer
  /** When the user said that the attempts were not theirs, in this case or the one before. */
  readonly notMeAt?: Instant
  /** The assignee; absent or null without one. */
  readonly assignee?: string | null
  /** Snoozed until then: not listed among the cases that need a person. Processing continues. */
  readonly snoozedUntil?: Instant | null
  /** Challenges to verify the caller, oldest first. */
  readonly challenges?: readonly Challenge[]
  /** Those of the user's earlier cases, as far as they still count against limits and guards. */
  readonly challengedBefore?: readonly { readonly at: Instant; readonly rejected: boolean }[]
  /** Proofs of the caller that an approval has used; each serves one proposal. */
  readonly usedProofs?: readonly { readonly id: string; readonly hash: string }[]
  /** The last step of each target clock, and when that clock had started. */
  readonly clocks?: Readonly<Partial<Record<TargetClock, { readonly startedAt: Instant; readonly step: ClockStep }>>>
  readonly timeline: readonly TimelineEntry[]
}

/** True until the case is resolved or closed; the next failure of this user joins it. */
export function isOpen({ state }: Pick<Case, 'state'>): boolean {
  return state !== 'resolved' && state !== 'closed'
}

/** Nobody had anything to do for this ended case: no ticket, and no person closed it. */
export function neededNobody({ ticket, outcome }: Pick<Case, 'ticket' | 'outcome'>): boolean {
  return ticket === null && outcome !== 'closed_by_person'
}

/** Times in which the case waited for its user, with the steps or after a write: nobody of the team had anything to do. */
export function userWaits({ guide, actions }: Pick<Case, 'guide' | 'actions'>): readonly Wait[] {
  const guided = guide?.endedAt ? [{ from: guide.at, to: guide.endedAt }] : []
  return [...guided, ...actions.flatMap(({ at, watchedUntil: to }) => (to ? [{ from: at, to }] : []))]
}

export interface Wait {
  readonly from: Instant
  readonly to: Instant
}

/** Whether the user may be guided now: at most once in a case, in a day, and before there is a ticket. */
export function guideStand(c: Case, now: Instant): GuideStand {
  const { guide, mailed, guidedBefore } = c
  if (guide && !guide.endedBecause) return mailed ? 'running' : 'possible'
  const lately = guidedBefore !== undefined && msBetween(guidedBefore, now) < DAY_MS
  const isWithPeople = c.ticket !== null || Boolean(mailed) || Boolean(c.stepsAskedAt) || c.securityAlert !== null
  return guide || lately || isWithPeople || c.notMeAt !== undefined ? 'over' : 'possible'
}

/** How the steps came to the user: by a message, or on their own page after a sign-in. `none`: not yet, or not at all. */
export const GUIDE_CHANNELS = [...CHANNELS, 'page', 'none'] as const
export type GuideChannel = (typeof GUIDE_CHANNELS)[number]

export function guideChannel({ mailed, failures }: Pick<Case, 'mailed' | 'failures'>): GuideChannel {
  if (mailed && mailed.result !== 'refused') return mailed.channel ?? 'mail'
  return failures.some(({ signIn }) => signIn) ? 'page' : 'none'
}

/** Steps that went to the user first, and what became of them, in ones and zeros. */
export interface GuidedCase {
  readonly channel: GuideChannel
  readonly sent: number
  /** Known to have reached the user: they answered, enrolled, or read the steps on their own page. */
  readonly reached: number
  readonly answered: number
  readonly enrolled: number
  readonly escalated: number
}

/** Null for a case whose user was not guided. */
export function guidedCase(c: Case): GuidedCase | null {
  const { guide, answer, mailed, state } = c
  if (!guide) return null
  const channel = guideChannel(c)
  const isSent = channel === 'page' || (mailed != null && mailed.result !== 'refused')
  const isEnrolled = state === 'resolved'
  const isReached = channel === 'page' || Boolean(answer) || (isSent && isEnrolled)
  const [sent, reached, answered, enrolled, escalated] = [
    isSent,
    isReached,
    answer,
    isEnrolled,
    guide.endedBecause
  ].map((is) => (is ? 1 : 0)) as [number, number, number, number, number]
  return { channel, sent, reached, answered, enrolled, escalated }
}

/** From the first failure to the enrollment, as Okta published both; null when it was not seen in an event. */
export function enrolledAfterMs({
  state,
  recovery,
  failures
}: Pick<Case, 'state' | 'recovery' | 'failures'>): number | null {
  const [first] = failures
  if (state !== 'resolved' || !recovery || !first) return null
  return Math.max(0, msBetween(first.publishedAt, recovery.publishedAt))
}

/** The challenge that is not over, or undefined; there is at most one. */
export function openChallenge({ challenges = [] }: Pick<Case, 'challenges'>): Challenge | undefined {
  return challenges.findLast((one) => !hasEnded(one))
}
