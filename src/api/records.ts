/** Records over HTTP: the ledger, local tickets, the outbox, and what is kept of one user. */
import { Type } from 'typebox'
import { OUTBOX_STATES, retryDead } from '../domain/outbox.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { notFound } from './cases.ts'
import { requireApprover } from './control-routes.ts'
import { badRequest } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, LEDGER_PAGE, refTo, route, strictObject } from './schemas.ts'

/** Ledger entries per page. */
const LIMIT_MAX = 500

/** For the API description; `wholeNumber` checks the values. */
const LEDGER_QUERY = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Entries after this sequence number' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_MAX }))
})

export function ledgerRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/ledger',
    {
      validatorCompiler: () => () => true,
      ...route('listLedger', 'The hash-chained record of decisions, approvals and writes, oldest first', {
        querystring: LEDGER_QUERY,
        response: answers({ 200: LEDGER_PAGE }, 400)
      })
    },
    async (request) => {
      const query = request.query as Readonly<Record<string, unknown>>
      const after = wholeNumber('after', query.after ?? '0', 0, Number.MAX_SAFE_INTEGER)
      const limit = wholeNumber('limit', query.limit ?? String(LIMIT_MAX), 1, LIMIT_MAX)
      return { rows: await store.ledger({ after, limit }) }
    }
  )
}

export function recentLineRoutes(api: Api, { recentLines }: Pick<OpsDeps, 'recentLines'>): void {
  api.get(
    '/log',
    route('listRecentLines', 'The newest warnings and errors of this replica, oldest first', {
      response: answers(
        { 200: Type.Object({ lines: Type.Array(Type.Object({}, { additionalProperties: true })) }) },
        403
      )
    }),
    (request) => {
      requireApprover(operatorOf(request))
      return { lines: recentLines() }
    }
  )
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw badRequest(`\`${name}\` must be a whole number from ${least} to ${most}.`)
}

export function ticketRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/tickets/:key',
    route('getTicket', 'A local ticket', {
      params: Type.Object({ key: Type.String({ maxLength: 64 }) }),
      response: answers({ 200: refTo('Ticket') }, 404)
    }),
    async ({ params: { key } }) => {
      const ticket = await store.getTicket(key)
      if (!ticket) throw notFound('Ticket', key)
      return ticket
    }
  )
}

const textOrNull = Type.Union([Type.String(), Type.Null()])
const ENTRY = Type.Object({
  id: Type.Integer(),
  caseId: Type.String(),
  target: Type.String(),
  state: Type.Unsafe<(typeof OUTBOX_STATES)[number]>({ type: 'string', enum: [...OUTBOX_STATES] }),
  desiredRevision: Type.Integer({ description: 'The content revision of the case to deliver' }),
  deliveredRevision: Type.Integer({ description: 'The content revision delivered last' }),
  tries: Type.Integer(),
  enqueuedAt: Type.String(),
  dueAt: Type.String(),
  lastError: textOrNull,
  ticket: Type.Union([
    Type.Object({ key: Type.String(), url: Type.String(), state: Type.String(), wontFix: Type.Boolean() }),
    Type.Null()
  ])
})

const LIST = Type.Object({ entries: Type.Array(ENTRY), next: Type.Union([Type.String(), Type.Null()]) })
/** Query values are text; `wholeNumber` reads them. */
const QUERY = Type.Object({
  state: Type.Optional(Type.String({ description: OUTBOX_STATES.join(', ') })),
  caseId: Type.Optional(Type.String({ maxLength: 64 })),
  target: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.String({ description: '1 to 500; default 50' })),
  after: Type.Optional(Type.String({ description: 'The `next` of the previous page' }))
})
const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500

