/**
 * The one client of the Okta org. The SDK signs (private_key_jwt, DPoP or SSWS) and is loaded with the first call, since
 * loading takes about a second; everything else it would do on its own is replaced: no cache, no retries of its own, a
 * deadline per call, paced by Okta's headers, and no settings from stray `okta.yaml` files (facts §8).
 */
import type { Settings } from '../../config/settings/settings.ts'
import type { OktaError } from '../../domain/okta.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { bucketOf, callUrl, isWrite, type OktaCall } from './calls.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { notCalled, notCalledWhileAway, oktaErrorOf } from './errors.ts'
import { createRateLimiter, type RateLimiterParts, type RateLimitRequest } from './rate-limiter.ts'
import { connectSdk, importSdk, type OktaSdk, type SdkConnection } from './sdk.ts'
import { type Exchange, type SdkRequest, stoppedBy, type WireAnswer } from './transport.ts'

export interface OktaClientParts extends RateLimiterParts {
  /** Longest wait for a call's turn, and again for its answer. */
  readonly requestTimeoutMs: number
  readonly emit: Emit
  /** Instead of the installed one; for tests. */
  readonly loadSdk?: () => Promise<OktaSdk>
}

export interface OktaAnswer {
  /** Parsed JSON of a read; null for a write that does not ask for it, as its answer may carry an activation link (facts §3.2). */
  readonly body: unknown
  /** `Link: rel="next"`. */
  readonly next: string | null
  readonly requestId: string | null
  /** Okta's own time, from the `Date` header. */
  readonly sentAt?: Instant | null
}

export type OktaReply =
  | { readonly ok: true; readonly answer: OktaAnswer }
  | { readonly ok: false; readonly error: OktaError }

export interface OktaClient {
  readonly requestTimeoutMs: number
  /** Never rejects. A throttled read is tried again while its time lasts; a write is sent once. */
  call(call: OktaCall): Promise<OktaReply>
}

/** Enough that one failing path, retried by a few cases, does not look like an outage of Okta. */
export const OPENS_AFTER = 10
/** Tries of a read that Okta answers with 429. */
const MOST_TRIES = 3

/** A client that has not loaded the SDK and has not called anyone yet. */
export function createOktaClient(okta: Settings['okta'], parts: OktaClientParts): OktaClient {
  const { requestTimeoutMs, loadSdk = importSdk } = parts
  // A slash at the end would double in every path and spoil the DPoP proofs (facts §8 finding 5).
  const orgUrl = okta.orgUrl.replace(/\/+$/, '')
  const rateLimiter = createRateLimiter(parts)
  const breaker = createCircuitBreaker<OktaReply>({
    elapsedMs: parts.elapsedMs ?? (() => performance.now()),
    opensAfter: OPENS_AFTER,
    firstOpenMs: 5 * SECOND_MS,
    longestOpenMs: MINUTE_MS,
    isFailure: isDown,
    onChange: (open) => parts.emit({ type: 'okta_circuit_breaker', open })
  })
  const open = once(async () => connectSdk({ ...okta, orgUrl }, await loadSdk(), { ...parts, rateLimiter }))

  async function call(asked: OktaCall): Promise<OktaReply> {
    const bucket = bucketOf(asked)
    const target = callUrl(asked, orgUrl)
    if (!target.ok) return failed(notCalled('rejected', bucket, target.because, null))
    const pending: PendingCall = { asked, bucket, url: target.url, calledOff: asked.signal }
    try {
      // Before any deadline begins: nobody's first call should fail for the time that loading takes.
      const connection = await unlessStopped(open(), asked.signal)
      const turn = deadline(requestTimeoutMs, asked.signal)
      return await repeat(pending, connection, turn).finally(turn.end)
    } catch (error) {
      const stopped = asked.signal ? stoppedBy(asked.signal) : null
      return failed(oktaErrorOf(error, { ...NOT_SENT, bucket, stopped, timeoutMs: requestTimeoutMs }))
    }
  }

  async function repeat(pending: PendingCall, connection: SdkConnection, turn: RateLimitRequest): Promise<OktaReply> {
    for (let tries = 1; ; tries++) {
      const reply = await callOnce(pending, connection, turn)
      const again = !reply.ok && reply.error.kind === 'throttled' && reply.error.status === 429
      if (!again || isWrite(pending.asked) || tries >= MOST_TRIES) return reply
      if (rateLimiter.blockedForMs(pending.bucket) > turn.leftMs()) return reply
    }
  }

  async function callOnce(pending: PendingCall, connection: SdkConnection, turn: RateLimitRequest): Promise<OktaReply> {
    const { bucket, asked } = pending
    // Only a read may try whether Okta answers again, never a write.
    const blockedMs = breaker.blockedForMs(!isWrite(asked))
    if (blockedMs !== null) return failed(notCalledWhileAway(bucket, blockedMs))
    const startedAt = performance.now()
    const entry = await rateLimiter.enter(bucket, turn, asked.priority).catch(() => null)
    const waitedMs = performance.now() - startedAt
    if (entry === null) return failed(waitedTooLong(bucket, turn))
    if (!entry.ok) {
      return failed(notCalled('throttled', bucket, `its rate limit is used up for ${entry.waitMs} ms`, entry.waitMs))
    }
    try {
      const reply = await breaker.run(() => send(pending, connection, waitedMs))
      return reply === 'refused' ? failed(notCalledWhileAway(bucket, breaker.blockedForMs(false) ?? 0)) : reply
    } finally {
      entry.leave()
    }
  }

  async function send(pending: PendingCall, connection: SdkConnection, waitedMs: number): Promise<OktaReply> {
    const { asked, bucket, url, calledOff } = pending
    const { signal, end } = deadline(requestTimeoutMs, calledOff)
    const exchange: Exchange = { ...NOT_SENT, bucket, write: isWrite(asked), signal, waitedMs }
    const request = requestOf(asked)
    connection.transport.track(request, exchange)
    try {
      const answer = await unlessStopped(
        readAnswer(connection.http(url, request), exchange.write && !asked.wantsBody),
        signal
      )
      return { ok: true, answer }
    } catch (error) {
      return failed(oktaErrorOf(error, { ...exchange, stopped: stoppedBy(signal), timeoutMs: requestTimeoutMs }))
    } finally {
      end()
    }
  }

  return { requestTimeoutMs, call }
}

