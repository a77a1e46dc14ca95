/**
 * A verified security event token in the shape of Okta's events, so that it takes the same way as these: its subject becomes
 * a user by id or login, its type one of `domain/shared-signals.ts` (SSF 1.0 section 4, CAEP 1.0, RISC 1.0). Pure.
 */
import { createHash, hash } from 'node:crypto'
import type { Delivery } from '../../domain/deliveries.ts'
import { count, isRecord, items, type Json, recordOf, said } from '../../domain/json.ts'
import { MEANING_FIELDS, SIGNAL_PROFILES } from '../../domain/shared-signals.ts'
import { SECOND_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { isUserId } from '../report.ts'

/** What a token is about, before it is known whether it counts. */
export interface SharedEvent {
  /** In our form, without the meaning: `caep.session-revoked`. Null for an event of another profile. */
  readonly type: string | null
  readonly body: Json
}

/** The one event of a token; several are allowed only as names of the same one, so the first that we know is read. */
export function sharedEventOf(events: unknown): SharedEvent | null {
  const all = Object.entries(recordOf(events)).filter((entry): entry is [string, Json] => isRecord(entry[1]))
  const named = all.map(([uri, body]) => ({ type: typeOf(uri), body }))
  return named.find(({ type }) => type !== null) ?? named[0] ?? null
}

function typeOf(uri: string): string | null {
  const profile = Object.entries(SIGNAL_PROFILES).find(([, base]) => uri.startsWith(base))
  return profile && /^[a-z-]{1,64}$/.test(uri.slice(profile[1].length))
    ? `${profile[0]}.${uri.slice(profile[1].length)}`
    : null
}

/**
 * What names the user: the mail address, the id or login at the issuer, an id. A complex subject names it as `user`; a device
 * or session alone names nobody. Null: nobody.
 */
function userOf(subject: unknown): string | null {
  const { format, subject_type, ...named } = recordOf(subject)
  switch (said(format) ?? said(subject_type)) {
    case 'complex':
      return isRecord(named.user) ? userOf(named.user) : null
    case 'aliases': {
      // One may be the other vendor's own id, which names nobody here.
      const users = items(named.identifiers).flatMap((one) => userOf(one) ?? [])
      return users.find(isUserId) ?? users.find((user) => user.includes('@')) ?? users[0] ?? null
    }
    case 'email':
      return said(named.email)
    case 'account':
      return said(named.uri)?.replace(/^acct:/i, '') ?? null
    case 'uri':
      return /^(?:acct|mailto):(.+)$/i.exec(said(named.uri) ?? '')?.[1] ?? null
    case 'iss_sub':
    case 'iss-sub':
      return said(named.sub)
    case 'opaque':
      return said(named.id)
    default:
      return null
  }
}

/** Under which a delivery is found again; not the identifier itself, which can be a mail address. */
export function signalKey(identifier: string): string {
  return `ssf:${hash('sha256', identifier.trim().toLowerCase())}`
}

/** The claims that a delivery is made of; all of them were checked. */
export interface SetClaims {
  readonly iss: string
  readonly jti: string
  readonly iat: number
  readonly sub_id?: unknown
}

/** A delivery with one event. The same token again has the same uuid. */
export function signalDelivery(claims: SetClaims, { type, body }: SharedEvent, receivedAt: Instant): Delivery {
  // `subject` inside the event is the older form.
  const user = userOf(claims.sub_id ?? body.subject)
  const uuid = createHash('sha256')
    .update(JSON.stringify([claims.iss, claims.jti]))
    .digest('hex')
    .slice(0, 32)
  const publishedAt = happenedAt(body, claims.iat, receivedAt)
  const isId = user !== null && isUserId(user)
  const meaning = said(body[MEANING_FIELDS[type ?? ''] ?? ''], 32)?.toLowerCase()
  const event = {
    uuid,
    published: publishedAt,
    eventType: meaning && /^[a-z-]+$/.test(meaning) ? `${type}:${meaning}` : type,
    actor: { id: null, type: 'Transmitter', alternateId: claims.iss, displayName: claims.iss },
    target:
      user === null
        ? []
        : [{ id: isId ? user : null, type: 'User', alternateId: isId ? null : user, displayName: null }],
    outcome: { result: 'SUCCESS', reason: reasonOf(body) }
  }
  return {
    source: 'ssf',
    envelopeId: user === null ? null : signalKey(user),
    hookId: null,
    sentAt: null,
    receivedAt,
    body: JSON.stringify({ data: { events: [event] } }),
    events: [{ uuid, index: 0, publishedAt }],
    unreadable: []
  }
}

/** When it happened: seconds since 1970, in drafts milliseconds. Never later than now, so that it cannot count for longer. */
function happenedAt({ event_timestamp }: Json, iat: number, receivedAt: Instant): Instant {
  const stamp = count(event_timestamp) ?? iat
  const ms = stamp > 100_000_000_000 ? stamp : stamp * SECOND_MS
  return ms < Date.parse(receivedAt) ? new Date(ms).toISOString() : receivedAt
}

/** The administrator's reason, in English where there is one, what raised a risk, and what kind of credential it was about. */
function reasonOf({ reason_admin, reason, risk_reason, credential_type, change_type }: Json): string | null {
  const [first] = Object.values(recordOf(reason_admin))
  const words = said(recordOf(reason_admin).en) ?? said(first) ?? said(reason_admin) ?? said(reason)
  return (
    [said(change_type), said(credential_type), said(risk_reason), words].filter((part) => part !== null).join(', ') ||
    null
  )
}
