/** One source of evidence read through the client: an object or all pages of a list, as a value or as a reason why not. */
import type { Item, LogReach } from '../../domain/evidence.ts'
import type { OktaError } from '../../domain/okta.ts'
import { plus, SECOND_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { bucketOf, type OktaCall, type Priority } from '../client/calls.ts'
import type { OktaClient } from '../client/client.ts'

/** What a read came to, and when. */
export type ReadResult<V> =
  | (LogReach & {
      readonly ok: true
      readonly at: Instant
      readonly value: V
      readonly requestId: string | null
      /** Read together with others (`Item.shared`). */
      readonly shared?: true
    })
  | {
      readonly ok: false
      readonly at: Instant
      /** Names call, status and code; no id and nothing of Okta's text. */
      readonly because: string
      readonly retryable: boolean
      /** Okta says that what was asked about does not exist. */
      readonly missing: boolean
      /** Okta refused the call as malformed: its filter may be too long (facts §3.4). */
      readonly refused?: true
      /** Asked no further on purpose (`Item.spared`). */
      readonly spared?: true
      /** Nothing was tried, and before then nothing will be (`Item.heldUntil`). */
      readonly heldUntil?: Instant
    }

/** Why something was not read. */
export type ReadFailure = Extract<ReadResult<never>, { readonly ok: false }>

export interface Asker {
  /** A single object. `read` answers null for a body that it cannot read. */
  one<V>(call: OktaCall, read: (body: unknown) => V | null): Promise<ReadResult<V>>
  /** A list, page by page (facts §3.3). More than `mostPages` is not an answer: half a list would pass for the whole. */
  all<V>(
    call: OktaCall,
    read: (page: unknown) => readonly V[] | null,
    mostPages: number,
    /** Where a list that names its next page in the body does so. */
    nextIn?: (page: unknown) => string | null
  ): Promise<ReadResult<readonly V[]>>
  /** The first pages of a list, and whether they are the whole list. */
  upTo<V>(
    mostPages: number,
    call: OktaCall,
    read: (page: unknown) => readonly V[] | null,
    nextIn?: (page: unknown) => string | null
  ): Promise<ReadResult<{ readonly entries: readonly V[]; readonly isAll: boolean }>>
  /** Something known without asking Okta. */
  known<V>(value: V): ReadResult<V>
  /** Something that cannot be asked. */
  unknown(because: string): ReadFailure
}

/** An asker that goes through the client; every call carries the signal and has this priority. */
export function createAsker(
  client: OktaClient,
  clock: Clock,
  signal: AbortSignal,
  priority: Priority = 'correlating'
): Asker {
  const unknown = (because: string) => ({ ok: false, at: clock(), because, retryable: false, missing: false }) as const

  const upTo: Asker['upTo'] = async (mostPages, call, read, nextIn = () => null) => {
    const entries = []
    let next: string | null = null
    for (let pages = 1; ; pages++) {
      const reply = await client.call({ ...call, priority, signal, ...(next === null ? {} : { next }) })
      if (!reply.ok) return failed(reply.error, clock())
      const page = read(reply.answer.body)
      if (page === null) return unknown(`${bucketOf(call)} gave an answer that cannot be read.`)
      entries.push(...page)
      next = reply.answer.next ?? nextIn(reply.answer.body)
      if (next === null || pages >= mostPages) {
        const value = { entries, isAll: next === null }
        return { ok: true, at: clock(), value, requestId: reply.answer.requestId }
      }
    }
  }

  return {
    upTo,
    unknown,
    async all(call, read, mostPages, nextIn) {
      const list = await upTo(mostPages, call, read, nextIn)
      if (!list.ok) return list
      if (list.value.isAll) return { ...list, value: list.value.entries }
      return unknown(`${bucketOf(call)} has more than ${mostPages} pages; not all was read.`)
    },
    async one(call, read) {
      const reply = await client.call({ ...call, priority, signal })
      if (!reply.ok) return failed(reply.error, clock())
      const value = read(reply.answer.body)
      if (value === null) return unknown(`${bucketOf(call)} gave an answer that cannot be read.`)
      return { ok: true, at: clock(), value, requestId: reply.answer.requestId }
    },
    known: (value) => ({ ok: true, at: clock(), value, requestId: null })
  }
}

export function itemOf<V>(answered: ReadResult<V>): Item<V> {
  const { at } = answered
  if (answered.ok) {
    const { ok, ...item } = answered
    return { state: 'known', ...item }
  }
  const held = answered.heldUntil === undefined ? {} : { heldUntil: answered.heldUntil }
  const spared = answered.spared ? ({ spared: true } as const) : {}
  return { state: 'unknown', at, because: answered.because, retryable: answered.retryable, ...held, ...spared }
}

/** When nothing says how long a call is held. */
const HELD_AGAIN_MS = SECOND_MS

/** Answers to an address that is too long: Okta's own, and those of proxies before it. */
const REFUSED_AS_MALFORMED: readonly (number | null)[] = [400, 413, 414, 431]

/** A 404 without Okta's own code is a wrong path or a proxy, and says nothing about what was asked (facts §3). */
function failed(error: OktaError, at: Instant): ReadResult<never> {
  const { kind, status, because, errorCode, blocked: held, retryAfterMs } = error
  return {
    ok: false,
    at,
    because,
    retryable: kind === 'throttled' || kind === 'unavailable',
    missing: kind === 'missing' && errorCode === 'E0000007',
    ...(REFUSED_AS_MALFORMED.includes(status) ? { refused: true as const } : {}),
    ...(held ? { heldUntil: plus(at, retryAfterMs ?? HELD_AGAIN_MS) } : {})
  }
}
