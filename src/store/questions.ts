/** What is asked of the cases that are kept, and the figures that answer, in the words of `store.ts`. */
import type { Outcome } from '../case/case-file.ts'
import type { Action, CaseState, CauseId, Effect, Instant, Mode, RemediationId } from '../vocabulary.ts'

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
