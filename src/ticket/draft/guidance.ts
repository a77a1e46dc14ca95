/**
 * What to send to the user, per cause and platform: the article's options as plain, ordered steps, and nothing the article
 * or Okta's pages do not support (facts §6.3, "Where the article is imprecise"). The texts are in `../languages`. Pure.
 */
import { credentialSource, devicesThatWork } from '../../decide/advice.ts'
import { failingPlatform, ios17Iphone15, isComputer } from '../../decide/device-facts.ts'
import type { Case } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import type { CauseId, Language, Platform, RemediationId } from '../../domain/vocabulary.ts'
import { fill, WORDS, type Words } from '../languages/languages.ts'

/* The steps that several causes share, worded for the platform at hand (facts §6.3 options 2, 3 and 5). */

/** What the wording depends on. */
interface Where {
  readonly platform: Platform
  /** What Reenroll or an admin has already done in Okta, if anything. */
  readonly repaired: RemediationId | null
  /** Who owns the credentials, in words; null when Okta does or it is not known. */
  readonly source: string | null
  /** The event gives no reason, and the cause is what is left. */
  readonly isGuess: boolean
  /** It may be an iPhone 15 with iOS 17: neither the event nor Okta's record names the phone. */
  readonly mayBeIphone15: boolean
  /** Okta Verify works on other devices; the steps must not touch them. `ask`: the reader has to look for that. */
  readonly worksElsewhere: boolean | 'ask'
  readonly words: Words
}

function enrollAgain({ platform, words: { steps } }: Where): string {
  if (isComputer(platform)) return steps.enrollDesktop
  const { enrollPhone: phone, enrollDesktop: computer } = steps
  return platform === 'unknown' ? fill(steps.enrollEither, { phone, computer }) : phone
}

function restart({ platform, words: { steps } }: Where): string {
  if (platform === 'unknown') return steps.restartDevice
  return isComputer(platform) ? steps.restartComputer : steps.restartPhone
}

/** The server's side of option 2: all Okta Verify methods on all devices go, no matter who removes them (facts §0.4). */
function removeEnrollment({ repaired, worksElsewhere, words: { steps } }: Where): string {
  if (worksElsewhere === 'ask') return steps.checkEnrollment
  if (worksElsewhere) return steps.keepEnrollment
  const isRemoved = repaired === 'remove_orphaned_enrollment' || repaired === 'remove_replaced_enrollment'
  return isRemoved ? steps.enrollmentRemoved : steps.removeEnrollment
}

/** Option 2: the app and the account forget each other, then start afresh. */
function startAfresh(where: Where): readonly string[] {
  const { platform, words } = where
  return [
    words.steps.deleteAccount,
    words.steps.uninstall,
    removeEnrollment(where),
    restart(where),
    // Even a small clock difference can make enrollment fail (facts, "Where the article is imprecise").
    words.steps[`clock${platform}`],
    words.steps[`install${platform}`],
    enrollAgain(where)
  ]
}

/** Option 3. It exists in a phone's settings only. Android has the app's data under Storage; clearing it has the same effect. */
function clearHistory(where: Where & { readonly platform: Exclude<Platform, 'MACOS' | 'WINDOWS'> }): readonly string[] {
  const { platform, mayBeIphone15, words } = where
  return [
    ...(mayBeIphone15 ? [words.steps.updateIphone15] : []),
    words.steps[`clear${platform}`],
    ...(platform === 'unknown' ? [words.steps.deleteOnComputer] : []),
    words.steps[`clock${platform}`],
    enrollAgain(where)
  ]
}

export interface Guidance {
  /** Whether the steps are for the user at all; when not, `opening` tells the agent why. */
  readonly send: boolean
  /** What is the matter, in a sentence to the user. */
  readonly opening: string
  readonly steps: readonly string[]
  /** What to do only when the steps did not help; empty when there is nothing else. */
  readonly ifThatFails: readonly string[]
}

function advise(opening: string, ...steps: readonly string[]): Guidance {
  return { send: true, opening, steps, ifThatFails: [] }
}

