/** The public listener: Okta's event hook and liveness, nothing else (DESIGN §4, facts §1.1-§1.4). */
import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Delivery, Receipt } from '../../domain/deliveries.ts'
import { type Store, StoreUnavailable } from '../../domain/store.ts'
import type { HookOutcome } from '../../domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import { type Arrival, NO_TRACE, type Trace } from '../../domain/trace.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { isCanaryDelivery } from '../canary.ts'
import { readEnvelope } from '../envelope.ts'
import { createHookAuth, type HookAuth, type HookAuthDeps } from './auth.ts'
import { readBody } from './body.ts'
import { errorBody, hookErrorOf } from './errors.ts'
import { OVERLOAD, type OverloadBounds, refuseWhenOverloaded } from './overload.ts'

export interface HookDeps extends HookAuthDeps {
  readonly store: Pick<Store, 'receive'>
  readonly clock: Clock
  /** Okta waits 3 s (facts §1.4); a store that takes longer than this gets the one retry. */
  readonly storeTimeoutMs?: number
  /** When the process counts as overloaded. */
  readonly overload?: OverloadBounds
  /** Left out: nothing is traced. */
  readonly trace?: Pick<Trace, 'intake'>
}

export interface HookListenerDeps extends HookDeps {
  /** Proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: string[]
}

export const HOOK_PATH = '/okta/event-hooks'
const TRACE_HEADER = 'traceparent'
const CHALLENGE_HEADER = 'x-okta-verification-challenge'
/** Longest challenge echoed (facts §1.1). */
const CHALLENGE_LIMIT = 512
/** Okta documents no largest delivery (facts §1.4). */
const BODY_LIMIT = 2 * 1024 * 1024

/**
 * No route here has a schema. Fastify would load what compiles them all the same, which takes as long as itself, and a start
 * waits for that before it can take a delivery.
 */
const NO_SCHEMAS = { compilersFactory: { buildValidator: () => refuseSchema, buildSerializer: () => refuseSchema } }

function refuseSchema(): never {
  throw new Error('The hook listener has no compiler for schemas: check bodies by hand, as its other routes do.')
}

/** On every answer of every listener: not stored by a cache, not read as another type. */
export const ANSWER_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/** Answers a request whose address cannot be decoded, which passes no hook. */
export const answerBadAddress = (more: string) => (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
  reply
    .code(400)
    .headers(ANSWER_HEADERS)
    .send(errorBody('malformed', `The address cannot be read. ${more}`))
}

/** How long a caller may keep sending a body that was refused unread. */
const REFUSED_BODY_MS = 2 * SECOND_MS

/**
 * Ends the connection of a request that was answered before its body had arrived, shortly after the answer: at once could cost
 * the caller the answer, and never would hold the connection for as long as the body trickles.
 */
export function endUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    if (!raw.complete) {
      const timer = setTimeout(() => raw.complete || raw.destroy(), REFUSED_BODY_MS)
      timer.unref()
      raw.once('close', () => clearTimeout(timer))
    }
    done(null, payload)
  })
}

/** What is said to a caller who has gone already. */
const GONE = Object.assign(new Error('The connection was closed.'), { statusCode: 400 })

/** Ends requests whose connection was cut before they were looked at: they have no address to be limited by. */
export function refuseClosedConnections(app: FastifyInstance): void {
  app.addHook('onRequest', ({ socket }, _reply, done) => done(socket.remoteAddress === undefined ? GONE : undefined))
}

/**
 * The app, not yet listening. Every delivery passes its hooks, so they call back instead of making promises, and Fastify has no
 * logger: it would make one for each request. Every answer is emitted as a telemetry event instead.
 */
export function buildHookListener(deps: HookListenerDeps): FastifyInstance {
  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: deps.trustedProxies ?? false,
    // Okta does not retry a 404, so a slash too many in the hook's address must not lose every event.
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: NO_SCHEMAS,
    // A request that takes longer is not a delivery: Okta gives up after 3 s.
    requestTimeout: 10 * SECOND_MS,
    // Longer than load balancers keep their side open (60 s is common), so that none sends into a closing connection.
    keepAliveTimeout: 72 * SECOND_MS,
    // While closing, deliveries get the one answer that Okta tries again.
    return503OnClosing: true,
    frameworkErrors: answerBadAddress(`Okta event hooks go to ${HOOK_PATH}.`)
  })
  endUnreadBodies(app)
  refuseClosedConnections(app)
  app.register(hookRoutes, deps)
  finishAnswers(app)
  return app
}

/** Adds the headers of every answer. A request under way when the listener closes would keep its connection, and with it the whole stop, for as long as it may idle. */
function finishAnswers(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.headers(ANSWER_HEADERS)
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}

