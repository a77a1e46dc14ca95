/**
 * DPoP proofs (RFC 9449) with a key of our own: P-256, made with the first proof and never written down. The SDK signs with
 * the app's RSA key, which takes five times as long and, reading the key anew, 2 ms of the event loop for each call. Okta
 * binds the token to whatever key signed the proof of the token request, and lists ES256 among the algorithms it takes
 * (okta-sdk-nodejs issue 453).
 */
import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { recordOf, textOf } from './loose.ts'

export interface Proven {
  readonly method: string
  readonly url: string
  /** For a call; a request for a token has none yet. */
  readonly accessToken?: string
  /** That Okta has asked for, in a request for a token. */
  readonly nonce?: string | null
}

/** A proof for one call or token request, never used twice. */
export type Prove = (proven: Proven) => string

export function createProver(): Prove {
  let keys: { readonly secret: KeyObject; readonly shown: JsonWebKey } | null = null
  return ({ method, url, accessToken, nonce }) => {
    keys ??= newKeys()
    const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: keys.shown }
    const claims = { htm: method, htu: url.split('?')[0], ...(ath ? { ath } : {}), ...(nonce ? { nonce } : {}) }
    return signed(header, { ...claims, iat: Math.floor(Date.now() / 1_000), jti: randomUUID() }, keys.secret)
  }
}

/**
 * A JWT in compact form (RFC 7515 §7.1). By hand, since libraries sign beside the event loop: for a signature of 0.1 ms the
 * way there and back is most of the work, a sixth of all that a case takes.
 */
function signed(header: object, claims: object, key: KeyObject): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

function newKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { secret: privateKey, shown: publicKey.export({ format: 'jwk' }) }
}

/** The nonce that a proof of the SDK's carries: it has it from Okta, and we sign in its place. */
export function nonceOf(proof: string): string | null {
  const [, payload = ''] = proof.split('.')
  try {
    return textOf(recordOf(JSON.parse(Buffer.from(payload, 'base64url').toString())).nonce)
  } catch {
    return null
  }
}
