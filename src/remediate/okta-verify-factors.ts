/** Okta Verify factors for the two removals (facts §0.4, §3.1, §4). Pure. */
import { type Factor, known, type OktaUser } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import type { Instant } from '../domain/vocabulary.ts'

/** Statuses that prove that a factor cannot be used (facts §4, *orphaned enrollment*). Unknown statuses do not. */
export const UNUSABLE_STATUSES: ReadonlySet<string> = new Set([
  'PENDING_ACTIVATION',
  'EXPIRED',
  'INACTIVE',
  'NOT_SETUP',
  'DISABLED'
])

/** Removing a push or FastPass factor removes every other Okta Verify method of the user; removing TOTP does not (facts §0.4). */
const REMOVAL_ORDER = ['push', 'signed_nonce', 'token:software:totp']

export function oktaVerifyFactors(situation: Situation): readonly Factor[] {
  return (known(situation.evidence.factors) ?? []).filter((factor) => factor.isOktaVerify)
}

/** Where it is, by the device's name where there is one; completes "the Okta Verify factor …". */
export function placeOf({ deviceName, id }: Factor): string {
  return deviceName ? `on ${deviceName}` : id
}

/** The removal of the factor that takes all others along, or else of the best available. */
export function removalOf(user: OktaUser, factors: readonly Factor[]): ['unenrollFactor', string, string] | string {
  const [factor] = [...factors].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
  return factor ? ['unenrollFactor', user.id, factor.id] : 'there is no factor to remove'
}

function rank(factor: Factor): number {
  const place = REMOVAL_ORDER.indexOf(factor.type)
  return place < 0 ? REMOVAL_ORDER.length : place
}

/**
 * Whether the factors from before the intent are gone. Factors of unknown age may be older or newer. The factor list can
 * hide factors (facts §0.10), so the enrollments must not contradict it.
 */
export function removalLanded(_: OktaUser, situation: Situation, intendedAt: Instant): 'done' | 'undone' | 'unknown' {
  if (situation.evidence.factors.state !== 'known' || situation.evidence.enrollments.state !== 'known') return 'unknown'
  const factors = oktaVerifyFactors(situation)
  if (factors.some((factor) => factor.createdAt !== null && factor.createdAt <= intendedAt)) return 'undone'
  if (factors.some((factor) => factor.createdAt === null)) return 'unknown'
  return enrolledBefore(situation, intendedAt) ? 'unknown' : 'done'
}

function enrolledBefore(situation: Situation, intendedAt: Instant): boolean {
  return (known(situation.evidence.enrollments) ?? []).some(
    (enrollment) =>
      enrollment.key === 'okta_verify' && (enrollment.createdAt === null || enrollment.createdAt <= intendedAt)
  )
}

/** An active Okta Verify enrollment that the factor list does not show. */
export function hiddenActiveEnrollment(situation: Situation): boolean {
  return (known(situation.evidence.enrollments) ?? []).some(
    (enrollment) => enrollment.key === 'okta_verify' && !UNUSABLE_STATUSES.has(enrollment.status)
  )
}
