/**
 * The store's interface. Both engines pass `test/contract/store.ts`. A method that writes resolves only once the write is
 * durable. The case row is the queue: `dueAt` and a lease, no second source of truth (DESIGN §7).
 */
import type { Case, GuidedCase, Outcome } from './case.ts'
import type { Credentials } from './credentials.ts'
import type { Controls, GuardThresholds, LoneStop, Recent } from './decision.ts'
import type { DeadLetter, Delivery, EventDisposition, FailureTrace, PendingEvent, Receipt } from './deliveries.ts'
import type { LedgerDraft, LedgerRow, LedgerStart, LedgerStarted } from './ledger.ts'
import type { Outbox, OutboxDraft } from './outbox.ts'
import type { RetentionStore } from './retention.ts'
import { HOUR_MS, MINUTE_MS } from './time.ts'
import type { ChallengeCaps, SentChallenge } from './verification.ts'
import type { Action, CaseState, CauseId, Effect, GuardId, Instant, Mode, RemediationId } from './vocabulary.ts'

/** What describes a case and can be filtered by: from its failures, guards, ticket, assignee and groups. The order is stored. */
export const FACT_KINDS = [
  'address',
  'network',
  'app',
  'model',
  'platform',
  'device',
  'guard',
  'ticket',
  'assignee',
  'group'
] as const
export type FactKind = (typeof FACT_KINDS)[number]
/** Facts that many failing users can share. */
export const SHARED_KINDS = [
  'address',
  'network',
  'platform',
  'model',
  'app',
  'group'
] as const satisfies readonly FactKind[]

/** What the cases of a storm have in common, the most frequent first. */
export interface StormFacets {
  readonly states: readonly { readonly of: CaseState; readonly count: number }[]
  readonly causes: readonly { readonly of: CauseId; readonly count: number }[]
  /** In lower case, as they are compared. */
  readonly facts: readonly {
    readonly kind: (typeof SHARED_KINDS)[number]
    readonly of: string
    readonly count: number
  }[]
  /** By minute, `2026-06-15T14:03`, and state. */
  readonly opened: readonly { readonly at: string; readonly state: CaseState; readonly count: number }[]
}

/** What an open case needs of a person before anything else: Security, the steps sent to the user, or whatever its state says. */
export const NEEDS = ['security', 'steps', 'other'] as const
export type Need = (typeof NEEDS)[number]

