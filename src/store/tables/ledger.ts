/** The ledger's table: appended in the transaction it records, never changed (triggers refuse it). */
import { parseJson, recordOf, textOf } from '../../domain/json.ts'
import type { LedgerDraft, LedgerRow, LedgerStart, LedgerStarted } from '../../domain/ledger.ts'
import type { SentChallenge } from '../../domain/verification.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type Db, writeRows } from '../db.ts'
import { chain, GENESIS, keyChange, keyIdOf, type LedgerLink } from '../ledger.ts'

/**
 * Appends the drafts, signed by the key when there is one. Throws when their signatures would not follow from the last line's.
 * Called last in a transaction, since the lock is held until the commit.
 */
export async function appendLedger(db: Db, drafts: readonly LedgerDraft[]): Promise<void> {
  const [first] = drafts
  if (first === undefined) return
  const last = await lockedEnd(db)
  const state = keyState(last, db)
  if (state === 'not_adopted') {
    throw new Error(
      'The ledger has lines that no key signed; run `reenroll audit sign --by <name>` with the service stopped'
    )
  }
  if (state === 'key_missing') {
    throw new Error('REENROLL_LEDGER_KEY: not set, but the ledger is signed; set the key that signed it')
  }
  const change = state === 'rotates' && db.ledgerKey ? [keyChange(last, db.ledgerKey, first.at, 'reenroll')] : []
  await insert(db, last, [...change, ...drafts])
}

/** Signs the next line already at the start, so that a replaced ledger shows. With `adoptedBy`, takes over lines that no key signed. */
export async function startLedger(db: Db, { at, adoptedBy }: LedgerStart): Promise<LedgerStarted> {
  const last = await lockedEnd(db)
  const state = keyState(last, db)
  if (db.ledgerKey === null || state === 'key_missing') return state === 'key_missing' ? state : 'ready'
  if (state === 'not_adopted' && adoptedBy === null) return state
  if (state !== 'ready') {
    await insert(db, last, [keyChange(last, db.ledgerKey, at, adoptedBy ?? 'reenroll', state === 'not_adopted')])
  }
  return 'ready'
}

/** Whether the database lets this process change or remove entries. SQLite has no roles. */
export async function mayChangeLedger(db: Db): Promise<boolean> {
  if (db.engine === 'sqlite') return false
  const sql = `SELECT pg_has_role(relowner, 'MEMBER') OR has_table_privilege(oid, 'DELETE, TRUNCATE')
    OR has_column_privilege(oid, 'hash', 'UPDATE') AS may FROM pg_class WHERE oid = 'ledger'::regclass`
  return (await db.one<{ may: boolean }>(sql))?.may ?? false
}

/** What the key means for a chain that ends with `last`. */
function keyState(last: LedgerLink, { ledgerKey }: Db): LedgerStarted | 'rotates' {
  const signedBy = keyIdOf(last.hash)
  if (ledgerKey === null) return signedBy === null ? 'ready' : 'key_missing'
  if (last.seq === 0 || signedBy === ledgerKey.id) return 'ready'
  return signedBy === null ? 'not_adopted' : 'rotates'
}

/** The chain has one end, so the lock is taken last, right before the commit. */
async function lockedEnd(db: Db): Promise<LedgerLink> {
  await db.lock('ledger')
  return (await db.one<LedgerLink>('SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1')) ?? GENESIS
}

async function insert(db: Db, end: LedgerLink, drafts: readonly LedgerDraft[]): Promise<void> {
  let last = end
  const rows = drafts.map((draft) => {
    const row = chain(last.hash, draft, last.seq + 1, db.ledgerKey)
    last = row
    return [row.seq, row.at, row.kind, row.caseId, row.by, JSON.stringify(row.entry), row.prevHash, row.hash]
  })
  const into = 'ledger (seq, at, kind, case_id, by, entry, prev_hash, hash)'
  await writeRows(db, rows, (values) => `INSERT INTO ${into} ${values}`)
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

const ENTRY = `seq, at, kind, case_id AS "caseId", by, entry, prev_hash AS "prevHash", hash`

export function controlChanges(db: Db, limit: number): Promise<StoredEntry[]> {
  return db.all<StoredEntry>(
    `SELECT ${ENTRY} FROM ledger WHERE kind = 'control' AND case_id IS NULL ORDER BY seq DESC LIMIT $1`,
    limit
  )
}

/** Names of those who acted on cases by the newest lines: as many as are read, whatever the ledger's length. */
export async function recentOperators(db: Db, lines: number): Promise<string[]> {
  const rows = await db.all<{ by: string }>(
    `SELECT DISTINCT by FROM (SELECT kind, by, entry FROM ledger ORDER BY seq DESC LIMIT $1) AS newest
     WHERE kind IN ('approval', 'rejection', 'close', 'assign', 'snooze', 'verification') AND entry LIKE '%"operator":%'`,
    lines
  )
  return rows.map(({ by }) => by)
}

/**
 * The challenges of all users that were sent after that, oldest first. Lines are in the order of time, so the last line before it is
 * looked for from the newest: only lines of that time are read, and no index is needed.
 */
export async function challengesSince(db: Db, since: Instant): Promise<readonly SentChallenge[]> {
  const rows = await db.all<{ at: Instant; entry: string }>(
    `SELECT at, entry FROM ledger WHERE kind = 'verification' AND entry LIKE '%"state":"sending"%' AND at > $1
     AND seq > COALESCE((SELECT seq FROM ledger WHERE at <= $1 ORDER BY seq DESC LIMIT 1), 0) ORDER BY seq`,
    since
  )
  return rows.map(({ at, entry }) => ({ at, operator: textOf(recordOf(parseJson(entry)).operator) }))
}

export function ledger(db: Db, { after, limit, caseId }: LedgerPage): Promise<StoredEntry[]> {
  return db.all<StoredEntry>(
    `SELECT ${ENTRY} FROM ledger
     WHERE ${caseId === undefined ? '' : 'case_id = $3 AND '}seq > $1 ORDER BY seq LIMIT $2`,
    ...[after, limit, ...(caseId === undefined ? [] : [caseId])]
  )
}
