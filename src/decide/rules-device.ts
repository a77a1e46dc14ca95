/** Rows of the decision table about the phone and its enrollment (facts §6.2 C8-C15). */
import type { Rule } from './rule.ts'

const ACTIVE = { subjectKnown: true, recoveredSince: false, statusKnown: true, userStatus: 'ACTIVE' } as const

export const DEVICE_RULES = [
  {
    id: 'device_suspended',
    when: { cause: ['device_suspended'], deviceExact: [true] },
    outcome: { do: 'remediate', with: 'unsuspend_device', queue: 'identity_team' },
    because:
      'The user cannot lift the suspension by enrolling again; a person decides whether its reason still stands.',
    mode: 'propose',
    example: { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: true, cause: 'device_suspended' },
    facts: 'C8'
  },
  {
    id: 'device_suspended_by_model',
    when: { cause: ['device_suspended'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'A suspended device has the model of the failing one, which many devices share: somebody has to look.',
    mode: 'auto',
    example: { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: false, cause: 'device_suspended' },
    facts: 'C8'
  },
  {
    id: 'device_deactivated',
    when: { cause: ['device_deactivated'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because:
      'A deactivated device may be a lost one; an admin activates and deletes its record, then the user enrolls.',
    mode: 'auto',
    example: { ...ACTIVE, deviceBlocked: 'DEACTIVATED', cause: 'device_deactivated' },
    facts: 'C9'
  },
  {
    id: 'device_jailbroken',
    when: { cause: ['device_jailbroken'] },
    outcome: { do: 'ticket', queue: 'security' },
    because: 'Okta Verify does not support modified systems, so there is nothing to repair, and security should know.',
    mode: 'auto',
    example: { ...ACTIVE, jailbroken: true, cause: 'device_jailbroken' },
    facts: 'C12'
  },
  {
    id: 'policy_denied',
    when: { cause: ['policy_denied'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'A policy said no; only the people who own the policy can say whether it should.',
    mode: 'auto',
    example: { ...ACTIVE, policyRefusal: true, cause: 'policy_denied' },
    facts: 'C14'
  },
  {
    id: 'enrollment_orphaned',
    when: { cause: ['enrollment_orphaned'] },
    outcome: { do: 'remediate', with: 'remove_orphaned_enrollment', queue: 'service_desk' },
    because:
      'No Okta Verify enrollment of the user can be used, so removing them takes nothing away and clears the way.',
    mode: 'auto',
    example: { ...ACTIVE, hasActiveOktaVerify: false, orphanedEnrollment: true, cause: 'enrollment_orphaned' },
    facts: 'C10'
  },
  {
    id: 'device_replaced',
    when: { cause: ['device_replaced'], otherStrongFactor: [true] },
    outcome: { do: 'remediate', with: 'remove_replaced_enrollment', queue: 'service_desk' },
    because:
      'The old phone is still enrolled and the user keeps another strong factor; identity is checked by a person.',
    mode: 'propose',
    // Removing an active enrollment is what attackers ask for: never by a machine alone (facts §0.5).
    highest: 'propose',
    example: { ...ACTIVE, oldPhoneLikely: true, otherStrongFactor: true, cause: 'device_replaced' },
    facts: 'C11'
  },
  {
    id: 'device_replaced_only_factor',
    when: { cause: ['device_replaced'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Removing the last strong factor would lower the bar for whoever enrolls next.',
    mode: 'auto',
    example: { ...ACTIVE, oldPhoneLikely: true, otherStrongFactor: false, cause: 'device_replaced' },
    facts: 'C11, §0.5'
  },
  {
    id: 'iphone15_ios17',
    when: { cause: ['iphone15_ios17'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'A known problem of iPhone 15 on iOS 17: update iOS and Okta Verify, then enroll again.',
    mode: 'auto',
    example: { ...ACTIVE, ios17Iphone15: true, cause: 'iphone15_ios17' },
    facts: 'C13'
  },
  {
    id: 'app_state_stale',
    when: { cause: ['app_state_stale'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Only the user can clear the account history of the app; nothing in Okta is in the way.',
    mode: 'auto',
    example: { ...ACTIVE, invalidToken: true, hasActiveOktaVerify: false, cause: 'app_state_stale' },
    facts: 'C15'
  }
] as const satisfies readonly Rule[]
