/** Who calls, and may they: DPoP and bearer tokens, API tokens, scopes, admin roles (facts §7). */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify
} from 'jose'
import { DAY_MS, HOUR_MS, plus } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { Caller } from '../org/model.ts'
import type { Ids } from '../org/seeds.ts'
import type { SimResponse } from './call.ts'
import { accessDenied, invalidToken, SimError } from './errors.ts'
import type { RoleAssignment } from './permissions.ts'

/* DPoP proofs: what a proof must say, and that none is used twice (facts §7; RFC 9449). */

/** How far a proof's `iat` may be off, in seconds. */
const MAX_PROOF_AGE_S = 300
/** Signature algorithms Okta lists in its challenge (okta-sdk-nodejs issue 453). */
const PROOF_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

export interface ProofExpectation {
  readonly method: string
  /** The called URL without query, as the org itself would write it. */
  readonly url: string
  /** The moment by the clock that wrote the proof. */
  readonly now: Date
  /** Set on API calls: the token the proof must be bound to. */
  readonly accessToken?: string
}

export type ProofReading =
  | { readonly ok: true; readonly thumbprint: string; readonly nonce: string | undefined }
  | { readonly ok: false; readonly because: string }

/** Ids of proofs (and assertions) seen before. */
export interface Once {
  first(value: string): boolean
}

function createOnce(): Once {
  const seen = new Set<string>()
  return { first: (value) => !seen.has(value) && Boolean(seen.add(value)) }
}

/** A client shows one key with every call; reading it takes as long as all the rest of a call. */
const MOST_KEYS = 100
const keys = new Map<string, { readonly key: KeyObject; readonly thumbprint: string }>()

async function keyOf(jwk: JWK) {
  const shown = JSON.stringify(jwk)
  if (keys.size >= MOST_KEYS) keys.clear()
  const key = () => createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const read = keys.get(shown) ?? { key: key(), thumbprint: await calculateJwkThumbprint(jwk) }
  keys.set(shown, read)
  return read
}

/**
 * Rejects, or returns null, unless the proof is signed by its key. By hand, since `jose` verifies beside the event loop: the way
 * there and back takes longer than the verification, and a proof comes with every call.
 */
async function readSigned(proof: string) {
  const { alg = '', typ, crit, jwk = {} } = decodeProtectedHeader(proof)
  const isKind = alg.startsWith(jwk.kty === 'EC' ? 'ES' : 'RS')
  if (typ !== 'dpop+jwt' || crit || !isKind || !PROOF_ALGORITHMS.includes(alg) || 'd' in jwk) return null
  const { key, thumbprint } = await keyOf(jwk)
  const end = proof.lastIndexOf('.')
  const signature = Buffer.from(proof.slice(end + 1), 'base64url')
  const terms = { key, dsaEncoding: 'ieee-p1363' } as const
  const isGood = verify(`sha${alg.slice(2)}`, Buffer.from(proof.slice(0, end)), terms, signature)
  return isGood ? { claims: decodeJwt(proof), thumbprint } : null
}

/** Checks a proof; the `jti` is used up by a proof that is otherwise good. */
async function checkProof(proof: string | undefined, expected: ProofExpectation, once: Once): Promise<ProofReading> {
  if (!proof) return { ok: false, because: 'The DPoP proof JWT header is missing.' }
  const signed = await readSigned(proof).catch(() => null)
  if (!signed) return { ok: false, because: 'The DPoP proof JWT cannot be read or its signature is wrong.' }
  const { claims, thumbprint } = signed
  const wrong = wrongClaim(claims, expected)
  if (wrong) return { ok: false, because: `'${wrong}' claim in the DPoP proof JWT is invalid.` }
  if (!once.first(String(claims.jti))) return { ok: false, because: 'The DPoP proof JWT has already been used.' }
  return { ok: true, thumbprint, nonce: typeof claims.nonce === 'string' ? claims.nonce : undefined }
}

