/**
 * The flat record that causes and rules read. `undefined` means unknown. A condition on an unknown fact is not met, so missing
 * evidence never makes a rule match. Each derivation is a small function; pure.
 */
import type { Case } from '../domain/case.ts'
import type { DecideInput } from '../domain/decision.ts'
import { known, type LogEntry, type OktaUser, readBackTo, type UserStatus } from '../domain/evidence.ts'
import { DAY_MS, msBetween, plus } from '../domain/time.ts'
import {
  type Action,
  CONFIDENCES,
  type Confidence,
  type Failure,
  type Instant,
  type RemediationId
} from '../domain/vocabulary.ts'
import {
  deviceBlocked,
  deviceExact,
  hasActiveOktaVerify,
  ios17Iphone15,
  jailbroken,
  oldPhoneLikely,
  orphanedEnrollment,
  otherStrongFactor,
  sharedDevice,
  unmanagedDevice,
  worksOnlyElsewhere
} from './device-facts.ts'
import { blockOrigin, entriesOf, isRecent, notRoutine, subjectIdOf, USER_SUSPENSION, wasRefused } from './entries.ts'
import { actorName } from './event-names.ts'
import { signedInStrongly } from './own-report.ts'
import { recoveredSince, workedBefore } from './recovery.ts'

/** Who suspended the user, by the System Log. */
export type Suspension = Pick<LogEntry, 'actorId' | 'actorLogin' | 'actorName' | 'at' | 'transactionType'>

export interface Facts {
  /** An event named the user by id. */
  readonly subjectKnown?: boolean | undefined
  readonly recoveredSince?: boolean | undefined
  /** The status was read and is known to this version. */
  readonly statusKnown?: boolean | undefined
  /** Why the status is not known; a text, not a condition. */
  readonly statusGap?: string | undefined
  readonly userStatus?: Exclude<UserStatus, 'unknown'> | undefined
  readonly transitioning?: boolean | undefined
  readonly provider?: string | undefined
  /** An active user is blocked, from any device or from unknown ones (facts §3.1). */
  readonly blocked?: boolean | undefined
  /** The one block that `unlock` is documented to lift on an active account (facts §3.2). */
  readonly unknownDevicesBlocked?: boolean | undefined
  /** The user has signed in or chosen a password. Okta sets `activated` when an activation starts, so it proves nothing. */
  readonly everUsed?: boolean | undefined
  readonly createdAgoMs?: number | undefined
  readonly suspendedForMs?: number | undefined
  readonly suspendedBy?: Suspension | undefined
  readonly suspenderTrusted?: boolean | undefined
  /** Of the surest failure. */
  readonly confidence?: Confidence | undefined
  readonly invalidToken?: boolean | undefined
  readonly policyRefusal?: boolean | undefined
  readonly signOnDenied?: boolean | undefined
  readonly hasActiveOktaVerify?: boolean | undefined
  /** Okta Verify is active, and only on devices of another kind: on a computer while a phone fails, or the reverse. */
  readonly worksOnlyElsewhere?: boolean | undefined
  readonly orphanedEnrollment?: boolean | undefined
  readonly otherStrongFactor?: boolean | undefined
  readonly oldPhoneLikely?: boolean | undefined
  /** Recognised by id or serial number rather than by model. */
  readonly deviceExact?: boolean | undefined
  readonly deviceBlocked?: 'SUSPENDED' | 'DEACTIVATED' | 'none' | undefined
  readonly sharedDevice?: boolean | undefined
  readonly jailbroken?: boolean | undefined
  readonly unmanagedDevice?: boolean | undefined
  readonly ios17Iphone15?: boolean | undefined
  /** An enrollment token for another device was issued from the old phone (facts §2.1 `device.token.enrollment.create`). */
  readonly migrationStarted?: boolean | undefined
  /** The user reported it, right after signing in with a factor that resists phishing and is not Okta Verify. */
  readonly signedInStrongly?: boolean | undefined
  /** A repair was made in this case, and nobody has tried to enroll since. */
  readonly repairedWithoutAttempt?: boolean | undefined
  /** Something was written for this user before, in this case or in the last 24 h. */
  readonly repairedBefore?: boolean | undefined
}

/** Every fact that the evidence supports; the rest stay undefined. */
export function caseFacts(input: DecideInput): Facts {
  const entries = entriesOf(input)
  return {
    subjectKnown: input.subject.id !== null,
    ...userFacts(input),
    ...suspensionFacts(input, entries),
    ...failureFacts(input.failures),
    signOnDenied: happened(entries, 'application.policy.sign_on.deny_access', DAY_MS, input),
    hasActiveOktaVerify: hasActiveOktaVerify(input.evidence),
    worksOnlyElsewhere: worksOnlyElsewhere(input),
    orphanedEnrollment: orphanedEnrollment(input),
    otherStrongFactor: otherStrongFactor(input.evidence),
    recoveredSince: recovered(input),
    oldPhoneLikely: oldPhoneLikely(input),
    deviceExact: deviceExact(input),
    deviceBlocked: deviceBlocked(input),
    sharedDevice: sharedDevice(input),
    jailbroken: jailbroken(input),
    unmanagedDevice: unmanagedDevice(input),
    ios17Iphone15: ios17Iphone15(input),
    migrationStarted: happened(entries, 'device.token.enrollment.create', input.policy.causes.newDeviceMs, input),
    signedInStrongly: signedInStrongly(input),
    repairedWithoutAttempt: repairWithoutAttempt(input) !== undefined,
    repairedBefore: input.recent.userWrites > 0 || input.actions.some(mayHaveHappened)
  }
}

