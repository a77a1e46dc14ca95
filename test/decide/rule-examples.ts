/** Facts that must select each rule: proof that no rule above hides it. */
import type { RuleFacts } from '../../src/decide/conditions.ts'

const SEEN = { subjectKnown: true, recoveredSince: false, statusKnown: true } as const
const ACTIVE = { ...SEEN, userStatus: 'ACTIVE' } as const

/** By the rule's id. */
export const RULE_EXAMPLES: Readonly<Record<string, RuleFacts>> = {
  account_deactivated: { ...SEEN, userStatus: 'DEPROVISIONED', cause: 'account_deactivated' },
  suspended_by_allowed_actor: {
    ...SEEN,
    userStatus: 'SUSPENDED',
    cause: 'account_suspended',
    suspenderTrusted: true,
    suspendedForMs: 60_000
  },
  suspended: { ...SEEN, userStatus: 'SUSPENDED', cause: 'account_suspended', suspenderTrusted: false },
  locked_out: { ...SEEN, userStatus: 'LOCKED_OUT', cause: 'account_locked_out', provider: 'OKTA' },
  locked_out_elsewhere: {
    ...SEEN,
    userStatus: 'LOCKED_OUT',
    cause: 'account_locked_out',
    provider: 'ACTIVE_DIRECTORY'
  },
  activation_pending: {
    ...SEEN,
    userStatus: 'PROVISIONED',
    cause: 'activation_pending',
    everUsed: false,
    createdAgoMs: 60_000,
    provider: 'OKTA'
  },
  activation_elsewhere: {
    ...SEEN,
    userStatus: 'PROVISIONED',
    cause: 'activation_pending',
    provider: 'ACTIVE_DIRECTORY'
  },
  activation_not_new: { ...SEEN, userStatus: 'PROVISIONED', cause: 'activation_pending', everUsed: true },
  account_staged: { ...SEEN, userStatus: 'STAGED', cause: 'account_staged' },
  account_recovery: { ...SEEN, userStatus: 'RECOVERY', cause: 'account_recovery' },
  password_expired_elsewhere: {
    ...SEEN,
    userStatus: 'PASSWORD_EXPIRED',
    cause: 'password_expired',
    provider: 'ACTIVE_DIRECTORY'
  },
  password_expired: { ...SEEN, userStatus: 'PASSWORD_EXPIRED', cause: 'password_expired' },
  sign_in_blocked: {
    ...ACTIVE,
    blocked: true,
    unknownDevicesBlocked: true,
    cause: 'sign_in_blocked',
    provider: 'OKTA'
  },
  sign_in_blocked_otherwise: { ...ACTIVE, blocked: true, cause: 'sign_in_blocked', provider: 'LDAP' },
  device_suspended: { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: true, cause: 'device_suspended' },
  device_suspended_by_model: { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: false, cause: 'device_suspended' },
  device_deactivated: { ...ACTIVE, deviceBlocked: 'DEACTIVATED', cause: 'device_deactivated' },
  device_jailbroken: { ...ACTIVE, jailbroken: true, cause: 'device_jailbroken' },
  policy_denied: { ...ACTIVE, policyRefusal: true, cause: 'policy_denied' },
  enrollment_orphaned: {
    ...ACTIVE,
    hasActiveOktaVerify: false,
    orphanedEnrollment: true,
    cause: 'enrollment_orphaned'
  },
  device_replaced_by_signed_in_user: {
    ...ACTIVE,
    oldPhoneLikely: true,
    otherStrongFactor: true,
    signedInStrongly: true,
    cause: 'device_replaced'
  },
  device_replaced: { ...ACTIVE, oldPhoneLikely: true, otherStrongFactor: true, cause: 'device_replaced' },
  device_replaced_only_factor: { ...ACTIVE, oldPhoneLikely: true, otherStrongFactor: false, cause: 'device_replaced' },
  iphone15_ios17: { ...ACTIVE, ios17Iphone15: true, cause: 'iphone15_ios17' },
  app_state_stale: { ...ACTIVE, invalidToken: true, hasActiveOktaVerify: false, cause: 'app_state_stale' },
  no_subject: { subjectKnown: false, cause: 'unknown' },
  already_recovered: { ...ACTIVE, recoveredSince: true, cause: 'unknown' },
  repaired_no_new_attempt: { ...ACTIVE, recoveredSince: false, repairedWithoutAttempt: true, cause: 'unknown' },
  status_unread: { subjectKnown: true, statusKnown: false, cause: 'unknown' },
  otherwise: { ...ACTIVE, cause: 'unknown' }
}
