/**
 * The SDK's `requestExecutor`: one HTTP exchange per call and no retries, with our deadline, counted and remembered in
 * the budget. Requests for a token, which the SDK makes on its own, pass here too.
 */
import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isLoopback } from '../../config/settings/setting.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { SECOND_MS } from '../../domain/time.ts'
import { bucketOf } from './calls.ts'
import { notCalled, OktaCallFailed, oktaErrorOf, tokenError } from './errors.ts'
import { type HeaderReader, type RateLimiter, readAllowance } from './rate-limiter.ts'

/** The request object of the SDK; its own `http()` fills it in. */
export interface SdkRequest {
  url?: string
  method?: string
  headers?: Record<string, string>
  body?: string
  agent?: unknown
}

/** What we and the SDK use of a `fetch` response. */
export interface WireAnswer {
  readonly url: string
  readonly status: number
  readonly headers: HeaderReader
  text(): Promise<string>
  json(): Promise<unknown>
}

/** One call on its way. */
export interface Exchange {
  readonly bucket: string
  readonly write: boolean
  readonly signal: AbortSignal
  /** For its turn, before it was sent. */
  readonly waitedMs: number
  /** Set when the request is handed to the network. */
  sent: boolean
  /** Set by a 429. */
  retryAfterMs: number | null
}

export interface TransportParts {
  readonly orgUrl: string
  readonly rateLimiter: RateLimiter
  readonly emit: Emit
  readonly requestTimeoutMs: number
  /** Puts our own proof on a request for a token. */
  readonly signToken: (request: SdkRequest) => SdkRequest
  /** Signs a call again, with the nonce that Okta asks for (RFC 9449 §9); later calls carry it too. */
  readonly signAgain: (request: SdkRequest, nonce: string) => SdkRequest
  /** Called with the `Authorization` header of a call that was answered 401. */
  readonly onRefused: (authorization: string) => void
}

export interface Transport {
  /** Says which call a request object belongs to, before it is given to the SDK. */
  track(request: SdkRequest, exchange: Exchange): void
  readonly fetch: (request: SdkRequest) => Promise<WireAnswer>
}

const TOKEN_PATH = '/oauth2/v1/token'
const TOKEN_BUCKET = bucketOf({ method: 'POST', pattern: TOKEN_PATH })
/** Shorter than servers keep idle connections, so that none is used in the moment it is closed. */
const IDLE_MS = 4 * SECOND_MS

/** A transport for one org. */
export function createTransport(parts: TransportParts): Transport {
  const { orgUrl, rateLimiter: budget, emit } = parts
  const exchanges = new WeakMap<SdkRequest, Exchange>()
  const agents = createAgents(orgUrl)
  const send = createSender(orgUrl)

  async function exchangeOnce(request: SdkRequest, exchange: Exchange): Promise<WireAnswer> {
    exchange.signal.throwIfAborted()
    const startedAt = performance.now()
    const tell = (code: string, limit: number | null, remaining: number | null) =>
      emit({
        type: 'okta_call',
        bucket: exchange.bucket,
        code,
        ms: performance.now() - startedAt,
        limit,
        remaining,
        waitedMs: exchange.waitedMs,
        quotaUsed: budget.quotaUsed(exchange.bucket)
      })
    exchange.sent = true
    try {
      const agent = agents.pick(request, exchange.write)
      const answer = await send({ ...request, agent }, exchange.signal)
      const allowance = readAllowance(answer.headers)
      exchange.retryAfterMs = budget.note(exchange.bucket, answer.status, allowance)
      tell(String(answer.status), allowance.limit, allowance.remaining)
      return answer
    } catch (error) {
      tell(stoppedBy(exchange.signal) === 'out_of_time' ? 'timeout' : 'network', null, null)
      throw error
    }
  }

  async function fetchToken(request: SdkRequest): Promise<WireAnswer> {
    const shutMs = budget.blockedForMs(TOKEN_BUCKET)
    if (shutMs > 0) {
      const because = `Okta takes no more token requests for ${shutMs} ms`
      throw new OktaCallFailed(notCalled('throttled', TOKEN_BUCKET, because, shutMs))
    }
    // Many calls may wait for this one, so it has a deadline of its own and none of theirs.
    const signal = AbortSignal.timeout(parts.requestTimeoutMs)
    const exchange: Exchange = {
      bucket: TOKEN_BUCKET,
      write: false,
      signal,
      waitedMs: 0,
      sent: false,
      retryAfterMs: null
    }
    try {
      const answer = await exchangeOnce(parts.signToken(request), exchange)
      if (answer.status >= 200 && answer.status < 300) return answer
      const body = await answer.json().catch(() => null)
      if (asksForNonce(answer.status, body)) return answer
      const requestId = answer.headers.get('x-okta-request-id')
      throw new OktaCallFailed(tokenError(answer.status, body, requestId, exchange.retryAfterMs))
    } catch (error) {
      const stopped = stoppedBy(signal)
      throw new OktaCallFailed(oktaErrorOf(error, { ...exchange, stopped, timeoutMs: parts.requestTimeoutMs }))
    }
  }

  return {
    track: (request, exchange) => void exchanges.set(request, exchange),
    async fetch(request) {
      const exchange = exchanges.get(request)
      if (!exchange) return fetchToken(request)
      const first = await exchangeOnce(request, exchange)
      const nonce = challengeOf(first)
      // Okta did nothing yet, so a write may be sent again too.
      const answer = nonce === null ? first : await exchangeOnce(parts.signAgain(request, nonce), exchange)
      if (answer.status === 401) parts.onRefused(request.headers?.Authorization ?? '')
      return answer
    }
  }
}

