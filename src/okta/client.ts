/**
 * The one client of the Okta org. The SDK signs (private_key_jwt, DPoP or SSWS) and is loaded with the first call, since
 * loading takes about a second; everything else it would do by itself is ours: no cache, no retries of its own, a
 * deadline per call, paced by Okta's headers, and no settings from stray `okta.yaml` files (facts §8).
 */
import type { Emit } from '../ops/happening.ts'
import type { Settings } from '../settings.ts'
import type { Clock } from '../vocabulary.ts'
import { type BudgetParts, createBudget, type Turn } from './budget.ts'
import { bucketOf, isWrite, type OktaCall, urlOf } from './calls.ts'
import { notCalled, troubleOf } from './errors.ts'
import type { OktaTrouble } from './okta.ts'
import { mendTokens, type Tokens } from './tokens.ts'
import {
  createTransport,
  type Exchange,
  type SdkRequest,
  stoppedBy,
  type Transport,
  type WireAnswer
} from './transport.ts'

/** The parts of `@okta/okta-sdk-nodejs` in use. */
export type OktaSdk = Pick<typeof import('@okta/okta-sdk-nodejs'), 'Client' | 'RequestExecutor'>

export interface OktaClientParts extends Pick<BudgetParts, 'pause' | 'random'> {
  /** Longest wait for a call's turn, and again for its answer. */
  readonly requestTimeoutMs: number
  readonly emit: Emit
  readonly clock: Clock
  readonly loadSdk?: () => Promise<OktaSdk>
}

export interface OktaAnswer {
  /** Parsed JSON of a read; null for a write, whose answer may carry an activation link and is dropped (facts §3.2). */
  readonly body: unknown
  /** `Link: rel="next"`. */
  readonly next: string | null
  readonly requestId: string | null
}

export type OktaReply =
  | { readonly ok: true; readonly answer: OktaAnswer }
  | { readonly ok: false; readonly trouble: OktaTrouble }

export interface OktaClient {
  readonly requestTimeoutMs: number
  /** Never rejects. A throttled read is tried again while its time lasts; a write is sent once. */
  call(call: OktaCall): Promise<OktaReply>
}

/** Tries of a read that Okta answers with 429. */
const MOST_TRIES = 3

/** A client that has not loaded the SDK and has not called anyone yet. */
export function createOktaClient(okta: Settings['okta'], parts: OktaClientParts): OktaClient {
  const { requestTimeoutMs, loadSdk = () => import('@okta/okta-sdk-nodejs') } = parts
  // A slash at the end would double in every path and spoil the DPoP proofs (facts §8 finding 5).
  const orgUrl = okta.orgUrl.replace(/\/+$/, '')
  const budget = createBudget(parts)
  const open = once(async () => connect({ ...okta, orgUrl }, await loadSdk(), { ...parts, budget }))

  async function call(asked: OktaCall): Promise<OktaReply> {
    const target = urlOf(asked, orgUrl)
    if (!target.ok) return failed(notCalled('rejected', bucketOf(asked), target.because, null))
    const turn = patience(requestTimeoutMs, asked.signal)
    for (let tries = 1; ; tries++) {
      const reply = await callOnce(asked, target.url, turn)
      const again = !reply.ok && reply.trouble.kind === 'throttled' && reply.trouble.status === 429
      if (!again || isWrite(asked) || tries >= MOST_TRIES) return reply
    }
  }

  async function callOnce(asked: OktaCall, url: string, turn: Turn): Promise<OktaReply> {
    const bucket = bucketOf(asked)
    const entry = await budget.enter(bucket, turn).catch(() => null)
    if (entry === null) return failed(noTurn(bucket, turn))
    if (!entry.ok) {
      return failed(notCalled('throttled', bucket, `its rate limit is used up for ${entry.waitMs} ms`, entry.waitMs))
    }
    try {
      return await send(asked, url)
    } finally {
      entry.leave()
    }
  }

  async function send(asked: OktaCall, url: string): Promise<OktaReply> {
    const exchange = { bucket: bucketOf(asked), write: isWrite(asked), sent: false, retryAfterMs: null }
    let signal = asked.signal ?? NEVER
    try {
      const { http, transport } = await open()
      // The first call does not pay for loading the SDK.
      signal = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)])
      const tracked: Exchange = Object.assign(exchange, { signal })
      const request: SdkRequest = { method: asked.method, headers: { Accept: 'application/json' } }
      transport.track(request, tracked)
      return { ok: true, answer: await unlessStopped(readAnswer(http(url, request), exchange.write), signal) }
    } catch (error) {
      return failed(troubleOf(error, { ...exchange, stopped: stoppedBy(signal), timeoutMs: requestTimeoutMs }))
    }
  }

  return { requestTimeoutMs, call }
}

const NEVER = new AbortController().signal

function failed(trouble: OktaTrouble): OktaReply {
  return { ok: false, trouble }
}

function noTurn(bucket: string, { signal }: Turn): OktaTrouble {
  return stoppedBy(signal) === 'out_of_time'
    ? notCalled('throttled', bucket, 'too many other calls were before it', null)
    : notCalled('unavailable', bucket, 'it was called off', null)
}

function patience(ms: number, calledOff: AbortSignal = NEVER): Turn {
  const startedAt = performance.now()
  return {
    signal: AbortSignal.any([calledOff, AbortSignal.timeout(ms)]),
    leftMs: () => ms - (performance.now() - startedAt)
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

async function readAnswer(answering: Promise<WireAnswer>, write: boolean): Promise<OktaAnswer> {
  const answer = await answering
  const requestId = answer.headers.get('x-okta-request-id')
  if (write) {
    // Read only to free the connection: the status has already said that it is done.
    await answer.text().catch(() => '')
    return { body: null, next: null, requestId }
  }
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null
  return { body: JSON.parse(await answer.text()), next, requestId }
}

/** The SDK waits for tokens without looking at our signal, so we stop waiting for the SDK. */
function unlessStopped<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

interface Connection {
  readonly http: (url: string, request: SdkRequest) => Promise<WireAnswer>
  readonly transport: Transport
}

type ConnectParts = OktaClientParts & Pick<Parameters<typeof createTransport>[0], 'budget'>

function connect(okta: Settings['okta'], { Client, RequestExecutor }: OktaSdk, parts: ConnectParts): Connection {
  const executor = new RequestExecutor()
  const tokens: { mended: Tokens | null } = { mended: null }
  const transport = createTransport({
    ...parts,
    orgUrl: okta.orgUrl,
    send: executor.fetch.bind(executor),
    onRefused: (authorization) => tokens.mended?.refused(authorization)
  })
  executor.fetch = transport.fetch
  const client = new Client(sdkOptions(okta, executor))
  if (okta.auth.kind === 'private_key') tokens.mended = mendTokens(client.oauth)
  return { http: (url, request) => client.http.http(url, request), transport }
}

/** Every option the SDK would otherwise take from `okta.yaml` files or the environment is said here (facts §8). */
function sdkOptions({ orgUrl, auth }: Settings['okta'], requestExecutor: InstanceType<OktaSdk['RequestExecutor']>) {
  const common = { orgUrl, userAgent: 'reenroll', cacheMiddleware: null, requestExecutor }
  if (auth.kind === 'token') {
    const none = { clientId: '', scopes: [], privateKey: '', keyId: '' }
    return { ...common, ...none, authorizationMode: 'SSWS', token: auth.token }
  }
  const { clientId, privateKey } = auth
  const key = { clientId, scopes: [...auth.scopes], privateKey, keyId: auth.keyId ?? '' }
  return { ...common, ...key, authorizationMode: 'PrivateKey', token: '' }
}
