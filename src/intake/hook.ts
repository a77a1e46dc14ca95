/**
 * The hook's door (DESIGN §4). Okta waits 3 seconds, repeats a 5xx once and a 4xx never, and replays nothing (facts §1.4):
 * so store first, then 204; 503 when it cannot be stored; and no 4xx for an authentic delivery because *we* are busy.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest
} from 'fastify'
import type { Emit, HookOutcome } from '../ops/happening.ts'
import type { Settings } from '../settings.ts'
import type { Receipt, Store } from '../store/store.ts'
import { MINUTE_MS, SECOND_MS } from '../time.ts'
import type { Clock } from '../vocabulary.ts'
import { readEnvelope } from './envelope.ts'

export interface HookDeps {
  readonly store: Pick<Store, 'receive'>
  readonly settings: Pick<Settings['hook'], 'secrets' | 'authHeader'>
  readonly clock: Clock
  readonly emit: Emit
  readonly logger: FastifyBaseLogger
  /** After this long without a commit the answer is 503, well inside Okta's 3 s. */
  readonly storeTimeoutMs?: number
}

/** Far above any batch seen; Okta documents no maximum (facts §1.4). */
const BODY_LIMIT = 2 * 1024 * 1024
/** A challenge is a short random text; longer ones are nobody's (facts §1.1). */
const CHALLENGE_MAX = 512
/** Wrong secrets that one address may send in a minute before it gets 429. Authentic deliveries are never counted. */
const WRONG_SECRETS = 60

/** Builds the public listener: the event hook and liveness, nothing else. */
export function buildHookListener(deps: HookDeps): FastifyInstance {
  const app = fastify({
    loggerInstance: deps.logger,
    disableRequestLogging: true,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 10 * SECOND_MS,
    // A body that says `__proto__` is data like any other: it is read field by field, never merged into anything.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore'
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answerFault(error, request, reply, deps.emit))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.register(rateLimit, { global: false })
  app.register(async (routes) => hookRoutes(routes, deps))
  return app
}

async function hookRoutes(app: FastifyInstance, deps: HookDeps): Promise<void> {
  const { emit, clock } = deps
  const isSecret = compareWith(deps.settings.secrets)
  const countStranger = app.createRateLimit({ max: WRONG_SECRETS, timeWindow: MINUTE_MS })

  /** Answers somebody who has no business here; slower for those who keep guessing. */
  async function turnAway(request: FastifyRequest, reply: FastifyReply, status: 401 | 404, message: string) {
    const limit = await countStranger(request)
    const limited = !limit.isAllowed && limit.isExceeded
    if (status === 401) told(emit, limited ? 'limited' : 'bad_secret')
    if (!limited) return reply.code(status).send(body(status === 401 ? 'bad_secret' : 'not_found', message))
    const words = `Too many requests without the secret. Wait ${limit.ttlInSeconds} s.`
    return reply.code(429).header('retry-after', limit.ttlInSeconds).send(body('limited', words))
  }

  app.get('/livez', async () => ({ status: 'ok' }))

  app.get('/okta/event-hooks', async (request, reply) => {
    const challenge = request.headers['x-okta-verification-challenge']
    if (typeof challenge !== 'string' || challenge === '' || challenge.length > CHALLENGE_MAX) {
      const words = 'Send the header x-okta-verification-challenge, as Okta does when it verifies the hook.'
      return reply.code(400).send(body('malformed', words))
    }
    told(emit, 'verified')
    return reply.send({ verification: challenge })
  })

  app.post('/okta/event-hooks', {
    // Before the body is read: strangers get nothing parsed.
    onRequest: async (request, reply) => {
      const sent = request.headers[deps.settings.authHeader]
      if (typeof sent === 'string' && isSecret(sent)) return undefined
      const words = sent === undefined ? `The header ${deps.settings.authHeader} is missing.` : 'The secret is wrong.'
      return turnAway(request, reply, 401, words)
    },
    handler: async (request, reply) => {
      const startedAt = performance.now()
      const read = readBody(request.body, clock())
      if (!read.ok) {
        told(emit, 'malformed')
        return reply.code(400).send(body('malformed', read.fault))
      }
      const receipt = await inTime(deps.store.receive(read.delivery), deps.storeTimeoutMs ?? 2 * SECOND_MS)
      const ms = performance.now() - startedAt
      if (!receipt) {
        emit({ of: 'request', outcome: 'store_unavailable', events: 0, duplicates: 0, ms })
        return reply.code(503).header('retry-after', '1').send(body('store_unavailable', 'Not stored; send it again.'))
      }
      const { fresh, duplicates } = receipt
      emit({ of: 'request', outcome: 'stored', events: fresh.length, duplicates, ms })
      return reply.code(204).send()
    }
  })

  app.setNotFoundHandler((request, reply) => turnAway(request, reply, 404, 'There is nothing here.'))
}

/** True for any of the secrets, in the same time whichever it is and however close a guess comes. */
function compareWith(secrets: readonly string[]): (sent: string) => boolean {
  const expected = secrets.map(digest)
  return (sent) => {
    const given = digest(sent)
    return expected.map((secret) => timingSafeEqual(secret, given)).includes(true)
  }
}

function digest(words: string): Buffer {
  return createHash('sha256').update(words).digest()
}

/** The body as text, exactly as it came, and as an envelope. */
function readBody(sent: unknown, now: string): ReturnType<typeof readEnvelope> {
  if (!Buffer.isBuffer(sent)) return { ok: false, fault: 'The body is empty.' }
  let raw: string
  try {
    raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(sent)
  } catch {
    return { ok: false, fault: 'The body is not valid UTF-8.' }
  }
  try {
    return readEnvelope(JSON.parse(raw), raw, now)
  } catch {
    return { ok: false, fault: 'The body is not valid JSON.' }
  }
}

/** What the store answered; null when it could not commit, or not in time. */
async function inTime(receiving: Promise<Receipt>, ms: number): Promise<Receipt | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, ms, null)
  try {
    return await Promise.race([receiving, promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

function told(emit: Emit, outcome: HookOutcome): void {
  emit({ of: 'request', outcome, events: 0, duplicates: 0, ms: 0 })
}

function body(code: string, message: string) {
  return { error: { code, message } }
}

/** What Fastify turns down by itself, in our words; anything unforeseen is a 503, so that Okta tries once more. */
function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply, emit: Emit) {
  const status = error.statusCode ?? 500
  if (status === 413) {
    told(emit, 'too_large')
    return reply.code(413).send(body('too_large', 'The body is larger than 2 MiB.'))
  }
  if (status === 415) {
    told(emit, 'wrong_media_type')
    return reply.code(415).send(body('wrong_media_type', 'Send the header content-type: application/json.'))
  }
  if (status < 500) {
    told(emit, 'malformed')
    return reply.code(400).send(body('malformed', 'The request cannot be read.'))
  }
  request.log.error({ err: error }, 'hook request failed')
  told(emit, 'store_unavailable')
  return reply.code(503).header('retry-after', '1').send(body('unavailable', 'Not stored; send it again.'))
}
