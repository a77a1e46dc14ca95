/** Names of event types, Okta's and other vendors', for pages and tickets. Pure. */
import type { LogEntry } from '../domain/evidence.ts'
import { sharedSignalKind } from '../domain/shared-signals.ts'

/** What happened, by event types that Reenroll reads (deploy/okta-facts.md). */
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
  'user.account.use_token': 'recovery token used',
  'user.authentication.auth_via_mfa': 'verification with a factor',
  'user.authentication.sso': 'sign-in to an app',
  'user.identity_verification': 'identity verification',
  'user.lifecycle.activate': 'account activated',
  'user.lifecycle.deactivate': 'account deactivated',
  'user.lifecycle.delete.initiated': 'account deletion started',
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

/** Okta's results of what did not succeed. */
const RESULT_WORDS: Readonly<Record<string, string>> = { FAILURE: 'failed', DENY: 'denied', UNANSWERED: 'not answered' }

/** What happened or was tried, or null for a type without a name. */
export function eventName(eventType: string, result: string | null = null): string | null {
  const name = EVENT_NAMES[eventType] ?? vendorEventName(eventType)
  if (!name) return null
  const words = RESULT_WORDS[result ?? '']
  return words ? `${name} (${words})` : name
}

/** What happened, as part of a sentence; a type without a name becomes words. */
export function eventWords({ eventType, result }: Pick<LogEntry, 'eventType' | 'result'>): string {
  return eventName(eventType, result) ?? eventType.replaceAll(/[._]/g, ' ')
}

/** Ids of Okta have 20 characters; an app's client id is the login that the log has for it (deploy/okta-facts.md). */
const OKTA_ID = /^[0g][0-9a-zA-Z]{19}$/

type ActorNames = Pick<LogEntry, 'actorLogin' | 'actorName'>

/** Who acted, by Okta's word: the login, or the name of an app. Null when Okta names neither. */
export function namedActor({ actorLogin, actorName: name }: ActorNames): string | null {
  return [actorLogin, name].find((one) => one && !OKTA_ID.test(one)) ?? null
}

/** Who acted, as part of a sentence: an id is not a name. Lists of log entries have it. */
export function actorName(entry: ActorNames): string {
  return namedActor(entry) ?? 'an unnamed actor'
}

/** Everyday events in Okta that succeeded. */
const ORDINARY = /^(user\.(session|authentication)\.|policy\.|app\.|application\.|device\.user\.)[a-z_.]+$/

/** Whether an entry of the log is an everyday one, which a list may fold. */
export function isOrdinary({ eventType, result, reason }: Pick<LogEntry, 'eventType' | 'result' | 'reason'>): boolean {
  return ORDINARY.test(eventType) && [null, 'SUCCESS', 'ALLOW'].includes(result) && !reason
}

/** `caep.session-revoked:policy` as `session revoked (policy)`. */
function vendorEventName(eventType: string): string | null {
  if (sharedSignalKind(eventType) === null) return null
  const [, type = '', meaning] = eventType.split(/[.:]/)
  return type.replaceAll('-', ' ') + (meaning ? ` (${meaning})` : '')
}
