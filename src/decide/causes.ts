/**
 * The possible causes: account, then device, then app (facts §6.2). The most certain applies; among equally certain ones the
 * order decides. The last row always applies. Signs read facts only, so a cause never depends on an event's wording (facts §2.4 item 7).
 */
import type { CauseVerdict } from '../domain/decision.ts'
import { showDuration } from '../domain/time.ts'
import { type CauseId, CONFIDENCES, type Confidence, type KbOption } from '../domain/vocabulary.ts'
import { actorName } from './event-names.ts'
import type { Facts } from './facts.ts'

/* Types of a row of the causes table, and functions to write one. */

/** A sign of a cause, and its sentence in the explanation. */
export interface Sign {
  readonly holds: (facts: Facts) => boolean
  readonly says: (facts: Facts) => string
  /** Confidence in the cause; null for a sign that only supports another one. */
  readonly points: Confidence | null
}

export interface Cause {
  readonly id: CauseId
  /** One sentence for people. */
  readonly title: string
  readonly signs: readonly Sign[]
  /** The article's option, or null when the article says nothing. */
  readonly kbOption: KbOption | null
  /** Row of facts §6.2. */
  readonly facts: string
}

/** A sign with a fixed sentence. */
function sign(points: Confidence | null, holds: Sign['holds'], sentence: string): Sign {
  return { points, holds, says: () => sentence }
}

const isActive = (facts: Facts) => facts.userStatus === 'ACTIVE'

/* Causes in the account (facts §5, §6.2 C1-C7). Pure. */

function status(value: NonNullable<Facts['userStatus']>, sentence: string): Sign {
  return sign('high', (facts) => facts.userStatus === value, sentence)
}

const TRANSITIONING = sign(
  null,
  (facts) => facts.transitioning === true,
  'Okta is moving the account to another status.'
)

export const ACCOUNT_CAUSES: readonly Cause[] = [
  {
    id: 'account_deactivated',
    title: 'The account is deactivated or does not exist any more.',
    kbOption: 1,
    facts: 'C6',
    signs: [
      status('DEPROVISIONED', 'The account is deactivated (DEPROVISIONED).'),
      status('MISSING', 'Okta has no such user.'),
      TRANSITIONING
    ]
  },
  {
    id: 'account_suspended',
    title: 'The account is suspended, so Okta Verify cannot be enrolled.',
    kbOption: 1,
    facts: 'C1',
    signs: [
      status('SUSPENDED', 'The account is suspended (SUSPENDED).'),
      { points: null, holds: (facts) => facts.suspendedBy !== undefined, says: suspendedBy },
      sign(
        null,
        (facts) => facts.userStatus === 'SUSPENDED' && facts.suspendedBy === undefined,
        'The System Log does not show who suspended it.'
      ),
      TRANSITIONING
    ]
  },
  {
    id: 'account_locked_out',
    title: 'The account is locked after too many failed sign-ins.',
    kbOption: 1,
    facts: 'C2',
    signs: [status('LOCKED_OUT', 'The account is locked (LOCKED_OUT).'), TRANSITIONING]
  },
  {
    id: 'activation_pending',
    title: 'The account was never activated: the activation mail has not been used.',
    kbOption: 1,
    facts: 'C3',
    signs: [
      status('PROVISIONED', 'The account waits for the user to activate it (PROVISIONED).'),
      { points: null, holds: (facts) => facts.createdAgoMs !== undefined, says: createdAgo },
      TRANSITIONING
    ]
  },
  {
    id: 'account_staged',
    title: 'The account has been created but its activation has not been started.',
    kbOption: 1,
    facts: 'C5',
    signs: [status('STAGED', 'The activation of the account has not been started (STAGED).'), TRANSITIONING]
  },
  {
    id: 'account_recovery',
    title: 'A password reset of the account is not finished.',
    kbOption: 1,
    facts: 'C4',
    signs: [status('RECOVERY', 'The user has to finish a password reset (RECOVERY).'), TRANSITIONING]
  },
  {
    id: 'password_expired',
    title: 'The password has expired and must be changed first.',
    kbOption: 1,
    facts: 'C4',
    signs: [status('PASSWORD_EXPIRED', 'The password has expired (PASSWORD_EXPIRED).'), TRANSITIONING]
  },
  {
    id: 'sign_in_blocked',
    title: 'The account is active, but Okta blocks its sign-in.',
    kbOption: null,
    facts: 'C7',
    signs: [
      sign(
        'high',
        (facts) => isActive(facts) && facts.blocked === true,
        'The account is active and has a sign-in block.'
      )
    ]
  }
]

