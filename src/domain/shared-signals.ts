/**
 * Events that other vendors report about users (OpenID Shared Signals Framework 1.0), in our words: which of them guards look
 * at, and as what. Event types are those of CAEP 1.0 and RISC 1.0, with the field that changes their meaning after a colon. Pure.
 */

/** What stands before the event type in a SET, and in our own short form. */
export const SIGNAL_PROFILES = {
  caep: 'https://schemas.openid.net/secevent/caep/event-type/',
  risc: 'https://schemas.openid.net/secevent/risc/event-type/',
  ssf: 'https://schemas.openid.net/secevent/ssf/event-type/'
} as const

/** The field of an event whose value changes what it means. */
export const MEANING_FIELDS: Readonly<Record<string, string>> = {
  'caep.session-revoked': 'initiating_entity',
  'caep.assurance-level-change': 'change_direction',
  'caep.device-compliance-change': 'current_status',
  'caep.risk-level-change': 'current_level'
}

/** `alert`: sign of an attack; `credentials`: something to sign in with was changed; `sign_out`: the user ended a session. */
export type SharedSignalKind = 'alert' | 'credentials' | 'sign_out'

/** Null: good news, such as a higher assurance level or a low risk; it is stored and stops nothing. */
const KINDS: Readonly<Record<string, SharedSignalKind | null>> = {
  'caep.session-revoked': 'alert',
  'caep.session-revoked:user': 'sign_out',
  'caep.credential-change': 'credentials',
  'caep.assurance-level-change': 'alert',
  'caep.assurance-level-change:increase': null,
  'caep.device-compliance-change': 'alert',
  'caep.device-compliance-change:compliant': null,
  'caep.risk-level-change': 'alert',
  'caep.risk-level-change:low': null,
  'risc.account-credential-change-required': 'alert',
  'risc.account-disabled': 'alert',
  'risc.account-purged': 'alert',
  'risc.credential-compromise': 'alert',
  'risc.sessions-revoked': 'alert',
  'risc.identifier-changed': 'credentials',
  'risc.identifier-recycled': 'credentials',
  'risc.recovery-activated': 'credentials',
  'risc.recovery-information-changed': 'credentials'
}

/** The event types that can be named in the settings, without what follows a colon. */
export const SHARED_SIGNAL_TYPES: readonly string[] = Object.keys(KINDS).filter((type) => !type.includes(':'))

/** What an event type in our form means for guards; null when it stops nothing. */
export function sharedSignalKind(eventType: string): SharedSignalKind | null {
  const [type = ''] = eventType.split(':')
  // A meaning that is missing or unknown counts as the type alone does.
  const known = Object.hasOwn(KINDS, eventType) ? eventType : type
  return Object.hasOwn(KINDS, known) ? (KINDS[known] ?? null) : null
}