/** After a repair: enroll, and what Okta Support will ask for when that fails (option 5). */
function lifted(where: Where, opening: string): Guidance {
  return advise(opening, enrollAgain(where), where.words.steps.reportIssue)
}

function afresh(where: Where, opening: string): Guidance {
  return advise(opening, ...startAfresh(where), where.words.steps.reportIssue)
}

function lockedOut(where: Where): Guidance {
  const { source } = where
  const { openings, steps } = where.words
  if (where.repaired === 'unlock_user') return lifted(where, openings.lockedLifted)
  const wait = source ? fill(steps.lockedElsewhere, { source }) : steps.lockedWait
  return advise(openings.locked, steps.lockedNotYou, wait, enrollAgain(where))
}

function activationPending(where: Where): Guidance {
  const { source } = where
  const { openings, steps } = where.words
  if (source) {
    const signIn = fill(steps.activateElsewhere, { source })
    return advise(openings.activationElsewhere, signIn, steps.activateCheck, enrollAgain(where))
  }
  const mail = where.repaired === 'resend_activation' ? steps.activationSent : steps.activationMail
  return advise(openings.activation, mail, steps.activationNewest, steps.activationFinish, enrollAgain(where))
}

/** Okta names this pair as a known issue and gives no steps; these are general ones, and the text says so. */
function iphone15(where: Where): Guidance {
  const { openings, steps } = where.words
  const phone: Where = { ...where, platform: 'IOS' }
  return {
    send: true,
    opening: openings.iphone15,
    steps: [steps.updateIos, steps.updateApp, restart(phone), enrollAgain(phone)],
    ifThatFails: [...startAfresh(phone), steps.reportIssue]
  }
}

/** Option 3 is in a phone's settings; on a computer the nearest thing is option 2. */
function staleApp(where: Where): Guidance {
  const { platform, isGuess, words } = where
  const opening = isGuess ? words.openings.unknown : words.openings.stale
  if (platform === 'MACOS' || platform === 'WINDOWS') return afresh(where, opening)
  const ifThatFails = [...startAfresh(where), words.steps.reportIssue]
  return { send: true, opening, steps: clearHistory({ ...where, platform }), ifThatFails }
}

function unknownCause(where: Where): Guidance {
  const { platform, words } = where
  if (platform === 'MACOS' || platform === 'WINDOWS') return afresh(where, words.openings.unknown)
  return advise(words.openings.unknown, ...clearHistory({ ...where, platform }), words.steps.reportIssue)
}

const GUIDANCE: Readonly<Record<CauseId, (where: Where) => Guidance>> = {
  account_suspended: (where) => {
    const { openings, steps } = where.words
    if (where.repaired === 'unsuspend_user') return lifted(where, openings.suspendedLifted)
    return advise(openings.suspended, steps.wait)
  },
  account_locked_out: lockedOut,
  activation_pending: activationPending,
  account_staged: ({ words }) => advise(words.openings.staged, words.steps.stagedAsk),
  account_recovery: (where) => {
    const { source } = where
    const { openings, steps } = where.words
    const finish = source ? fill(steps.recoveryElsewhere, { source }) : steps.recoveryFinish
    return advise(openings.recovery, steps.recoveryNotYou, finish, enrollAgain(where))
  },
  password_expired: (where) => {
    const { source } = where
    const { openings, steps } = where.words
    if (!source) return advise(openings.password, steps.passwordChange, enrollAgain(where))
    const change = fill(steps.passwordElsewhere, { source })
    return advise(fill(openings.passwordElsewhere, { source }), change, enrollAgain(where))
  },
  account_deactivated: () => ({
    send: false,
    opening: 'The account is deactivated. Send no steps: the attempt may come from somebody who has left.',
    steps: [],
    ifThatFails: []
  }),
  sign_in_blocked: (where) => {
    const { openings, steps } = where.words
    if (where.repaired === 'unlock_user') return lifted(where, openings.blockedLifted)
    return advise(openings.blocked, steps.blockedNotYou, steps.blockedKnown, enrollAgain(where))
  },
  device_suspended: (where) => {
    const { openings, steps } = where.words
    if (where.repaired === 'unsuspend_device') return lifted(where, openings.deviceLifted)
    return advise(openings.deviceSuspended, steps.deviceWait)
  },
  device_deactivated: (where) =>
    advise(where.words.openings.deviceDeactivated, where.words.steps.deviceYours, ...startAfresh(where)),
  enrollment_orphaned: (where) => afresh(where, where.words.openings.orphaned),
  device_replaced: (where) => afresh(where, where.words.openings.replaced),
  device_jailbroken: ({ platform, words: { openings, steps } }) => {
    const system = platform === 'IOS' || platform === 'ANDROID' ? platform : 'unknown'
    return advise(openings[`modified${system}`], steps.deviceOther)
  },
  iphone15_ios17: iphone15,
  policy_denied: ({ words }) => advise(words.openings.policy, words.steps.policyTell),
  app_state_stale: staleApp,
  unknown: unknownCause
}

