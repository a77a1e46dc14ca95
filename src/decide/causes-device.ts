/** Causes that lie in the phone, its enrollment or the app (facts §6.2 C8-C15). Pure. */
import { type Cause, isActive, type Sign, sign } from './cause.ts'

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

/** What stands in the way of the enrollment. */
const ENROLLMENT_CAUSES: readonly Cause[] = [
  {
    id: 'policy_denied',
    title: 'A policy refused the enrollment or the device.',
    kbOption: null,
    facts: 'C14',
    signs: [
      sign('high', (facts) => facts.policyRefusal === true, 'The event names a policy refusal.'),
      // A refused sign-in alone may only mean that Okta Verify is missing, which an invalid token explains better.
      sign(
        'low',
        (facts) => facts.signOnDenied === true && facts.invalidToken === false,
        'An application policy refused the user in the last day.'
      )
    ]
  },
  {
    id: 'enrollment_orphaned',
    title: 'An unfinished Okta Verify enrollment is in the way of a new one.',
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
        'An active Okta Verify enrollment belongs to a phone that is no longer used, or a newer phone has turned up.'
      ),
      sign(null, (facts) => facts.migrationStarted === true, 'A transfer to another device was started lately.'),
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
        (facts) =>
          isActive(facts) &&
          facts.invalidToken === true &&
          facts.hasActiveOktaVerify === false &&
          facts.deviceBlocked === 'none',
        'The account is active, the token was refused as invalid, and Okta holds neither an active Okta Verify enrollment nor a blocked device.'
      )
    ]
  }
]

export const DEVICE_CAUSES: readonly Cause[] = [...PHONE_CAUSES, ...ENROLLMENT_CAUSES]
