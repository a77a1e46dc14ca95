/** Sign-in at an OpenID Connect provider: authorization code with PKCE, roles from a groups claim. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState
} from 'openid-client'
import type { OidcSettings } from '../../config/settings/review.ts'
import { type Operator, personOf } from '../../domain/operator-commands.ts'

/** Timeout for requests to the provider. In seconds. */
const TIMEOUT_S = 10

/** What the callback of the provider needs to complete a sign-in. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly next: string
}

/** The id token is needed to sign out at the provider, the access token to read the role again. */
export interface ProviderTokens {
  readonly idToken: string | null
  readonly accessToken: string
}

export interface CompletedSignIn {
  readonly operator: Operator
  readonly tokens: ProviderTokens
}

type Refusal = { readonly refused: string }

/** The sign-in provider. */
export interface Provider {
  /** Returns the address to redirect to, and what to keep until the callback. */
  begin(): Promise<Omit<PendingSignIn, 'next'> & { readonly url: string }>
  /** Completes the sign-in by the callback's query, or returns why it is refused. Rejects when the provider does not confirm it. */
  finish(query: string, pending: PendingSignIn): Promise<CompletedSignIn | Refusal>
  /** The operator with the role as it is now, or why there is none; null when the user info does not list groups. */
  readAgain(accessToken: string, operator: Operator): Promise<Operator | Refusal | null>
  /** Of the issuer. */
  readonly origin: string
  /** The address to sign out at the provider; null when it has none. */
  end(idToken: string | null): Promise<URL | null>
}

/** The provider of these settings; discovered on first use. */
export function createProvider(settings: OidcSettings, publicUrl: () => string): Provider {
  const redirectUri = () => `${publicUrl()}/sign-in/callback`
  let found: Promise<Configuration> | null = null
  /** Discovers the provider once, and again after a failure. */
  const configuration = () => {
    found ??= discover(settings).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }

  return {
    origin: new URL(settings.issuer).origin,
    async begin() {
      const config = await configuration()
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(),
        scope: settings.scopes.join(' '),
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce
      })
      return { url: url.href, state, nonce, verifier }
    },
    async finish(query, { state, nonce, verifier }) {
      const config = await configuration()
      const tokens = await authorizationCodeGrant(config, new URL(`${redirectUri()}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true
      })
      const claims = tokens.claims()
      if (!claims) return { refused: 'The sign-in provider sent no id token.' }
      // Some providers send groups and the name only in the user info, such as Okta's org authorization server.
      const isThin = claims[settings.groupsClaim] === undefined
      const more = isThin ? await fetchUserInfo(config, tokens.access_token, claims.sub) : {}
      const operator = operatorFromClaims({ ...more, ...claims }, settings)
      return 'refused' in operator
        ? operator
        : { operator, tokens: { idToken: tokens.id_token ?? null, accessToken: tokens.access_token } }
    },
    async readAgain(accessToken, { id, provider: iss }) {
      const claims = await fetchUserInfo(await configuration(), accessToken, id.slice(`${iss} `.length))
      return claims[settings.groupsClaim] === undefined ? null : operatorFromClaims({ ...claims, iss }, settings)
    },
    async end(idToken) {
      const config = await configuration()
      if (!config.serverMetadata().end_session_endpoint) return null
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: `${publicUrl()}/sign-in`,
        ...(idToken === null ? {} : { id_token_hint: idToken })
      })
    }
  }
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const server = new URL(issuer)
  // The signature of the id token counts too, not only that it came over TLS. Plain HTTP is for loopback addresses only.
  const execute = [enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [allowInsecureRequests] : [])]
  const authentication = clientSecret === null ? None() : ClientSecretPost(clientSecret)
  return discovery(server, clientId, undefined, authentication, { execute, timeout: TIMEOUT_S })
}

/** The operator by their claims; refused unless they are in one of the groups. */
export function operatorFromClaims(
  claims: Readonly<Record<string, unknown>>,
  settings: Pick<OidcSettings, 'groupsClaim' | 'approverGroups' | 'viewerGroups'>
): Operator | Refusal {
  const claim = claims[settings.groupsClaim]
  const groups = typeof claim === 'string' ? [claim] : Array.isArray(claim) ? claim : []
  const isIn = (wanted: readonly string[]) => wanted.some((group) => groups.includes(group))
  const { iss, sub } = claims
  if (typeof iss !== 'string' || typeof sub !== 'string')
    return { refused: 'The sign-in provider did not send your id.' }
  const name = String([claims.preferred_username, claims.email].find((text) => typeof text === 'string' && text) ?? sub)
  if (isIn(settings.approverGroups)) return personOf(iss, sub, { name, role: 'approver' })
  if (isIn(settings.viewerGroups)) return personOf(iss, sub, { name, role: 'viewer' })
  return { refused: `${name} is not in a group that may use Reenroll. Ask its administrator for access.` }
}