const hookRoutes: FastifyPluginAsync<HookDeps> = async (app, deps) => {
  const auth = await createHookAuth(app, deps)
  await refuseWhenOverloaded(app, auth, deps.overload ?? OVERLOAD)

  // Only JSON, and as bytes: what is stored is what was received, and Fastify's own parser turns `__proto__` away.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  let saidAtMs = Number.NEGATIVE_INFINITY
  app.setErrorHandler((error, _request, reply) => {
    const { message, outcome, status } = hookErrorOf(error)
    if (outcome === 'store_unavailable') {
      // The reason once a minute: a full disk must not be filled with its own reports.
      if (performance.now() - saidAtMs >= MINUTE_MS) {
        deps.logger?.error({ err: error }, 'delivery not stored')
        saidAtMs = performance.now()
      }
      reply.header('retry-after', '1')
    }
    auth.emit(outcome, reply)
    return reply.code(status).send(errorBody(outcome, message))
  })
  const replyNotFound = async (request: FastifyRequest, reply: FastifyReply) => {
    if (await auth.isLimited(request, reply)) return reply
    return reply.code(404).send(errorBody('not_found', `There is nothing here. Okta event hooks go to ${HOOK_PATH}.`))
  }
  app.setNotFoundHandler(replyNotFound)
  // Before the body is read: what nobody asked for must neither cost us 2 MiB nor count as a delivery that was refused.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) replyNotFound(request, reply).catch(done)
    else done()
  })

  app.get('/livez', async () => ({ status: 'ok' }))
  app.get(HOOK_PATH, async (request, reply) => echoChallenge(request, reply, auth))
  app.post(HOOK_PATH, { onRequest: auth.requireSecret }, async (request, reply) => {
    const taken = takeDelivery(request, auth, deps)
    if (!taken.ok) {
      auth.emit('malformed', reply)
      return reply.code(400).send(errorBody('malformed', taken.fault))
    }
    const { duplicates } = await taken.receipt
    auth.emit(taken.outcome, reply, { events: taken.events, duplicates })
    return reply.code(204).send()
  })
}

type Taken =
  | { readonly ok: true; readonly receipt: Promise<Receipt>; readonly outcome: HookOutcome; readonly events: number }
  | { readonly ok: false; readonly fault: string }

/**
 * Begins to store the delivery. While the store is waited for, nothing here keeps the body or what was parsed from it: the
 * garbage collector copies what is alive, which took a quarter of the time of large deliveries.
 */
function takeDelivery(request: FastifyRequest, auth: HookAuth, deps: HookDeps): Taken {
  const body = readBody(Buffer.isBuffer(request.body) ? request.body : new Uint8Array())
  const read = body.ok ? readEnvelope(body.json, body.raw, { receivedAt: deps.clock() }) : body
  if (!read.ok) return read
  const { events, unreadable } = read.delivery
  return {
    ok: true,
    receipt: receive(read.delivery, arrivalOf(request, auth), deps),
    outcome: isCanaryDelivery(read.delivery) ? 'canary' : 'stored',
    events: events.length + unreadable.length
  }
}

/** Okta's one-time verification. It may come without the secret (facts §1.1); the challenge is never logged. */
async function echoChallenge(request: FastifyRequest, reply: FastifyReply, auth: HookAuth): Promise<FastifyReply> {
  const challenge = request.headers[CHALLENGE_HEADER]
  if (typeof challenge === 'string' && challenge !== '' && challenge.length <= CHALLENGE_LIMIT) {
    if (await auth.isVerifyingTooOften(request, reply)) return reply
    auth.emit('verified', reply)
    return reply.send({ verification: challenge })
  }
  if (await auth.isLimited(request, reply)) return reply
  auth.emit('malformed', reply)
  const message = `The header ${CHALLENGE_HEADER} is missing or longer than ${CHALLENGE_LIMIT} characters.`
  return reply.code(400).send(errorBody('malformed', `${message} Okta sends it when it verifies the hook.`))
}

function arrivalOf(request: FastifyRequest, auth: HookAuth): Arrival {
  const traceparent = request.headers[TRACE_HEADER]
  return {
    source: 'hook',
    elapsedMs: auth.elapsedMs(request),
    traceparent: typeof traceparent === 'string' ? traceparent : null
  }
}

/** Commits the delivery in time, or rejects. What is committed after all comes again and is known by its uuids. */
function receive(delivery: Delivery, arrival: Arrival, deps: HookDeps): Promise<Receipt> {
  const { store, storeTimeoutMs = 2 * SECOND_MS, trace = NO_TRACE } = deps
  return inTime(
    trace.intake(arrival, () => store.receive(delivery)),
    storeTimeoutMs
  )
}

async function inTime(receipt: Promise<Receipt>, withinMs: number): Promise<Receipt> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new StoreUnavailable(`The store did not commit within ${withinMs} ms.`)),
    withinMs
  )
  try {
    return await Promise.race([receipt, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
