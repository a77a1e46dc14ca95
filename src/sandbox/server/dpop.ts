/** DPoP proofs: what a proof must say, and that none is used twice (facts §7; RFC 9449). */
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'

/** How far a proof's `iat` may be off, in seconds. */
const MAX_PROOF_AGE_S = 300
/** Signature algorithms Okta lists in its challenge (okta-sdk-nodejs issue 453). */
export const PROOF_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

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
  /** True the first time a value is shown. */
  first(value: string): boolean
}

/** Remembers what it was shown. */
export function createOnce(): Once {
  const seen = new Set<string>()
  return { first: (value) => !seen.has(value) && Boolean(seen.add(value)) }
}

/** A client shows one key with every call; reading it takes as long as all the rest of a call. */
const MOST_KEYS = 100
const keys = new Map<string, Awaited<ReturnType<typeof EmbeddedJWK>>>()
const thumbprints = new Map<string, string>()

const embeddedKey: typeof EmbeddedJWK = async (header, token) => {
  const shown = JSON.stringify(header)
  const known = keys.get(shown) ?? (await EmbeddedJWK(header, token))
  return kept(keys, shown, known)
}

async function thumbprintOf(jwk: JWK): Promise<string> {
  const shown = JSON.stringify(jwk)
  return kept(thumbprints, shown, thumbprints.get(shown) ?? (await calculateJwkThumbprint(jwk)))
}

function kept<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  if (known.size >= MOST_KEYS) known.clear()
  known.set(key, value)
  return value
}

/** Checks a proof; the `jti` is used up by a proof that is otherwise good. */
export async function checkProof(
  proof: string | undefined,
  expected: ProofExpectation,
  once: Once
): Promise<ProofReading> {
  if (!proof) return { ok: false, because: 'The DPoP proof JWT header is missing.' }
  let claims: JWTPayload
  let thumbprint: string
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, embeddedKey, {
      typ: 'dpop+jwt',
      algorithms: PROOF_ALGORITHMS,
      currentDate: expected.now
    })
    claims = payload
    if (!protectedHeader.jwk) return { ok: false, because: "The 'jwk' header of the DPoP proof JWT is missing." }
    thumbprint = await thumbprintOf(protectedHeader.jwk)
  } catch {
    return { ok: false, because: 'The DPoP proof JWT cannot be read or its signature is wrong.' }
  }
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
