/** The ledger in its table: appended in the transaction of what it tells, never changed (triggers see to it). */

import type { LedgerDraft, LedgerRow } from '../../domain/ledger.ts'
import { chain, GENESIS, type LedgerLink } from '../ledger.ts'
import type { Connection } from './connection.ts'

export function appendLedger(db: Connection, drafts: readonly LedgerDraft[]): void {
  if (drafts.length === 0) return
  let last: LedgerLink = db.one<LedgerLink>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1') ?? GENESIS
  for (const draft of drafts) {
    const row = chain(last.hash, draft, last.seq + 1)
    db.insert(
      'INSERT INTO ledger (seq, at, kind, case_id, by, entry, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[row.seq, row.at, row.kind, row.caseId, row.by, JSON.stringify(row.entry), row.prevHash, row.hash]
    )
    last = row
  }
}

export interface StoredLine extends Omit<LedgerRow, 'entry'> {
  /** As JSON. */
  readonly entry: string
}

export interface LedgerPage {
  readonly after: number
  readonly limit: number
  readonly caseId?: string
}

export function ledger(db: Connection, { after, limit, caseId }: LedgerPage): StoredLine[] {
  return db.all<StoredLine>(
    `SELECT seq, at, kind, case_id AS caseId, by, entry, prev_hash AS prevHash, hash FROM ledger
     WHERE ${caseId === undefined ? '' : 'case_id = ? AND '}seq > ? ORDER BY seq LIMIT ?`,
    ...(caseId === undefined ? [] : [caseId]),
    ...[after, limit]
  )
}
