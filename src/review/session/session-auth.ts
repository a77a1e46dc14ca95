/** The sessions of the ops listener: one cookie for pages and API, with the token that another site cannot know. */
import csrf from '@fastify/csrf-protection'
import secureSession from '@fastify/secure-session'
import type { FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { SessionAuth } from '../../api/authenticate.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewerOf } from './session.ts'

type DoorDeps = Pick<ReviewDeps, 'signIn' | 'publicUrl' | 'clock'>

export function createSessionAuth({ signIn, publicUrl, clock }: DoorDeps): SessionAuth {
  return {
    install: (app) => installSessions(app, signIn.sessionKey, signIn.https),
    recognise(request) {
      const viewer = viewerOf(request, clock())
      if (!viewer || !isForeign(request, publicUrl)) return viewer
      return isWrite(request) ? { refused: 'This request came from another site, so nothing was done.' } : viewer
    },
    checkToken(request, reply, done) {
      if (isWrite(request)) request.server.csrfProtection(request, reply, done)
      else done()
    },
    tokenFor: (reply) => reply.generateCsrf()
  }
}

async function installSessions(app: Api, key: Buffer, secure: boolean): Promise<void> {
  // Lax, not strict: coming back from the provider is a navigation from another site. No other site's POST carries it.
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

/** Browsers say where a request comes from; the token is the second lock. */
export function isForeign(request: FastifyRequest, publicUrl: () => string): boolean {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const own = [`http://${request.host}`, `https://${request.host}`, new URL(publicUrl()).origin]
  return (site !== undefined && site !== 'same-origin') || (origin !== undefined && !own.includes(origin))
}
