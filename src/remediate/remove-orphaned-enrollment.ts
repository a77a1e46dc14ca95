/**
 * Removes an unfinished Okta Verify enrollment that blocks a new one. This removes all of the user's Okta Verify methods. It is
 * harmless only because none of them is active, which is checked again here (facts §0.4, §6.2 C10).
 */
import { known } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import { MINUTE_MS, plus, showDuration } from '../domain/time.ts'
import {
  hiddenActiveEnrollment,
  oktaVerifyFactors,
  placeOf,
  removalLanded,
  removalOf,
  UNUSABLE_STATUSES
} from './okta-verify-factors.ts'
import { remediation } from './preconditions.ts'

/** A younger enrollment may still be in progress (facts §6.2 C10). No policy can lower this. */
const LEAST_AGE_MS = 15 * MINUTE_MS

/** Whether any method that would be removed still works, or would work again. */
function usable(situation: Situation): string | null {
  const factors = oktaVerifyFactors(situation)
  if (factors.length === 0) return 'the user has no Okta Verify factor to remove'
  const live = factors.find((factor) => !UNUSABLE_STATUSES.has(factor.status))
  if (live) return `the Okta Verify factor ${placeOf(live)} is ${live.status}; removing another one would remove it too`
  if (hiddenActiveEnrollment(situation)) {
    return 'an Okta Verify enrollment is active although no active factor is listed; Okta may hide it from us'
  }
  // The methods of a suspended device are inactive only during the suspension (facts §3.2).
  const suspended = known(situation.evidence.devices)?.find((device) => device.status === 'SUSPENDED')
  return suspended
    ? `the device ${suspended.name ?? suspended.id} is suspended; its enrollments work again once that is lifted`
    : null
}

function tooYoung(situation: Situation): string | null {
  const limit = plus(situation.now, -LEAST_AGE_MS)
  const enrollments = (known(situation.evidence.enrollments) ?? []).filter(({ key }) => key === 'okta_verify')
  const young = [...oktaVerifyFactors(situation), ...enrollments].find(
    ({ createdAt }) => createdAt === null || createdAt >= limit
  )
  if (!young) return null
  return `an Okta Verify enrollment is not known to be older than ${showDuration(LEAST_AGE_MS)}; the user may be making it now`
}

export const removeOrphanedEnrollment = remediation({
  id: 'remove_orphaned_enrollment',
  title: 'Remove the unfinished Okta Verify enrollment',
  call: 'DELETE /api/v1/users/{id}/factors/{factorId}',
  permission: 'okta.users.credentials.resetFactors',
  undo: 'It cannot be restored, and need not be: it never worked. The user enrolls in Okta Verify again.',
  mayNotKnow: {
    guards: ['G5', 'G4_event'],
    because:
      'Events are often too sparse to say where the attempt came from. None of the removed enrollments is active, so no sign-in gets weaker and nobody is handed a credential.'
  },
  needs: ['user', 'factors', 'enrollments', 'devices'],
  // The enrollments show what the policy hides from the factors. What becomes active now is allowed, so it is not hidden.
  changes: ['factors'],
  needsTakeoverWindow: true,
  plan(user, situation) {
    if (user.status !== 'ACTIVE') return `the user is ${user.status}, not ACTIVE`
    return usable(situation) ?? tooYoung(situation) ?? removalOf(user, oktaVerifyFactors(situation))
  },
  landed: removalLanded,
  proof:
    'Reading factors and enrollments again shows none of the Okta Verify methods from before the write; it is effective once the user enrolls in Okta Verify.'
})
