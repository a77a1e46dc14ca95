/**
 * Mends how the SDK holds its access token (facts §8 findings 7, 8): one request at a time however many calls need a
 * token, nothing but a real token is kept, and a 401 throws away only the token it was about.
 */
import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto'
import { recordOf, textOf } from '../../domain/json.ts'
import { noToken, OktaCallFailed } from './errors.ts'

/*
 * DPoP proofs (RFC 9449) with a key of our own: P-256, made with the first proof and never written down. The SDK signs with
 * the app's RSA key, which takes five times as long and, reading the key again, 2 ms of the event loop for each call. Okta
 * binds the token to whatever key signed the proof of the token request, and lists ES256 among the algorithms it takes
 * (okta-sdk-nodejs issue 453).
 */

export interface Proven {
  readonly method: string
  readonly url: string
  /** For a call; a request for a token has none yet. */
  readonly accessToken?: string
  /** That Okta has asked for. */
  readonly nonce?: string | null
}

/** A proof for one call or token request, never used twice. */
export type Prove = (proven: Proven) => string

export function createProver(): Prove {
  let keys: ProofKeys | null = null
  return ({ method, url, accessToken, nonce }) => {
    keys ??= newKeys()
    const ath = accessToken && hash('sha256', accessToken, 'base64url')
    const claims = { htm: method, htu: url.split('?')[0], ...(ath ? { ath } : {}), ...(nonce ? { nonce } : {}) }
    return signed(keys, { ...claims, iat: Math.floor(Date.now() / 1_000), jti: randomUUID() })
  }
}

interface ProofKeys {
  readonly secret: KeyObject
  /** Encoded, with the public key. */
  readonly header: string
}

/**
 * A JWT in compact form (RFC 7515 §7.1). By hand, since libraries sign beside the event loop: for a signature of 0.1 ms the
 * way there and back is most of the work, a sixth of all that a case takes.
 */
function signed({ secret, header }: ProofKeys, claims: object): string {
  const text = `${header}.${encoded(claims)}`
  return `${text}.${joined(sign('sha256', Buffer.from(text), secret)).toString('base64url')}`
}

/** Bytes of each of the two numbers of a P-256 signature. */
const NUMBER_BYTES = 32

/**
 * The two numbers of an ECDSA signature side by side, as RFC 7518 §3.4 wants them, from their DER form, where each has a sign
 * and its own length. Node would do this if asked, but reads its options twice as long as it signs.
 */
export function joined(der: Buffer): Buffer {
  const result = Buffer.alloc(2 * NUMBER_BYTES)
  const secondAt = 4 + der.readUInt8(3)
  for (const [end, number] of [
    [NUMBER_BYTES, der.subarray(4, secondAt)],
    [2 * NUMBER_BYTES, der.subarray(secondAt + 2)]
  ] as const) {
    const digits = number.subarray(-NUMBER_BYTES)
    digits.copy(result, end - digits.length)
  }
  return result
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function newKeys(): ProofKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) }
  return { secret: privateKey, header: encoded(header) }
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

/** What we use of the SDK's `OAuth`. On `use_dpop_nonce` it calls itself again with the nonce. */
export interface SdkOAuth<Token> {
  accessToken: Token
  getAccessToken(nonce?: string | null): Promise<Token>
  clearCachedAccessToken(): void
}

export interface Tokens {
  /** Okta answered 401 to a call with this `Authorization` header. */
  refused(authorization: string): void
}

/** Okta gives a nonce once; a second request for one means that our proofs do not carry it (facts §7). */
const MOST_NONCES = 2

/** Takes over the token handling of this SDK client. */
export function patchTokenCache<Token>(oauth: SdkOAuth<Token>): Tokens {
  const ask = oauth.getAccessToken.bind(oauth)
  const forget = oauth.clearCachedAccessToken.bind(oauth)
  let underWay: Promise<Token> | null = null
  let nonces = 0

  async function renew(): Promise<Token> {
    nonces = 0
    try {
      const token = await ask()
      if (secretOf(token) === null) throw new OktaCallFailed(noToken('the answer holds none'))
      return token
    } catch (error) {
      forget()
      throw error instanceof OktaCallFailed ? error : new OktaCallFailed(noToken(unsigned(error)))
    }
  }

  oauth.getAccessToken = (nonce) => {
    if (nonce !== undefined) {
      if (++nonces > MOST_NONCES) return Promise.reject(new OktaCallFailed(noToken('it keeps asking for a DPoP nonce')))
      return ask(nonce)
    }
    underWay ??= renew().finally(() => {
      underWay = null
    })
    return underWay
  }
  // The SDK clears after every 401, also when another call has renewed the token meanwhile; `refused` knows better.
  oauth.clearCachedAccessToken = () => {}

  return {
    refused(authorization) {
      const held = secretOf(oauth.accessToken)
      if (held !== null && authorization.endsWith(` ${held}`)) forget()
    }
  }
}

function secretOf(token: unknown): string | null {
  return textOf(recordOf(token).access_token)
}

/** The network's and Okta's errors come as `OktaCallFailed`, so this one happened while signing. */
function unsigned(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error'
  return `the request could not be signed (${name}); OKTA_CLIENT_PRIVATEKEY must be an RSA key`
}
