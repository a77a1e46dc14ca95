/** What every request to the pages passes: our own origin, a session, the token against forged forms. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Show } from '../show.ts'
import { fieldsOf, keepDraft, typedTexts } from './draft.ts'
import { ownPath, tell, viewerOf } from './session.ts'
import { isForeign } from './session-auth.ts'

const VIEWERS = new WeakMap<FastifyRequest, Operator>()

/** Who asks; only called behind `requireSession`. */
export function viewer(request: FastifyRequest): Operator {
  const found = VIEWERS.get(request)
  if (!found) throw new Error('a page was reached without a session')
  return found
}

/** The path without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/'
}

/** Turns away what another site sends. Browsers say where a request comes from; the form's token is the second lock. */
export function refuseOtherSites(app: Api, publicUrl: () => string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return
    if (isForeign(request, publicUrl)) {
      return reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send('This request came from another site, so nothing was done.')
    }
  })
}

/** Lets only people with a session pass; whoever typed something is asked to sign in without losing it. */
export function requireSession(app: Api, show: Show, clock: () => Instant): void {
  app.addHook('preHandler', async (request, reply) => {
    const found = viewerOf(request, clock())
    if (found) {
      VIEWERS.set(request, found)
      return
    }
    if (request.method === 'GET') return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303)
    const fields = fieldsOf(request.body)
    const path = pathOf(request)
    const isKept = keepDraft(request, path, fields)
    const fault = isKept ? null : 'Your session has ended, so nothing was done. Copy what you typed before you sign in.'
    return show.signIn(request, reply, {
      status: 401,
      next: isKept ? path : ownPath(path.replace(/\/[^/]*$/, '')),
      fault: typedTexts(fields).length > 0 ? fault : 'Your session has ended, so nothing was done.',
      kept: typedTexts(fields)
    })
  })
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST') return done()
    app.csrfProtection(request, reply, done)
  })
}

/** A form from an earlier session: the text comes back, the person looks and sends it again. */
export function sendAgain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request)
  const isKept = keepDraft(request, path, fieldsOf(request.body))
  tell(request, 'That page was from an earlier session, so nothing was done. Look again, then send it.')
  return reply.redirect(isKept ? path : ownPath(path.replace(/\/[^/]+$/, '')), 303)
}
