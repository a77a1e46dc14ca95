/** What makes a factor an Okta Verify factor, and what goes when one of them goes. */
import type { SandboxFactor } from './model.ts'

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
export function unenrolledWith(factor: SandboxFactor, all: readonly SandboxFactor[]): SandboxFactor[] {
  if (!isOktaVerify(factor) || !CASCADING.has(factor.factorType)) return [factor]
  return [factor, ...all.filter((other) => other !== factor && isOktaVerify(other))]
}

/** The factor as log entries call it. */
export function factorLogName(factor: SandboxFactor): string {
  return (isOktaVerify(factor) && LOG_NAMES[factor.factorType]) || `${factor.factorType.toUpperCase()}_FACTOR`
}

/** The authenticator's display name, as targets of log entries give it. */
export function authenticatorName(factor: SandboxFactor): string {
  if (isOktaVerify(factor)) return 'Okta Verify'
  return AUTHENTICATORS[factor.factorType]?.name ?? factor.factorType
}

/** The authenticator behind a factor type that is not Okta Verify: `key`, `type` and name of its enrollments. */
export const AUTHENTICATORS: Readonly<Record<string, { key: string; type: string; name: string }>> = {
  webauthn: { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric' },
  u2f: { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric' },
  'token:software:totp': { key: 'google_otp', type: 'app', name: 'Google Authenticator' },
  'token:hardware': { key: 'yubikey_token', type: 'security_key', name: 'YubiKey' },
  sms: { key: 'phone_number', type: 'phone', name: 'Phone' },
  call: { key: 'phone_number', type: 'phone', name: 'Phone' },
  email: { key: 'okta_email', type: 'email', name: 'Email' },
  question: { key: 'security_question', type: 'security_question', name: 'Security Question' }
}
