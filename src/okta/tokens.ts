/**
 * Mends how the SDK holds its access token (facts §8 findings 7, 8): one request at a time however many calls need a
 * token, nothing but a real token is kept, and a 401 throws away only the token it was about.
 */
import { noToken, OktaCallFailed } from './errors.ts'
import { recordOf, textOf } from './loose.ts'

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
export function mendTokens<Token>(oauth: SdkOAuth<Token>): Tokens {
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
