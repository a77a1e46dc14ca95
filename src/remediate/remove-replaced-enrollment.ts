/**
 * Removes the Okta Verify enrollment of a phone that was replaced or restored. It is active, so this weakens the account: it
 * needs another strong factor and a person's approval (facts §0.5, §4, §6.2 C11).
 */
import { type Factor, known } from '../domain/evidence.ts'
import type { OktaWriter } from '../domain/okta.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import { factorToRemove, oktaVerifyFactors, removalLanded } from './okta-verify-factors.ts'
import { mustNotPerform, NEEDS_EVERY_GUARD, notKnown, settledUser } from './preconditions.ts'

const NEEDS = ['user', 'factors', 'enrollments'] as const

/** Factors that keep an account safe without Okta Verify: security keys and hardware tokens (facts §4, *other strong factor*). */
const STRONG_TYPES: ReadonlySet<string> = new Set(['webauthn', 'u2f', 'token:hardware'])

function refuses(situation: Situation): string | null {
  const missing = notKnown(situation.evidence, NEEDS)
  if (missing) return missing
  const user = settledUser(situation)
  if ('refused' in user) return user.refused
  if (user.status !== 'ACTIVE') return `the user is ${user.status}, not ACTIVE`
  const active = oktaVerifyFactors(situation).filter((factor) => factor.status === 'ACTIVE')
  if (active.length === 0) return 'the user has no active Okta Verify factor to remove'
  const enrolled = enrolledSinceFailure(active, situation)
  if (enrolled) return `the user has enrolled since the failure (factor ${enrolled.id}); removing would undo that`
  return otherStrongFactor(situation)
    ? null
    : 'the user has no other strong factor, so removing Okta Verify leaves the account weaker'
}

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

async function perform(okta: OktaWriter, situation: Situation) {
  const because = refuses(situation)
  if (because) throw mustNotPerform(because)
  const factor = factorToRemove(oktaVerifyFactors(situation))
  if (!factor) throw mustNotPerform('there is no factor to remove')
  return [await okta.unenrollFactor(situation.userId, factor.id)]
}

export const removeReplacedEnrollment: Remediation = {
  id: 'remove_replaced_enrollment',
  title: 'Remove the Okta Verify enrollment of the old device',
  call: 'DELETE /api/v1/users/{id}/factors/{factorId}',
  permission: 'okta.users.credentials.resetFactors',
  undo: 'It cannot be restored. All Okta Verify methods of the user on all devices go with it; the user enrolls again with another factor.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: NEEDS,
  changes: ['factors'],
  needsTakeoverWindow: true,
  refuses,
  perform,
  landed: removalLanded,
  proof:
    'Reading factors and enrollments again shows none of the Okta Verify methods from before the write; it is effective once the user enrolls in Okta Verify on the new device.'
}
