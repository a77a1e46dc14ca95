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