function wrongClaim(claims: JWTPayload, expected: ProofExpectation): string | null {
  if (typeof claims.jti !== 'string' || claims.jti === '') return 'jti'
  if (claims.htm !== expected.method) return 'htm'
  if (claims.htu !== expected.url) return 'htu'
  const ageS = expected.now.getTime() / 1000 - (claims.iat ?? 0)
  if (Math.abs(ageS) > MAX_PROOF_AGE_S) return 'iat'
  if (expected.accessToken !== undefined && claims.ath !== hashOf(expected.accessToken)) return 'ath'
  return null
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}

/* The org's token endpoint: client_credentials with private_key_jwt, and the DPoP nonce dance (facts §7). */

/** A service app (API Services) as the org knows it. */
export interface OAuthClient {
  readonly clientId: string
  /** Public keys, by `kid` when there are several. */
  readonly keys: readonly JWK[]
  /** Scopes a super admin granted. */
  readonly scopes: readonly string[]
  /** Admin roles. Left out means enough of them, and in a strict org none: every call is refused (facts §7). */
  readonly roles?: readonly RoleAssignment[]
  /** "Require DPoP header in token requests" is on. */
  readonly dpop: boolean
}

export interface AccessToken {
  readonly token: string
  readonly client: OAuthClient
  readonly scopes: readonly string[]
  readonly expiresAt: Instant
  /** Thumbprint of the key the token is bound to; null for a bearer token. */
  readonly boundTo: string | null
}

export interface OAuth {
  token(form: URLSearchParams, proof: string | undefined): Promise<SimResponse>
  /** The token, when it was given out and has not expired. */
  find(token: string): AccessToken | null
  /** Ids of DPoP proofs, shared with the API: a proof is good once, anywhere. */
  readonly proofs: Once
  /** Apps hold no role until they are given one. */
  readonly isStrict: boolean
  /** The nonce that a proof of an API call must carry and does not, or null. */
  nonceFor(proof: ProofReading): string | null
}

export interface OAuthOptions {
  /** API calls need a nonce too: not required today, and Okta may begin (facts §11). */
  readonly isStrict: boolean
  readonly clients: readonly OAuthClient[]
  /** The org's base URL, read late because the port is known late. */
  readonly orgUrl: () => string
  readonly clock: Clock
  /** The clock the clients sign by: real SDKs use the machine's. */
  readonly signingClock: Clock
  readonly ids: Ids
}

const TOKEN_LIFETIME_S = 3600
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
/** A new nonce is given every 24 h and stays good for 3 days (facts §7). */
const NONCE_EVERY_MS = DAY_MS
const NONCE_LIFETIME_MS = 3 * DAY_MS

/** A token endpoint that knows these clients. */
export function createOAuth(options: OAuthOptions): OAuth {
  const { clock, ids } = options
  const tokens = new Map<string, AccessToken>()
  const assertions = createOnce()
  const proofs = createOnce()
  const nonces = createNonces(clock, ids)

  async function issue(form: URLSearchParams, proof: string | undefined): Promise<SimResponse> {
    if (form.get('grant_type') !== 'client_credentials') {
      return refuse(400, 'unsupported_grant_type', 'The grant type is not supported for this client.')
    }
    const client = await authenticate(form, options, assertions)
    if ('error' in client) return refuse(401, 'invalid_client', client.error)
    const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean)
    const foreign = scopes.filter((scope) => !client.scopes.includes(scope))
    if (scopes.length === 0 || foreign.length > 0) {
      return refuse(
        400,
        'invalid_scope',
        `The requested scopes are not granted: ${foreign.join(' ') || 'none asked for'}`
      )
    }
    const bound = await bind(client, proof)
    return typeof bound === 'object' && bound !== null ? bound : grant(client, scopes, bound)
  }

  /** The key to bind the token to, null for a bearer token, or the refusal. */
  async function bind(client: OAuthClient, proof: string | undefined): Promise<string | null | SimResponse> {
    if (!client.dpop) return null
    const url = `${options.orgUrl()}/oauth2/v1/token`
    const reading = await checkProof(proof, { method: 'POST', url, now: new Date(options.signingClock()) }, proofs)
    if (!reading.ok) return refuse(400, 'invalid_dpop_proof', reading.because)
    if (nonces.good(reading.nonce)) return reading.thumbprint
    const answer = refuse(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.')
    return { ...answer, headers: { 'dpop-nonce': nonces.current() } }
  }

  function grant(client: OAuthClient, scopes: readonly string[], boundTo: string | null): SimResponse {
    const token = `sandbox.${ids.token(40)}`
    tokens.set(token, { token, client, scopes, boundTo, expiresAt: plus(clock(), HOUR_MS) })
    const token_type = boundTo === null ? 'Bearer' : 'DPoP'
    const body = { token_type, expires_in: TOKEN_LIFETIME_S, access_token: token, scope: scopes.join(' ') }
    return { status: 200, body, headers: { 'cache-control': 'no-store' } }
  }

  return {
    proofs,
    isStrict: options.isStrict,
    nonceFor(proof) {
      const needs = options.isStrict && proof.ok && !nonces.good(proof.nonce)
      return needs ? nonces.current() : null
    },
    token: issue,
    find(token) {
      const known = tokens.get(token)
      return known && known.expiresAt > clock() ? known : null
    }
  }
}

