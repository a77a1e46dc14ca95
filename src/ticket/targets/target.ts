/**
 * A ticket system beyond the built-in desk. Each adapter says what it can do, so that `outbox.ts` treats them all alike:
 * the local mapping is the truth, and a look-up by key only recovers what a crash or a time-out left in doubt.
 */

import type { TicketSystem } from '../../config/policy/tickets-schema.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Block, Line } from '../../domain/document.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'

export interface Ref {
  readonly key: string
  readonly url: string
}

/** The case as this target may show it: a draft within its allow-list, and what is new since it was told last. */
export interface Snapshot extends Draft {
  readonly caseUrl: string
  readonly openedAt: Instant
  /** Timeline entries since the last delivery, oldest first. */
  readonly news: readonly Line[]
  /** Somebody has said that they look after it, or has approved what is proposed. */
  readonly taken: boolean
  /** What a person may answer from a chat; null when nothing waits for an answer. */
  readonly proposal: { readonly hash: string; readonly overrides: number } | null
}

/** Something said in a ticket, once. */
export interface Note {
  /** The same for every try, and part of the text: how a note that may be there already is found. */
  readonly id: string
  readonly body: readonly Block[]
  /** An earlier try may have said it: look first. */
  readonly doubt: boolean
}

/** How the ticket stands in its own system. */
export interface TicketStatus {
  readonly ref: Ref
  readonly state: 'open' | 'closed'
  /** Closed with a resolution that says: leave it closed. */
  readonly wontFix: boolean
}

/** How a ticket came to be resolved: by us, or by somebody before us. */
export type Resolution = 'resolved' | 'was_closed' | 'wont_fix'

/** A ticket of ours that a person closed. */
export interface Closing extends TicketStatus {
  readonly how: string
}

export interface Capabilities {
  /**
   * How long after it was made a ticket is surely found by `recover`: 0 where look-ups are consistent or the key is ours
   * to choose, more where search lags behind.
   */
  readonly lookupSettlesMs: number
  /** A resolved ticket can be opened again. */
  readonly reopen: boolean
  /** Notes are kept one by one; otherwise `ensure` and `resolve` carry the news themselves. */
  readonly notes: boolean
  /** Closings by people can be read. */
  readonly closings: boolean
}

export interface Target {
  /** As the policy names it. */
  readonly name: string
  readonly system: TicketSystem
  readonly can: Capabilities
  /**
   * Without `known`: makes the ticket. With it: brings the ticket up to date, except where a person has edited it, and says
   * how it stands; a ticket that a person closed is left closed. Null when it is no longer there.
   */
  ensure(snapshot: Snapshot, known: Ref | null): Promise<TicketStatus | null>
  note(ref: Ref, note: Note): Promise<void>
  /** Afterwards the ticket is resolved and says why. Nothing happens to one that is closed already. */
  resolve(ref: Ref, snapshot: Snapshot, note: Note): Promise<Resolution>
  /**
   * Afterwards the ticket is open and says why; it may have told another case of the same person before. False: it cannot be
   * opened again, and another one is needed.
   */
  reopen(ref: Ref, snapshot: Snapshot, note: Note): Promise<boolean>
  /** The newest ticket of the case that was made since then, if there is one. */
  recover(caseId: string, since: Instant): Promise<TicketStatus | null>
  /** Tickets of ours that were closed since then. Those we resolved may be among them. */
  readSince(since: Instant): Promise<readonly Closing[]>
  /** How the ticket with this key was closed; null while it is open, when it is gone, and where nothing can be read. */
  readOne(key: string): Promise<Closing | null>
  /** What is wrong with credentials and fields, in words; leaves no trace. */
  check(): Promise<readonly string[]>
}

/** What an adapter is handed besides its settings and its secret. */
export interface TargetDeps {
  readonly wire: HttpClient
  readonly clock: Clock
}

/** Why a call did not come through. A closed list, because it is a metric label. */
export const TARGET_ERRORS = [
  'unreachable', // surely not received
  'timeout', // perhaps received
  'rate_limited',
  'server_error',
  'unreadable', // an answer we do not understand
  'denied', // the credentials are wrong or lack a right
  'refused' // this request is wrong and would be wrong again
] as const
export type TargetReason = (typeof TARGET_ERRORS)[number]

export class TargetError extends Error {
  override readonly name = 'TargetTrouble'
  readonly reason: TargetReason
  /** HTTP status, when there was an answer. */
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(reason: TargetReason, message: string, more: { status?: number; retryAfterMs?: number | null } = {}) {
    super(message)
    this.reason = reason
    this.status = more.status ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  /** The JSON body; null without one. */
  readonly body: unknown
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is text already. */
  readonly body?: unknown
  /** Statuses of 400 and up that are an answer to the caller, such as 404. */
  readonly expect?: readonly number[]
}

export interface HttpClient {
  call(method: string, url: string, ask?: HttpRequest): Promise<HttpResponse>
  readonly fetch: typeof fetch
  /** Writes so far that had, or may have had, an effect. */
  effects(): number
}
