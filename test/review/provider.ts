/** A real OpenID Connect provider on loopback, where whoever comes is signed in as `login.as` without being asked. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { type Context, Provider } from 'oidc-provider'
import type { Test } from 'tap'
import { listen } from '../support/loopback.ts'

export const CLIENT = { id: 'reenroll', secret: 'a secret of the client, for tests only' } as const

export interface People {
  readonly [login: string]: { readonly groups: readonly string[] }
}

const KEY_ID = 'key-of-the-provider'

/** What the provider, or somebody in its place, answers: metadata, tokens, user info. */
export interface ProviderAnswer {
  readonly issuer?: string
  readonly id_token?: string
  readonly sub?: string
}

interface Login {
  /** Who comes next. */
  as: string
  /** Changes an answer on its way; `key` is the provider's own. */
  forge: ((answer: ProviderAnswer, key: KeyObject) => object) | null
}

export interface ProviderOptions {
  readonly people: People
  readonly redirectUri: string
  /** Groups stand in the id token; otherwise in the user info only. */
  readonly inIdToken: boolean
}

export async function startProvider(t: Test, { people, redirectUri, inIdToken }: ProviderOptions) {
  const server = createServer()
  const port = await listen(t, server)
  const stop = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  const issuer = `http://127.0.0.1:${port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const login: Login = { as: '', forge: null }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [new URL('/sign-in', redirectUri).href]
      }
    ],
    scopes: ['openid', 'profile', 'groups'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: !inIdToken,
    pkce: { required: () => true },
    cookies: { keys: ['a key for the cookies of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: `${id}@example.com`, groups: people[id]?.groups })
    }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    }
  })
  provider.use(async (context, next) => {
    await next()
    if (login.forge && typeof context.body === 'object') context.body = login.forge(context.body, privateKey)
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction')) return answer(request, response)
    const result = { login: { accountId: login.as } }
    provider.interactionFinished(request, response, result).catch((error: unknown) => response.destroy(error as Error))
  })
  return { issuer, login, stop }
}

/** A token with these claims and a signature by this key. */
export function signed(claims: object, key: KeyObject, header: object = { alg: 'RS256', kid: KEY_ID }): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** Follows the provider's redirects, as a browser does, until they leave it; the last address. */
export async function followTo(url: string, prefix: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = url
  for (let hop = 0; hop < 10 && !next.startsWith(prefix); hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`the provider answered ${response.status}: ${await response.text()}`)
    next = new URL(location, next).href
  }
  return next
}
