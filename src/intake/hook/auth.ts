/** Authentication of the hook: callers with the secret always pass; everybody else gets a 401, then a 429. */
import { hash, timingSafeEqual } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Emit, HookOutcome } from '../../domain/telemetry-event.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import { errorBody } from './errors.ts'

/* Compares the caller's secret with every secret in force, in a time that tells nothing about them (facts §1.3). */

/** Says whether two byte strings of equal length are the same; a test passes its own to see which are compared. */
export type Compare = (a: Uint8Array, b: Uint8Array) => boolean

/**
 * Hashes make all lengths equal, and every secret is compared even after one has matched, so that the time depends neither
 * on the length nor on which secret it was. No secrets: nobody is let in.
 */
export function compileSecretCheck(
  secrets: readonly string[],
  compare: Compare = timingSafeEqual
): (presented: string) => boolean {
  const hashes = secrets.map(hashOf)
  return (presented) => {
    const its = hashOf(presented)
    return hashes.map((known) => compare(its, known)).includes(true)
  }
}

function hashOf(text: string): Uint8Array {
  return hash('sha256', text, 'buffer')
}

export interface HookAuthDeps {
  readonly settings: {
    /** Any of them is accepted, as the whole value of the header. */
    readonly secrets: readonly string[]
    /** In lower case. */
    readonly authHeader: string
  }
  readonly emit: Emit
  /** Left out: nothing is logged. */
  readonly logger?: Pick<FastifyBaseLogger, 'error'>
  /** Tries without the secret that one address has per minute before it is answered 429. */
  readonly badTriesPerMinute?: number
}

export interface HookAuth {
  /** Emits how a request ended, and how long it took. */
  emit(outcome: HookOutcome, reply: FastifyReply, counts?: { events: number; duplicates: number }): void
  /** Answers 429 when the caller was turned away too often; true when it did. Never asked about callers with the secret. */
  isLimited(request: FastifyRequest, reply: FastifyReply): Promise<boolean>
  /** The same for challenges without the secret; counted apart, so that wrong secrets do not keep Okta from verifying. */
  isVerifyingTooOften(request: FastifyRequest, reply: FastifyReply): Promise<boolean>
  /** Answers 401 or 429 to callers without the secret. Runs before the body is read, so that strangers cost us little. */
  readonly requireSecret: onRequestHookHandler
  /** Milliseconds since the request began. */
  elapsedMs(request: FastifyRequest): number
}

export async function createHookAuth(app: FastifyInstance, deps: HookAuthDeps): Promise<HookAuth> {
  const { authHeader, secrets } = deps.settings
  const knowsSecret = compileSecretCheck(secrets)
  await app.register(rateLimit, { global: false })
  const perMinute = { max: deps.badTriesPerMinute ?? 30, timeWindow: MINUTE_MS }
  const countBadTry = app.createRateLimit(perMinute)
  const countChallenge = app.createRateLimit(perMinute)

  // Fastify times requests only when it logs them.
  app.decorateRequest('beganAtMs', 0)
  app.addHook('onRequest', (request, _reply, done) => {
    request.setDecorator('beganAtMs', performance.now())
    done()
  })
  const elapsedMs: HookAuth['elapsedMs'] = (request) => performance.now() - request.getDecorator<number>('beganAtMs')

  const emit: HookAuth['emit'] = (outcome, { request }, counts = { events: 0, duplicates: 0 }) => {
    try {
      deps.emit({ type: 'request', outcome, ...counts, ms: elapsedMs(request) })
    } catch (error) {
      // The answer must not depend on the counting: what is stored gets its 204.
      deps.logger?.error({ err: error }, 'request not counted')
    }
  }

  const limitedBy =
    (count: typeof countBadTry): HookAuth['isLimited'] =>
    async (request, reply) => {
      const tries = await count(request)
      if (tries.isAllowed || !tries.isExceeded) return false
      emit('rate_limited', reply)
      reply.code(429).header('retry-after', tries.ttlInSeconds)
      reply.send(errorBody('rate_limited', 'Too many requests without the secret. Wait a minute.'))
      return true
    }
  const isLimited = limitedBy(countBadTry)
  const isChallengeLimited = limitedBy(countChallenge)

  const hasSecret = ({ headers }: FastifyRequest) => {
    const presented = headers[authHeader]
    return knowsSecret(typeof presented === 'string' ? presented : '')
  }
  const isVerifyingTooOften: HookAuth['isVerifyingTooOften'] = async (request, reply) =>
    !hasSecret(request) && isChallengeLimited(request, reply)

  const requireSecret: onRequestHookHandler = (request, reply, done) => {
    if (hasSecret(request)) done()
    else refuseStranger(request, reply).catch(done)
  }

  async function refuseStranger(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (await isLimited(request, reply)) return
    emit('bad_secret', reply)
    const message = `The header ${authHeader} does not carry the secret. Set it as the event hook's authentication secret.`
    reply.code(401).send(errorBody('bad_secret', message))
  }

  return { emit, isLimited, isVerifyingTooOften, requireSecret, elapsedMs }
}
