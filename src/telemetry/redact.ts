/** Keeps secrets and personal data out of what is logged. Pure. */
import { createHmac } from 'node:crypto'
import type { TelemetryEvent } from '../domain/telemetry-event.ts'

/** Longest text of one field; an error of a peer can quote a whole page. */
const MAX_TEXT = 1_000
/** Deeper than anything we log on purpose; what is below is left out. */
const MAX_DEPTH = 6

/** Names of fields whose value is never logged, wherever they stand. */
const SECRET_NAMES =
  /authorization|cookie|secret|token|password|passcode|private_?key|api_?key|credential|assertion|phone|serial_?(?:number|no)|^imei$|^udid$|^e-?mail$|^login$|^name$|^displayName$/i

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, '[key]'],
  [/\b(Bearer|SSWS|DPoP|Basic)\s+\S+/gi, '$1 [secret]'],
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, '[token]'],
  [/[^\s@"'<>(),;:=/]{1,128}@[^\s@"'<>(),;:=/]{1,255}/g, '[address]'],
  [/\+\d[\d ().-]{6,18}\d/g, '[phone]']
]

/** Takes known secrets, credentials and addresses out of a text; with a pseudonym, ids of users too. */
export function createScrub(secrets: readonly string[], pseudonym: Pseudonym | null = null): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
  return (text) => {
    // Cut only afterwards, so that no secret is cut in two and missed; what is far beyond the cut need not be read.
    const near = text.slice(0, 4 * MAX_TEXT)
    const opened = known.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), near)
    const blanked = PATTERNS.reduce((rest, [pattern, mark]) => rest.replace(pattern, mark), opened)
    const clean = pseudonym ? hideUsers(blanked, pseudonym) : blanked
    return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean
  }
}

/** The same through plain objects and lists; other objects are left to their serializer. */
export function scrubFields(value: unknown, scrub: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => scrubFields(item, scrub, depth + 1))
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      SECRET_NAMES.test(name) && hides(field) ? '[secret]' : scrubFields(field, scrub, depth + 1)
    ])
  )
}

/** A yes or no gives nothing away, and saying "none" is information worth having. */
function hides(field: unknown): boolean {
  return field !== null && field !== undefined && typeof field !== 'boolean'
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/*
 * A stable name for a user that tells nobody who it is: what logs and traces say when `REENROLL_LOG_USER_KEY` is set.
 */

/** Of a user's Okta id; null leaves users out altogether. */
export type Pseudonym = (userId: string) => string

/** 64 bits: no two users of one org share a name by chance. */
const LENGTH = 16

/** The same key gives the same names, in every replica and for as long as it is kept; another key, other names. */
export function createPseudonym(key: string): Pseudonym {
  return (userId) => `user-${createHmac('sha256', key).update(userId).digest('hex').slice(0, LENGTH)}`
}

/** Okta's ids of users, wherever they stand in a text. */
const USER_ID = /\b00u[A-Za-z0-9]{17}\b/g

/** Puts the names in place of the ids. */
export function hideUsers(text: string, pseudonym: Pseudonym): string {
  return text.replace(USER_ID, pseudonym)
}

/** Whom an event is about, under the name that may be shown; null when it is nobody or users are left out. */
export function userOf(event: TelemetryEvent, pseudonym: Pseudonym | null): string | null {
  const userId = 'userId' in event ? event.userId : null
  return pseudonym && userId ? pseudonym(userId) : null
}
