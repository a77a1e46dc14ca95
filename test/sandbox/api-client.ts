/** For the sandbox's own tests: a clock that moves when told, and Okta's authentication done by hand with jose. */
import { createHash, randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Clock } from '../../src/domain/vocabulary.ts'
import type { OAuthClient } from '../../src/sandbox/server/auth.ts'
import { SimError } from '../../src/sandbox/server/errors.ts'

/** A clock that stands still until it is moved. */
export function handClock(start = '2026-06-15T14:00:00.000Z'): {
  clock: Clock
  elapsedMs(): number
  move(ms: number): void
} {
  let now = Date.parse(start)
  return {
    clock: () => new Date(now).toISOString(),
    elapsedMs: () => now,
    move: (ms) => {
      now += ms
    }
  }
}

/** A service app and its private key. */
export interface App {
  readonly client: OAuthClient
  readonly privateKey: CryptoKey
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

const ALL_SCOPES =
  'okta.users.read okta.users.manage okta.devices.read okta.devices.manage okta.logs.read okta.roles.read okta.userRisk.read okta.eventHooks.manage'

/** A service app with fresh RSA keys (the SDK's proofs are RS256 alone, facts §8.6). */
export async function makeApp(asked: Partial<OAuthClient> = {}): Promise<App> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const client: OAuthClient = {
    clientId: '0oa1reenrolltest00d7',
    keys: [{ ...publicJwk, kid: 'key-1' }],
    scopes: ALL_SCOPES.split(' '),
    dpop: true,
    ...asked
  }
  return { client, privateKey, publicJwk, privateJwk: { ...(await exportJWK(privateKey)), kid: 'key-1' } }
}

/** The client assertion of private_key_jwt, with any claim changed. */
export function assertion(app: App, orgUrl: string, changed: Record<string, unknown> = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000)
  const { clientId } = app.client
  const claims = { iss: clientId, sub: clientId, aud: `${orgUrl}/oauth2/v1/token`, iat: nowS, exp: nowS + 300 }
  return new SignJWT({ ...claims, jti: randomUUID(), ...changed })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(app.privateKey)
}

/** A DPoP proof, with any claim changed. */
export function proof(app: App, method: string, url: string, changed: Record<string, unknown> = {}): Promise<string> {
  const claims = { htm: method, htu: url.split('?')[0], iat: Math.floor(Date.now() / 1000), jti: randomUUID() }
  return new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'RS256', jwk: app.publicJwk })
    .sign(app.privateKey)
}

/** The `ath` claim. */
export function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}

/** One request to the token endpoint. */
export async function askToken(
  app: App,
  orgUrl: string,
  asked: { dpop?: string; assertion?: string; scope?: string; grantType?: string } = {}
): Promise<Response> {
  return fetch(`${orgUrl}/oauth2/v1/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(asked.dpop === undefined ? {} : { dpop: asked.dpop })
    },
    body: new URLSearchParams({
      grant_type: asked.grantType ?? 'client_credentials',
      scope: asked.scope ?? app.client.scopes.join(' '),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: asked.assertion ?? (await assertion(app, orgUrl))
    })
  })
}

/** The whole dance: a proof without nonce, Okta's nonce, a proof with it, the token. */
export async function dpopToken(app: App, orgUrl: string, scope?: string): Promise<string> {
  const url = `${orgUrl}/oauth2/v1/token`
  const asked = scope === undefined ? {} : { scope }
  const first = await askToken(app, orgUrl, { ...asked, dpop: await proof(app, 'POST', url) })
  const nonce = first.headers.get('dpop-nonce')
  const second = await askToken(app, orgUrl, { ...asked, dpop: await proof(app, 'POST', url, { nonce }) })
  return String((await asObject(second)).access_token)
}

/** A call with a DPoP token and a fresh proof. */
export async function dpopCall(app: App, token: string, method: string, url: string): Promise<Response> {
  const dpop = await proof(app, method, url, { ath: hashOf(token) })
  return fetch(url, { method, headers: { authorization: `DPoP ${token}`, dpop } })
}

/** Calls with an API token: `call('POST', '/api/v1/…')`. */
export function tokenCaller(orgUrl: string, token = 'test-token') {
  return (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${orgUrl}${path}`, {
      method,
      headers: {
        authorization: `SSWS ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
}

/** The body, which must be a JSON object. */
export async function asObject(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}

/** The body, which must be a JSON list of objects. */
export async function asList(response: Response): Promise<Record<string, unknown>[]> {
  return (await response.json()) as Record<string, unknown>[]
}

/** The URL of `Link: rel="next"`. */
export function nextOf(response: Response): string | null {
  return /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null
}

/** How Okta refuses what is run, as `404 E0000007`; `allowed` when it does not. */
export function refusalOf(run: () => unknown): string {
  try {
    run()
    return 'allowed'
  } catch (error) {
    if (error instanceof SimError) return `${error.status} ${error.errorCode}`
    throw error
  }
}
