/**
 * The org authorization server for people: authorization code with PKCE, id tokens, user info, sign-out
 * (https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/). Tokens for service apps are in `auth.ts`.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import { HOUR_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { type EventSeed, userTarget } from '../org/log-event.ts'
import type { SandboxLogEvent, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'

/*
 * Signing in to apps of the org over HTTP, at the paths of Okta's org authorization server. The sign-in page asks for no
 * password: every visitor chooses whom to be. The org's own session is kept, so that the next app asks nothing.
 */

const SESSION = 'sandbox-sid'

export function addSignInRoutes(app: FastifyInstance, org: Org, server: SignInServer): void {
  const sessions = new Map<string, Authentication & { readonly userId: string }>()

  app.get('/.well-known/openid-configuration', async () => discovery(org.url))
  app.get('/oauth2/v1/keys', () => server.keys())

  app.get('/oauth2/v1/authorize', async (request, reply) => {
    const query = new URL(request.url, org.url).searchParams
    const ask = server.readAsk(query)
    if ('error' in ask) return ask.back ? reply.redirect(ask.back, 302) : page(reply, 400, 'Bad request', ask.because)
    const session = sessions.get(sessionOf(request))
    const user = org.users.get(session?.userId ?? '')
    // `max_age=0` ignores the session (developer.okta.com/docs/guides/step-up-authentication).
    const asksAgain = query.get('prompt') === 'login' || query.get('max_age') === '0' || query.has('acr_values')
    if (session && user && !asksAgain) return reply.redirect(server.grant(ask, user, session), 302)
    return page(reply, 200, 'Sign in', '', chooser(request.url, peopleOf(org, ask.everybody), query.get('acr_values')))
  })

  app.post('/oauth2/v1/authorize', async (request, reply) => {
    const ask = server.readAsk(new URL(request.url, org.url).searchParams)
    if ('error' in ask) return page(reply, 400, 'Bad request', ask.because)
    const form = new URLSearchParams(String(request.body))
    const [chosen, method = 'pwd'] = (form.get('user') ?? '').split(' ')
    const user = peopleOf(org, ask.everybody).find(({ id }) => id === chosen)
    if (!user || (method === 'pop' && !hasPasskey(user)))
      return page(reply, 400, 'Unable to sign in', 'Choose somebody from the list.')
    const session = { userId: user.id, at: server.now(), amr: METHODS[method] ?? ['pwd'] }
    const id = org.ids.token(40)
    sessions.set(id, session)
    reply.header('set-cookie', `${SESSION}=${id}; Path=/; HttpOnly; SameSite=Lax`)
    org.record(verified(org, user, method))
    return reply.redirect(server.grant(ask, user, session), 302)
  })

  app.get('/oauth2/v1/userinfo', async (request, reply) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const claims = token === undefined ? null : server.userInfo(token)
    if (claims) return claims
    const challenge = 'Bearer error="invalid_token", error_description="The access token is invalid"'
    return reply.code(401).header('www-authenticate', challenge).send()
  })

  app.get('/oauth2/v1/logout', async (request, reply) => {
    const back = await server.endSession(new URL(request.url, org.url).searchParams)
    if (!back) return page(reply, 400, 'Bad request', 'The id_token_hint or the post_logout_redirect_uri is not valid.')
    sessions.delete(sessionOf(request))
    reply.header('set-cookie', `${SESSION}=; Path=/; Max-Age=0`)
    return reply.redirect(back, 302)
  })
}

/** Serves `authorization_code` at the token endpoint that service apps use too. */
export async function serveCode(
  server: SignInServer,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const form = new URLSearchParams(String(request.body))
  const answer = await server.redeem(form, request.headers.authorization)
  const status = !('error' in answer) ? 200 : answer.error === 'invalid_client' ? 401 : 400
  return reply.code(status).header('cache-control', 'no-store').send(answer)
}

export function isCodeGrant(body: unknown): boolean {
  return new URLSearchParams(String(body)).get('grant_type') === 'authorization_code'
}

