/** The ledger's table: appended in the transaction it records, never changed (triggers refuse it). */
import type { LedgerDraft, LedgerRow } from '../../domain/ledger.ts'
import type { Db } from '../db.ts'
import { chain, GENESIS, type LedgerLink } from '../ledger.ts'

/** The chain has one end, so the lock is taken last, right before the commit. */
export async function appendLedger(db: Db, drafts: readonly LedgerDraft[]): Promise<void> {
  if (drafts.length === 0) return
  await db.lock('ledger')
  let last: LedgerLink = (await db.one<LedgerLink>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1')) ?? GENESIS
  for (const draft of drafts) {
    const row = chain(last.hash, draft, last.seq + 1)
    await db.run(
      `INSERT INTO ledger (seq, at, kind, case_id, by, entry, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      ...[row.seq, row.at, row.kind, row.caseId, row.by, JSON.stringify(row.entry), row.prevHash, row.hash]
    )
    last = row
  }
}

export interface StoredEntry extends Omit<LedgerRow, 'entry'> {
  /** As JSON. */
  readonly entry: string
}

export interface LedgerPage {
  readonly after: number
  readonly limit: number
  readonly caseId?: string
}

export function ledger(db: Db, { after, limit, caseId }: LedgerPage): Promise<StoredEntry[]> {
  return db.all<StoredEntry>(
    `SELECT seq, at, kind, case_id AS "caseId", by, entry, prev_hash AS "prevHash", hash FROM ledger
     WHERE ${caseId === undefined ? '' : 'case_id = $3 AND '}seq > $1 ORDER BY seq LIMIT $2`,
    ...[after, limit, ...(caseId === undefined ? [] : [caseId])]
  )
}
