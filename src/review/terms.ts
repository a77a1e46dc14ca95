/** Names for the ids that stored sentences hold: Okta's event types, and ids of repairs, states and proposals. Pure. */
import { BINDINGS } from '../decide/bindings.ts'
import { sharedSignalKind } from '../domain/shared-signals.ts'

/** Okta's event types that Reenroll reads, by what happened (deploy/okta-facts.md). */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  'application.policy.sign_on.deny_access': 'sign-on policy denied access',
  'device.enrollment.create': 'device registered',
  'device.lifecycle.activate': 'device activated',
  'device.lifecycle.deactivate': 'device deactivated',
  'device.lifecycle.delete': 'device deleted',
  'device.lifecycle.suspend': 'device suspended',
  'device.lifecycle.unsuspend': 'device unsuspended',
  'device.token.enrollment.create': 'device token created',
  'device.user.add': 'user added to a device',
  'device.user.remove': 'user removed from a device',
  'policy.evaluate_sign_on': 'sign-on policy evaluated',
  'reenroll.report': 'help-desk report',
  'security.breached_credential.detected': 'breached password detected',
  'security.threat.detected': 'threat detected',
  'user.account.lock': 'account locked',
  'user.account.lock.limit': 'lock limit reached',
  'user.account.privilege.grant': 'admin role granted',
  'user.account.report_suspicious_activity_by_enduser': 'user reported suspicious activity',
  'user.account.reset_password': 'password reset',
  'user.account.unlock': 'account unlocked',
  'user.account.unlock_by_admin': 'account unlocked by an admin',
  'user.account.update_password': 'password changed',
  'user.account.update_primary_email': 'primary email changed',
  'user.account.update_profile': 'profile changed',
  'user.account.update_secondary_email': 'secondary email changed',
  'user.account.update_user_type': 'user type changed',
  'user.authentication.auth_via_mfa': 'verification with a factor',
  'user.authentication.sso': 'sign-in to an app',
  'user.identity_verification': 'identity verification',
  'user.lifecycle.activate': 'account activated',
  'user.lifecycle.deactivate': 'account deactivated',
  'user.lifecycle.reactivate': 'account reactivated',
  'user.lifecycle.suspend': 'account suspended',
  'user.lifecycle.unsuspend': 'account unsuspended',
  'user.mfa.attempt_bypass': 'attempt to bypass a factor',
  'user.mfa.factor.activate': 'factor enrolled',
  'user.mfa.factor.deactivate': 'factor removed',
  'user.mfa.factor.reset_all': 'all factors reset',
  'user.mfa.factor.suspend': 'factor suspended',
  'user.mfa.factor.unsuspend': 'factor unsuspended',
  'user.mfa.factor.update': 'factor changed',
  'user.risk.change': 'user risk changed',
  'user.risk.detect': 'user risk detected',
  'user.session.start': 'sign-in'
}

const STATES: Readonly<Record<string, string>> = {
  with_person: 'with a person',
  awaiting_approval: 'waiting for approval'
}

/** An event type of another vendor or of Okta with its result, an id with underscores, or a hash. */
export const TERM =
  /\b(?:(?:caep|risc)\.[a-z-]+(?::[a-z-]+)?(?: SUCCESS)?|[a-z]+(?:\.[a-z_]+)+(?: (?:SUCCESS|FAILURE|DENY|ALLOW))?|[a-z]+(?:_[a-z]+)+|[0-9a-f]{64})\b/

/** What a reader calls it, or null for what has no name of its own. */
export function nameOfTerm(term: string): string | null {
  if (/^[0-9a-f]{64}$/.test(term)) return `${term.slice(0, 8)}…`
  const [id = '', result] = term.split(' ')
  if (sharedSignalKind(id) !== null) {
    const [, type = '', meaning] = id.split(/[.:]/)
    return type.replaceAll('-', ' ') + (meaning ? ` (${meaning})` : '')
  }
  const event = EVENT_NAMES[id]
  if (event) return `${event}${result === 'FAILURE' ? ' (failed)' : result === 'DENY' ? ' (denied)' : ''}`
  return Object.hasOwn(BINDINGS, term) ? BINDINGS[term as keyof typeof BINDINGS].does : (STATES[term] ?? null)
}