/** The steps for the user of this case, for the failing device, after what was already repaired: for the agent, and for a user who signed in. */
export function guidanceFor(c: Case, language: Language = 'en'): Guidance {
  const where = whereOf(c, language)
  const guidance = GUIDANCE[c.cause?.id ?? 'unknown'](where)
  if (!where.worksElsewhere || !guidance.send) return guidance
  const devices = new Intl.ListFormat(language, { type: 'conjunction' }).format(devicesThatWork(c))
  return { ...guidance, opening: `${guidance.opening} ${fill(where.words.message.stillWorks, { devices })}` }
}

function whereOf(c: Case, language: Language): Where {
  const platform = failingPlatform(c)
  const source = credentialSource(c.evidence && known(c.evidence.user)?.provider)
  const words: Words = WORDS[language]
  return {
    platform,
    isGuess: c.cause?.confidence === 'low',
    mayBeIphone15: (platform === 'IOS' || platform === 'unknown') && ios17Iphone15(c) === undefined,
    repaired: c.actions.findLast((action) => action.state === 'done')?.remediation ?? null,
    source: source && words.sources[source],
    worksElsewhere: c.cause?.id !== 'device_replaced' && devicesThatWork(c).length > 0,
    words
  }
}

/* Messages. The reader of a mailbox may not be the user, so a message states nothing about the account. */

/**
 * What a message says for a cause: the steps for the device; what to do at the sign-in page, the same for every state of an
 * account that the user can mend there; or only that a person helps, where the user can do nothing alone.
 */
const IN_MESSAGES: Readonly<Record<CauseId, 'device' | 'account' | 'person'>> = {
  account_suspended: 'person',
  account_locked_out: 'account',
  activation_pending: 'account',
  account_staged: 'person',
  account_recovery: 'account',
  password_expired: 'account',
  account_deactivated: 'person',
  sign_in_blocked: 'account',
  device_suspended: 'person',
  device_deactivated: 'person',
  enrollment_orphaned: 'device',
  device_replaced: 'device',
  device_jailbroken: 'person',
  iphone15_ios17: 'device',
  policy_denied: 'person',
  app_state_stale: 'device',
  unknown: 'device'
}

/** Repairs after which the user only has to try again. */
const FREES: readonly (RemediationId | null)[] = ['unsuspend_user', 'unlock_user', 'unsuspend_device']

/** The steps as a message may say them. */
export function messageGuidance(c: Case, language: Language): Guidance {
  const cause = c.cause?.id ?? 'unknown'
  const read = whereOf(c, language)
  const worksElsewhere = cause === 'device_replaced' ? false : 'ask'
  const where: Where = { ...read, repaired: null, isGuess: false, source: null, worksElsewhere }
  const guidance = GUIDANCE[cause](where)
  const { message, steps } = where.words
  if (!guidance.send) return guidance
  if (IN_MESSAGES[cause] === 'device') return { ...guidance, opening: message.deviceOpening }
  if (FREES.includes(read.repaired)) return lifted(where, message.opening)
  if (IN_MESSAGES[cause] === 'person') return advise(message.opening, steps.askDesk)
  const { accountSignIn, accountMail, accountElse } = steps
  return advise(message.opening, accountSignIn, accountMail, enrollAgain(where), accountElse)
}
