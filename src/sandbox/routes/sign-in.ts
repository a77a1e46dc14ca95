/**
 * Signing in to apps of the org over HTTP, at the paths of Okta's org authorization server. The sign-in page asks for no
 * password: whoever comes chooses whom to be. The org's own session is kept, so that the next app asks nothing.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import type { SignInServer } from '../server/sign-in.ts'

const SESSION = 'sandbox-sid'

export function addSignInRoutes(app: FastifyInstance, org: Org, server: SignInServer): void {
  const sessions = new Map<string, string>()

  app.get('/.well-known/openid-configuration', async () => discovery(org.url))
  app.get('/oauth2/v1/keys', () => server.keys())

  app.get('/oauth2/v1/authorize', async (request, reply) => {
    const query = new URL(request.url, org.url).searchParams
    const ask = server.readAsk(query)
    if ('error' in ask) return ask.back ? reply.redirect(ask.back, 302) : page(reply, 400, 'Bad request', ask.because)
    const user = org.users.get(sessions.get(sessionOf(request)) ?? '')
    if (user && query.get('prompt') !== 'login') return reply.redirect(server.grant(ask, user), 302)
    return page(reply, 200, 'Sign in', '', chooser(request.url, peopleOf(org)))
  })

  app.post('/oauth2/v1/authorize', async (request, reply) => {
    const ask = server.readAsk(new URL(request.url, org.url).searchParams)
    if ('error' in ask) return page(reply, 400, 'Bad request', ask.because)
    const chosen = new URLSearchParams(String(request.body)).get('user')
    const user = peopleOf(org).find(({ id }) => id === chosen)
    if (!user) return page(reply, 400, 'Unable to sign in', 'Choose somebody from the list.')
    const session = org.ids.token(40)
    sessions.set(session, user.id)
    reply.header('set-cookie', `${SESSION}=${session}; Path=/; HttpOnly; SameSite=Lax`)
    return reply.redirect(server.grant(ask, user), 302)
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

/** Who can sign in: active people who are in more than the group Everyone. */
function peopleOf(org: Org): readonly SandboxUser[] {
  return [...org.users.values()].filter(({ status, groupIds }) => status === 'ACTIVE' && groupIds.length > 1)
}

function sessionOf({ headers }: FastifyRequest): string {
  return new RegExp(`(?:^|; )${SESSION}=(\\w+)`).exec(headers.cookie ?? '')?.[1] ?? ''
}

function chooser(action: string, people: readonly SandboxUser[]): string {
  const buttons = people.map(
    ({ id, profile }) =>
      `<li><button name="user" value="${escaped(id)}">${escaped(`${profile.firstName} ${profile.lastName}`)}</button> ${escaped(profile.login)}</li>`
  )
  return `<p>This is the simulated Okta org. Whom do you want to be?</p><form method="post" action="${escaped(action)}"><ul>${buttons.join('')}</ul></form>`
}

function page(reply: FastifyReply, status: number, heading: string, text: string, more = ''): FastifyReply {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title><h1>${heading}</h1><p>${escaped(text)}</p>${more}</html>`
  return reply.code(status).type('text/html; charset=utf-8').send(html)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