function suspendedBy({ suspendedBy, suspenderTrusted }: Facts): string {
  const actor = suspendedBy ? actorName(suspendedBy) : 'an unnamed actor'
  const routine = suspenderTrusted ? ', which the policy trusts' : ''
  return `Suspended by ${actor} at ${suspendedBy?.at}${routine}.`
}

function createdAgo({ createdAgoMs = 0, everUsed }: Facts): string {
  return `It was created ${showDuration(createdAgoMs)} ago and ${everUsed ? 'has been used before' : 'has never been used'}.`
}

/* Causes in the phone, its enrollment or the app (facts §6.2 C8-C15). Pure. */

function deviceIs(block: 'SUSPENDED' | 'DEACTIVATED', exact: boolean): Sign['holds'] {
  return (facts) => facts.deviceBlocked === block && facts.deviceExact === exact
}

/** The phone's own state. */
const PHONE_CAUSES: readonly Cause[] = [
  {
    id: 'device_suspended',
    title: 'The phone is suspended in Okta.',
    kbOption: null,
    facts: 'C8',
    signs: [
      sign('high', deviceIs('SUSPENDED', true), 'The device of the failure is suspended in Okta.'),
      sign('medium', deviceIs('SUSPENDED', false), 'A device of the same model is suspended in Okta.')
    ]
  },
  {
    id: 'device_deactivated',
    title: 'The phone is deactivated in Okta and its record is stale.',
    kbOption: null,
    facts: 'C9',
    signs: [
      sign(
        'high',
        deviceIs('DEACTIVATED', true),
        'The device of the failure is deactivated in Okta; it may have been reported lost.'
      ),
      sign('medium', deviceIs('DEACTIVATED', false), 'A device of the same model is deactivated in Okta.')
    ]
  },
  {
    id: 'device_jailbroken',
    title: 'The phone is jailbroken or rooted, which Okta Verify does not support.',
    kbOption: null,
    facts: 'C12',
    signs: [
      sign('high', (facts) => facts.jailbroken === true, 'The device reports that its operating system was modified.')
    ]
  }
]

function nothingBlocks(facts: Facts): boolean {
  return isActive(facts) && facts.deviceBlocked === 'none'
}

/** Everything in Okta that could be the cause was read, and is not. */
function isExcluded(facts: Facts): boolean {
  const { blocked, hasActiveOktaVerify, orphanedEnrollment, policyRefusal, signOnDenied, worksOnlyElsewhere } = facts
  return (
    nothingBlocks(facts) &&
    [blocked, orphanedEnrollment, policyRefusal, signOnDenied].every((one) => one === false) &&
    (hasActiveOktaVerify === false || worksOnlyElsewhere === true)
  )
}

