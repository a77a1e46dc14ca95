/** Who is asking: the bearer token, compared in constant time; guesses are slowed down, right tokens never (DESIGN §4). */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Operator } from '../../case/commands.ts'
import { MINUTE_MS } from '../../time.ts'
import { ApiError } from './errors.ts'

/** Wrong tokens that one address may send within a minute before it gets 429. */
const WRONG_TOKENS = 10

/** The operator behind the ops token. */
const OPS_TOKEN: Operator = { name: 'ops-token', role: 'approver' }

const OPERATORS = new WeakMap<FastifyRequest, Operator>()

/** Who asks; only called behind the token check. */
export function operatorOf(request: FastifyRequest): Operator {
  const operator = OPERATORS.get(request)
  if (!operator) throw new ApiError(401, 'unauthenticated', 'Send the ops token as `Authorization: Bearer …`.')
  return operator
}

/** Lets only requests with the token pass to the routes of `api`. Needs `@fastify/rate-limit` on the instance. */
export function requireToken(api: FastifyInstance, token: string): void {
  const expected = digest(token)
  const countFailure = api.createRateLimit({ max: WRONG_TOKENS, timeWindow: MINUTE_MS })
  api.addHook('onRequest', async (request, reply) => {
    const sent = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (sent !== undefined && timingSafeEqual(digest(sent), expected)) {
      OPERATORS.set(request, OPS_TOKEN)
      return
    }
    const limit = await countFailure(request)
    if (!limit.isAllowed && limit.isExceeded) {
      reply.header('retry-after', limit.ttlInSeconds)
      throw new ApiError(429, 'limited', `Too many wrong tokens from this address. Wait ${limit.ttlInSeconds} s.`)
    }
    reply.header('www-authenticate', 'Bearer')
    const message =
      sent === undefined ? 'Send the ops token as `Authorization: Bearer …`.' : 'This token is not the ops token.'
    throw new ApiError(401, 'unauthenticated', message)
  })
}

/** Of one length, so that comparing takes the same time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
