/** Causes that lie in the account (facts §5, §6.2 C1-C7). Pure. */
import { showDuration } from '../time.ts'
import { type Cause, isActive, type Sign, sign } from './cause.ts'
import type { Facts } from './facts.ts'

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
      status('MISSING', 'Okta answers that there is no such user.'),
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

function suspendedBy({ suspendedBy, suspenderBenign }: Facts): string {
  const actor = suspendedBy?.actorLogin ?? suspendedBy?.actorId ?? 'an unnamed actor'
  const routine = suspenderBenign ? ', which the policy lists as routine' : ''
  return `It was suspended by ${actor} at ${suspendedBy?.at}${routine}.`
}

function createdAgo({ createdAgoMs = 0, activatedEver }: Facts): string {
  return `It was created ${showDuration(createdAgoMs)} ago and ${activatedEver ? 'had been activated before' : 'has never been active'}.`
}
