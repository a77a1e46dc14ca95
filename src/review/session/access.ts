/** Access checks of the pages: same origin, a session, the CSRF token; and the text of forms kept across a sign-in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { type Operator, visibleLength } from '../../domain/operator-commands.ts'
import type { Show } from '../show.ts'
import { MAX_REASON } from '../views/actions.ts'
import { isForeign, ownPath, setNotice } from './session.ts'
import type { Sessions } from './sessions.ts'

export type Fields = Readonly<Record<string, string>>

/** Browsers drop a cookie above 4,096 bytes; encrypting and encoding make a text about a third longer. In bytes. */
const MAX_DRAFT = 2_700

/** Forms whose text is kept; all of them can be shown again at the same path. */
const FORMS = /^\/(?:brake|report|cases\/[\w-]+\/(?:approve|reject|close|snooze|note|hand-over|release))$/

/** The fields of a form's body as text, without the CSRF token. */
export function formFieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) return {}
  const texts = Object.entries(body).flatMap(([key, value]) =>
    typeof value === 'string' && key !== '_csrf'
      ? [[key, value.replaceAll('\r\n', '\n').replaceAll('\0', '')] as const]
      : []
  )
  return Object.fromEntries(texts)
}

const TYPED = ['because', 'user', 'errorCode', 'text']

/** The texts that a person typed. */
export function typedTexts(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    (TYPED.includes(key) || key.startsWith('override_')) && value.trim() ? [value] : []
  )
}

/** Keeps the text for after the sign-in. False for another form, or when it is too long for a cookie. */
function keepDraft({ draft }: FastifyRequest, path: string, fields: Fields): boolean {
  if (!FORMS.test(path)) return false
  const typed = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'hash' && key !== 'on'))
  if (Buffer.byteLength(JSON.stringify(typed)) > MAX_DRAFT) return false
  draft.set('path', path)
  draft.set('fields', typed)
  return true
}

/** The path of the form that the kept text belongs to, or null. */
export function draftPath({ draft }: FastifyRequest): string | null {
  return draft.get('path') ?? null
}

/** The kept text of this form. */
export function draftOf(request: FastifyRequest, path: string): Fields {
  return draftPath(request) === path ? formFieldsOf(request.draft.get('fields')) : {}
}

/** Deletes the text once it has been sent. */
export function dropDraft(request: FastifyRequest, path: string): void {
  if (draftPath(request) === path) request.draft.delete()
}

const VIEWERS = new WeakMap<FastifyRequest, Operator>()

/** The operator of the request. Only valid behind `requireSession`. */
export function viewer(request: FastifyRequest): Operator {
  const found = VIEWERS.get(request)
  if (!found) throw new Error('a page was reached without a session')
  return found
}

/** The path without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/'
}

/** Refuses POST requests from other sites. The CSRF token of the form is the second check. */
export function refuseOtherSites(app: Api, publicUrl: () => string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return
    if (isForeign(request, publicUrl)) {
      return reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send('This request came from another site. Nothing was changed.')
    }
  })
}

/** Requires a session. Text typed into a form survives the sign-in. */
export function requireSession(app: Api, show: Show, sessions: Sessions): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.method === 'GET') show.prepare(request)
    const found = await sessions.viewerOf(request)
    if (found) {
      VIEWERS.set(request, found)
      return
    }
    if (request.method === 'GET') return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303)
    const fields = formFieldsOf(request.body)
    const path = pathOf(request)
    const isKept = keepDraft(request, path, fields)
    const lost = isKept ? null : 'Your session has ended. Nothing was changed. Copy what you typed before you sign in.'
    return show.signIn(request, reply, {
      status: 401,
      next: isKept ? path : ownPath(path.replace(/\/[^/]*$/, '')),
      error: typedTexts(fields).length > 0 ? lost : 'Your session has ended. Nothing was changed.',
      kept: typedTexts(fields)
    })
  })
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST') return done()
    app.csrfProtection(request, reply, done)
  })
}

/** For a form from an earlier session: shows it again with its text. */
export function sendAgain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request)
  const isKept = keepDraft(request, path, formFieldsOf(request.body))
  setNotice(request, 'That page was from an earlier session. Nothing was changed. Check the form, then send it again.')
  return reply.redirect(isKept ? path : ownPath(path.replace(/\/[^/]+$/, '')), 303)
}

/** Why this text is not a valid reason, or null. The same limits as the API's. */
export function reasonError(because: string): string | null {
  if (visibleLength(because) < 3) return 'Enter a reason of at least 3 characters. It is kept in the ledger.'
  return because.length > MAX_REASON
    ? `The reason is ${because.length} characters long; the limit is ${MAX_REASON}.`
    : null
}
