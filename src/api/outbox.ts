/** The outbox: what trackers still have to be told, and what they refused for good. */
import { Type } from 'typebox'
import { OUTBOX_STATES } from '../domain/outbox.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { notFound } from './cases.ts'
import { ApiError, badRequest } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, refTo } from './schemas.ts'

/* The built-in desk's tickets, for reading. */

export function ticketRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/tickets/:key',
    {
      schema: {
        operationId: 'getTicket',
        summary: 'A ticket of the built-in desk',
        params: Type.Object({ key: Type.String({ maxLength: 64 }) }),
        response: answers({ 200: refTo('Ticket') }, 404)
      }
    },
    async ({ params: { key } }) => {
      const ticket = await store.getTicket(key)
      if (!ticket) throw notFound('ticket', key)
      return ticket
    }
  )
}

const textOrNull = Type.Union([Type.String(), Type.Null()])
const ERRAND = Type.Object({
  id: Type.Integer(),
  caseId: Type.String(),
  target: Type.String(),
  state: Type.Unsafe<(typeof OUTBOX_STATES)[number]>({ type: 'string', enum: [...OUTBOX_STATES] }),
  wanted: Type.Integer({ description: 'The story of the case that is to be told' }),
  told: Type.Integer({ description: 'The story told last' }),
  tries: Type.Integer(),
  queuedAt: Type.String(),
  dueAt: Type.String(),
  lastError: textOrNull,
  ticket: Type.Union([
    Type.Object({ key: Type.String(), url: Type.String(), state: Type.String(), wontFix: Type.Boolean() }),
    Type.Null()
  ])
})

const LIST = Type.Object({ errands: Type.Array(ERRAND), next: Type.Union([Type.String(), Type.Null()]) })
/** Texts, since a query is text; `numberOf` reads them. */
const QUERY = Type.Object({
  state: Type.Optional(Type.String({ description: OUTBOX_STATES.join(', ') })),
  caseId: Type.Optional(Type.String({ maxLength: 64 })),
  target: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.String({ description: '1 to 500; 50 when left out' })),
  after: Type.Optional(Type.String({ description: 'The next of the page before' }))
})
const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500

export function outboxRoutes(api: Api, { store, clock }: Pick<OpsDeps, 'store' | 'clock'>): void {
  api.get(
    '/outbox',
    {
      schema: {
        operationId: 'listOutbox',
        summary: 'What trackers have been told and still have to be told, newest first; state=dead shows what failed',
        querystring: QUERY,
        response: answers({ 200: LIST }, 400)
      }
    },
    async ({ query: { state, caseId, target, limit, after } }) => {
      const known = OUTBOX_STATES.find((name) => name === state)
      if (state !== undefined && !known) throw badRequest(`state must be one of ${OUTBOX_STATES.join(', ')}.`)
      const count = numberOf(limit ?? String(DEFAULT_LIMIT), 'limit', MAX_LIMIT)
      const errands = await store.outboxEntries({
        ...(known ? { state: known } : {}),
        ...(caseId === undefined ? {} : { caseId }),
        ...(target === undefined ? {} : { target }),
        ...(after === undefined ? {} : { before: numberOf(after, 'after', Number.MAX_SAFE_INTEGER) }),
        limit: count + 1
      })
      const page = errands.slice(0, count)
      return { errands: page, next: errands.length > count ? String(page.at(-1)?.id) : null }
    }
  )

  api.post(
    '/outbox/:id/retry',
    {
      schema: {
        operationId: 'retryOutboxEntry',
        summary: 'Send a dead errand again; takes no body',
        params: Type.Object({ id: Type.String({ maxLength: 20 }) }),
        response: answers({ 200: ERRAND }, 400, 403, 404)
      }
    },
    async (request) => {
      if (operatorOf(request).role !== 'approver') throw new ApiError(403, 'forbidden', 'Only an approver may do this.')
      const { id } = request.params
      const errand = await store.retryOutboxEntry(numberOf(id, 'id', Number.MAX_SAFE_INTEGER), clock())
      if (!errand) throw notFound('dead errand', id)
      return errand
    }
  )
}

function numberOf(text: string, name: string, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > max) throw badRequest(`${name} must be a whole number from 1 to ${max}.`)
  return value
}
