/**
 * What the rest of Reenroll asks of a store. All engines pass `test/contract/store.ts`. Every method that writes resolves
 * only once the write is durable. The case row is the queue: `dueAt` and a lease, no second source of truth (DESIGN §7).
 */
import type { Case, Outcome } from '../case/case-file.ts'
import type { Controls, Recent } from '../decide/decision.ts'
import type {
  Action,
  CaseState,
  CauseId,
  Effect,
  Instant,
  IntakeSource,
  Mode,
  RemediationId,
  SkipReason
} from '../vocabulary.ts'
import type { Cursors } from './cursors.ts'
import type { Duties } from './duties.ts'
import type { Outbox, OutboxDraft } from './outbox.ts'
import type { Upkeep } from './upkeep.ts'

/** A delivery on its way to disk: the raw text once, and where each event stands in it. */
export interface Delivery {
  readonly source: IntakeSource
  /** Okta's `eventId`; null for other sources. Only kept as information: dedupe is by event `uuid`. */
  readonly envelopeId: string | null
  readonly hookId: string | null
  /** Okta's `eventTime`, when it says. */
  readonly sentAt: Instant | null
  readonly receivedAt: Instant
  /** Exactly what was received. */
  readonly body: string
  readonly events: readonly DeliveredEvent[]
  /** Events of the body that cannot be handled; kept as one dead letter of the delivery, with a reason. */
  readonly unreadable: readonly { readonly index: number; readonly why: string }[]
}
export interface DeliveredEvent {
  readonly uuid: string
  /** Position in `data.events` of the body. */
  readonly index: number
  /** Okta's `published`, or `receivedAt` when it has none. */
  readonly publishedAt: Instant
}

/** Which events were new. A known uuid changes nothing. */
export interface Receipt {
  readonly fresh: readonly string[]
  readonly duplicates: number
}

/** An event waiting to be read, with its own part of the raw body, parsed. */
export interface PendingEvent {
  readonly uuid: string
  readonly source: IntakeSource
  readonly raw: unknown
  readonly publishedAt: Instant
  readonly receivedAt: Instant
  readonly sentAt: Instant | null
}

/** Where an event ended. Nothing is dropped silently (DESIGN §5). */
export type EventFate =
  | { readonly kind: 'case'; readonly caseId: string; readonly as: 'failure' | 'recovery' | 'signal' }
  | { readonly kind: 'skipped'; readonly why: SkipReason }
  | { readonly kind: 'dead'; readonly why: string }

/** What storm detection counts: one per failure (facts §6.1 G8). */
export interface FailureTrace {
  readonly subjectKey: string
  readonly publishedAt: Instant
  readonly ip: string | null
  readonly asNumber: number | null
  readonly appVersion: string | null
  readonly platform: string
}

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

/** Which cases; without any field, all but the canary's. */
export interface CaseFilter {
  readonly states?: readonly CaseState[]
  readonly cause?: CauseId
  /** An Okta user id or a login. */
  readonly user?: string
  /** Only the children of this storm case. */
  readonly parentId?: string
  /** The mode of the decision in force. */
  readonly mode?: Mode
  /** Opened then or later. */
  readonly openedSince?: Instant
  /** Part of the user's name, login or Okta id, in any case (`searchText` in `keys.ts`). */
  readonly search?: string
  /** Leaves out the children of storms, whose parent speaks for them. */
  readonly folded?: boolean
  /** The canary's case too, which is left out otherwise. */
  readonly canary?: boolean
  /** Only cases that are snoozed at this moment, or only those that are not. */
  readonly snooze?: { readonly at: Instant; readonly show: 'awake' | 'asleep' }
}
export interface CaseQuery extends CaseFilter {
  readonly limit: number
  /** By `openedAt`, then id. Default: newest first. A cursor belongs to the order it was made in. */
  readonly order?: 'newest' | 'oldest'
  /** The `next` of the page before. */
  readonly after?: string
}

export interface RecentQuery {
  readonly subjectKey: string
  readonly ips: readonly string[]
  readonly asNumbers: readonly number[]
  readonly now: Instant
  readonly stormWindowMs: number
}

/** Who fails right now, and what most of them have in common. */
export interface FailingNow {
  /** Distinct subjects with a failure inside the window. */
  readonly users: number
  /** Per property the value shared by most of these subjects; null when no failure has one. */
  readonly common: {
    readonly ip: Shared<string>
    readonly asNumber: Shared<number>
    readonly appVersion: Shared<string>
    readonly platform: Shared<string>
  }
}
export type Shared<V> = { readonly value: V; readonly users: number } | null

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

/** What became of the cases opened since a moment, in counts; for charts. Days are UTC days, `2026-06-15`. */
export interface Activity {
  readonly cases: readonly {
    readonly day: string
    readonly cause: CauseId | null
    readonly rule: string | null
    readonly state: CaseState
    readonly outcome: Outcome | null
    readonly count: number
  }[]
  /** Writes by the day of their intent. `rule`: the rule of the case's decision now. */
  readonly writes: readonly {
    readonly day: string
    readonly rule: string | null
    readonly remediation: RemediationId
    readonly state: Action['state']
    readonly effect: Effect
    readonly count: number
  }[]
}

/** Cheap figures for gauges; engines answer from indexes, never a table scan (peers: convoy #2807). */
export interface Snapshot {
  readonly pendingEvents: number
  readonly oldestPendingEventAt: Instant | null
  readonly cases: Readonly<Record<CaseState, { readonly count: number; readonly oldestAt: Instant | null }>>
  readonly deadLetters: number
}

export interface DeadLetter {
  readonly at: Instant
  readonly why: string
  /** The event's uuid, or `delivery:<n>` for events that have none. */
  readonly subject: string
}

/** The review pages must get a page of 100,000 cases, asked in any way, well inside 50 ms (`test/store/promises/queue.ts`). */
export interface Store extends Outbox, Upkeep, Duties, Cursors {
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
