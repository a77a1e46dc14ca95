/**
 * The System Log as it was written, page by page (facts §3.4). Raw entries, since the SDK's model loses `device` and
 * other fields (facts §8 finding 10), and what they mean is for `intake/` to say.
 */
import type { OktaError } from '../domain/okta.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { OktaCall, Priority } from './client/calls.ts'
import type { OktaClient } from './client/client.ts'

/** Where to read. `filter` is in Okta's filter language; entries on a page at most 1000. */
export type LogAsk =
  /** Everything stored since then, in the order of storing, and from there on whatever comes: a polling query. */
  | { readonly kind: 'since'; readonly since: Instant; readonly filter: string; readonly limit: number }
  /** Entries published in this window, sorted by that; ends. */
  | {
      readonly kind: 'window'
      readonly since: Instant
      readonly until: Instant
      readonly filter: string | null
      readonly limit: number
    }
  /** The page after another one: its `next`, as it was given. */
  | { readonly kind: 'next'; readonly next: string }

export interface LogPage {
  readonly entries: readonly unknown[]
  /** Where to continue. A polling query always has one, also after an empty page; a window ends with null. */
  readonly next: string | null
}

export type LogRead = { readonly ok: true; readonly page: LogPage } | { readonly ok: false; readonly error: OktaError }

/** Never rejects. */
export interface LogFeed {
  read(ask: LogAsk, signal?: AbortSignal, priority?: Priority): Promise<LogRead>
}

const LOGS = { method: 'GET', pattern: '/api/v1/logs' } as const

/** A feed that goes through the client; unless said otherwise after all others, since people who are stuck come first. */
export function createLogFeed(client: OktaClient): LogFeed {
  return {
    async read(ask, signal, priority = 'backfill') {
      const reply = await client.call({ ...callOf(ask), priority, ...(signal ? { signal } : {}) })
      if (!reply.ok) return reply
      const { body, next } = reply.answer
      if (Array.isArray(body)) return { ok: true, page: { entries: body, next } }
      return { ok: false, error: { ...UNREADABLE, requestId: reply.answer.requestId } }
    }
  }
}

function callOf(ask: LogAsk): OktaCall {
  if (ask.kind === 'next') return { ...LOGS, next: ask.next }
  const { since, limit, filter } = ask
  // Without `until`, in ascending order and with a start, the query is a polling one (facts §3.4).
  const end = ask.kind === 'window' ? { until: ask.until } : {}
  const filtered = filter === null ? {} : { filter }
  return { ...LOGS, query: { since, ...end, ...filtered, sortOrder: 'ASCENDING', limit: String(limit) } }
}

const UNREADABLE: OktaError = {
  kind: 'unavailable',
  status: 200,
  errorCode: null,
  because: 'GET /api/v1/logs gave an answer that is not a list.',
  retryAfterMs: null,
  ambiguous: false,
  requestId: null
}