/** Which cases; without any field, all but the canary's. */
export interface CaseFilter {
  readonly states?: readonly CaseState[]
  /** Of these needs. */
  readonly needs?: readonly Need[]
  readonly cause?: CauseId
  /** An Okta user id or a login. */
  readonly user?: string
  /** Only the children of this storm case. */
  readonly parentId?: string
  /** The mode of the decision in force, and its rule. */
  readonly mode?: Mode
  readonly rule?: string
  readonly outcome?: Outcome
  /** A guard that stopped the repair. */
  readonly stoppedBy?: GuardId
  /** Opened then or later. */
  readonly openedSince?: Instant
  /** Opened before then. */
  readonly openedBefore?: Instant
  /** All of these facts, in any case; null: no such fact. */
  readonly facts?: Readonly<Partial<Record<FactKind, string | null>>>
  /** Part of the user's name, login or Okta id, or of a fact, in any case (`searchText` in `keys.ts`). */
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

export type CountsByState = Readonly<Partial<Record<CaseState, number>>>

export interface RecentQuery {
  readonly subjectKey: string
  readonly ips: readonly string[]
  readonly asNumbers: readonly number[]
  readonly now: Instant
  readonly stormWindowMs: number
}

/** What a decision asks of the store. */
export interface DecidingQuery {
  readonly recent: RecentQuery
  /** The subject of storms. */
  readonly stormKey: string
  /** The keys of the user's identifiers, for what other vendors have reported since then. */
  readonly shared: { readonly keys: readonly string[]; readonly since: Instant }
}
export interface ForDeciding {
  readonly controls: Controls
  readonly recent: Recent
  /** The newest storm, open or not. */
  readonly storm: Case | null
  /** Events of source `ssf`, newest first. */
  readonly shared: readonly unknown[]
}

export interface FailingAsk {
  readonly now: Instant
  readonly windowMs: number
  /** Of fewer users nobody wants to know what they have in common. */
  readonly fewest?: number
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

/** The cases opened from `since` until before `until`. */
export interface Period {
  readonly since: Instant
  readonly until: Instant
}

export interface ActivityQuery extends Period {
  /** `period`: one count for all of it, with an empty `at`; far fewer rows. */
  readonly by: 'hour' | 'day' | 'period'
}

/** Outcomes of cases and writes of a period, in counts; for charts. `at` is a UTC day `2026-06-15` or hour `2026-06-15T14`. */
export interface Activity {
  readonly cases: readonly {
    readonly at: string
    readonly cause: CauseId | null
    readonly rule: string | null
    readonly state: CaseState
    readonly outcome: Outcome | null
    readonly count: number
  }[]
  /** Writes by the time of their intent. `rule`: the rule that asked for the write. */
  readonly writes: readonly {
    readonly at: string
    readonly rule: string | null
    readonly remediation: RemediationId
    readonly state: Action['state']
    readonly effect: Effect
    readonly count: number
  }[]
}

/** How long users took from their first failure to the enrollment. */
export interface EnrollmentTimes {
  readonly cause: CauseId | null
  readonly count: number
  /** Half of them took at most this long, and nine in ten. */
  readonly medianS: number
  readonly p90S: number
}

/** What became of the users of a period's cases. */
export interface Recoveries {
  /** Over all causes; null when nobody enrolled. */
  readonly inAll: EnrollmentTimes | null
  readonly byCause: readonly EnrollmentTimes[]
  /** Cases that ended with an enrollment. `byPerson`: 1 when a person acted on the case. */
  readonly enrolled: readonly { readonly outcome: Outcome; readonly byPerson: 0 | 1; readonly count: number }[]
  /** Cases whose repair was stopped, by guards (`G1 G9 `). */
  readonly stopped: readonly {
    readonly guards: string
    readonly state: CaseState
    readonly outcome: Outcome | null
    readonly count: number
  }[]
  /** The cases whose users took longest. */
  readonly longest: readonly { readonly id: string; readonly seconds: number }[]
}

/** A case whose repair one guard alone stopped, and what became of it. */
export interface LoneStopped extends LoneStop {
  readonly id: string
  readonly openedAt: Instant
  readonly state: CaseState
  readonly outcome: Outcome | null
  readonly attack?: true
  readonly enrolledAfterS: number | null
}

/** Cheap figures for gauges, from counters and indexes, never a table scan. */
export interface StoreSnapshot {
  readonly pendingEvents: number
  readonly oldestPendingEventAt: Instant | null
  readonly cases: Readonly<Record<CaseState, { readonly count: number; readonly oldestAt: Instant | null }>>
  readonly deadLetters: number
}

/** Positions in streams, each stored as text under its name, as its reader wrote it. */
export interface Cursors {
  /** The stored position; null before the first `setCursor`. */
  cursor(name: string): Promise<string | null>
  /** Replaces it; the last one wins. */
  setCursor(name: string, value: string): Promise<void>
}

/* Leases of singleton jobs, by name: work that only one replica does at a time. */

export interface LeaseRequest {
  readonly name: string
  /** The same holder renews. */
  readonly holder: string
  readonly now: Instant
  readonly leaseMs: number
}
/** `freeInMs`: another holder has it, and must renew within this time or lose it. */
export type LeaseResult = 'held' | { readonly freeInMs: number }

export interface Leases {
  /** Takes a free lease, or renews one's own. With several replicas the database's clock counts. */
  acquireLease(ask: LeaseRequest): Promise<LeaseResult>
  /** Releases it, so that another may take it at once. A lease of another holder stays. */
  releaseLease(name: string, holder: string): Promise<void>
}

/*
 * Clocks. Due times and leases are instants, so an instant written by a wrong clock stays wrong. `store/clock.ts` keeps the
 * clock right, and has such instants repaired.
 */

export interface Timekeeping {
  /** The time that all replicas share; null when this process is the only one, so that its own clock counts. */
  sharedTime(): Promise<Instant | null>
  /**
   * Makes due now what a clock ahead of time has put off, and shortens its leases. Returns how many cases and outbox entries
   * these were. Called at the start and when the clock was set back.
   */
  repairClockSkew(now: Instant): Promise<number>
}

/** An instant further ahead was written by a wrong clock: those of replicas differ by milliseconds. */
export const MAX_SKEW_MS = MINUTE_MS
/** No outbox entry waits longer on purpose. */
export const LONGEST_WAIT_MS = HOUR_MS
/** No lease is longer on purpose. One that is longer gets the shorter time, which lets work in progress end. */
export const LONGEST_LEASE_MS = 10 * MINUTE_MS
export const CAPPED_LEASE_MS = MINUTE_MS

/** Who takes a lease, and for how long. `now` decides what is due. */
export interface CaseClaim {
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

/** A case to save: accepted only when the stored version is `next.version - 1` (0 stored means new). */
export interface CaseWrite {
  readonly next: Case
  readonly ledger: readonly LedgerDraft[]
  /** The lease holder, when a worker saves after a step; the save ends its lease unless `keepLease`. */
  readonly holder?: string
  /** The worker has more to do at once and keeps the lease, renewed. `beginWrite` always keeps it: the call follows. */
  readonly keepLease?: boolean
  /** Saved only while the controls have this version; otherwise `conflict`. */
  readonly controlsVersion?: number
  /** Saved only while the challenges of the hour before are below these; otherwise `conflict`. */
  readonly challengeCaps?: ChallengeCaps
  /** Which ticket systems get the new content; written in the same transaction. */
  readonly outbox?: OutboxDraft
  /** With processed events: the lease of the case, if it is due and nobody has it, so that it is worked without being claimed. */
  readonly claim?: CaseClaim
  /** The case's ticket at the built-in desk; written in the same transaction. */
  readonly ticket?: LocalTicket
}
/** `conflict`: another save came first, or the lease is lost; load again and re-apply. Nothing was written. */
export type Saved = 'saved' | 'conflict'
export type Processed = Saved | 'claimed' | 'already'

/** Bounds checked in the transaction that records an intent, so that caps are exact for all replicas. */
export interface WriteLimits
  extends Pick<GuardThresholds, 'userWritesPerDay' | 'writesPerHour' | 'remediationWritesPerHour' | ShareLimit> {
  readonly now: Instant
  /** Of the controls the decision rests on; a mode, a pause or a ceiling set since then refuses the write. */
  readonly controlsVersion: number
}
type ShareLimit = 'sharePercent' | 'shareFloor'
/** How many writes of a day are allowed when so many users failed in it. */
export function allowedOfUsers(bounds: Pick<WriteLimits, ShareLimit>, users: number): number {
  return Math.max(bounds.shareFloor, Math.floor((users * bounds.sharePercent) / 100))
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
export interface Store extends Outbox, RetentionStore, Timekeeping, Leases, Cursors, Credentials {
  /** Commits a delivery and its events, unique on uuid. Resolves when on disk (group commit). Rejects with `StoreUnavailable`. */
  receive(delivery: Delivery): Promise<Receipt>
  /** Leases up to `limit` unprocessed events, oldest `publishedAt` first. */
  claimEvents(ask: { limit: number; now: Instant; leaseMs: number; holder: string }): Promise<PendingEvent[]>
  /**
   * Records the disposition of events of one subject and saves the case they change, all or nothing.
   * `already`: one of the events was processed before; nothing was written. `claimed`: saved, and its `claim` has the lease.
   */
  processEvents(step: {
    readonly events: readonly {
      readonly uuid: string
      readonly disposition: EventDisposition
      readonly trace?: FailureTrace
    }[]
    readonly write?: CaseWrite
  }): Promise<Processed>
  /** The newest case of a subject, open or not. */
  latestCase(subjectKey: string): Promise<Case | null>
  /** Leases up to `limit` due cases without a holder, most overdue first. */
  claimDue(ask: { limit: number; now: Instant; leaseMs: number; holder: string }): Promise<Case[]>
  /** Releases the holder's leases, at shutdown. */
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
  /** The same by state. */
  countByState(filter: CaseFilter): Promise<CountsByState>
  /** Counts for charts, of cases opened and writes intended in the period. */
  activity(query: ActivityQuery): Promise<Activity>
  recoveries(period: Period): Promise<Recoveries>
  /** Newest first. */
  loneStops(period: Period): Promise<readonly LoneStopped[]>
  /** Cases whose users were guided, those that are alike counted together. */
  guidedCases(period: Period): Promise<readonly (GuidedCase & { readonly count: number })[]>
  /** Actions of a user that happened or may have happened, and how many users fail right now. */
  recent(query: RecentQuery): Promise<Recent>
  /** Everything that a decision asks of the store, in one call. */
  forDeciding(query: DecidingQuery): Promise<ForDeciding>
  /** Who fails right now: storm detection over the traces of the window (facts §6.1 G8). */
  failing(ask: FailingAsk): Promise<FailingNow>
  /** How many cases belong to a storm, and how many of them are open. */
  countChildren(parentId: string): Promise<{ all: number; open: number }>
  stormFacets(parentId: string): Promise<StormFacets>
  /** Writes that have been intended since `since`, newest first. */
  actionsSince(since: Instant): Promise<readonly (Action & { readonly caseId: string })[]>
  controls(): Promise<Controls>
  /** Replaces the controls if `next.version` follows the stored one, with its ledger entry. */
  setControls(next: Controls, ledger: LedgerDraft): Promise<Saved>
  /** Entries after `seq`, oldest first; with `caseId` only those of this case. */
  ledger(page: { after: number; limit: number; caseId?: string }): Promise<LedgerRow[]>
  /** The newest changes of the controls and the policy, newest first. */
  controlChanges(limit: number): Promise<LedgerRow[]>
  /** Names of those who acted on cases by the newest `lines` of the ledger. */
  recentOperators(lines: number): Promise<string[]>
  /** The challenges of all users that were sent after that, oldest first. */
  challengesSince(since: Instant): Promise<readonly SentChallenge[]>
  /** Whether entries can be appended with the key that the store was opened with; a new key signs its first entry. */
  startLedger(ask: LedgerStart): Promise<LedgerStarted>
  /** Whether the database's role of this process may change or remove ledger entries. */
  mayChangeLedger(): Promise<boolean>
  getTicket(key: string): Promise<LocalTicket | null>
  deadLetters(limit: number): Promise<DeadLetter[]>
  snapshot(): Promise<StoreSnapshot>
  /** Calls back when events or due cases may be waiting, so that work starts at once; polling is only a fallback. */
  onWork(call: () => void): void
  /** Calls back when a case, the controls or a session may have changed, here or in another replica; a hint too. */
  onChange(call: () => void): void
  /** True when a commit works right now. */
  healthy(): Promise<boolean>
  close(): Promise<void>
}

/** The store cannot commit right now. The hook answers 503 and keeps nothing. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
/** The database cannot be used: a second process, a corrupt file, a wrong version. The message says what to do. */
export class StoreConfigError extends Error {
  override readonly name = 'StoreConfigError'
}