function discovery(issuer: string) {
  const at = (path: string) => `${issuer}/oauth2/v1/${path}`
  return {
    issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    jwks_uri: at('keys'),
    end_session_endpoint: at('logout'),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'groups'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'amr', 'idp', 'nonce', 'at_hash'],
    code_challenge_methods_supported: ['S256']
  }
}

/** Who can sign in: active people, and for an app that is not assigned to everybody, those in more than the group Everyone. */
function peopleOf(org: Org, everybody: boolean): readonly SandboxUser[] {
  return [...org.users.values()].filter(
    ({ status, groupIds }) => status === 'ACTIVE' && (everybody || groupIds.length > 1)
  )
}

/** `amr` by what the person signs in with (developer.okta.com/docs/guides/configure-amr-claims-mapping); `mfa` for both. */
const METHODS: Readonly<Record<string, readonly string[]>> = { pwd: ['pwd'], pop: ['pwd', 'pop', 'mfa'] }

function hasPasskey({ factors }: SandboxUser): boolean {
  return factors.some(({ factorType, status }) => factorType === 'webauthn' && status === 'ACTIVE')
}

/** A second factor leaves an entry (facts §2.1). */
/** A password is logged as a verification too (facts §11). From where the user did something last: a guess. */
function verified(org: Org, user: SandboxUser, method: string): EventSeed {
  const party = { id: user.id, type: 'User', alternateId: user.profile.login, displayName: user.profile.login }
  const own = [...(org.pasts.get(user.id)?.() ?? []), ...org.log].filter(({ actor }) => Object(actor).id === user.id)
  const last = own.reduce<SandboxLogEvent | null>((a, b) => (a && a.published > b.published ? a : b), null)
  return {
    eventType: 'user.authentication.auth_via_mfa',
    actor: { ...party, detailEntry: null },
    ...(last?.client ? { client: last.client } : {}),
    target: [userTarget(user)],
    debugContext: {
      debugData: { factor: method === 'pop' ? 'FIDO_WEBAUTHN' : 'PASSWORD_AS_FACTOR', factorIntent: 'LOGIN' }
    }
  }
}

function sessionOf({ headers }: FastifyRequest): string {
  return new RegExp(`(?:^|; )${SESSION}=(\\w+)`).exec(headers.cookie ?? '')?.[1] ?? ''
}

/** `acr_values=phr` takes passkeys only. */
function chooser(action: string, people: readonly SandboxUser[], acr: string | null): string {
  const button = ({ id, profile }: SandboxUser, method: string, words: string) =>
    `<button name="user" value="${escaped(id)} ${method}">${escaped(`${profile.firstName} ${profile.lastName}`)}${words}</button>`
  const buttons = people.flatMap((user) => {
    const ways = [
      ...(acr === 'phr' ? [] : [button(user, 'pwd', '')]),
      ...(hasPasskey(user) ? [button(user, 'pop', ', with a passkey')] : [])
    ]
    return ways.length > 0 ? `<li>${ways.join(' ')} ${escaped(user.profile.login)}</li>` : []
  })
  return `<p>This is the simulated Okta org. Whom do you want to be?</p><form method="post" action="${escaped(action)}"><ul>${buttons.join('')}</ul></form>`
}

