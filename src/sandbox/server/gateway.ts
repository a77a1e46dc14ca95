/** Everything around a route, in order: fault on demand, latency, admission, rate limit, scope, and the write's note. */
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MINUTE_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Fault, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { ID_PREFIXES } from '../org/seeds.ts'
import { type Admission, admit, type OAuth, ProofRefused } from './auth.ts'
import type { SandboxRoute, SimResponse } from './call.ts'
import { accessDenied, errorForStatus, objectNotFound, oktaErrorBody, SimError, tooManyRequests } from './errors.ts'
import { isPermitted, permissionFor, userOfPath } from './permissions.ts'

/* Okta's rate limits: one bucket per kind of path and client, refilled each minute of the org's clock (facts §3.3). */

interface BucketRule {
  readonly name: string
  readonly method: RegExp
  readonly path: RegExp
  /** Calls per minute for one client: half of Okta's older published Workforce numbers. */
  readonly perMinute: number
}

/** The first row that fits; a path below `/users/{id}` shares the bucket of its parent, as a maintainer of Okta says (facts §3.3). */
const BUCKETS = [
  { name: 'logs', method: /GET/, path: /^\/api\/v1\/logs$/, perMinute: 60 },
  { name: 'devices', method: /./, path: /^\/api\/v1\/devices(\/|$)/, perMinute: 50 },
  { name: 'user', method: /GET/, path: /^\/api\/v1\/users\/[^/]+/, perMinute: 1000 },
  { name: 'user_write', method: /POST|PUT|DELETE/, path: /^\/api\/v1\/users\/[^/]+/, perMinute: 300 },
  { name: 'users', method: /GET/, path: /^\/api\/v1\/users$/, perMinute: 300 },
  { name: 'token', method: /POST/, path: /^\/oauth2\/v1\/token$/, perMinute: 600 },
  { name: 'other', method: /./, path: /./, perMinute: 600 }
] as const satisfies readonly BucketRule[]

export type BucketName = (typeof BUCKETS)[number]['name']
/** Okta's numbers, none at all, or some numbers changed. `concurrency` is the number of calls in flight, org-wide. */
export type Limits = 'okta' | 'none' | Partial<Record<BucketName | 'concurrency', number>>

/** Okta's org-wide concurrency limit (facts §3.3). */
const CONCURRENCY = 75
const NO_LIMIT = 1_000_000

/** The three `X-Rate-Limit-*` headers; `resetAt` is in epoch seconds. */
export interface Allowance {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
  readonly allowed: boolean
  /** The first refusal of this window, which Okta logs. */
  readonly firstRefusal: boolean
}

export interface Limiter {
  readonly concurrency: number
  /** Takes one call from the client's bucket. */
  take(bucket: BucketName, clientId: string, now: Instant): Allowance
}

/** The bucket a call is counted in. */
export function bucketOfPath(method: string, path: string): BucketName {
  const rule = BUCKETS.find((candidate) => candidate.method.test(method) && candidate.path.test(path))
  return rule?.name ?? 'other'
}

/** A limiter with full buckets. */
export function createLimiter(limits: Limits): Limiter {
  const windows = new Map<string, { minute: number; used: number }>()
  return {
    concurrency: limits === 'none' ? NO_LIMIT : ((limits === 'okta' ? undefined : limits.concurrency) ?? CONCURRENCY),
    take(bucket, clientId, now) {
      const minute = Math.floor(Date.parse(now) / MINUTE_MS)
      const key = `${bucket} ${clientId}`
      const known = windows.get(key)
      const used = (known?.minute === minute ? known.used : 0) + 1
      windows.set(key, { minute, used })
      const limit = perMinute(limits, bucket)
      return {
        limit,
        remaining: Math.max(0, limit - used),
        resetAt: ((minute + 1) * MINUTE_MS) / 1000,
        allowed: used <= limit,
        firstRefusal: used === limit + 1
      }
    }
  }
}

function perMinute(limits: Limits, bucket: BucketName): number {
  if (limits === 'none') return NO_LIMIT
  const changed = limits === 'okta' ? undefined : limits[bucket]
  return changed ?? BUCKETS.find((rule) => rule.name === bucket)?.perMinute ?? NO_LIMIT
}

/* Responses: Okta's headers and error bodies, and the failures that faults ask for. */

/** One request and its answer, for checks of both against Okta's description. */
export interface AnsweredCall {
  readonly method: string
  readonly url: string
  /** Whose token it came with tells one app's calls from another's. */
  readonly authorization: string | undefined
  /** Parsed, when it was JSON; undefined when there was none. */
  readonly requestBody: unknown
  readonly status: number
  readonly body: unknown
}

