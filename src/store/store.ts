/**
 * What the rest of Reenroll asks of a store. All engines pass `test/contract/store.ts`. Every method that writes resolves
 * only once the write is durable. The case row is the queue: `dueAt` and a lease, no second source of truth (DESIGN §7).
 */
import type { Case } from '../case/case-file.ts'
import type { Controls, Recent } from '../decide/decision.ts'
import type { Action, Instant } from '../vocabulary.ts'
import type { Cursors } from './cursors.ts'
import type { Duties } from './duties.ts'
import type { Outbox, OutboxDraft } from './outbox.ts'
import type { Activity, CaseFilter, CaseQuery, FailingNow, RecentQuery, Snapshot } from './questions.ts'
import type { DeadLetter, Delivery, EventFate, FailureTrace, PendingEvent, Receipt } from './received.ts'
import type { Timekeeping } from './timekeeping.ts'
import type { Upkeep } from './upkeep.ts'

export type * from './questions.ts'
export type * from './received.ts'

/** A line of the ledger before it is chained. `entry` is JSON data without secrets. */
export interface LedgerDraft {
  readonly at: Instant
  readonly kind:
    | 'decision'
    | 'proposal'
    | 'approval'
    | 'rejection'
    | 'intent'
    | 'write'
    | 'effect'
    | 'control'
    | 'close'
    | 'assign'
    | 'snooze'
    | 'mail'
  readonly caseId: string | null
  readonly by: string
  readonly entry: Readonly<Record<string, unknown>>
}
/** A chained line: `hash` = SHA-256 over the previous hash and the canonical JSON of the rest. */
export interface LedgerRow extends LedgerDraft {
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
}

/** A case to save: accepted only when the stored version is `next.version - 1` (0 stored means new). */
export interface CaseWrite {
  readonly next: Case
  readonly ledger: readonly LedgerDraft[]
  /** The lease holder, when a worker saves after a step; the save ends its lease unless `keepLease`. */
  readonly holder?: string
  /** The worker has more to do at once and keeps the lease, renewed. `beginWrite` always keeps it: the call follows. */
  readonly keepLease?: boolean
  /** Which ticket systems are to be told; written in the same transaction. */
  readonly outbox?: OutboxDraft
}
/** `conflict`: somebody else saved first, or the lease is lost; load again and re-apply. Nothing was written. */
export type Saved = 'saved' | 'conflict'

/** Bounds checked in the same transaction that writes an intent down, so that caps are exact for all replicas. */
export interface WriteLimits {
  readonly now: Instant
  /** Of the controls the decision rests on; a mode, a pause or a ceiling set since then refuses the write. */
  readonly controlsVersion: number
  readonly userWritesPerDay: number
  readonly writesPerHour: number
  /** Of the remediation that is about to begin. */
  readonly remediationWritesPerHour: number
  /** Writes of a day, in percent of the users who failed in that day; never fewer than `shareFloor`. */
  readonly sharePercent: number
  readonly shareFloor: number
}
export type Begun = 'begun' | 'conflict' | { readonly refused: string }

/** The built-in desk's ticket: text that a person reads, kept beside the case. */
export interface LocalTicket {
  readonly key: string
  readonly caseId: string
  readonly state: 'open' | 'resolved'
  readonly title: string
  readonly body: string
  readonly comments: readonly { readonly at: Instant; readonly text: string }[]
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/**
 * An engine may keep a case's fields in columns of its own for the lists; the review pages ask with `folded`, `snooze`,
 * `search` and `order: 'oldest'` (`test/store/promises/queue.ts`) and must get a page of 100,000 cases well inside 50 ms.
 */
export interface Store extends Outbox, Upkeep, Timekeeping, Duties, Cursors {
  /** Commits a delivery and its events, unique on uuid. Resolves when on disk (group commit). Rejects with `StoreUnavailable`. */
  receive(delivery: Delivery): Promise<Receipt>
  /** Leases up to `limit` events not yet digested, oldest `publishedAt` first. */
  nextEvents(ask: { limit: number; now: Instant; leaseMs: number; holder: string }): Promise<PendingEvent[]>
  /**
   * Gives events of one subject their fate and saves what they make of the case, all or nothing.
   * `already`: one of the events was digested before; nothing was written.
   */
  digest(step: {
    readonly events: readonly { readonly uuid: string; readonly fate: EventFate; readonly trace?: FailureTrace }[]
    readonly write?: CaseWrite
  }): Promise<Saved | 'already'>
  /** The newest case of a subject, open or not. */
  latestCase(subjectKey: string): Promise<Case | null>
  /** Leases up to `limit` cases whose `dueAt` has come and that nobody holds, most overdue first. */
  claimDue(ask: { limit: number; now: Instant; leaseMs: number; holder: string }): Promise<Case[]>
  /** Gives back leases unused, at shutdown. */
  release(holder: string): Promise<void>
  save(write: CaseWrite): Promise<Saved>
  /**
   * Saves the case together with the intent to write, unless the kill switch is on, a cap is reached, or this
   * (case, remediation, attempt) was begun before. The last `next.actions` entry is the intent.
   */
  beginWrite(write: CaseWrite, limits: WriteLimits): Promise<Begun>
  getCase(id: string): Promise<Case | null>
  /** Page by page, newest first unless asked otherwise. */
  listCases(query: CaseQuery): Promise<{ cases: Case[]; next: string | null }>
  /** How many cases the list would hold on all its pages. */
  countCases(filter: CaseFilter): Promise<number>
  /** Counts for charts, of cases opened and writes intended since then. */
  activity(since: Instant): Promise<Activity>
  /** Actions of a user that happened or may have happened, and how many users fail right now. */
  recent(query: RecentQuery): Promise<Recent>
  /** Who fails right now: storm detection over the traces of the window (facts §6.1 G8). */
  failing(ask: { now: Instant; windowMs: number }): Promise<FailingNow>
  /** How many cases belong to a storm, and how many of them are open. */
  countChildren(parentId: string): Promise<{ all: number; open: number }>
  /** Writes that have been intended since `since`, newest first. */
  actionsSince(since: Instant): Promise<readonly (Action & { readonly caseId: string })[]>
  controls(): Promise<Controls>
  /** Replaces the controls if `next.version` follows the stored one, with its ledger line. */
  setControls(next: Controls, ledger: LedgerDraft): Promise<Saved>
  /** Lines after `seq`, oldest first; with `caseId` only those of this case. */
  ledger(page: { after: number; limit: number; caseId?: string }): Promise<LedgerRow[]>
  putTicket(ticket: LocalTicket): Promise<void>
  getTicket(key: string): Promise<LocalTicket | null>
  deadLetters(limit: number): Promise<DeadLetter[]>
  snapshot(): Promise<Snapshot>
  /** Calls back whenever events or due cases may be waiting, so that work starts at once; polling is only a fallback. */
  onWork(wake: () => void): void
  /** True when a commit works right now. */
  healthy(): Promise<boolean>
  close(): Promise<void>
}

/** The store cannot commit right now. The hook answers 503 and keeps nothing. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
/** The database cannot be used: a second process, a corrupt file, a wrong version. The message says what to do. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
}