/** One call on its way through the steps above. */
interface PendingCall {
  readonly asked: OktaCall
  readonly bucket: string
  readonly url: string
  readonly calledOff: AbortSignal | undefined
}

/** Okta did not answer, or answered 5xx. A call that was called off here proves nothing about Okta. */
function isDown(reply: OktaReply): boolean {
  return !reply.ok && reply.error.kind === 'unavailable' && !reply.error.calledOff
}

const NOT_SENT = { write: false, sent: false, retryAfterMs: null }

function failed(error: OktaError): OktaReply {
  return { ok: false, error }
}

function waitedTooLong(bucket: string, { signal }: RateLimitRequest): OktaError {
  return stoppedBy(signal) === 'out_of_time'
    ? notCalled('throttled', bucket, 'too many other calls were before it', null)
    : notCalled('unavailable', bucket, 'it was called off', null)
}

function requestOf({ method, body }: OktaCall): SdkRequest {
  const headers = { Accept: 'application/json' }
  if (body === undefined) return { method, headers }
  return { method, headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

interface Deadline extends RateLimitRequest {
  /** What was waited for is there. */
  readonly end: () => void
}

/** Aborts when the time is over or the caller calls it off. By hand, since `AbortSignal.any` takes several times as long. */
function deadline(ms: number, calledOff: AbortSignal | undefined): Deadline {
  const startedAt = performance.now()
  const controller = new AbortController()
  const callOff = () => controller.abort(calledOff?.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('out of time', 'TimeoutError')), ms).unref()
  if (calledOff?.aborted) callOff()
  calledOff?.addEventListener('abort', callOff, { once: true })
  return {
    signal: controller.signal,
    leftMs: () => ms - (performance.now() - startedAt),
    end() {
      clearTimeout(timer)
      calledOff?.removeEventListener('abort', callOff)
    }
  }
}

/** Runs once, for everybody who asks meanwhile and afterwards; after a failure the next one tries again. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  return () => {
    running ??= run().catch((error: unknown) => {
      running = null
      throw error
    })
    return running
  }
}

async function readAnswer(answering: Promise<WireAnswer>, isDropped: boolean): Promise<OktaAnswer> {
  const answer = await answering
  const requestId = answer.headers.get('x-okta-request-id')
  const sentAt = instantOf(answer.headers.get('date'))
  if (isDropped) return { body: null, next: null, requestId, sentAt }
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null
  return { body: JSON.parse(await answer.text()), next, requestId, sentAt }
}

function instantOf(date: string | null): Instant | null {
  const ms = Date.parse(date ?? '')
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** The SDK waits for tokens without looking at our signal, so we stop waiting for the SDK. */
function unlessStopped<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return running
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