/**
 * Sends one request with Node's own client. The SDK's `node-fetch` reads every address three times and wraps every answer in
 * streams, which was half of what a call costs. The agent is what honours proxies, here as there.
 */
function createSender(orgUrl: string) {
  const { protocol, hostname, port } = urlToHttpOptions(new URL(orgUrl))
  const start = protocol === 'http:' ? httpRequest : httpsRequest
  return ({ url = '', method, headers, body, agent }: SdkRequest, signal: AbortSignal): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const where = { protocol, hostname, port, path: url.slice(orgUrl.length), agent: agent as HttpAgent }
      const sent = start({ ...where, method, headers: { ...headers, 'Accept-Encoding': 'gzip' } })
        .once('response', (answer) => resolve(wireAnswerOf(answer, url)))
        .once('error', reject)
        .end(body)
      // By hand, since Node's own way watches the whole request.
      signal.addEventListener('abort', () => sent.destroy(signal.reason))
    })
}

function wireAnswerOf(answer: IncomingMessage, url: string): WireAnswer {
  const text = textIn(answer)
  // Of a write only the status may be looked at.
  text.catch(() => {})
  const headers = { get: (name: string) => answer.headers[name]?.toString() ?? null }
  return { url, status: answer.statusCode ?? 0, headers, text: () => text, json: async () => JSON.parse(await text) }
}

const unzipped = promisify(gunzip)

async function textIn(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(answer, 'end')
  const bytes = Buffer.concat(chunks)
  const isZipped = answer.headers['content-encoding'] === 'gzip' && bytes.length > 0
  return (isZipped ? await unzipped(bytes) : bytes).toString()
}

/** The nonce that a refused call must carry, or null. Okta does not ask for one today, but may (facts §11). */
function challengeOf({ status, headers }: WireAnswer): string | null {
  const asks = status === 401 && headers.get('www-authenticate')?.includes('use_dpop_nonce')
  return asks ? headers.get('dpop-nonce') : null
}

/** Why the signal ended the call, or null when it did not. */
export function stoppedBy(signal: AbortSignal): 'out_of_time' | 'called_off' | null {
  if (!signal.aborted) return null
  return signal.reason instanceof Error && signal.reason.name === 'TimeoutError' ? 'out_of_time' : 'called_off'
}

/** The first half of the DPoP dance is not a failure; the SDK repeats the request with the nonce (facts §7). */
function asksForNonce(status: number, body: unknown): boolean {
  return (
    status === 400 && typeof body === 'object' && body !== null && 'error' in body && body.error === 'use_dpop_nonce'
  )
}

/**
 * Reads share connections. A write takes a fresh one, or a connection that the other side closed in that moment would
 * leave us not knowing whether the write happened.
 */
function createAgents(orgUrl: string) {
  const { protocol, hostname } = new URL(orgUrl)
  const Agent = protocol === 'http:' ? HttpAgent : HttpsAgent
  const shared = new Agent({ keepAlive: true, timeout: IDLE_MS })
  const fresh = new Agent({ keepAlive: false })
  return {
    /** A proxy from the environment is the SDK's choice and stays, except on the way to this very machine. */
    pick(request: SdkRequest, write: boolean): unknown {
      if (request.agent !== undefined && !isLoopback(hostname)) return request.agent
      return write ? fresh : shared
    }
  }
}
