/** One person for every cause that lies in the account (facts §5, §6.2 C1-C7) and ends with a ticket or an open proposal. */
import { DAY_MS, plus } from '../../domain/time.ts'
import { failEnrollment } from '../people.ts'
import { ADMIN, employee, past, USUAL } from './cast.ts'
import { proposed, type Scenario, ticket } from './scenario.ts'
import { lockedOut, suspended } from './troubled.ts'

export const ACCOUNT_CAUSES: readonly Scenario[] = [
  {
    id: 'account_suspended',
    title: 'Dana Suspended was suspended by an administrator.',
    story:
      'Somebody suspended her on purpose two days ago. Lifting that is proposed, and whoever approves has to say why the reason no longer stands.',
    shows: ['G9'],
    setUp: (org) => suspended(org, 'Dana Suspended'),
    trouble: (org, dana) => void failEnrollment(org, dana, { judgement: USUAL }),
    afterWrite: 'nothing',
    expect: proposed('account_suspended', 'unsuspend_user')
  },
  {
    id: 'account_locked_out',
    title: 'Lou Locked is locked out after too many wrong passwords.',
    story: 'A lockout is also what an attack looks like, so unlocking is only proposed.',
    shows: ['G9'],
    setUp: (org) => lockedOut(org, 'Lou Locked'),
    trouble: (org, lou) => void failEnrollment(org, lou, { judgement: USUAL }),
    afterWrite: 'nothing',
    expect: proposed('account_locked_out', 'unlock_user')
  },
  {
    id: 'sign_in_blocked',
    title: 'Bo Blocked is active but blocked from unknown devices.',
    story: 'Okta refuses sign-ins from devices it has not seen, so a new phone cannot get in. Unlocking is proposed.',
    shows: ['G9'],
    setUp: (org) => employee(org, 'Bo Blocked', { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }] }),
    trouble: (org, bo) => void failEnrollment(org, bo, { judgement: USUAL }),
    afterWrite: 'nothing',
    expect: proposed('sign_in_blocked', 'unlock_user')
  },
  {
    id: 'account_staged',
    title: 'Stan Staged starts next month; the account has not been activated.',
    story: 'Activation belongs to onboarding, so the ticket goes there.',
    shows: [],
    setUp: (org) => employee(org, 'Stan Staged', { status: 'STAGED' }),
    trouble: (org, stan) => void failEnrollment(org, stan),
    afterWrite: 'nothing',
    expect: ticket('account_staged')
  },
  {
    id: 'account_recovery',
    title: 'Rea Recovery has to finish a password reset first.',
    story: 'An administrator reset her password yesterday and she has not chosen a new one.',
    shows: [],
    setUp: (org) => {
      const rea = employee(org, 'Rea Recovery', { status: 'RECOVERY', statusChanged: plus(org.clock(), -DAY_MS) })
      past(org, rea, 'user.account.reset_password', DAY_MS, { by: ADMIN })
      return rea
    },
    trouble: (org, rea) => void failEnrollment(org, rea),
    afterWrite: 'nothing',
    expect: ticket('account_recovery')
  },
  {
    id: 'password_expired',
    title: 'Paz Expired has to change an expired password.',
    story: 'Only the user can do that; the ticket says how, and to enroll again afterwards.',
    shows: [],
    setUp: (org) => employee(org, 'Paz Expired', { status: 'PASSWORD_EXPIRED' }),
    trouble: (org, paz) => void failEnrollment(org, paz),
    afterWrite: 'nothing',
    expect: ticket('password_expired')
  },
  {
    id: 'account_deactivated',
    title: 'Drew Departed has left the company, and somebody still tries to enroll.',
    story: 'A deactivated account is never touched; the ticket goes to security.',
    shows: [],
    setUp: (org) => {
      const statusChanged = plus(org.clock(), -5 * DAY_MS)
      const drew = employee(org, 'Drew Departed', { status: 'DEPROVISIONED', statusChanged })
      past(org, drew, 'user.lifecycle.deactivate', 5 * DAY_MS, { by: ADMIN })
      return drew
    },
    trouble: (org, drew) => void failEnrollment(org, drew),
    afterWrite: 'nothing',
    expect: ticket('account_deactivated')
  },
  {
    id: 'account_missing',
    title: 'Max Missing has no account in Okta any more.',
    story: 'The event names a user id to which Okta answers 404.',
    shows: [],
    setUp: (org) => {
      const max = employee(org, 'Max Missing')
      org.users.delete(max.id)
      return max
    },
    trouble: (org, max) => void failEnrollment(org, max),
    afterWrite: 'nothing',
    expect: ticket('account_deactivated')
  }
]