function page(reply: FastifyReply, status: number, heading: string, text: string, more = ''): FastifyReply {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title><h1>${heading}</h1><p>${escaped(text)}</p>${more}</html>`
  return reply.code(status).type('text/html; charset=utf-8').send(html)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** An OIDC web application of the org. */
export interface SignInApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Compared letter by letter, as Okta does. */
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Assigned to the group Everyone. */
  readonly everybody?: true
}

/** What a browser brings to `/authorize`, once it has been found sound. */
export interface AuthorizeAsk {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string
  readonly nonce: string | null
  readonly challenge: string
  /** The app is assigned to the group Everyone. */
  readonly everybody: boolean
}

/** `back` is where the error goes; null when the redirect address itself cannot be trusted. */
export type AuthorizeFault = { readonly error: string; readonly because: string; readonly back: string | null }

export interface OAuthFault {
  readonly error: string
  readonly error_description: string
}

export interface SignInServer {
  addApp(app: SignInApp): void
  readAsk(query: URLSearchParams): AuthorizeAsk | AuthorizeFault
  /** The address that takes the person back to the app, with a code that is good once. */
  grant(ask: AuthorizeAsk, user: SandboxUser, authentication: Authentication): string
  /** By the clock that apps check tokens by. */
  now(): Instant
  redeem(form: URLSearchParams, authorization: string | undefined): Promise<Record<string, unknown> | OAuthFault>
  /** What the user info says for an access token, or null. */
  userInfo(token: string): Record<string, unknown> | null
  /** Where to go after signing out; null when the id token is not ours or the address is not the app's. */
  endSession(query: URLSearchParams): Promise<string | null>
  keys(): Promise<{ keys: JWK[] }>
}

/** When and with what a person proved who they are. */
export interface Authentication {
  readonly at: Instant
  readonly amr: readonly string[]
}

interface Code {
  readonly ask: AuthorizeAsk
  readonly authentication: Authentication
  readonly userId: string
  readonly at: Instant
}

/** Okta's codes are good for a minute. */
const CODE_MS = MINUTE_MS
const TOKEN_MS = HOUR_MS
const KEY_ID = 'sandbox-sign-in'

/** `signingClock` is the one that apps check tokens by. */
export function createSignInServer(org: Org, signingClock: Clock): SignInServer {
  const apps = new Map<string, SignInApp>()
  const codes = new Map<string, Code>()
  const tokens = new Map<
    string,
    { readonly user: SandboxUser; readonly scopes: readonly string[]; readonly until: Instant }
  >()
  let pair: ReturnType<typeof generateKeyPair> | null = null
  const keyPair = () => (pair ??= generateKeyPair('RS256', { extractable: true }))

  async function issue({ ask, authentication }: Code, user: SandboxUser): Promise<Record<string, unknown>> {
    const access_token = `sandbox.user.${org.ids.token(40)}`
    tokens.set(access_token, { user, scopes: ask.scopes, until: plus(signingClock(), TOKEN_MS) })
    const claims = {
      ver: 1,
      amr: authentication.amr,
      idp: org.ids.id('00o'),
      auth_time: seconds(authentication.at),
      at_hash: halfHash(access_token)
    }
    const id_token = await new SignJWT({ ...claims, ...(ask.nonce ? { nonce: ask.nonce } : {}) })
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .setIssuer(org.url)
      .setSubject(user.id)
      .setAudience(ask.clientId)
      .setJti(`ID.${org.ids.token(43)}`)
      .setIssuedAt(seconds(signingClock()))
      .setExpirationTime(seconds(plus(signingClock(), TOKEN_MS)))
      .sign((await keyPair()).privateKey)
    return { token_type: 'Bearer', expires_in: TOKEN_MS / 1000, access_token, scope: ask.scopes.join(' '), id_token }
  }

  return {
    addApp: (app) => void apps.set(app.clientId, app),
    readAsk: (query) => readAsk(query, apps),
    now: signingClock,
    grant(ask, user, authentication) {
      const code = org.ids.token(43)
      codes.set(code, { ask, authentication, userId: user.id, at: signingClock() })
      return withQuery(ask.redirectUri, { code, state: ask.state })
    },
    async redeem(form, authorization) {
      const app = authenticate(form, authorization, apps)
      if (!app) return { error: 'invalid_client', error_description: 'Invalid value for the client id or secret.' }
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const user = code && org.users.get(code.userId)
      if (!code || !user || !isGood(code, form, app, signingClock())) {
        return { error: 'invalid_grant', error_description: 'The authorization code is invalid or has expired.' }
      }
      return issue(code, user)
    },
    userInfo(token) {
      const known = tokens.get(token)
      return known && known.until > signingClock() ? claimsOf(org, known.user, known.scopes) : null
    },
    async endSession(query) {
      const { publicKey } = await keyPair()
      const hint = query.get('id_token_hint') ?? ''
      // An old token says well enough who signs out (OpenID Connect RP-Initiated Logout 1.0 §2).
      const ours = { issuer: org.url, currentDate: new Date(0) }
      const read = await jwtVerify(hint, publicKey, ours).catch(() => null)
      const app = apps.get(String(read?.payload.aud))
      const back = query.get('post_logout_redirect_uri')
      if (!app || back === null || !app.postLogoutRedirectUris.includes(back)) return null
      const state = query.get('state')
      return withQuery(back, state === null ? {} : { state })
    },
    keys: async () => ({
      keys: [{ ...(await exportJWK((await keyPair()).publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }]
    })
  }
}

function readAsk(query: URLSearchParams, apps: ReadonlyMap<string, SignInApp>): AuthorizeAsk | AuthorizeFault {
  const app = apps.get(query.get('client_id') ?? '')
  if (!app) return { error: 'invalid_client', because: 'Invalid value for the client_id parameter.', back: null }
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!app.redirectUris.includes(redirectUri)) {
    const because = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
    return { error: 'invalid_request', because, back: null }
  }
  const state = query.get('state') ?? ''
  const fault = (error: string, because: string): AuthorizeFault => ({
    error,
    because,
    back: withQuery(redirectUri, { error, error_description: because, state })
  })
  if (query.get('response_type') !== 'code') return fault('unsupported_response_type', 'Only the code is supported.')
  const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean)
  if (!scopes.includes('openid')) return fault('invalid_scope', "The scope must contain 'openid'.")
  const challenge = query.get('code_challenge')
  if (!challenge || query.get('code_challenge_method') !== 'S256') return fault('invalid_request', 'PKCE is required.')
  if (!state) return fault('invalid_request', 'The authentication request has an invalid state parameter.')
  return {
    clientId: app.clientId,
    redirectUri,
    scopes,
    state,
    nonce: query.get('nonce'),
    challenge,
    everybody: app.everybody ?? false
  }
}

function isGood({ ask, at }: Code, form: URLSearchParams, app: SignInApp, now: Instant): boolean {
  const verifier = form.get('code_verifier') ?? ''
  return (
    ask.clientId === app.clientId &&
    ask.redirectUri === form.get('redirect_uri') &&
    plus(at, CODE_MS) > now &&
    createHash('sha256').update(verifier).digest('base64url') === ask.challenge
  )
}

/** `client_secret_post` or `client_secret_basic`. */
function authenticate(form: URLSearchParams, authorization: string | undefined, apps: ReadonlyMap<string, SignInApp>) {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    : [form.get('client_id'), form.get('client_secret')]
  const app = apps.get(id ?? '')
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return app && timingSafeEqual(digest(app.clientSecret), digest(secret ?? '')) ? app : null
}

/** Id tokens that come with an access token are thin: who the person is stands here. */
function claimsOf(
  org: Org,
  { id, profile, groupIds }: SandboxUser,
  scopes: readonly string[]
): Record<string, unknown> {
  const groups = groupIds.flatMap((groupId) => org.groups.get(groupId)?.profile.name ?? [])
  const name = `${profile.firstName} ${profile.lastName}`
  return {
    sub: id,
    ...(scopes.includes('profile') ? { name, preferred_username: profile.login, zoneinfo: 'America/Chicago' } : {}),
    ...(scopes.includes('email') ? { email: profile.email, email_verified: true } : {}),
    ...(scopes.includes('groups') ? { groups } : {})
  }
}

function withQuery(address: string, more: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [key, value] of Object.entries(more)) url.searchParams.set(key, value)
  return url.href
}

function seconds(at: Instant): number {
  return Math.floor(Date.parse(at) / 1000)
}

/** `at_hash` (OpenID Connect Core §3.1.3.6). */
function halfHash(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
}
