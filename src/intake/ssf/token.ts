/** Proves that a security event token comes from a transmitter that we know, and reads it (RFC 8417, SSF 1.0 section 4). */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTVerifyGetKey,
  jwtVerify,
  type RemoteJWKSet
} from 'jose'
import type { TransmitterSettings } from '../../config/settings/signals.ts'
import { isRecord, recordOf, shapeError } from '../../domain/json.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { type SetClaims, type SharedEvent, sharedEventOf } from './event.ts'

/** The codes of RFC 8935 section 2.4. */
export type SetFault =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'invalid_state'

export type SetRead =
  | {
      readonly of: 'event'
      readonly claims: SetClaims
      readonly event: SharedEvent
      readonly from: TransmitterSettings
    }
  /** A fault of the token: the same one again is refused again. */
  | { readonly of: 'refused'; readonly fault: SetFault; readonly because: string }
  /** The keys cannot be read: it may come again. */
  | { readonly of: 'unproved' }

export interface SetReader {
  read(token: string): Promise<SetRead>
}

/** Signed with a private key: with a shared secret or none at all, anybody could have made it. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** The transmitter's clock and ours may differ by this much. */
const SKEW_MS = 5 * MINUTE_MS
/** A token that is older is not taken any more: its uuid may have been forgotten. Guards look back less far. */
const OLDEST_MS = 7 * DAY_MS - SKEW_MS
const FETCH_MS = 5 * SECOND_MS
/** The configuration document is read again after this time. */
const CONFIGURATION_MS = HOUR_MS
/** After a failure the transmitter is not asked for this long. */
const PAUSE_MS = 10 * SECOND_MS

export interface SetReaderDeps {
  readonly transmitters: readonly TransmitterSettings[]
  readonly clock: Clock
  /** At most one look for an unknown key in this time; jose's default is 30 s. */
  readonly cooldownMs?: number
  /** Never set back; the process's own by default. */
  readonly elapsedMs?: () => number
}

export function createSetReader(deps: SetReaderDeps): SetReader {
  const { transmitters, clock } = deps
  const known = new Map(transmitters.map((one) => [one.issuer, { from: one, keys: keysOf(one, deps) }]))
  return {
    async read(token) {
      const unproved = unprovedClaims(token)
      if (unproved === null) return refused('invalid_request', 'The body is not a signed token of at most 32 levels.')
      const source = known.get(String(unproved.iss))
      if (!source) return refused('invalid_issuer', 'No transmitter with this issuer is set up here.')
      const { from, keys } = source
      try {
        const { payload } = await jwtVerify(token, keys, {
          ...{ algorithms: ALGORITHMS, typ: 'secevent+jwt', issuer: from.issuer, audience: from.audience },
          ...{ requiredClaims: ['iat', 'jti', 'events'], currentDate: new Date(clock()) }
        })
        return claimsRead(payload, from, Date.parse(clock()))
      } catch (error) {
        return error instanceof KeysUnavailable ? { of: 'unproved' } : faultOf(error)
      }
    }
  }
}

function refused(fault: SetFault, because: string): SetRead {
  return { of: 'refused', fault, because }
}

/** Read only to know whose keys prove the token. */
function unprovedClaims(token: string): Readonly<Record<string, unknown>> | null {
  try {
    const claims = decodeJwt(token)
    return shapeError(claims) === null ? claims : null
  } catch {
    return null
  }
}

class KeysUnavailable extends Error {}