function refuse(status: number, error: string, error_description: string): SimResponse {
  return { status, body: { error, error_description } }
}

function createNonces(clock: Clock, ids: Ids) {
  const given: { nonce: string; at: Instant }[] = []
  return {
    current(): string {
      const newest = given.at(-1)
      if (newest && plus(newest.at, NONCE_EVERY_MS) > clock()) return newest.nonce
      const nonce = ids.token(22)
      given.push({ nonce, at: clock() })
      return nonce
    },
    good: (nonce: string | undefined) =>
      given.some((known) => known.nonce === nonce && plus(known.at, NONCE_LIFETIME_MS) > clock())
  }
}

/** The client whose key signed the assertion, or what is wrong with it. */
async function authenticate(
  form: URLSearchParams,
  options: OAuthOptions,
  assertions: Once
): Promise<OAuthClient | { error: string }> {
  const assertion = form.get('client_assertion')
  if (!assertion || form.get('client_assertion_type') !== ASSERTION_TYPE) {
    return { error: 'Client authentication failed: only private_key_jwt is accepted.' }
  }
  const claimed = unverifiedIssuer(assertion)
  const client = options.clients.find((candidate) => candidate.clientId === claimed)
  if (!client) return { error: 'The client_assertion names no client of this org.' }
  const now = new Date(options.signingClock())
  const claims = await verifyAssertion(assertion, client, `${options.orgUrl()}/oauth2/v1/token`, now)
  if (!claims) return { error: 'The client_assertion is not signed by a key of the client, or its claims are wrong.' }
  const aheadS = (claims.exp ?? 0) - now.getTime() / 1000
  if (aheadS > TOKEN_LIFETIME_S) return { error: 'The client_assertion expires more than one hour ahead.' }
  if (!assertions.first(`${client.clientId} ${claims.jti}`)) return { error: 'The client_assertion was used before.' }
  return client
}

function unverifiedIssuer(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss
  } catch {
    return undefined
  }
}

async function verifyAssertion(
  assertion: string,
  client: OAuthClient,
  audience: string,
  currentDate: Date
): Promise<JWTPayload | null> {
  const requiredClaims = ['iss', 'sub', 'aud', 'exp', 'jti']
  const checks = { audience, issuer: client.clientId, subject: client.clientId, requiredClaims, currentDate }
  for (const jwk of client.keys) {
    try {
      const key = await importJWK(jwk, jwk.alg ?? (jwk.kty === 'EC' ? 'ES256' : 'RS256'))
      const { payload } = await jwtVerify(assertion, key, { ...checks, algorithms: ASSERTION_ALGORITHMS })
      return payload
    } catch {
      // Another key of the client may fit.
    }
  }
  return null
}

