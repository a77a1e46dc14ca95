/** The ledger in its table: appended in the transaction of what it tells, never changed (a trigger sees to it). */

import type { LedgerDraft, LedgerRow } from '../../domain/ledger.ts'
import { chain, GENESIS, type LedgerLink } from '../ledger.ts'
import { LOCKS } from './locks.ts'
import type { Session, Transaction } from './session.ts'
import { fit, fitOrNull } from './values.ts'

/**
 * The chain has one end, so those who append go one by one, over all replicas: the lock lasts to the end of the transaction
 * and is taken last, right before it. The lines travel together with the commit.
 */
export async function appendLedger(db: Transaction, drafts: readonly LedgerDraft[]): Promise<void> {
  if (drafts.length === 0) return
  // Two statements: the second one sees what was committed while the first one waited.
  const [, end] = await Promise.all([db.all('SELECT pg_advisory_xact_lock($1, $2)', ...LOCKS.ledger), lastLink(db)])
  let last: LedgerLink = end ?? GENESIS
  const rows = drafts.map((draft) => {
    const row = chain(last.hash, storable(draft), last.seq + 1)
    last = row
    return row
  })
  insertLines(db, rows)
}

function lastLink(db: Session): Promise<LedgerLink | undefined> {
  return db.one<LedgerLink>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1')
}

function insertLines(db: Transaction, rows: readonly LedgerRow[]): void {
  db.last(
    `INSERT INTO ledger (seq, at, kind, case_id, by, entry, prev_hash, hash)
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    rows.map((row) => row.seq),
    rows.map((row) => row.at),
    rows.map((row) => row.kind),
    rows.map((row) => row.caseId),
    rows.map((row) => row.by),
    rows.map((row) => JSON.stringify(row.entry)),
    rows.map((row) => row.prevHash),
    rows.map((row) => row.hash)
  )
}

/** What the table cannot hold must not go into the hash either. `entry` is JSON, which writes such characters as `\u0000`. */
function storable(draft: LedgerDraft): LedgerDraft {
  return { ...draft, caseId: fitOrNull(draft.caseId), by: fit(draft.by) }
}

export interface LedgerPage {
  readonly after: number
  readonly limit: number
  readonly caseId?: string
}

export async function ledger(db: Session, { after, limit, caseId }: LedgerPage): Promise<LedgerRow[]> {
  const columns = 'seq, at, kind, case_id AS "caseId", by, entry, prev_hash AS "prevHash", hash'
  const rows =
    caseId === undefined
      ? await db.all<StoredLine>(
          `SELECT ${columns} FROM ledger WHERE seq > $1 ORDER BY seq LIMIT $2`,
          ...[after, limit]
        )
      : await db.all<StoredLine>(
          `SELECT ${columns} FROM ledger WHERE case_id = $3 AND seq > $1 ORDER BY seq LIMIT $2`,
          ...[after, limit, fit(caseId)]
        )
  return rows.map((row) => ({ ...row, entry: JSON.parse(row.entry) }))
}

interface StoredLine extends Omit<LedgerRow, 'entry'> {
  /** As JSON. */
  readonly entry: string
}