const ENROLLMENT_CAUSES: readonly Cause[] = [
  {
    id: 'policy_denied',
    title: 'A policy refused the enrollment or the device.',
    kbOption: null,
    facts: 'C14',
    signs: [
      sign('high', (facts) => facts.policyRefusal === true, 'The event names a policy refusal.'),
      // A refused sign-in alone may only mean that Okta Verify is missing. An invalid token explains that better.
      sign(
        'low',
        (facts) => facts.signOnDenied === true && facts.invalidToken === false,
        'An application policy refused the user in the last day.'
      )
    ]
  },
  {
    id: 'enrollment_orphaned',
    title: 'An unfinished Okta Verify enrollment blocks a new one.',
    kbOption: 2,
    facts: 'C10',
    signs: [
      sign(
        'high',
        (facts) => isActive(facts) && facts.orphanedEnrollment === true,
        'The account is active and none of its Okta Verify enrollments can be used.'
      )
    ]
  },
  {
    id: 'device_replaced',
    title: 'The phone was replaced or restored, and the old enrollment is still active.',
    kbOption: 2,
    facts: 'C11',
    signs: [
      sign(
        'medium',
        (facts) => isActive(facts) && facts.oldPhoneLikely === true,
        'An active Okta Verify enrollment is on a phone that is no longer used, or that a newer phone has replaced.'
      ),
      sign(null, (facts) => facts.migrationStarted === true, 'A transfer to another device was started recently.'),
      sign(null, (facts) => facts.otherStrongFactor === true, 'The user has another strong factor.')
    ]
  },
  {
    id: 'iphone15_ios17',
    title: 'The phone is an iPhone 15 on iOS 17, which has a known enrollment problem.',
    kbOption: 4,
    facts: 'C13',
    signs: [sign('medium', (facts) => facts.ios17Iphone15 === true, 'The phone is an iPhone 15 with iOS 17.')]
  },
  {
    id: 'app_state_stale',
    title: 'The app on the phone holds outdated account data.',
    kbOption: 3,
    facts: 'C15',
    signs: [
      sign(
        'medium',
        (facts) => facts.invalidToken === true && facts.hasActiveOktaVerify === false && nothingBlocks(facts),
        'The account is active, the token was refused as invalid, and Okta holds neither an active Okta Verify enrollment nor a blocked device.'
      ),
      sign(
        'medium',
        (facts) => facts.invalidToken === true && facts.worksOnlyElsewhere === true && nothingBlocks(facts),
        'The account is active, the token was refused as invalid, and Okta Verify works only on another kind of device, which does not block this one.'
      ),
      sign(
        'low',
        (facts) => facts.invalidToken === false && isExcluded(facts),
        'The event gives no reason. The account is active, and nothing that was read in Okta blocks the enrollment, so what is left is on the device.'
      )
    ]
  }
]

const DEVICE_CAUSES: readonly Cause[] = [...PHONE_CAUSES, ...ENROLLMENT_CAUSES]

/** The last row. The API cannot show the phone's own state (facts §4), so this cause is always possible. */
const UNKNOWN_CAUSE: Cause = {
  id: 'unknown',
  title: 'The evidence does not explain the failure.',
  kbOption: 5,
  facts: 'C15',
  signs: [{ points: 'low', holds: () => true, says: whatIsNotSeen }]
}

function whatIsNotSeen({ statusKnown, statusGap }: Facts): string {
  if (statusKnown) return 'Okta cannot show what is stored on the phone.'
  return `The status of the account could not be read: ${statusGap ?? 'it was not read'}.`
}

export const CAUSES: readonly Cause[] = [...ACCOUNT_CAUSES, ...DEVICE_CAUSES, UNKNOWN_CAUSE]

/**
 * Every cause with at least one sign, the most certain first, then in the order of the table, and `unknown` last; never empty. Without the account's status no
 * cause can be distinguished, so only `unknown` remains.
 */
export function considerCauses(facts: Facts): readonly [CauseVerdict, ...CauseVerdict[]] {
  const named = facts.statusKnown ? [...ACCOUNT_CAUSES, ...DEVICE_CAUSES] : []
  const found = named.flatMap((cause) => verdictOf(cause, facts))
  const [first, ...rest] = CONFIDENCES.toReversed().flatMap((sure) =>
    found.filter(({ confidence }) => confidence === sure)
  )
  const unknown = unexplained(facts)
  return first ? [first, ...rest, unknown] : [unknown]
}

/** Signs are listed surest first, so the first one found sets the confidence. Returns nothing without a sign. */
function verdictOf(cause: Cause, facts: Facts): readonly CauseVerdict[] {
  const seen = cause.signs.filter((sign) => sign.holds(facts))
  const confidence = seen.find((sign) => sign.points !== null)?.points
  const because = seen.map((sign) => sign.says(facts))
  return confidence ? [{ id: cause.id, confidence, because, kbOption: cause.kbOption }] : []
}

function unexplained(facts: Facts): CauseVerdict {
  const { id, kbOption } = UNKNOWN_CAUSE
  return { id, confidence: 'low', because: [whatIsNotSeen(facts)], kbOption }
}