/** The parts of a request that say who calls. */
export interface RequestCredentials {
  readonly authorization: string | undefined
  readonly proof: string | undefined
  readonly method: string
  /** The called URL without query, as the org itself writes it. */
  readonly url: string
  /** The clock that wrote the proof. */
  readonly signedAt: Date
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

export interface Admission {
  readonly caller: Caller
  /** Throws 403 unless the caller's token has the scope. */
  readonly permit: (scope: string) => void
  /** Null for callers with every right. */
  readonly roles: readonly RoleAssignment[] | null
}

/**
 * A refusal of the proof, without a body: the reason is in `WWW-Authenticate` (okta-sdk-nodejs issue 453). With `nonce` the
 * client may repeat the call with it (RFC 9449 §9).
 */
export class ProofRefused extends SimError {
  readonly headers: Readonly<Record<string, string>>
  constructor(because: string, url: string, nonce?: string) {
    const error = nonce === undefined ? 'invalid_dpop_proof' : 'use_dpop_nonce'
    super(nonce === undefined ? 400 : 401, error, because)
    const algorithms = PROOF_ALGORITHMS.join(' ')
    const challenge = `DPoP algs="${algorithms}", error="${error}", error_description="${because}", resource="${new URL(url).pathname}"`
    this.headers = { 'www-authenticate': challenge, ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }) }
  }
}

/** Recognizes the caller, or throws Okta's 401 or the refusal of the proof. */
export async function admit(
  credentials: RequestCredentials,
  oauth: OAuth,
  apiTokens: ReadonlySet<string>
): Promise<Admission> {
  const [scheme, token] = (credentials.authorization ?? '').split(' ')
  if (!token) throw invalidToken()
  if (scheme === 'SSWS' && apiTokens.has(token)) {
    return { caller: adminOf(credentials), permit: () => {}, roles: null }
  }
  const known = scheme === 'Bearer' || scheme === 'DPoP' ? oauth.find(token) : null
  // A bound token shown as a bearer token is worth nothing, and the other way round.
  if (!known || (known.boundTo === null) !== (scheme === 'Bearer')) throw invalidToken()
  if (known.boundTo !== null) await checkBinding(known, credentials, oauth)
  const roles = known.client.roles ?? (oauth.isStrict ? [] : null)
  return { caller: appOf(known, credentials), permit: (scope) => permit(known, scope), roles }
}

async function checkBinding(token: AccessToken, credentials: RequestCredentials, oauth: OAuth): Promise<void> {
  const { method, url, signedAt: now } = credentials
  const reading = await checkProof(credentials.proof, { method, url, now, accessToken: token.token }, oauth.proofs)
  if (!reading.ok) throw new ProofRefused(reading.because, url)
  if (reading.thumbprint !== token.boundTo) {
    throw new ProofRefused('The DPoP proof JWT is signed by another key than the token is bound to.', url)
  }
  const nonce = oauth.nonceFor(reading)
  if (nonce !== null) throw new ProofRefused('Resource server requires nonce in DPoP proof.', url, nonce)
}

/** `manage` includes `read`. */
function permit(token: AccessToken, scope: string): void {
  const enough = [scope, scope.replace(/\.read$/, '.manage')]
  if (!token.scopes.some((held) => enough.includes(held))) {
    throw accessDenied(`The access token provided does not contain the required scopes: ${scope}`)
  }
}

function appOf({ client }: AccessToken, { ipAddress, userAgent }: RequestCredentials): Caller {
  const { clientId } = client
  const names = { id: clientId, alternateId: clientId, displayName: clientId, clientId }
  return { type: 'PublicClientAppEntity', ...names, ipAddress, userAgent }
}

/** An API token acts as the admin who made it (facts §7). */
function adminOf({ ipAddress, userAgent }: RequestCredentials): Caller {
  return {
    id: '00u0sandboxadmin00d7',
    type: 'User',
    alternateId: 'admin@example.com',
    displayName: 'Sandbox Admin',
    clientId: null,
    ipAddress,
    userAgent
  }
}
