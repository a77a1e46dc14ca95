import type { Instant } from './vocabulary.ts'

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
    | 'access'
    | 'verification'
  readonly caseId: string | null
  readonly by: string
  readonly entry: Readonly<Record<string, unknown>>
}

/** A chained line: `hash` covers the previous hash and the canonical JSON of the rest; `store/ledger.ts` says how. */
export interface LedgerRow extends LedgerDraft {
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
}

export interface LedgerStart {
  readonly at: Instant
  /** The person who vouches for lines that no key signed; null when nobody does. */
  readonly adoptedBy: string | null
}

/** `not_adopted`: there is a key, but it signed no line so far. `key_missing`: there is none, but the last line is signed. */
export type LedgerStarted = 'ready' | 'not_adopted' | 'key_missing'
