/**
 * Authentication of API requests: the ops token, compared in constant time, an API token, or a session of the pages. Wrong
 * tokens are rate-limited; right ones never are.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { OPS_TOKEN, type Operator } from '../domain/operator-commands.ts'
import { MINUTE_MS } from '../domain/time.ts'
import { OPERATOR_ROLES } from '../domain/vocabulary.ts'
import type { Api } from './app.ts'
import { ApiError } from './errors.ts'
import { answers, oneOf, route } from './schemas.ts'

/** How the API recognises people who are signed in to the pages; `review/session/sessions.ts` implements it. */
export interface SessionAuth {
  /** Adds the cookies; call before any route. */
  install(app: Api): Promise<void>
  /** The operator of the session, or null. A write from another site is refused. */
  recognise(request: FastifyRequest): Promise<Operator | { readonly refused: string } | null>
  /** Sends 403 when a write lacks the CSRF token of its session. */
  checkToken(request: FastifyRequest, reply: FastifyReply, done: () => void): void
  /** The CSRF token that writes must carry. */
  tokenFor(reply: FastifyReply): string
}

/** Wrong tokens per address and minute before it gets 429. */
const WRONG_TOKENS = 10

const OPERATORS = new WeakMap<FastifyRequest, Operator>()
const IN_SESSION = new WeakSet<FastifyRequest>()

const HOW = 'Send the ops token or an API token as `Authorization: Bearer …`, or sign in to the pages.'

/** The operator of the request. Only valid behind `requireOperator`. */
export function operatorOf(request: FastifyRequest): Operator {
  const operator = OPERATORS.get(request)
  if (!operator) throw new ApiError(401, 'unauthenticated', HOW)
  return operator
}

/** True when the request uses a session, not the bearer token. */
function usesSession(request: FastifyRequest): boolean {
  return IN_SESSION.has(request)
}

interface Recognition {
  readonly token: string
  readonly access: { tokenOperator(token: string): Promise<Operator | null> }
  readonly session?: SessionAuth | undefined
}

/** Requires a token or a session on all routes of `api`. Needs `@fastify/rate-limit` on the instance. */
export function requireOperator(api: FastifyInstance, { token, access, session }: Recognition): void {
  const expected = digest(token)
  const countFailure = api.createRateLimit({ max: WRONG_TOKENS, timeWindow: MINUTE_MS })
  api.addHook('onRequest', async (request, reply) => {
    const sent = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const holder = sent && (timingSafeEqual(digest(sent), expected) ? OPS_TOKEN : await access.tokenOperator(sent))
    if (holder) {
      OPERATORS.set(request, holder)
      return
    }
    // A wrong token is an error even if a valid cookie is sent with it.
    const person = sent === undefined ? await session?.recognise(request) : null
    if (person && 'refused' in person) throw new ApiError(403, 'forged', person.refused)
    if (person) {
      OPERATORS.set(request, person)
      IN_SESSION.add(request)
      return
    }
    const limit = await countFailure(request)
    if (!limit.isAllowed && limit.isExceeded) {
      reply.header('retry-after', limit.ttlInSeconds)
      throw new ApiError(429, 'limited', `Too many wrong tokens from this address. Wait ${limit.ttlInSeconds} s.`)
    }
    reply.header('www-authenticate', 'Bearer')
    throw new ApiError(
      401,
      'unauthenticated',
      sent === undefined ? HOW : 'This is neither the ops token nor a valid API token.'
    )
  })
  api.addHook('onRequest', (request, reply, done) => {
    if (session && usesSession(request)) session.checkToken(request, reply, done)
    else done()
  })
}

/** A fixed length, so that the comparison takes constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const SESSION = Type.Object({
  operator: Type.Object({ name: Type.String(), role: oneOf(OPERATOR_ROLES) }),
  csrf: Type.Union([Type.String(), Type.Null()], {
    description: 'To send as `x-csrf-token` with every write of a session; null with the bearer token, which needs none'
  })
})

/** Adds `GET /session`. */
export function sessionRoutes(api: Api, { session }: { readonly session?: SessionAuth | undefined }): void {
  api.get(
    '/session',
    route('getSession', 'The signed-in operator and their role', { response: answers({ 200: SESSION }) }),
    async (request, reply) => {
      const { name, role } = operatorOf(request)
      return { operator: { name, role }, csrf: session && usesSession(request) ? session.tokenFor(reply) : null }
    }
  )
}
