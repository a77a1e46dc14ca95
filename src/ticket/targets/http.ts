/**
 * HTTP towards ticket systems: throttled, with a deadline, and every error named (`TARGET_ERRORS`). It counts calls that may
 * have had an effect, so that a try without effect leaves no ticket possibly created. Adapters over an SDK use `http.fetch`.
 */
import { SECOND_MS } from '../../domain/time.ts'
import { type HttpClient, type HttpRequest, type HttpResponse, TargetError, type TargetReason } from './target.ts'

/* Reading answers of ticket systems: unknown JSON in, the few fields we need out. Anything else counts as missing. Pure. */

export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value
  )
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = field(value, ...path)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found !== '' ? found : null
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = field(value, ...path)
  return Array.isArray(found) ? found : []
}

/** An address with its parts encoded; `base` may end with a slash. */
export function at(base: string, ...parts: readonly string[]): string {
  return [base.replace(/\/+$/, ''), ...parts.map(encodeURIComponent)].join('/')
}

export interface HttpClientOptions {
  /** For messages: the target's name. */
  readonly name: string
  /** Waits for the rate limit. */
  readonly pace: () => Promise<void>
  readonly timeoutMs: number
  readonly fetch?: typeof fetch
}

/** Longest answer read; issues with a long text stay well below. */
const MAX_ANSWER = 4 * 1024 * 1024
/** Errors of `fetch` that come before anything was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH'])

export function createHttpClient({ name, pace, timeoutMs, fetch: send = fetch }: HttpClientOptions): HttpClient {
  let effects = 0

  const paced: typeof fetch = async (input, init) => {
    await pace()
    const method = (init?.method ?? 'GET').toUpperCase()
    const writes = method !== 'GET' && method !== 'HEAD'
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await send(input, { ...init, signal, redirect: 'manual' })
      if (writes && (response.ok || perhapsDone(response.status))) effects += 1
      return response
    } catch (error) {
      const targetError = networkError(name, error)
      if (writes && targetError.reason !== 'unreachable') effects += 1
      throw targetError
    }
  }

  async function call(method: string, url: string, ask: HttpRequest = {}): Promise<HttpResponse> {
    const { body } = ask
    const response = await paced(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
    const text = await textOf(name, response)
    if (response.ok || ask.expect?.includes(response.status)) {
      return { status: response.status, headers: response.headers, body: jsonOf(name, text, response.ok) }
    }
    throw statusError(name, response.status, response.headers, text)
  }

  return { call, fetch: paced, effects: () => effects }
}

function perhapsDone(status: number): boolean {
  return status >= 500 && status !== 503
}

async function textOf(name: string, response: Response): Promise<string> {
  try {
    const text = await response.text()
    if (text.length <= MAX_ANSWER) return text
  } catch (error) {
    throw networkError(name, error)
  }
  throw new TargetError('unreadable', `${name} gave an answer longer than ${MAX_ANSWER} characters.`)
}

function jsonOf(name: string, text: string, strict: boolean): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    if (!strict) return null
    throw new TargetError('unreadable', `${name} answered with something that is not JSON.`)
  }
}

export function networkError(name: string, error: unknown): TargetError {
  if (error instanceof TargetError) return error
  const code = codeOf(error)
  if (NOT_SENT.has(code)) return new TargetError('unreachable', `${name} cannot be reached (${code}).`)
  return new TargetError('timeout', `${name} gave no answer (${code}).`)
}

function codeOf(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return error instanceof Error ? error.name : 'unknown error'
}

/** The longest piece of a response that an error quotes. */
const QUOTED = 300

export function statusError(name: string, status: number, headers: Headers, text: string): TargetError {
  const retryAfterMs = retryAfterOf(headers)
  const reason = reasonOf(status, retryAfterMs)
  const said = reason === 'refused' ? `: ${text.replace(/\s+/g, ' ').slice(0, QUOTED)}` : ''
  return new TargetError(reason, `${name} answered ${status}${said}.`, { status, retryAfterMs })
}

function reasonOf(status: number, retryAfterMs: number | null): TargetReason {
  if (status === 429 || status === 503) return 'rate_limited'
  // GitHub's secondary limits are a 403 with `Retry-After`.
  if (status === 401 || status === 403) return retryAfterMs === null ? 'denied' : 'rate_limited'
  if (status === 408) return 'timeout'
  return status >= 500 || status < 400 ? 'server_error' : 'refused'
}

/** `Retry-After` in seconds or as a date, or GitHub's reset moment when nothing remains. */
export function retryAfterOf(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text !== null && /^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * SECOND_MS
  if (text !== null && !Number.isNaN(Date.parse(text))) return Math.max(0, Date.parse(text) - dateOf(headers))
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN)
  if (headers.get('x-ratelimit-remaining') !== '0' || Number.isNaN(reset)) return null
  return Math.max(0, reset * SECOND_MS - dateOf(headers))
}

/** The server's own clock, where it sends one. */
function dateOf(headers: Headers): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? Date.now() : date
}