export function outboxRoutes(api: Api, { store, clock }: Pick<OpsDeps, 'store' | 'clock'>): void {
  api.get(
    '/outbox',
    route('listOutbox', 'Outbox entries for trackers, newest first; state=dead lists those that failed for good', {
      querystring: QUERY,
      response: answers({ 200: LIST }, 400)
    }),
    async ({ query: { state, caseId, target, limit, after } }) => {
      const known = OUTBOX_STATES.find((name) => name === state)
      if (state !== undefined && !known) throw badRequest(`state must be one of ${OUTBOX_STATES.join(', ')}.`)
      const count = wholeNumber('limit', limit ?? String(DEFAULT_LIMIT), 1, MAX_LIMIT)
      const found = await store.outboxEntries({
        ...(known ? { state: known } : {}),
        ...(caseId === undefined ? {} : { caseId }),
        ...(target === undefined ? {} : { target }),
        ...(after === undefined ? {} : { before: wholeNumber('after', after, 1, Number.MAX_SAFE_INTEGER) }),
        limit: count + 1
      })
      const page = found.slice(0, count)
      return { entries: page, next: found.length > count ? String(page.at(-1)?.id) : null }
    }
  )

  api.post(
    '/outbox/retry',
    route('retryOutbox', 'Retry all dead outbox entries of a target', {
      body: Type.Object({ target: Type.String({ minLength: 1, maxLength: 64 }) }),
      response: answers({ 200: Type.Object({ retried: Type.Integer() }) }, 400, 403)
    }),
    async (request) => {
      requireApprover(operatorOf(request))
      return { retried: await retryDead(store, request.body.target, clock()) }
    }
  )

  api.post(
    '/outbox/:id/retry',
    route('retryOutboxEntry', 'Retry a dead outbox entry; takes no body', {
      params: Type.Object({ id: Type.String({ maxLength: 20 }) }),
      response: answers({ 200: ENTRY }, 400, 403, 404)
    }),
    async (request) => {
      requireApprover(operatorOf(request))
      const { id } = request.params
      const entry = await store.retryOutboxEntry(wholeNumber('id', id, 1, Number.MAX_SAFE_INTEGER), clock())
      if (!entry) throw notFound('Dead outbox entry', id)
      return entry
    }
  )

  api.post(
    '/outbox/:id/replace',
    route(
      'replaceOutboxTicket',
      'Make another ticket for a dead outbox entry whose ticket cannot be seen, because it is gone; takes no body',
      { params: Type.Object({ id: Type.String({ maxLength: 20 }) }), response: answers({ 200: ENTRY }, 400, 403, 404) }
    ),
    async (request) => {
      requireApprover(operatorOf(request))
      const { id } = request.params
      const known = wholeNumber('id', id, 1, Number.MAX_SAFE_INTEGER)
      const entry = await store.retryOutboxEntry(known, clock(), 'gone')
      if (!entry) throw notFound('Dead outbox entry with a hidden ticket', id)
      return entry
    }
  )
}

/* The personal data of one user over HTTP: export and erasure. */

const USER = Type.String({ minLength: 1, maxLength: 256, description: 'Okta user id or login' })
const RECORDS = Type.Object({}, { additionalProperties: true })

export function peopleRoutes(api: Api, { people }: Pick<OpsDeps, 'people'>): void {
  api.post(
    '/people/export',
    route('exportPerson', 'Everything kept about a user', {
      body: strictObject({ user: USER }),
      response: answers({ 200: RECORDS }, 400, 403)
    }),
    async (request) => {
      requireApprover(operatorOf(request))
      return people.export(request.body.user)
    }
  )

  api.post(
    '/people/erase',
    route('erasePerson', 'Close and erase everything kept about a user; `refused` says why nothing was erased', {
      body: strictObject({
        user: USER,
        by: Type.String({ minLength: 1, maxLength: 256, description: 'Who erases; recorded in the ledger' }),
        dryRun: Type.Optional(Type.Boolean({ description: 'Only count' }))
      }),
      response: answers({ 200: RECORDS }, 400, 403)
    }),
    async (request) => {
      const operator = requireApprover(operatorOf(request))
      const { user, by, dryRun = false } = request.body
      return dryRun ? people.count(user) : people.erase(user, { ...operator, name: `${by} (${operator.name})` })
    }
  )
}
