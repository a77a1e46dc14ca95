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
  type IDToken,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState
} from 'openid-client'
import type { OidcSettings } from '../../config/settings/review.ts'
import { type Operator, personOf } from '../../domain/operator-commands.ts'
import { SECOND_MS } from '../../domain/time.ts'

/** Timeout for requests to the provider. In seconds. */
const TIMEOUT_S = 10

/**
 * A sign-in ends within this time or begins again. In seconds. Somebody with a stolen session could otherwise begin one, wait
 * until its owner signs in, and pass with that newer `auth_time`.
 */
const SIGN_IN_WITHIN_S = 300

/** What the callback of the provider needs to complete a sign-in. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** When it began; what the provider returns about an earlier moment is not this sign-in. In seconds. */
  readonly startedAtS: number
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
  begin(): Promise<BegunSignIn & { readonly url: string }>
  /** Completes the sign-in by the callback's query, or returns why it is refused. Rejects when the provider does not confirm it. */
  finish(query: string, pending: PendingSignIn): Promise<CompletedSignIn | Refusal>
  /** The operator with the role as it is now, or why there is none; null when the user info does not list groups. */
  readAgain(accessToken: string, operator: Operator): Promise<Operator | Refusal | null>
  /** Of the issuer. */
  readonly origin: string
  /** The address to sign out at the provider; null when it has none. */
  end(idToken: string | null): Promise<URL | null>
}

/** A client of a provider: authorization code with PKCE. */
export interface OidcClient extends Pick<OidcSettings, 'issuer' | 'clientId' | 'clientSecret' | 'scopes'> {
  readonly redirectUri: () => string
}

/** A sign-in that has begun; `startedAtS` is for `max_age`. */
export type BegunSignIn = Omit<PendingSignIn, 'next'>

/** The steps of a sign-in that all kinds of people share. */
export interface SignInFlow {
  /** Discovers the provider once, and again after a failure. */
  readonly configuration: () => Promise<Configuration>
  begin(more?: Readonly<Record<string, string>>): Promise<BegunSignIn & { readonly url: string }>
  /** The claims of a signed id token for this sign-in. Rejects when the provider does not confirm it, not within `maxAgeS`, or too late. */
  finish(
    query: string,
    pending: BegunSignIn,
    maxAgeS?: number
  ): Promise<{ readonly claims: IDToken; readonly tokens: ProviderTokens }>
}

export function createSignInFlow(client: OidcClient): SignInFlow {
  let found: Promise<Configuration> | null = null
  const configuration = () => {
    found ??= discover(client).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }
  return {
    configuration,
    async begin(more = {}) {
      const config = await configuration()
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
      const url = buildAuthorizationUrl(config, {
        redirect_uri: client.redirectUri(),
        scope: client.scopes.join(' '),
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...more
      })
      return { url: url.href, state, nonce, verifier, startedAtS: nowS() }
    },
    async finish(query, { state, nonce, verifier, startedAtS }, maxAgeS) {
      if (nowS() - startedAtS > SIGN_IN_WITHIN_S) throw new Error('The sign-in took more than five minutes.')
      const tokens = await authorizationCodeGrant(await configuration(), new URL(`${client.redirectUri()}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
        ...(maxAgeS === undefined ? {} : { maxAge: maxAgeS })
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('The sign-in provider sent no id token.')
      return { claims, tokens: { idToken: tokens.id_token ?? null, accessToken: tokens.access_token } }
    }
  }
}

/** By the machine's clock, as the library checks tokens. In seconds. */
export function nowS(): number {
  return Math.floor(Date.now() / SECOND_MS)
}

/** The provider of these settings; discovered on first use. */
export function createProvider(settings: OidcSettings, publicUrl: () => string): Provider {
  const flow = createSignInFlow({ ...settings, redirectUri: () => `${publicUrl()}/sign-in/callback` })
  return {
    origin: new URL(settings.issuer).origin,
    begin: () => flow.begin(),
    async finish(query, pending) {
      const { claims, tokens } = await flow.finish(query, pending)
      // Some providers send groups and the name only in the user info, such as Okta's org authorization server.
      const isThin = claims[settings.groupsClaim] === undefined
      const more = isThin ? await fetchUserInfo(await flow.configuration(), tokens.accessToken, claims.sub) : {}
      const operator = operatorFromClaims({ ...more, ...claims }, settings)
      return 'refused' in operator ? operator : { operator, tokens }
    },
    async readAgain(accessToken, { id, provider: iss }) {
      const claims = await fetchUserInfo(await flow.configuration(), accessToken, id.slice(`${iss} `.length))
      return claims[settings.groupsClaim] === undefined ? null : operatorFromClaims({ ...claims, iss }, settings)
    },
    async end(idToken) {
      const config = await flow.configuration()
      if (!config.serverMetadata().end_session_endpoint) return null
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: `${publicUrl()}/sign-in`,
        ...(idToken === null ? {} : { id_token_hint: idToken })
      })
    }
  }
}

function discover({ issuer, clientId, clientSecret }: OidcClient): Promise<Configuration> {
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
