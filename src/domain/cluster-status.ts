/** What one replica finds out for all: kept among the store's cursors, read by each for its gauges. Pure. */
import { isRecord, items, parseJson, recordOf } from './json.ts'
import { MINUTE_MS, msBetween } from './time.ts'
import type { Instant } from './vocabulary.ts'

/** Names among the cursors. */
export const CLUSTER_STATUS_KEYS = { hooks: 'hook_status', ledger: 'ledger_check' } as const

/** Whether Okta would deliver to us; null when Okta refuses to show the hooks. */
export interface HookStatus {
  readonly at: Instant
  readonly isVerified: boolean | null
  /** Ids of the org's hooks that deliver to somebody else. */
  readonly others: readonly string[]
}

/** How often Okta is asked for it; an answer three times as old no longer counts. */
export const HOOK_STATUS_EVERY_MS = 15 * MINUTE_MS

/** How far the ledger was checked, and what was found. */
export interface LedgerCheck {
  /** The last line that was checked in this walk. */
  readonly at: { readonly seq: number; readonly hash: string }
  readonly startedAt: Instant
  readonly isAtEnd: boolean
  /** What is known: null until the end was reached for the first time. A break stands until a whole walk finds none. */
  readonly isIntact: boolean | null
  /** The first line that does not follow. */
  readonly brokenAt: number | null
  /** When the ledger's end was last written to the log, and its number then. */
  readonly headAt?: Instant
  readonly headSeq?: number
}

/** What was read last. `unreadable`: the check fails, or its last answer is too old. Null: there was no check yet. */
export function readHookStatus(text: string | null, now: Instant): boolean | 'unreadable' | null {
  const { at, isVerified } = recordOf(parseJson(text ?? ''))
  if (typeof at !== 'string' || isVerified === undefined) return null
  const isCurrent = msBetween(at, now) <= 3 * HOOK_STATUS_EVERY_MS
  return isCurrent && typeof isVerified === 'boolean' ? isVerified : 'unreadable'
}

/** The hooks that are known to deliver to somebody else. */
export function readOtherHooks(text: string | null): readonly unknown[] {
  return items(recordOf(parseJson(text ?? '')).others)
}

/** Null for nothing, and for what cannot be read: then the walk starts again. */
export function readLedgerCheck(text: string | null): LedgerCheck | null {
  const read: unknown = parseJson(text ?? '')
  return isLedgerCheck(read) ? read : null
}

function isLedgerCheck(read: unknown): read is LedgerCheck {
  const { at, startedAt } = recordOf(read)
  return isRecord(at) && 'seq' in at && 'hash' in at && startedAt !== undefined
}
