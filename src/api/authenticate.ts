/**
 * Who is asking: the bearer token, compared in constant time, or the session of the pages. Guesses are slowed down, right
 * tokens never (DESIGN §4).
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Operator } from '../domain/operator-commands.ts'
import { MINUTE_MS } from '../domain/time.ts'
import type { Api } from './app.ts'
import { ApiError } from './errors.ts'

/* How the API knows people who are signed in to the pages. Types only; the pages hand it in. */

export interface SessionAuth {
  /** Before any route. */
  install(app: Api): Promise<void>
  /** Who is signed in; null: nobody. A write that comes from another site is refused. */
  recognise(request: FastifyRequest): Operator | { readonly refused: string } | null
  /** Answers 403 itself when a write does not carry the token of its session. */
  checkToken(request: FastifyRequest, reply: FastifyReply, done: () => void): void
  /** The token that writes must carry. */
  tokenFor(reply: FastifyReply): string
}

/** Wrong tokens that one address may send within a minute before it gets 429. */
const WRONG_TOKENS = 10

/** The operator behind the ops token. */
const OPS_TOKEN: Operator = { name: 'ops-token', role: 'approver' }

const OPERATORS = new WeakMap<FastifyRequest, Operator>()
const IN_SESSION = new WeakSet<FastifyRequest>()

const HOW = 'Send the ops token as `Authorization: Bearer …`, or sign in to the pages.'

/** Who asks; only called behind the token check. */
export function operatorOf(request: FastifyRequest): Operator {
  const operator = OPERATORS.get(request)
  if (!operator) throw new ApiError(401, 'unauthenticated', HOW)
  return operator
}

/** True when the request comes with a session, not with the token. */
export function usesSession(request: FastifyRequest): boolean {
  return IN_SESSION.has(request)
}

/** Lets only requests with the token or a session pass to the routes of `api`. Needs `@fastify/rate-limit` on the instance. */
export function requireOperator(api: FastifyInstance, token: string, session: SessionAuth | undefined): void {
  const expected = digest(token)
  const countFailure = api.createRateLimit({ max: WRONG_TOKENS, timeWindow: MINUTE_MS })
  api.addHook('onRequest', async (request, reply) => {
    const sent = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (sent !== undefined && timingSafeEqual(digest(sent), expected)) {
      OPERATORS.set(request, OPS_TOKEN)
      return
    }
    // A wrong token never falls back to the cookie beside it.
    const person = sent === undefined ? session?.recognise(request) : null
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
    throw new ApiError(401, 'unauthenticated', sent === undefined ? HOW : 'This token is not the ops token.')
  })
  api.addHook('onRequest', (request, reply, done) => {
    if (session && usesSession(request)) session.checkToken(request, reply, done)
    else done()
  })
}

/** Of one length, so that comparing takes the same time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