/** A request with the reply it is waiting for. */
export interface Wire {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly onExchange: ((exchange: AnsweredCall) => void) | undefined
}

function send({ request, reply, onExchange }: Wire, answer: SimResponse): FastifyReply {
  const { status, body, headers = {} } = answer
  const { method, url, headers: sent } = request
  onExchange?.({ method, url, authorization: sent.authorization, requestBody: parsed(request.body), status, body })
  reply.code(status).headers(headers)
  return body === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(body))
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Does what a fault asks for instead of answering well. */
function misbehave(wire: Wire, org: Org, fault: Fault, allowance: Allowance): FastifyReply {
  const { answer } = fault
  if (typeof answer === 'string') {
    wire.reply.hijack()
    if (answer === 'drop') wire.request.raw.socket.destroy()
    return wire.reply
  }
  const throttled = answer.status === 429
  const headers =
    throttled && answer.concurrency
      ? concurrencyHeaders(org.clock())
      : limitHeaders(throttled ? { ...allowance, remaining: 0 } : allowance)
  return send(wire, { ...refusal(org, errorForStatus(answer.status, answer.errorCode)), headers })
}

/** A refusal as an answer. That of a DPoP proof has no body; its reason is in the header. */
function refusal(org: Org, error: SimError): SimResponse {
  if (error instanceof ProofRefused) return { status: error.status, headers: error.headers }
  return { status: error.status, body: oktaErrorBody(error, org.ids.id(ID_PREFIXES.error)) }
}

function limitHeaders({ limit, remaining, resetAt }: Omit<Allowance, 'allowed' | 'firstRefusal'>) {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(resetAt)
  }
}

/** Of the org-wide limit on calls in flight: two zeros, and a time that is only a suggestion (facts §3.3). */
function concurrencyHeaders(now: string) {
  return limitHeaders({ limit: 0, remaining: 0, resetAt: Math.ceil(Date.parse(now) / 1000) + 1 })
}

export interface GatewayParts {
  readonly org: Org
  readonly oauth: OAuth
  readonly apiTokens: ReadonlySet<string>
  readonly limiter: Limiter
  readonly latencyMs: number
  readonly signingClock: () => string
  readonly onExchange: ((exchange: AnsweredCall) => void) | undefined
  /** Ends all pauses when the server closes. */
  readonly closing: AbortSignal
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export interface Gateway {
  /** Serves one of Okta's routes; null is a path Okta does not have. */
  serve(route: SandboxRoute | null): Handler
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
  const bucket = bucketOfPath(method, path)
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
  const status = hiding === null ? answer.status : typeof hiding.answer === 'object' ? hiding.answer.status : null
  org.noteWrite({ method, path, userId, deviceId, action, status, ok: hiding === null, clientId })
}

async function callRoute(parts: GatewayParts, route: SandboxRoute | null, wire: Wire): Promise<SimResponse> {
  const { org } = parts
  const { request } = wire
  const admission = await recognize(parts, request)
  spend(parts, wire, admission instanceof SimError ? 'nobody' : admission.caller.id)
  if (admission instanceof SimError) throw admission
  if (!route) throw objectNotFound(pathOf(request.url), 'Endpoint')
  admission.permit(route.scope)
  const { caller, roles } = admission
  const path = pathOf(request.url)
  const permission = permissionFor(route.method, path)
  const mayTouch = (user?: SandboxUser) => roles === null || isPermitted(roles, permission, user)
  if (!mayTouch(userOfPath(org, path))) throw accessDenied(`No role of the service app has ${permission} on it`)
  const query = Object.fromEntries(new URL(request.url, org.url).searchParams)
  const params = request.params as Record<string, string>
  const answer = await route.run({
    org,
    caller,
    mayTouch,
    params,
    query,
    url: request.url,
    body: readJson(request.body)
  })
  return answer.wrote ? { ...answer, wrote: { ...answer.wrote, clientId: caller.clientId } } : answer
}

async function callToken(parts: GatewayParts, wire: Wire): Promise<SimResponse> {
  spend(parts, wire, 'nobody')
  const { body, headers } = wire.request
  return parts.oauth.token(new URLSearchParams(typeof body === 'string' ? body : ''), headerText(headers.dpop))
}

/** Takes one call from the client's bucket and puts the three headers on the reply. */
function spend({ org, limiter }: GatewayParts, { request, reply }: Wire, clientId: string): void {
  const bucket = bucketOfPath(request.method, pathOf(request.url))
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
    // Okta compares the decoded path with `htu` (okta-sdk-nodejs issue 521).
    url: `${parts.org.url}${decodeURIComponent(pathOf(request.url))}`,
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
