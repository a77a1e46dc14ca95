/** A call to Okta as data, and the URL it means. Ids are checked here, before anything is sent. Pure. */
import { isRecord } from '../../domain/json.ts'

export interface OktaCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** The path as Okta's description writes it: `/api/v1/users/{userId}/factors`. Names the rate-limit bucket too. */
  readonly pattern: string
  /** A value for each placeholder. `idOrLogin` may be a login; every other must look like one of Okta's ids. */
  readonly ids?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** The `Link: rel="next"` of an earlier answer, which is followed as it is (facts §3.3). */
  readonly next?: string
  readonly signal?: AbortSignal
  /** Who goes first when calls have to wait; `correlating` unless said otherwise. */
  readonly priority?: Priority
  /** The answer of this write is read; those of others are dropped. */
  readonly wantsBody?: boolean
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** What a call is for, the most urgent first: a person waits, a case waits, nobody waits. */
export const PRIORITIES = ['acting', 'correlating', 'backfill'] as const
export type Priority = (typeof PRIORITIES)[number]

/** Method and path pattern, as in `GET /api/v1/users/{userId}/factors`: Okta limits rates by these (facts §3.3). */
export function bucketOf({ method, pattern }: Pick<OktaCall, 'method' | 'pattern'>): string {
  return `${method} ${pattern}`
}

/** Anything but a read. */
export function isWrite({ method }: Pick<OktaCall, 'method'>): boolean {
  return method !== 'GET'
}

/** `me` is Okta's word for the caller, so it is nobody's id here. */
export function isOktaId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) && text.toLowerCase() !== 'me'
}

/** Logins are at most 100 characters; none that would change the path, such as `..`, is let through. */
function isLogin(text: string): boolean {
  return /^[^\s/\\?#%]{1,100}$/.test(text) && !/^\.+$/.test(text) && text.toLowerCase() !== 'me'
}

/** Such as `v2mst.GldKV5VxTrifyeZmWSQguA`. */
function isTransactionId(text: string): boolean {
  return /^[\w-]+(\.[\w-]+)*$/.test(text) && text.length <= 200
}

/** Placeholders whose value is not one of Okta's ids. */
const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  idOrLogin: isLogin,
  transactionId: isTransactionId
}

export type CallUrl = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly because: string }

/** The URL of a call, or why it must not be sent. The sentence names no id: it may be a login. */
export function callUrl(call: OktaCall, orgUrl: string): CallUrl {
  if (call.next !== undefined) return nextUrl(call.next, orgUrl)
  const ids = isRecord(call.ids) ? call.ids : {}
  const wrong: string[] = []
  const path = call.pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name]
    const usable = typeof id === 'string' && (CHECKS[name] ?? isOktaId)(id)
    if (!usable) wrong.push(name)
    return usable ? encodeSegment(id) : ''
  })
  if (wrong.length > 0) return { ok: false, because: `the value for ${wrong.join(', ')} is not a valid Okta id` }
  const query = new URLSearchParams(call.query).toString()
  return { ok: true, url: `${orgUrl}${path}${query === '' ? '' : `?${query}`}` }
}

/**
 * A path segment with `@` and the other characters that RFC 3986 §3.3 allows left plain. Okta compares the decoded path with
 * the `htu` of the DPoP proof (okta-sdk-nodejs issue 521), so the encoded and the decoded form must be the same.
 */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/%(?:40|3A|24|26|2B|2C|3B|3D)/gi, decodeURIComponent)
}

/** The access token goes along, so a link that leaves the org's API is not followed. */
function nextUrl(next: string, orgUrl: string): CallUrl {
  return next.startsWith(`${orgUrl}/api/v1/`)
    ? { ok: true, url: next }
    : { ok: false, because: 'the link to the next page leads out of the API of the org' }
}
