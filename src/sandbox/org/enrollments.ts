/** Factors and authenticator enrollments: two views of the same thing, and how they are removed (facts §0.4, §3.2). */
import { notInThisStatus, objectNotFound } from '../server/errors.ts'
import { actedBy, userTarget } from './log-event.ts'
import type { Caller, SandboxFactor, SandboxUser } from './model.ts'
import type { Org } from './org.ts'

/* What makes a factor an Okta Verify factor, and what goes when one of them goes. */

const METHODS = new Set(['push', 'signed_nonce', 'token:software:totp'])
/** Deleting one of these takes every Okta Verify method of the user along (facts §0.4). */
const CASCADING = new Set(['push', 'signed_nonce'])

/** How log entries name the methods (facts §2.2). */
const LOG_NAMES: Readonly<Record<string, string>> = {
  push: 'OKTA_VERIFY_PUSH',
  signed_nonce: 'SIGNED_NONCE',
  'token:software:totp': 'OKTA_SOFT_TOKEN'
}

/** Provider OKTA and one of the three methods; a TOTP of another provider is not Okta Verify (facts §3.1). */
export function isOktaVerify(factor: SandboxFactor): boolean {
  return factor.provider === 'OKTA' && METHODS.has(factor.factorType)
}

/** Every factor that goes when this one is unenrolled, itself first. */
function unenrolledWith(factor: SandboxFactor, all: readonly SandboxFactor[]): SandboxFactor[] {
  if (!isOktaVerify(factor) || !CASCADING.has(factor.factorType)) return [factor]
  return [factor, ...all.filter((other) => other !== factor && isOktaVerify(other))]
}

function factorLogName(factor: SandboxFactor): string {
  return (isOktaVerify(factor) && LOG_NAMES[factor.factorType]) || `${factor.factorType.toUpperCase()}_FACTOR`
}

/** The authenticator's display name, as targets of log entries give it. */
function authenticatorName(factor: SandboxFactor): string {
  if (isOktaVerify(factor)) return 'Okta Verify'
  return AUTHENTICATORS[factor.factorType]?.name ?? factor.factorType
}

/** The authenticator behind a factor type that is not Okta Verify: `key`, `type` and name of its enrollments. */
const AUTHENTICATORS: Readonly<Record<string, { key: string; type: string; name: string }>> = {
  webauthn: { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric' },
  u2f: { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric' },
  'token:software:totp': { key: 'google_otp', type: 'app', name: 'Google Authenticator' },
  'token:hardware': { key: 'yubikey_token', type: 'security_key', name: 'YubiKey' },
  sms: { key: 'phone_number', type: 'phone', name: 'Phone' },
  call: { key: 'phone_number', type: 'phone', name: 'Phone' },
  email: { key: 'okta_email', type: 'email', name: 'Email' },
  question: { key: 'security_question', type: 'security_question', name: 'Security Question' }
}

/** One authenticator as a user has enrolled it, in Okta's shape. */
export interface Enrollment {
  id: string
  key: string
  type: string
  name: string
  status: string
  created: string
  lastUpdated: string
}

/** The password first, then one enrollment per Okta Verify device and one per other factor. */
export function enrollmentsOf(user: SandboxUser): Enrollment[] {
  const groups = Map.groupBy(user.factors, (factor) =>
    isOktaVerify(factor) ? `okta_verify ${factor.deviceId ?? ''}` : factor.id
  )
  return [...passwordOf(user), ...[...groups.values()].flatMap(enrollmentOf)]
}

function passwordOf(user: SandboxUser): Enrollment[] {
  if (user.passwordChanged === null) return []
  return [
    {
      id: `lae${user.id.slice(3)}`,
      key: 'okta_password',
      type: 'password',
      name: 'Password',
      status: 'ACTIVE',
      created: user.created,
      lastUpdated: user.passwordChanged
    }
  ]
}

function enrollmentOf(factors: SandboxFactor[]): Enrollment[] {
  const first = factors[0]
  if (!first) return []
  const authenticator = isOktaVerify(first)
    ? { key: 'okta_verify', type: 'app', name: 'Okta Verify' }
    : (AUTHENTICATORS[first.factorType] ?? { key: first.factorType, type: 'app', name: first.factorType })
  return [
    {
      // Okta Verify enrollments start with `pfd` (facts §2.2); derived, so that the same enrollment keeps its id.
      id: isOktaVerify(first) ? `pfd${first.id.slice(3)}` : first.id,
      ...authenticator,
      status: factors.some((factor) => factor.status === 'ACTIVE') ? 'ACTIVE' : first.status,
      created: factors.map((factor) => factor.created).sort()[0] ?? first.created,
      lastUpdated:
        factors
          .map((factor) => factor.lastUpdated)
          .sort()
          .at(-1) ?? first.lastUpdated
    }
  ]
}

/** Unenrolls a factor, and with an Okta Verify push or FastPass every Okta Verify method of the user. */
export function unenrollFactor(org: Org, userId: string, factorId: string, caller: Caller): void {
  const user = org.users.get(userId)
  if (!user) throw objectNotFound(userId, 'User')
  if (user.status === 'DEPROVISIONED') throw notInThisStatus()
  const factor = user.factors.find((candidate) => candidate.id === factorId)
  if (!factor) throw objectNotFound(factorId, 'UserFactor')
  removeFactors(org, user, unenrolledWith(factor, user.factors), caller)
}

function removeFactors(org: Org, user: SandboxUser, gone: readonly SandboxFactor[], caller: Caller): void {
  user.factors = user.factors.filter((factor) => !gone.includes(factor))
  for (const factor of gone) {
    const name = factorLogName(factor)
    org.record({
      eventType: 'user.mfa.factor.deactivate',
      ...actedBy(caller),
      outcome: { result: 'SUCCESS', reason: `User reset ${name} factor` },
      target: [
        userTarget(user),
        {
          id: factor.id,
          type: 'AuthenticatorEnrollment',
          alternateId: 'unknown',
          displayName: authenticatorName(factor),
          detailEntry: null
        }
      ],
      debugContext: { debugData: { factor: name } }
    })
  }
}