/** The transmitter's keys, read when they are needed, and again when a token names an unknown one. */
function keysOf(from: TransmitterSettings, deps: SetReaderDeps): JWTVerifyGetKey {
  const { cooldownMs: cooldownDuration = 30 * SECOND_MS, elapsedMs = () => performance.now() } = deps
  let remote: RemoteJWKSet | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let failedAt = Number.NEGATIVE_INFINITY
  let reading: Promise<RemoteJWKSet> | null = null
  const readNow = async () => {
    remote = createRemoteJWKSet(await addressOf(from), { timeoutDuration: FETCH_MS, cooldownDuration })
    readAt = elapsedMs()
    return remote
  }
  const current = () => {
    if (remote && elapsedMs() - readAt < CONFIGURATION_MS) return remote
    // Once for all tokens that wait for it: false ones, however many, cost the transmitter one request.
    reading ??= readNow().finally(() => {
      reading = null
    })
    return reading
  }
  return async (header, token) => {
    const isPaused = elapsedMs() - failedAt < PAUSE_MS
    const kept = isPaused && remote?.fresh ? remote.jwks() : undefined
    // A token with an unknown key must not keep those out whose keys are known.
    if (isPaused && !kept) throw new KeysUnavailable()
    try {
      return await (kept ? createLocalJWKSet(kept) : await current())(header, token)
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      if (isOfToken && !kept) throw error
      if (!isOfToken) failedAt = elapsedMs()
      throw new KeysUnavailable('The keys of the transmitter cannot be read.', { cause: error })
    }
  }
}

/** Where the keys are, by the settings or by the configuration document, whose issuer must be the one asked (SSF 1.0 section 7.2). */
async function addressOf({ issuer, jwksUri }: TransmitterSettings): Promise<URL> {
  if (jwksUri !== null) return new URL(jwksUri)
  const { origin, pathname } = new URL(issuer)
  const url = `${origin}/.well-known/ssf-configuration${pathname.replace(/\/$/, '')}`
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) })
  const document = recordOf(answer.ok ? await answer.json() : null)
  if (document.issuer !== issuer) throw new Error('The configuration document is of another issuer.')
  const keys = URL.parse(String(document.jwks_uri))
  if (keys?.protocol !== 'https:' && keys?.origin !== origin) throw new Error('The address of the keys is not https.')
  return keys
}

/** What a SET must and must not have beside its signature (SSF 1.0 section 4.1). */
function claimsRead(payload: Readonly<Record<string, unknown>>, from: TransmitterSettings, nowMs: number): SetRead {
  const { iat, jti, sub, exp, sub_id, events } = payload
  if (sub !== undefined || exp !== undefined)
    return refused('invalid_request', 'The token has "sub" or "exp", which no SET has.')
  if (typeof jti !== 'string' || jti === '' || jti.length > 512)
    return refused('invalid_request', '"jti" is not a text.')
  const madeMs = typeof iat === 'number' ? iat * SECOND_MS : Number.NaN
  if (!(madeMs <= nowMs + SKEW_MS)) return refused('invalid_request', '"iat" is not a time in the past.')
  if (madeMs < nowMs - OLDEST_MS) return refused('invalid_request', 'The token is more than seven days old.')
  const event = sharedEventOf(events)
  if (!event) return refused('invalid_request', '"events" has no event.')
  const { state } = event.body
  if (event.type === 'ssf.verification' && from.state !== null && state !== from.state) {
    return refused('invalid_state', 'The state is not the one that was set up here.')
  }
  const subject = isRecord(sub_id) ? { sub_id } : {}
  return { of: 'event', claims: { iss: from.issuer, jti, iat: madeMs / SECOND_MS, ...subject }, event, from }
}

function faultOf(error: unknown): SetRead {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return refused('invalid_audience', 'The token is for another receiver.')
    if (error.claim === 'iss') return refused('invalid_issuer', 'The token is of another issuer.')
    return refused('invalid_request', `The claim "${error.claim}" is missing or not the right one.`)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refused('authentication_failed', 'The signature is not that of the transmitter.')
  }
  const isKey =
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  if (isKey)
    return refused('invalid_key', 'The token is not signed with a key of the transmitter, by a method taken here.')
  if (error instanceof errors.JOSEError) return refused('invalid_request', 'The token cannot be read.')
  throw error
}
