/** What is known about the user's Okta Verify enrollments and other factors (facts §3.1, §4). Pure. */
import { type Evidence, type Factor, known } from '../evidence.ts'
import type { Answer, Instant } from '../vocabulary.ts'
import type { DecideInput } from './decision.ts'
import { isRecent } from './entries.ts'

/** The key under which authenticator enrollments list Okta Verify, also after the 2026 split (facts §3.1). */
const OKTA_VERIFY_KEY = 'okta_verify'

/**
 * An active Okta Verify somewhere. "None" needs both lists, since the factor list hides what the enrollment policy does
 * not allow (facts §0.10); a list declared absent is not waited for.
 */
export function hasActiveOktaVerify(evidence: Evidence): boolean | undefined {
  const factors = known(evidence.factors)
  const enrollments = known(evidence.enrollments)
  if (factors?.some((factor) => factor.isOktaVerify && factor.status === 'ACTIVE')) return true
  if (enrollments?.some(({ key, status }) => key === OKTA_VERIFY_KEY && status === 'ACTIVE')) return true
  if (evidence.factors.state === 'unknown' || evidence.enrollments.state === 'unknown') return undefined
  return factors || enrollments ? false : undefined
}

/** Statuses of a factor that was begun or retired, and that nobody can sign in with (facts §4 `orphanEnrollment`). */
const ORPHAN_STATUSES: readonly string[] = ['PENDING_ACTIVATION', 'EXPIRED', 'INACTIVE', 'NOT_SETUP', 'DISABLED']

/**
 * There are Okta Verify factors, none can be used, and the oldest is no longer in the making. Only then is removing one
 * harmless although it takes the others along (facts §0.4).
 */
export function orphanedEnrollment(input: DecideInput): boolean | undefined {
  const { devices, enrollments, factors } = input.evidence
  if (factors.state !== 'known' || enrollments.state === 'unknown' || devices.state === 'unknown') return undefined
  const oktaVerify = factors.value.filter((factor) => factor.isOktaVerify)
  const listed = (known(enrollments) ?? []).filter(({ key }) => key === OKTA_VERIFY_KEY)
  const allOrphans = [...oktaVerify, ...listed].every(({ status }) => ORPHAN_STATUSES.includes(status))
  // Methods of a suspended device come back with it (facts §3.2 device unsuspend).
  const mayComeBack = known(devices)?.some(({ status }) => status === 'SUSPENDED') ?? false
  if (oktaVerify.length === 0 || !allOrphans || mayComeBack) return false
  const oldest = oldestAt(oktaVerify)
  return oldest === undefined ? undefined : !isRecent(oldest, input.policy.causes.orphanAgeMs, input.now)
}

function oldestAt(factors: readonly Factor[]): Instant | undefined {
  return factors
    .flatMap((factor) => factor.createdAt ?? [])
    .sort()
    .at(0)
}

/** Factors that resist phishing or are hardware of their own (facts §4 `otherStrongFactor`). */
const STRONG_TYPES: readonly string[] = ['webauthn', 'u2f', 'token:hardware']

/** The user has another strong factor, so that losing Okta Verify does not lower the bar (facts §0.5). */
export function otherStrongFactor(evidence: Evidence): boolean | undefined {
  return known(evidence.factors)?.some(({ status, type }) => status === 'ACTIVE' && STRONG_TYPES.includes(type))
}

/** Types whose success is an enrollment of Okta Verify; the first one of any authenticator (facts §2.1). */
const ENROLLED_TYPES: readonly string[] = ['user.mfa.factor.activate', 'device.enrollment.create', 'device.user.add']

/**
 * Whether the user got into Okta Verify after `since`: an active factor or enrollment created later, or a success in the
 * log. "No" needs every source that the org has; what could not be read makes it unknown.
 */
export function recoveredSince(evidence: Evidence, since: Instant): Answer {
  const { factors, enrollments, history } = evidence
  const isLater = (at: Instant | null) => at !== null && at > since
  const proved =
    known(factors)?.some((factor) => factor.isOktaVerify && factor.status === 'ACTIVE' && isLater(factor.createdAt)) ||
    known(enrollments)?.some(
      ({ key, status, createdAt }) => key === OKTA_VERIFY_KEY && status === 'ACTIVE' && isLater(createdAt)
    ) ||
    known(history)?.some(
      (entry) =>
        ENROLLED_TYPES.includes(entry.eventType) &&
        (entry.isOktaVerify || entry.eventType.startsWith('device.')) &&
        entry.result === 'SUCCESS' &&
        isLater(entry.at)
    )
  if (proved) return 'yes'
  const states = [factors.state, enrollments.state, history.state]
  return states.includes('unknown') || !states.includes('known') ? 'unknown' : 'no'
}
