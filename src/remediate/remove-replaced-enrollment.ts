/**
 * Removes the Okta Verify enrollment of a phone that was replaced or restored. It is active, so this weakens the account: it
 * needs another strong factor and a person's approval (facts §0.5, §4, §6.2 C11).
 */
import { type Factor, known } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import { oktaVerifyFactors, placeOf, removalLanded, removalOf } from './okta-verify-factors.ts'
import { NEEDS_EVERY_GUARD, remediation } from './preconditions.ts'

/** Factors that keep an account safe without Okta Verify: security keys and hardware tokens (facts §4, *other strong factor*). */
const STRONG_TYPES: ReadonlySet<string> = new Set(['webauthn', 'u2f', 'token:hardware'])

function enrolledSinceFailure(active: readonly Factor[], situation: Situation): Factor | undefined {
  const failedAt = situation.failures
    .map((failure) => failure.publishedAt)
    .sort()
    .at(-1)
  return failedAt === undefined
    ? undefined
    : active.find((factor) => factor.createdAt !== null && factor.createdAt > failedAt)
}

function otherStrongFactor(situation: Situation): boolean {
  return (known(situation.evidence.factors) ?? []).some(
    (factor) => !factor.isOktaVerify && factor.status === 'ACTIVE' && STRONG_TYPES.has(factor.type)
  )
}

export const removeReplacedEnrollment = remediation({
  id: 'remove_replaced_enrollment',
  title: 'Remove the Okta Verify enrollment of the old device',
  call: 'DELETE /api/v1/users/{id}/factors/{factorId}',
  permission: 'okta.users.credentials.resetFactors',
  undo: 'It cannot be restored. All Okta Verify methods of the user on all devices go with it; the user enrolls again with another factor.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: ['user', 'factors', 'enrollments'],
  changes: ['factors'],
  needsTakeoverWindow: true,
  plan(user, situation) {
    if (user.status !== 'ACTIVE') return `the user is ${user.status}, not ACTIVE`
    const factors = oktaVerifyFactors(situation)
    const active = factors.filter((factor) => factor.status === 'ACTIVE')
    if (active.length === 0) return 'the user has no active Okta Verify factor to remove'
    const enrolled = enrolledSinceFailure(active, situation)
    if (enrolled)
      return `the user has enrolled since the failure (factor ${placeOf(enrolled)}); removing would undo that`
    if (!otherStrongFactor(situation)) {
      return 'the user has no other strong factor, so removing Okta Verify leaves the account weaker'
    }
    return removalOf(user, factors)
  },
  landed: removalLanded,
  proof:
    'Reading factors and enrollments again shows none of the Okta Verify methods from before the write; it is effective once the user enrolls in Okta Verify on the new device.'
})
