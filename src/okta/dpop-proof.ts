/**
 * The DPoP proof of each call (RFC 9449), with the app's own key as the SDK does it, and signed beside the event loop. The
 * SDK reads the key anew and signs on the loop: 2 ms of each call, more than all the rest of it.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { type JWK, SignJWT } from 'jose'
import { isRecord } from './loose.ts'

export interface ProvenCall {
  readonly method: string
  readonly url: string
  readonly accessToken: string
}

/** A proof for one call, never used twice. Rejects when the key cannot sign. */
export type Prove = (call: ProvenCall) => Promise<string>

/** `privateKey`: RSA, as JWK (JSON) or PEM. Read once, with the first call. */
export function createProver(privateKey: string): Prove {
  let keys: { readonly secret: KeyObject; readonly shown: JWK } | null = null
  return async ({ method, url, accessToken }) => {
    keys ??= keysOf(privateKey)
    const ath = createHash('sha256').update(accessToken).digest('base64url')
    return new SignJWT({ htm: method, htu: url.split('?')[0], ath })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'RS256', jwk: keys.shown })
      .setIssuedAt()
      .setJti(randomUUID())
      .sign(keys.secret)
  }
}

function keysOf(privateKey: string) {
  const text = privateKey.trim()
  const jwk: unknown = text.startsWith('{') ? JSON.parse(text) : null
  const secret = createPrivateKey(isRecord(jwk) ? { key: jwk, format: 'jwk' } : text)
  return { secret, shown: createPublicKey(secret).export({ format: 'jwk' }) as JWK }
}
