/** Lifts a suspension of the account: `unsuspend`, which the Admin Console calls "Activate" (facts §5, §6.2 C1). */
import { NEEDS_EVERY_GUARD, remediation, stillStands } from './preconditions.ts'

export const unsuspendUser = remediation({
  id: 'unsuspend_user',
  title: 'Unsuspend the user',
  call: 'POST /api/v1/users/{id}/lifecycle/unsuspend',
  permission: 'okta.users.lifecycle.unsuspend',
  undo: 'Suspend the user again: Directory > People > the user > More Actions > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: ['user'],
  changes: ['user'],
  needsTakeoverWindow: true,
  // The only documented status before `unsuspend` (facts §3.2).
  plan: ({ id, status }) => (status === 'SUSPENDED' ? ['unsuspendUser', id] : `the user is ${status}, not SUSPENDED`),
  landed({ status, statusChangedAt }, _, intendedAt) {
    if (status === 'ACTIVE') return 'done'
    return status === 'SUSPENDED' ? stillStands(statusChangedAt, intendedAt) : 'unknown'
  },
  proof: 'Reading the user again shows the status ACTIVE; it is effective once the user enrolls in Okta Verify.'
})
