/** Sessions: who is signed in, kept in one encrypted cookie; a second cookie keeps typed text that must not be lost. */
import csrf from '@fastify/csrf-protection'
import secureSession, { type Session } from '@fastify/secure-session'
import type { FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { SessionAuth } from '../../api/authenticate.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { ReviewDeps } from '../review-deps.ts'

type SessionDeps = Pick<ReviewDeps, 'signIn' | 'publicUrl' | 'clock'>

/** Session authentication for the API. */
export function createSessionAuth({ signIn, publicUrl, clock }: SessionDeps): SessionAuth {
  return {
    install: (app) => installSessions(app, signIn.sessionKey, signIn.https),
    recognise(request) {
      const viewer = viewerOf(request, clock())
      if (!viewer || !isForeign(request, publicUrl)) return viewer
      return isWrite(request) ? { refused: 'This request came from another site. Nothing was changed.' } : viewer
    },
    checkToken(request, reply, done) {
      if (isWrite(request)) request.server.csrfProtection(request, reply, done)
      else done()
    },
    tokenFor: (reply) => reply.generateCsrf()
  }
}

async function installSessions(app: Api, key: Buffer, secure: boolean): Promise<void> {
  // Lax, not strict: the callback of the provider is a navigation from another site. A POST from another site carries no cookie.
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const name = (what: string) => `${secure ? '__Host-' : ''}reenroll-${what}`
  await app.register(secureSession, [
    { sessionName: 'session', cookieName: name('session'), key, cookie: { ...cookie } },
    { sessionName: 'provider', cookieName: name('provider'), key, cookie: { ...cookie } },
    { sessionName: 'draft', cookieName: name('draft'), key, cookie: { ...cookie, maxAge: 3_600 } }
  ])
  await app.register(csrf, { sessionPlugin: '@fastify/secure-session' })
}

function isWrite({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** True for a request from another site, by the browser's headers; the CSRF token is the second check. */
export function isForeign(request: FastifyRequest, publicUrl: () => string): boolean {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const own = [`http://${request.host}`, `https://${request.host}`, new URL(publicUrl()).origin]
  return (site !== undefined && site !== 'same-origin') || (origin !== undefined && !own.includes(origin))
}

/** What the cookies hold. */
declare module '@fastify/secure-session' {
  interface SessionData {
    readonly viewer: Operator & { readonly until: Instant }
    readonly pendingSignIn: PendingSignIn
    /** A message for the next page. */
    readonly notice: string
    /** In the provider's cookie: the id token, which is needed to sign out there. */
    readonly idToken: string
    /** In the draft's cookie: the form's path and what was typed. */
    readonly path: string
    readonly fields: Readonly<Record<string, string>>
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Text typed when the session had ended. */
    draft: Session
    /** What the sign-out at the provider needs. */
    provider: Session
  }
}

/** A working day; then people must sign in again. */
const SESSION_MS = 8 * HOUR_MS

/** What the callback of the provider needs to complete a sign-in. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly next: string
}

/** The operator of the request, or null without a valid session. */
export function viewerOf({ session }: FastifyRequest, now: Instant): Operator | null {
  const viewer = session.get('viewer')
  return viewer && viewer.until > now
    ? { id: viewer.id, name: viewer.name, role: viewer.role, provider: viewer.provider }
    : null
}

/** Starts a new session and drops all data of the previous one. */
export function signIn({ session }: FastifyRequest, operator: Operator, now: Instant): void {
  session.regenerate()
  session.set('viewer', { ...operator, until: plus(now, SESSION_MS) })
}

/** Deletes all cookies of the session. */
export function signOut({ session, draft, provider }: FastifyRequest): void {
  session.delete()
  draft.delete()
  provider.delete()
}

/** Browsers drop a cookie above 4,096 bytes; encrypting and encoding make a text about a third longer. In characters. */
const MAX_ID_TOKEN = 2_700

/** Keeps the id token for the sign-out. A token too long for a cookie is dropped; the sign-out works without it. */
export function keepIdToken({ provider }: FastifyRequest, idToken: string | null): void {
  if (idToken !== null && idToken.length <= MAX_ID_TOKEN) provider.set('idToken', idToken)
}

/** The id token of the sign-in, or null. */
export function idTokenOf({ provider }: FastifyRequest): string | null {
  return provider.get('idToken') ?? null
}

/** Keeps the state of a sign-in until the callback. */
export function setPendingSignIn({ session }: FastifyRequest, pending: PendingSignIn): void {
  session.set('pendingSignIn', pending)
}

/** Returns the pending sign-in and removes it. */
export function takePendingSignIn({ session }: FastifyRequest): PendingSignIn | null {
  const pending = session.get('pendingSignIn')
  if (pending) session.set('pendingSignIn', undefined)
  return pending ?? null
}

/** Sets the message for the next page. */
export function setNotice({ session }: FastifyRequest, what: string): void {
  session.set('notice', what)
}

/** Returns the message and removes it; a background refresh leaves it for the page. */
export function takeNotice({ session, headers }: FastifyRequest): string | null {
  const notice = session.get('notice')
  if (!notice || headers['x-refresh'] !== undefined) return null
  session.set('notice', undefined)
  return notice
}

/** A path on this site to redirect to; anything else becomes the queue. */
export function ownPath(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && text.length <= 500 ? text : '/'
}
