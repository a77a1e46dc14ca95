/** Lifts a suspension of the account: `unsuspend`, which the Admin Console calls "Activate" (facts §5, §6.2 C1). */
import type { OktaWriter } from '../domain/okta.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { mustNotPerform, NEEDS_EVERY_GUARD, notKnown, settledUser, stillStands } from './preconditions.ts'

const NEEDS = ['user'] as const

function refuses(situation: Situation): string | null {
  const missing = notKnown(situation.evidence, NEEDS)
  if (missing) return missing
  const user = settledUser(situation)
  if ('refused' in user) return user.refused
  // The only documented status before `unsuspend` (facts §3.2).
  return user.status === 'SUSPENDED' ? null : `the user is ${user.status}, not SUSPENDED`
}

async function perform(okta: OktaWriter, situation: Situation) {
  const because = refuses(situation)
  if (because) throw mustNotPerform(because)
  return [await okta.unsuspendUser(situation.userId)]
}

function landed(situation: Situation, intendedAt: Instant): 'done' | 'undone' | 'unknown' {
  const user = settledUser(situation)
  if ('refused' in user) return 'unknown'
  if (user.status === 'ACTIVE') return 'done'
  return user.status === 'SUSPENDED' ? stillStands(user.statusChangedAt, intendedAt) : 'unknown'
}

export const unsuspendUser: Remediation = {
  id: 'unsuspend_user',
  title: 'Unsuspend the user',
  call: 'POST /api/v1/users/{id}/lifecycle/unsuspend',
  permission: 'okta.users.lifecycle.unsuspend',
  undo: 'Suspend the user again: Directory > People > the user > More Actions > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: NEEDS,
  changes: ['user'],
  needsTakeoverWindow: true,
  refuses,
  perform,
  landed,
  proof: 'Reading the user again shows the status ACTIVE; it is effective once the user enrolls in Okta Verify.'
}
