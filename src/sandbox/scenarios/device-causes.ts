/** One person for every cause that lies in the phone or the app (facts §6.2 C8-C15) and is not repaired by itself. */
import { DAY_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import { IPHONE_15_IOS_17, PIXEL } from '../org/locations.ts'
import { enroll, failEnrollment } from '../people.ts'
import { employee, USUAL, withPhone } from './cast.ts'
import { proposed, type Scenario, ticket } from './scenario.ts'
import { movedPhone, phoneSuspended } from './troubled.ts'

const ILLEGAL_DEVICE = 'E0000152: Illegal device status'

export const DEVICE_CAUSES: readonly Scenario[] = [
  {
    id: 'device_suspended',
    title: "Sue Sidelined's phone was suspended by an administrator.",
    story: 'Her account is fine, the phone is not. Lifting the suspension of the phone is proposed.',
    shows: ['G9'],
    setUp: (org) => phoneSuspended(org, 'Sue Sidelined'),
    trouble: (org, sue) =>
      void failEnrollment(org, sue, { shape: 'device_enrollment', reason: ILLEGAL_DEVICE, judgement: USUAL }),
    afterWrite: 'nothing',
    expect: proposed('device_suspended', 'unsuspend_device')
  },
  {
    id: 'device_deactivated',
    title: "Dee Discarded's phone is deactivated in Okta.",
    story: 'It may have been reported lost, so only a person decides.',
    shows: [],
    setUp: (org) => {
      const dee = employee(org, 'Dee Discarded')
      withPhone(org, dee, { status: 'DEACTIVATED', lastUpdated: plus(org.clock(), -9 * DAY_MS) })
      return dee
    },
    trouble: (org, dee) => void failEnrollment(org, dee, { shape: 'device_enrollment', reason: ILLEGAL_DEVICE }),
    afterWrite: 'nothing',
    expect: ticket('device_deactivated')
  },
  {
    id: 'device_jailbroken',
    title: 'Jamie Jailbreak uses a modified phone.',
    story: 'Okta Verify does not support it and there is nothing to repair; security hears of it.',
    shows: [],
    setUp: (org) => {
      const jamie = employee(org, 'Jamie Jailbreak')
      withPhone(org, jamie).profile.integrityJailbreak = true
      return jamie
    },
    trouble: (org, jamie) => void failEnrollment(org, jamie, { shape: 'device_enrollment' }),
    afterWrite: 'nothing',
    expect: ticket('device_jailbroken')
  },
  {
    id: 'device_replaced',
    title: 'Riley Restored moved to a new iPhone from an iCloud backup.',
    story:
      'The old enrollment is still active and is the only strong factor, so removing it would lower the bar: a ticket with the steps.',
    shows: [],
    setUp: (org) => movedPhone(org, 'Riley Restored'),
    trouble: (org, riley) =>
      void failEnrollment(org, riley, { shape: 'device_enrollment', reason: 'E0000011: Invalid token provided' }),
    afterWrite: 'nothing',
    expect: ticket('device_replaced')
  },
  {
    id: 'iphone15_ios17',
    title: 'Ike Fifteen has an iPhone 15 that still runs iOS 17.',
    story: 'A known enrollment problem; the article has no steps beyond updating and trying again.',
    shows: [],
    setUp: (org) => employee(org, 'Ike Fifteen', {}, IPHONE_15_IOS_17),
    trouble: (org, ike) => void failEnrollment(org, ike),
    afterWrite: 'nothing',
    expect: ticket('iphone15_ios17')
  },
  {
    id: 'policy_denied',
    title: "Polly Policy's phone does not meet the enrollment policy.",
    story: 'Okta names the refusal: the policy asks for biometrics and a PIN.',
    shows: [],
    setUp: (org) => employee(org, 'Polly Policy', {}, PIXEL),
    trouble: (org, polly) => void failEnrollment(org, polly, { reason: 'E0000229: Biometrics and PIN are required' }),
    afterWrite: 'nothing',
    expect: ticket('policy_denied')
  },
  {
    id: 'app_state_stale',
    title: 'Stella Stale has old account data in the app.',
    story:
      'Account and devices are fine and the token is refused: the ticket has the steps to clear the account history.',
    shows: [],
    setUp: (org) => employee(org, 'Stella Stale'),
    trouble: (org, stella) => void failEnrollment(org, stella),
    afterWrite: 'nothing',
    expect: ticket('app_state_stale')
  },
  {
    id: 'unknown',
    title: "Una Unknown's trouble has no explanation in Okta.",
    story: 'The event gives no telling reason and nothing looks odd: a ticket with all evidence, for Okta Support.',
    shows: [],
    setUp: (org) => employee(org, 'Una Unknown'),
    trouble: (org, una) => void failEnrollment(org, una, { reason: 'MFA factor activation failed' }),
    afterWrite: 'nothing',
    expect: ticket('unknown')
  },
  {
    id: 'recovered_before_we_looked',
    title: 'Eve Enrolled got in by herself two minutes later.',
    story:
      'Okta shows an active enrollment that is newer than the failure, although no event told of it: nothing to do.',
    shows: [],
    setUp: (org) => employee(org, 'Eve Enrolled'),
    trouble: (org, eve) => {
      failEnrollment(org, eve, { reason: 'MFA factor activation failed', agoMs: 2 * MINUTE_MS })
      enroll(org, eve, 'untold')
    },
    afterWrite: 'nothing',
    expect: { ...ticket('unknown'), state: 'resolved', decision: 'ignore' }
  },
  {
    id: 'ticket_closes_itself',
    title: 'Hank Helped followed the steps in his ticket.',
    story: 'On-call sent him the steps, he enrolled, and the ticket closed itself.',
    shows: [],
    setUp: (org) => employee(org, 'Hank Helped'),
    trouble: (org, hank) => void failEnrollment(org, hank),
    afterWrite: 'nothing',
    next: { when: 'with_person', happens: (org, hank) => enroll(org, hank) },
    expect: { ...ticket('app_state_stale'), state: 'resolved' }
  }
]
