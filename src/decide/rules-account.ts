/** Rows of the decision table about the account (facts §5, §6.2 C1-C7). */
import type { Rule } from './rule.ts'

const SEEN = { subjectKnown: true, recoveredSince: false, statusKnown: true } as const
const ACTIVE = { ...SEEN, userStatus: 'ACTIVE' } as const

export const ACCOUNT_RULES = [
  {
    id: 'account_deactivated',
    when: { cause: ['account_deactivated'] },
    outcome: { do: 'ticket', queue: 'security' },
    because: 'Nobody enrolls for a deactivated account by accident: it may be somebody who has left.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'DEPROVISIONED', cause: 'account_deactivated' },
    facts: 'C6'
  },
  {
    id: 'suspended_by_allowed_actor',
    when: { cause: ['account_suspended'], suspenderBenign: [true], suspendedForMs: { atMost: 'suspendedMaxAgeMs' } },
    outcome: { do: 'remediate', with: 'unsuspend_user', queue: 'identity_team' },
    because: 'An automation that the policy lists as routine suspended the account, not long ago.',
    mode: 'auto',
    example: {
      ...SEEN,
      userStatus: 'SUSPENDED',
      cause: 'account_suspended',
      suspenderBenign: true,
      suspendedForMs: 60_000
    },
    facts: 'C1, G9'
  },
  {
    id: 'suspended',
    when: { cause: ['account_suspended'] },
    outcome: { do: 'remediate', with: 'unsuspend_user', queue: 'identity_team' },
    because: 'Somebody suspended the account on purpose, so a person decides whether the reason still stands.',
    mode: 'propose',
    example: { ...SEEN, userStatus: 'SUSPENDED', cause: 'account_suspended', suspenderBenign: false },
    facts: 'C1'
  },
  {
    id: 'locked_out',
    when: { cause: ['account_locked_out'], provider: ['OKTA'] },
    outcome: { do: 'remediate', with: 'unlock_user', queue: 'service_desk' },
    because: 'The account is locked and Okta owns its credentials; an attack locks accounts too, so a person decides.',
    mode: 'propose',
    example: { ...SEEN, userStatus: 'LOCKED_OUT', cause: 'account_locked_out', provider: 'OKTA' },
    facts: 'C2'
  },
  {
    id: 'locked_out_elsewhere',
    when: { cause: ['account_locked_out'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'Okta can only unlock accounts whose credentials it owns; this one is unlocked in its directory.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'LOCKED_OUT', cause: 'account_locked_out', provider: 'ACTIVE_DIRECTORY' },
    facts: 'C2, §3.2'
  },
  {
    id: 'activation_pending',
    when: { cause: ['activation_pending'], activatedEver: [false], createdAgoMs: { atMost: 'activationMaxAgeMs' } },
    outcome: { do: 'remediate', with: 'resend_activation', queue: 'service_desk' },
    because: 'A new account waits for its first activation; the mail goes to the address already on file.',
    mode: 'auto',
    example: {
      ...SEEN,
      userStatus: 'PROVISIONED',
      cause: 'activation_pending',
      activatedEver: false,
      createdAgoMs: 60_000
    },
    facts: 'C3'
  },
  {
    id: 'activation_not_new',
    when: { cause: ['activation_pending'] },
    outcome: { do: 'ticket', queue: 'onboarding' },
    because: 'The account waits for activation, but it is not a new one: somebody should know why.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'PROVISIONED', cause: 'activation_pending', activatedEver: true },
    facts: 'C3'
  },
  {
    id: 'account_staged',
    when: { cause: ['account_staged'] },
    outcome: { do: 'ticket', queue: 'onboarding' },
    because: 'Starting an activation belongs to onboarding; the start date may lie ahead.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'STAGED', cause: 'account_staged' },
    facts: 'C5'
  },
  {
    id: 'account_recovery',
    when: { cause: ['account_recovery'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'The user has to finish the password reset; a reset is also how takeovers begin, so nothing is written.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'RECOVERY', cause: 'account_recovery' },
    facts: 'C4'
  },
  {
    id: 'password_expired',
    when: { cause: ['password_expired'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'The user has to change the password at the next sign-in; no write helps.',
    mode: 'auto',
    example: { ...SEEN, userStatus: 'PASSWORD_EXPIRED', cause: 'password_expired' },
    facts: 'C4'
  },
  {
    id: 'sign_in_blocked',
    when: { cause: ['sign_in_blocked'], provider: ['OKTA'], unknownDevicesBlocked: [true] },
    outcome: { do: 'remediate', with: 'unlock_user', queue: 'service_desk' },
    because: 'Unlocking lifts the block on unknown devices; failed sign-ins put it there, so a person decides.',
    mode: 'propose',
    example: { ...ACTIVE, blocked: true, unknownDevicesBlocked: true, cause: 'sign_in_blocked', provider: 'OKTA' },
    facts: 'C7'
  },
  {
    id: 'sign_in_blocked_otherwise',
    when: { cause: ['sign_in_blocked'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'Unlocking lifts only a block on unknown devices, of accounts whose credentials Okta owns.',
    mode: 'auto',
    example: { ...ACTIVE, blocked: true, cause: 'sign_in_blocked', provider: 'LDAP' },
    facts: 'C7, §3.2'
  }
] as const satisfies readonly Rule[]