function userFacts(input: DecideInput): Facts {
  const item = input.evidence.user
  const blocks = known(input.evidence.blocks)
  const blockFacts = {
    blocked: blocks && blocks.length > 0,
    unknownDevicesBlocked: blocks?.some(({ appliesTo }) => appliesTo === 'UNKNOWN_DEVICES')
  }
  if (item.state !== 'known') return { statusKnown: false, statusGap: item.because, ...blockFacts }
  const user = item.value
  return {
    ...(onlyClaimed(input) ? UNFOUND : statusFacts(user)),
    ...blockFacts,
    transitioning: user.transitioningTo !== null,
    provider: user.provider ?? undefined,
    everUsed: user.lastLoginAt !== null || user.passwordChangedAt !== null,
    createdAgoMs: user.createdAt === null ? undefined : msBetween(user.createdAt, input.now)
  }
}

/** Okta shows nobody with the login of a report, which may be misspelt: that proves no deactivated account. */
function onlyClaimed({ evidence, subject, failures }: DecideInput): boolean {
  return (
    known(evidence.user)?.status === 'MISSING' &&
    subject.id === null &&
    failures.every(({ source }) => source === 'report')
  )
}

const UNFOUND = { statusKnown: false, statusGap: 'Okta shows nobody with the login of the report' } as const

/** A status unknown to this version counts as not read: it is never treated as ACTIVE. */
function statusFacts({ status }: OktaUser): Facts {
  if (status !== 'unknown') return { statusKnown: true, userStatus: status }
  return { statusKnown: false, statusGap: 'Okta answered with a status that this version does not know' }
}

/** Who suspended the user, and for how long; only for suspended users. */
function suspensionFacts(input: DecideInput, entries: readonly LogEntry[]): Facts {
  const user = known(input.evidence.user)
  if (user?.status !== 'SUSPENDED') return {}
  const origin = blockOrigin(entries, USER_SUSPENSION, subjectIdOf(input), user.statusChangedAt)
  const since = origin?.at ?? user.statusChangedAt
  const suspendedForMs = since === null ? undefined : msBetween(since, input.now)
  if (!origin) return { suspendedForMs }
  const { actorId, actorLogin, actorName: name = null, at, transactionType } = origin
  return {
    suspendedForMs,
    suspendedBy: { actorId, actorLogin, actorName: name, at, transactionType },
    suspenderTrusted: notRoutine(origin, entries, input) === null
  }
}

function failureFacts(failures: readonly Failure[]): Facts {
  return {
    confidence: bestConfidence(failures),
    invalidToken: failures.some((failure) => failure.invalidToken),
    policyRefusal: failures.some((failure) => failure.policyRefusal)
  }
}

/** The highest confidence among the failures; undefined without failures. */
export function bestConfidence(failures: readonly Failure[]): Confidence | undefined {
  return CONFIDENCES.findLast((confidence) => failures.some((failure) => failure.confidence === confidence))
}

/** Every failing device has enrolled since its newest failure. */
function recovered(input: DecideInput): boolean | undefined {
  const answer = recoveredSince(input.evidence, input.failures, workedBefore(input))
  return answer === 'unknown' ? undefined : answer === 'yes'
}

/** A recent entry of this type; "no" needs the log. */
function happened(entries: readonly LogEntry[], type: string, within: number, input: DecideInput): boolean | undefined {
  if (entries.some(({ eventType, at }) => eventType === type && isRecent(at, within, input.now))) return true
  return readBackTo(input.evidence.history, plus(input.now, -within)) ? false : undefined
}

/** A repair, by Reenroll or by a person in Okta. */
export interface Repair {
  /** "The account was unsuspended". */
  readonly what: string
  readonly at: Instant
  readonly by: string
}

/** The newest repair, when nobody has tried to enroll since: a new cause needs a new failure. */
export function repairWithoutAttempt({ actions, failures, evidence }: Attempts): Repair | undefined {
  const own = actions
    .filter(({ state }) => state === 'done')
    .map(({ remediation, at, by }) => ({ what: DONE[remediation], at, by: by.kind === 'rule' ? 'Reenroll' : by.name }))
  // A block that came back was not repaired.
  const isActive = evidence !== null && known(evidence.user)?.status === 'ACTIVE'
  const inOkta = ((isActive && known(evidence.history)) || []).flatMap((entry) => {
    const what = DONE_IN_OKTA[entry.eventType]
    return what && !wasRefused(entry) ? [{ what, at: entry.at, by: actorName(entry) }] : []
  })
  // A write of our own is in the log too: the own one names who caused it.
  const newest = own.at(-1) ?? inOkta.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
  return newest && failures.every(({ publishedAt }) => publishedAt < newest.at) ? newest : undefined
}

type Attempts = Pick<Case, 'actions' | 'failures' | 'evidence'>

const DONE: Readonly<Record<RemediationId, string>> = {
  unsuspend_user: 'The account was unsuspended',
  unlock_user: 'The account was unlocked',
  resend_activation: 'The activation mail was sent again',
  remove_orphaned_enrollment: 'The unfinished Okta Verify enrollment was removed',
  remove_replaced_enrollment: 'The old Okta Verify enrollment was removed',
  unsuspend_device: 'The device was unsuspended'
}

/** Log entries of a block that was lifted in Okta. */
const DONE_IN_OKTA: Readonly<Record<string, string>> = {
  'user.lifecycle.unsuspend': DONE.unsuspend_user,
  'user.account.unlock': DONE.unlock_user,
  'user.account.unlock_by_admin': DONE.unlock_user,
  'device.lifecycle.unsuspend': DONE.unsuspend_device
}

/** Written or possibly written: neither refused before the call nor certainly failed. */
export function mayHaveHappened(action: Action): boolean {
  return action.state !== 'refused' && action.state !== 'failed'
}
