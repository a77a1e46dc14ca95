/** One person for every cause in the account or the device (facts §5, §6.2 C1-C15) that ends with a ticket or an open proposal. */
import { DAY_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import { IPHONE_15_IOS_17, PIXEL, THINKPAD } from '../org/log-event.ts'
import { addPhone, enroll, failEnrollment, recordSuccess } from '../people.ts'
import { ADMIN, employee, lockedOut, movedPhone, past, phoneSuspended, suspended, USUAL, withPhone } from './cast.ts'
import { proposed, type Scenario, ticket } from './scenario.ts'

/* One person for every cause that lies in the phone or the app (facts §6.2 C8-C15) and is not repaired automatically. */

const ILLEGAL_DEVICE = 'E0000152: Illegal device status'

export const DEVICE_CAUSES: readonly Scenario[] = [
  {
    id: 'device_suspended',
    title: "Sue Sidelined's phone was suspended by an administrator.",
    story: 'Her account is fine, the phone is not. Lifting the suspension of the phone is proposed.',
    shows: ['G9'],
    setUp: (org) => phoneSuspended(org, 'Sue Sidelined'),
    how: { shape: 'device_enrollment', reason: ILLEGAL_DEVICE, judgement: USUAL },
    expect: proposed('device_suspended', 'unsuspend_device')
  },
  {
    id: 'device_deactivated',
    title: "Dee Discarded's phone is deactivated in Okta.",
    story: 'It may have been reported lost, so only a person decides.',
    setUp: (org) => {
      const dee = employee(org, 'Dee Discarded')
      withPhone(org, dee, { status: 'DEACTIVATED', lastUpdated: plus(org.clock(), -9 * DAY_MS) })
      return dee
    },
    how: { shape: 'device_enrollment', reason: ILLEGAL_DEVICE },
    expect: ticket('device_deactivated')
  },
  {
    id: 'device_jailbroken',
    title: 'Jamie Jailbreak uses a modified phone.',
    story: 'Okta Verify does not support it and there is nothing to repair; security hears of it.',
    setUp: (org) => {
      const jamie = employee(org, 'Jamie Jailbreak')
      withPhone(org, jamie).profile.integrityJailbreak = true
      return jamie
    },
    how: { shape: 'device_enrollment' },
    expect: ticket('device_jailbroken')
  },
  {
    id: 'device_replaced',
    title: 'Riley Restored moved to a new iPhone from an iCloud backup.',
    story:
      'The old enrollment is still active and is the only strong factor, so removing it would lower the bar: a ticket with the steps.',
    setUp: (org) => movedPhone(org, 'Riley Restored'),
    how: { shape: 'device_enrollment', reason: 'E0000011: Invalid token provided' },
    expect: ticket('device_replaced')
  },
  {
    id: 'iphone15_ios17',
    title: 'Ike Fifteen has an iPhone 15 that still runs iOS 17.',
    story: 'A known enrollment problem; the article has no steps beyond updating and trying again.',
    setUp: (org) => employee(org, 'Ike Fifteen', {}, IPHONE_15_IOS_17),
    expect: ticket('iphone15_ios17')
  },
  {
    id: 'policy_denied',
    title: "Polly Policy's phone does not meet the enrollment policy.",
    story: 'Okta names the refusal: the policy asks for biometrics and a PIN.',
    setUp: (org) => employee(org, 'Polly Policy', {}, PIXEL),
    how: { reason: 'E0000229: Biometrics and PIN are required' },
    expect: ticket('policy_denied')
  },
  {
    id: 'app_state_stale',
    title: 'Stella Stale has old account data in the app.',
    story:
      'Account and devices are fine and the token is refused: the ticket has the steps to clear the account history.',
    setUp: (org) => employee(org, 'Stella Stale'),
    expect: ticket('app_state_stale')
  },
  {
    id: 'unknown',
    title: "Una Unknown's failure has no explanation in Okta.",
    story:
      'Okta Verify is active on the phone that fails, the event gives no telling reason, and nothing looks odd: a ticket with all evidence, for Okta Support.',
    setUp: (org) => {
      const una = employee(org, 'Una Unknown')
      withPhone(org, una, {}, 'ACTIVE')
      return una
    },
    how: { reason: 'MFA factor activation failed' },
    expect: ticket('unknown')
  },
  {
    id: 'recovered_before_we_looked',
    title: 'Eve Enrolled got in by herself two minutes later.',
    story: 'Okta shows an active enrollment that is newer than the failure, although no event says so: nothing to do.',
    setUp: (org) => employee(org, 'Eve Enrolled'),
    fails: (org, eve) => {
      failEnrollment(org, eve, { reason: 'MFA factor activation failed', agoMs: 2 * MINUTE_MS })
      enroll(org, eve, 'unlogged')
    },
    expect: { ...ticket('unknown'), state: 'resolved', decision: 'ignore' }
  },
  {
    id: 'ticket_closes_itself',
    title: 'Hank Helped followed the steps in his ticket.',
    story: 'On-call sent him the steps, he enrolled, and the ticket closed itself.',
    setUp: (org) => employee(org, 'Hank Helped'),
    next: { when: 'with_person', happens: (org, hank) => enroll(org, hank) },
    expect: { ...ticket('app_state_stale'), state: 'resolved' }
  },
  {
    id: 'laptop_enrolled',
    title: 'Pat Phone gave up on the phone and enrolled a laptop.',
    story: 'A laptop in Okta Verify does not mend the phone: the case of the phone stays open.',
    setUp: (org) => employee(org, 'Pat Phone'),
    next: {
      when: 'with_person',
      happens: (org, pat) => enroll(org, { ...pat, deviceId: null, phone: { ...THINKPAD, displayName: 'Pat laptop' } })
    },
    expect: ticket('app_state_stale')
  },
  {
    id: 'only_registered',
    title: 'Reg Registered scanned the code again and stopped half-way.',
    story: 'Okta has created the device, and a help desk has reset Okta Verify: neither is an enrollment.',
    setUp: (org) => employee(org, 'Reg Registered'),
    next: {
      when: 'with_person',
      happens: (org, reg) => {
        recordSuccess(org, reg, addPhone(org, reg, { status: 'CREATED' }), 'device_enrollment', null)
        const outcome = { result: 'SUCCESS', reason: 'User reset OKTA_VERIFY_PUSH factor' }
        past(org, reg, 'user.mfa.factor.update', 0, { by: ADMIN, outcome })
      }
    },
    expect: ticket('app_state_stale')
  }
]

export const ACCOUNT_SCENARIOS: readonly Scenario[] = [
  {
    id: 'account_suspended',
    title: 'Dana Suspended was suspended by an administrator.',
    story:
      'Somebody suspended her on purpose two days ago. Lifting that is proposed, and the approver has to say why the reason no longer applies.',
    shows: ['G9'],
    setUp: (org) => suspended(org, 'Dana Suspended'),
    how: { judgement: USUAL },
    expect: proposed('account_suspended', 'unsuspend_user')
  },
  {
    id: 'account_locked_out',
    title: 'Lou Locked is locked out after too many wrong passwords.',
    story: 'A lockout is also what an attack looks like, so unlocking is only proposed.',
    shows: ['G9'],
    setUp: (org) => lockedOut(org, 'Lou Locked'),
    how: { judgement: USUAL },
    expect: proposed('account_locked_out', 'unlock_user')
  },
  {
    id: 'sign_in_blocked',
    title: 'Bo Blocked is active but blocked from unknown devices.',
    story: 'Okta refuses sign-ins from devices it has not seen, so a new phone cannot get in. Unlocking is proposed.',
    shows: ['G9'],
    setUp: (org) => employee(org, 'Bo Blocked', { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }] }),
    how: { judgement: USUAL },
    expect: proposed('sign_in_blocked', 'unlock_user')
  },
  {
    id: 'account_staged',
    title: 'Stan Staged starts next month; the account has not been activated.',
    story: 'Activation belongs to onboarding, so the ticket goes there.',
    setUp: (org) => employee(org, 'Stan Staged', { status: 'STAGED' }),
    expect: ticket('account_staged')
  },
  {
    id: 'account_recovery',
    title: 'Rea Recovery has to finish a password reset first.',
    story: 'An administrator reset her password yesterday and she has not chosen a new one.',
    setUp: (org) => {
      const rea = employee(org, 'Rea Recovery', { status: 'RECOVERY', statusChanged: plus(org.clock(), -DAY_MS) })
      past(org, rea, 'user.account.reset_password', DAY_MS, { by: ADMIN })
      return rea
    },
    expect: ticket('account_recovery')
  },
  {
    id: 'password_expired',
    title: 'Paz Expired has to change an expired password.',
    story: 'Only the user can do that; the ticket says how, and to enroll again afterwards.',
    setUp: (org) => employee(org, 'Paz Expired', { status: 'PASSWORD_EXPIRED' }),
    expect: ticket('password_expired')
  },
  {
    id: 'password_expired_elsewhere',
    title: 'Abe Directory has to change an expired password, which Active Directory owns.',
    story: 'Okta cannot change it; the ticket says where he can.',
    setUp: (org) => employee(org, 'Abe Directory', { status: 'PASSWORD_EXPIRED', providerType: 'ACTIVE_DIRECTORY' }),
    expect: ticket('password_expired')
  },
  {
    id: 'activation_elsewhere',
    title: 'Fay Federated is new and signs in at another identity provider.',
    story: 'An activation mail would not help her, so none is sent; her account is checked at its source.',
    setUp: (org) => employee(org, 'Fay Federated', { status: 'PROVISIONED', providerType: 'FEDERATION' }),
    expect: ticket('activation_pending')
  },
  {
    id: 'account_deactivated',
    title: 'Drew Departed has left the company, and somebody still tries to enroll.',
    story: 'A deactivated account is never touched; the ticket goes to security.',
    setUp: (org) => {
      const statusChanged = plus(org.clock(), -5 * DAY_MS)
      const drew = employee(org, 'Drew Departed', { status: 'DEPROVISIONED', statusChanged })
      past(org, drew, 'user.lifecycle.deactivate', 5 * DAY_MS, { by: ADMIN })
      return drew
    },
    expect: ticket('account_deactivated')
  },
  {
    id: 'account_missing',
    title: 'Max Missing has no account in Okta any more.',
    story: 'The event names a user id to which Okta answers 404.',
    setUp: (org) => {
      const max = employee(org, 'Max Missing')
      org.users.delete(max.id)
      return max
    },
    expect: ticket('account_deactivated')
  }
]
