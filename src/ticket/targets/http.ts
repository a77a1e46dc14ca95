/**
 * HTTP towards ticket systems: throttled, with a deadline, and every error named (`TARGET_ERRORS`). It counts calls that may
 * have had an effect, so that a try without effect leaves no ticket possibly created. Adapters over an SDK use `http.fetch`.
 */

import type { TicketSystem } from '../../config/policy/ticket-policy.ts'
import { field } from '../../domain/json.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type FailedAnswer, isLoginRefused, meaningOf, retryAfterOf } from './answers.ts'
import { type HttpClient, type HttpRequest, type HttpResponse, TargetError } from './target.ts'

/* Reading answers of ticket systems: unknown JSON in, the few fields we need out. Anything else counts as missing. Pure. */

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = field(value, ...path)
  if (typeof found === 'number') return String(found)
  // Half a pair of surrogates cannot be part of an address.
  return typeof found === 'string' && found !== '' ? found.toWellFormed() : null
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
  /** Left out: Node's own. */
  readonly fetch?: typeof fetch
}

/** Longest answer read; issues with a long text stay well below. */
const MAX_ANSWER = 4 * 1024 * 1024
/** Errors of `fetch` that come before anything was sent. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ERR_PROXY_TUNNEL)$/

export function createHttpClient({ name, pace, timeoutMs, fetch = globalThis.fetch }: HttpClientOptions): HttpClient {
  let effects = 0
  let credentialEndsAt: Instant | null = null

  /** Follows redirects to the same origin only: the credential must not travel further. */
  async function followed(input: Parameters<typeof fetch>[0], init: RequestInit): Promise<Response> {
    let response = await fetch(input, init)
    let url = input instanceof Request ? input.url : String(input)
    for (let hops = 0; hops < MAX_REDIRECTS && isRedirect(response.status); hops++) {
      const to = new URL(response.headers.get('location') ?? '', url)
      if (to.origin !== new URL(url).origin || !keepsMethod(response.status, init.method)) break
      await response.body?.cancel()
      url = to.href
      await pace()
      response = await fetch(url, init)
    }
    if (!isRedirect(response.status)) return response
    await response.body?.cancel()
    const where = URL.parse(response.headers.get('location') ?? '', url)?.origin ?? 'an unnamed address'
    const what = `${name} redirects to ${where} (${response.status})`
    throw new TargetError('misdirected', `${what}. Set the address in the policy to the new one.`, {
      status: response.status
    })
  }

  const paced: typeof fetch = async (input, init) => {
    await pace()
    const method = (init?.method ?? 'GET').toUpperCase()
    const writes = method !== 'GET' && method !== 'HEAD'
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await followed(input, { ...init, signal, redirect: 'manual' })
      if (writes && (response.ok || perhapsDone(response.status))) effects += 1
      credentialEndsAt = endOf(response.headers) ?? credentialEndsAt
      return response
    } catch (error) {
      const targetError = networkError(name, error)
      // A redirect that is not followed had no effect.
      if (writes && targetError.reason !== 'misdirected' && targetError.reason !== 'unreachable') effects += 1
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
    const answer = { status: response.status, headers: response.headers, text, aboutTicket: ask.aboutTicket === true }
    if (ask.system === 'jira' && isLoginRefused(response.headers)) throw statusError(name, answer, ask.system)
    if (response.ok || ask.expect?.includes(response.status)) {
      return { status: response.status, headers: response.headers, body: jsonOf(name, text, response.ok) }
    }
    throw statusError(name, answer, ask.system)
  }

  return { call, fetch: paced, effects: () => effects, credentialEndsAt: () => credentialEndsAt }
}

/**
 * GitHub names the end of a token with every answer, such as `2026-10-07 19:07:53 UTC`
 * (https://github.blog/changelog/2021-07-26-expiration-options-for-personal-access-tokens/). Atlassian and Slack do not.
 */
function endOf(headers: Headers): Instant | null {
  const ms = Date.parse(headers.get('github-authentication-token-expiration') ?? '')
  // A token of a GitHub App ends after an hour and is renewed automatically.
  const isLongLived = ms - (Date.parse(headers.get('date') ?? '') || Date.now()) > 2 * HOUR_MS
  return isLongLived ? new Date(ms).toISOString() : null
}

const MAX_REDIRECTS = 3

function isRedirect(status: number): boolean {
  return [301, 302, 307, 308].includes(status)
}

/** A POST becomes a GET at 301 and 302 (https://fetch.spec.whatwg.org/#http-redirect-fetch), so it is not followed. */
function keepsMethod(status: number, method = 'GET'): boolean {
  return status === 307 || status === 308 || method.toUpperCase() !== 'POST'
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
  if (isUntrusted(code))
    return new TargetError('unreachable', `${name} has a certificate that is not trusted (${code}).`)
  if (NOT_SENT.test(code)) return new TargetError('unreachable', `${name} cannot be reached (${code}).`)
  return new TargetError('timeout', `${name} gave no answer (${code}).`)
}

/** An error code of a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
export function isUntrusted(code: string): boolean {
  return /^(CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)_/.test(code)
}

function codeOf(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return error instanceof Error ? error.name : 'unknown error'
}

/** The longest piece of a response that an error quotes. */
const QUOTED = 300

/** A redirect of one ticket that cannot be followed is about that ticket, not about the target. */
export function ofTicket(error: TargetError): TargetError {
  if (error.reason !== 'misdirected') return error
  return new TargetError('refused', error.message, error.status === null ? {} : { status: error.status })
}

/** Null for a ticket that cannot be seen. */
export async function unlessHidden<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TargetError && (error.reason === 'not_visible' || error.reason === 'gone')) return null
    throw error
  }
}

/** Answers that a person reads to see what to repair. */
const QUOTED_REASONS = new Set(['refused', 'denied', 'misdirected'])

export function statusError(name: string, answer: FailedAnswer, system: TicketSystem | null = null): TargetError {
  const { status, headers, text } = answer
  const reason = meaningOf(system, answer)
  const quote = text.replace(/\s+/g, ' ').trim().slice(0, QUOTED)
  const hint = isLoginRefused(headers) ? ': the login was refused; the API token may have expired' : ''
  const shown = hint || (QUOTED_REASONS.has(reason) && quote !== '' ? `: ${quote}` : '')
  return new TargetError(reason, `${name} answered ${status}${shown}.`, { status, retryAfterMs: retryAfterOf(headers) })
}
