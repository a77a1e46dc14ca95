/** The encrypted cookies: one for the session, one for typed text that must not be lost. */
import csrf from '@fastify/csrf-protection'
import secureSession, { type Session } from '@fastify/secure-session'
import type { FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { PendingSignIn } from './oidc.ts'

/** Adds the cookies: the session and the draft. */
export async function installCookies(app: Api, key: Buffer, secure: boolean): Promise<void> {
  // Lax, not strict: the callback of the provider is a navigation from another site. A POST from another site carries no cookie.
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const name = (what: string) => `${secure ? '__Host-' : ''}reenroll-${what}`
  await app.register(secureSession, [
    { sessionName: 'session', cookieName: name('session'), key, cookie: { ...cookie } },
    { sessionName: 'draft', cookieName: name('draft'), key, cookie: { ...cookie, maxAge: 3_600 } }
  ])
  await app.register(csrf, { sessionPlugin: '@fastify/secure-session' })
}

/** True for a request from another site, by the browser's headers; the CSRF token is the second check. */
export function isForeign(request: FastifyRequest, publicUrl: () => string): boolean {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const { host } = request.headers
  const own = [`http://${host}`, `https://${host}`, new URL(publicUrl()).origin]
  return (site !== undefined && site !== 'same-origin') || (origin !== undefined && !own.includes(origin))
}

/** What the cookies hold. */
declare module '@fastify/secure-session' {
  interface SessionData {
    /** The session in the store is found by its digest. */
    readonly secret: string
    readonly pendingSignIn: PendingSignIn
    /** A message for the next page. */
    readonly notice: string
    /** In the draft's cookie: the form's path and what was typed. */
    readonly path: string
    readonly fields: Readonly<Record<string, string>>
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Text typed when the session had ended. */
    draft: Session
  }
}

/** True for a request that a page made on its own. */
export function isBackground({ headers }: FastifyRequest): boolean {
  return headers['x-refresh'] !== undefined || headers.accept === 'text/event-stream'
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
export function takeNotice(request: FastifyRequest): string | null {
  const { session } = request
  const notice = session.get('notice')
  if (!notice || isBackground(request)) return null
  session.set('notice', undefined)
  return notice
}

/** A path on this site to redirect to; anything else becomes the queue. */
export function ownPath(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && text.length <= 500 ? text : '/'
}
