/** Everything around a route, in order: fault on demand, latency, admission, rate limit, scope, and the write's note. */
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { type Admission, admit } from './access.ts'
import type { Route, SimResponse } from './call.ts'
import { notFound, SimError, tooManyRequests } from './errors.ts'
import { type Allowance, bucketOf, type Limiter } from './limits.ts'
import type { OAuth } from './oauth.ts'
import { concurrencyHeaders, type Exchange, limitHeaders, misbehave, refusal, send, type Wire } from './reply.ts'

export interface GatewayParts {
  readonly org: Org
  readonly oauth: OAuth
  readonly apiTokens: ReadonlySet<string>
  readonly limiter: Limiter
  readonly latencyMs: number
  /** The clock clients sign by. */
  readonly signingClock: () => string
  readonly onExchange: ((exchange: Exchange) => void) | undefined
  /** Ends all pauses when the server closes. */
  readonly closing: AbortSignal
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export interface Gateway {
  /** Serves one of Okta's routes; null is a path Okta does not have. */
  serve(route: Route | null): Handler
  /** Serves the token endpoint. */
  readonly serveToken: Handler
}

/** The gateway in front of an org. */
export function createGateway(parts: GatewayParts): Gateway {
  const load = { inFlight: 0 }
  const handler =
    (run: (wire: Wire) => Promise<SimResponse>): Handler =>
    async (request, reply) => {
      load.inFlight++
      try {
        return await handle(parts, load.inFlight, { request, reply, onExchange: parts.onExchange }, run)
      } finally {
        load.inFlight--
      }
    }
  return {
    serve: (route) => handler((wire) => callRoute(parts, route, wire)),
    serveToken: handler((wire) => callToken(parts, wire))
  }
}

async function handle(
  parts: GatewayParts,
  inFlight: number,
  wire: Wire,
  run: (wire: Wire) => Promise<SimResponse>
): Promise<FastifyReply> {
  const { org, limiter, latencyMs, closing } = parts
  const { method } = wire.request
  const path = pathOf(wire.request.url)
  const bucket = bucketOf(method, path)
  org.requests.set(bucket, (org.requests.get(bucket) ?? 0) + 1)
  const fault = org.faults.take(method, path)
  const wrong = fault !== null && fault.answer !== 'normal'
  const delayMs = fault?.delayMs ?? 0
  const fail = (it: Fault) => misbehave(wire, org, it, limiter.take(bucket, 'faults on demand', org.clock()))

  await wait(latencyMs + (fault?.afterEffect ? 0 : delayMs), closing)
  if (wrong && !fault.afterEffect) return fail(fault)
  const answer = inFlight > limiter.concurrency ? tooManyAtOnce(org) : await settled(org, () => run(wire))
  noteWrite(org, answer, wrong ? fault : null, method, path)
  await wait(fault?.afterEffect ? delayMs : 0, closing)
  return wrong ? fail(fault) : send(wire, answer)
}

async function wait(ms: number, closing: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal: closing }).catch(() => {})
}

async function settled(org: Org, run: () => Promise<SimResponse>): Promise<SimResponse> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof SimError) return refusal(org, error)
    throw error
  }
}

function tooManyAtOnce(org: Org): SimResponse {
  org.record({ eventType: 'core.concurrency.org.limit.violation', outcome: { result: 'FAILURE', reason: null } })
  return { ...refusal(org, tooManyRequests()), headers: concurrencyHeaders(org.clock()) }
}

/** `hiding` is the fault that keeps the client from knowing. */
function noteWrite(org: Org, answer: SimResponse, hiding: Fault | null, method: string, path: string): void {
  if (!answer.wrote) return
  const { action, userId = null, deviceId = null, clientId = null } = answer.wrote
  const told = hiding === null ? answer.status : typeof hiding.answer === 'object' ? hiding.answer.status : null
  org.noteWrite({ method, path, userId, deviceId, action, status: told, ok: hiding === null, clientId })
}

async function callRoute(parts: GatewayParts, route: Route | null, wire: Wire): Promise<SimResponse> {
  const { org } = parts
  const { request } = wire
  const admission = await recognize(parts, request)
  spend(parts, wire, admission instanceof SimError ? 'nobody' : admission.caller.id)
  if (admission instanceof SimError) throw admission
  if (!route) throw notFound(pathOf(request.url), 'Endpoint')
  admission.permit(route.scope)
  const { caller } = admission
  const query = Object.fromEntries(new URL(request.url, org.url).searchParams)
  const params = request.params as Record<string, string>
  const answer = await route.run({ org, caller, params, query, url: request.url, body: readJson(request.body) })
  return answer.wrote ? { ...answer, wrote: { ...answer.wrote, clientId: caller.clientId } } : answer
}

async function callToken(parts: GatewayParts, wire: Wire): Promise<SimResponse> {
  spend(parts, wire, 'nobody')
  const { body, headers } = wire.request
  return parts.oauth.token(new URLSearchParams(typeof body === 'string' ? body : ''), headerText(headers.dpop))
}

/** Takes one call from the client's bucket and puts the three headers on the reply. */
function spend({ org, limiter }: GatewayParts, { request, reply }: Wire, clientId: string): void {
  const bucket = bucketOf(request.method, pathOf(request.url))
  const allowance: Allowance = limiter.take(bucket, clientId, org.clock())
  reply.headers(limitHeaders(allowance))
  if (allowance.allowed) return
  if (allowance.firstRefusal) {
    org.record({ eventType: 'system.org.rate_limit.violation', outcome: { result: 'FAILURE', reason: null } })
  }
  throw tooManyRequests()
}

async function recognize(parts: GatewayParts, request: FastifyRequest): Promise<Admission | SimError> {
  const credentials = {
    authorization: request.headers.authorization,
    proof: headerText(request.headers.dpop),
    method: request.method,
    url: `${parts.org.url}${pathOf(request.url)}`,
    signedAt: new Date(parts.signingClock()),
    ipAddress: request.ip,
    userAgent: request.headers['user-agent'] ?? null
  }
  return admit(credentials, parts.oauth, parts.apiTokens).catch((error: unknown) => {
    if (error instanceof SimError) return error
    throw error
  })
}

/** The path without query, with doubled slashes made one: the URL as Okta itself would write it. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? url).replace(/\/{2,}/g, '/')
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function readJson(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new SimError(400, 'E0000003', 'The request body was not well-formed.')
  }
}
