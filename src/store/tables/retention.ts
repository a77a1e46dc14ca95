/** Retention, export and erasure. Small batches, so that other callers need not wait long. */
import { isOpen } from '../../domain/case.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import {
  type EraseAsk,
  type Erased,
  type MentionRow,
  type Mentions,
  type MentionsAsk,
  NOTHING_PRUNED,
  type PersonalTable,
  type PruneAsk,
  type Pruned,
  type Rewritten,
  type RowKey
} from '../../domain/retention.ts'
import { DAY_MS, HOUR_MS, plus } from '../../domain/time.ts'
import type { CaseState } from '../../domain/vocabulary.ts'
import type { CaseSave } from '../case-rows.ts'
import type { Db } from '../db.ts'
import { withoutReasons } from '../ledger.ts'
import { PACKED_PREFIX, packBody, unpackBody } from '../packed-body.ts'
import { forgetCounts } from './failures.ts'
import { compactCounts } from './figures.ts'
import { appendLedger, type LedgerPage, ledger } from './ledger.ts'
import { cursor, setCursor } from './records.ts'
import { saveSteps } from './saves.ts'

const WAITING = 'EXISTS (SELECT 1 FROM events WHERE delivery_id = deliveries.id AND fate IS NULL)'

/** One replica at a time; the others leave it to that one. */
export async function applyRetention(db: Db, { now, ages, limit }: PruneAsk): Promise<Pruned> {
  if (!(await db.tryLock('retention'))) return NOTHING_PRUNED
  await compactCounts(db)
  forgetCounts(db)
  await pruneMerges(db)
  const deliveriesUntil = plus(now, -ages.deliveriesMs)
  const oldest = (table: string, key: string, where: string, at: string, until: string) =>
    db.run(
      `DELETE FROM ${table} WHERE ${key} IN
         (SELECT ${key} FROM ${table} WHERE ${where} AND ${at} <= $1 ORDER BY ${at} LIMIT $2 ${db.skipLocked})`,
      ...[until, limit]
    )
  return {
    deliveries: await oldest('deliveries', 'id', `NOT ${WAITING}`, 'received_at', deliveriesUntil),
    dedupeKeys: await oldest('events', 'seq', 'fate IS NOT NULL', 'received_at', plus(now, -ages.dedupeKeysMs)),
    cases: await pruneCases(db, plus(now, -ages.closedCasesMs), limit),
    traces: await oldest('traces', 'seq', 'true', 'published_at', deliveriesUntil),
    deadLetters: await oldest('dead_letters', 'seq', 'true', 'at', deliveriesUntil),
    packed: await packBodies(db, plus(now, -HOUR_MS), limit)
  }
}

/** Where packing resumes. A delivery that was not yet processed when its turn came keeps its plain body. */
const PACKED_UNTIL = 'packed_until'

async function packBodies(db: Db, until: string, limit: number): Promise<number> {
  const packedUntil = await cursor(db, PACKED_UNTIL)
  const rows = await db.all<{ id: number; body: string }>(
    `SELECT id, body FROM deliveries WHERE id > $1 AND received_at <= $2 AND NOT ${WAITING} ORDER BY id LIMIT $3 ${db.forUpdate}`,
    ...[Number(packedUntil ?? 0), until, limit]
  )
  // In SQLite a row that shrinks leaves a hole in its page. A row that moves away and back is packed with its neighbours.
  const moves = db.engine === 'sqlite'
  const shrink = `UPDATE deliveries SET body = $1${moves ? ', id = -id' : ''} WHERE id = $2`
  for (const { id, body } of rows) await db.run(shrink, packBody(body), id)
  if (moves) await db.run('UPDATE deliveries SET id = -id WHERE id < 0')
  const last = rows.at(-1)
  if (last) await setCursor(db, { name: PACKED_UNTIL, value: String(last.id) })
  return rows.length
}

async function pruneCases(db: Db, until: string, limit: number): Promise<number> {
  const ended = await db.all<{ id: string }>(
    `SELECT id FROM cases WHERE state IN ('resolved', 'closed') AND due_at IS NULL AND updated_at <= $1
     ORDER BY updated_at LIMIT $2 ${db.skipLocked}`,
    ...[until, limit]
  )
  await removeCases(
    db,
    ended.map(({ id }) => id)
  )
  return ended.length
}

/** Which tickets the tracker merged (`ticket/webhooks/routes.ts`) is kept as long as one of them is ours. */
async function pruneMerges(db: Db): Promise<void> {
  const merges = await db.all<{ name: string; value: string }>(
    `SELECT name, value FROM cursors WHERE name LIKE 'merged:%'`
  )
  for (const { name, value } of merges) {
    const ours = await db.one(`SELECT 1 FROM outbox WHERE ${db.anyOf('ticket_key', '$1', 'text')}`, JSON.parse(value))
    if (!ours) await db.run('DELETE FROM cursors WHERE name = $1 AND value = $2', name, value)
  }
}

/** With everything that belongs to them. */
async function removeCases(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  for (const table of ['actions', 'tickets', 'outbox']) {
    await db.run(`DELETE FROM ${table} WHERE ${db.anyOf('case_id', '$1', 'text')}`, ids)
  }
  await db.run(`DELETE FROM cases WHERE ${db.anyOf('id', '$1', 'text')}`, ids)
}

const PERSONAL: Readonly<Record<PersonalTable, { readonly key: string; readonly text: string }>> = {
  deliveries: { key: 'id', text: 'body' },
  events: { key: 'seq', text: 'fate' },
  cases: { key: 'seq', text: 'body' },
  tickets: { key: 'key', text: 'body' },
  outbox: { key: 'id', text: 'body' },
  dead_letters: { key: 'seq', text: 'why' },
  controls: { key: 'id', text: 'body' },
  ledger: { key: 'seq', text: 'entry' }
}

export async function findMentions(db: Db, { table, texts, after, limit }: MentionsAsk): Promise<Mentions> {
  const { key, text } = PERSONAL[table]
  const from = after ?? (table === 'tickets' ? '' : 0)
  const last = await db.one<{ key: RowKey | null; n: number }>(
    `SELECT max(${key}) AS key, count(*) AS n FROM (SELECT ${key} FROM ${table} WHERE ${key} > $1 ORDER BY ${key} LIMIT $2) AS page`,
    ...[from, limit]
  )
  // JSON may write any character as an escape. Packed bodies are searched below.
  const needles = ['\\u', ...texts.map(needleOf)]
  const sought = [...needles, PACKED_PREFIX]
  const conditions = sought.map((_, n) => db.contains(`lower(${text})`, `$${n + 3}`))
  const rows = await db.all<MentionRow>(
    `SELECT ${key} AS key, ${text} AS text FROM ${table} WHERE ${key} > $1 AND ${key} <= $2 AND (${conditions.join(' OR ')})
     ORDER BY ${key}`,
    ...[from, last?.key ?? from, ...sought]
  )
  const found = rows.flatMap((row) => {
    const plain = unpackBody(row.text)
    const lower = plain.toLowerCase()
    return plain === row.text || needles.some((needle) => lower.includes(needle)) ? { ...row, text: plain } : []
  })
  return { found, next: last?.n === limit ? last.key : null }
}

/** The longest part that every engine puts into lower case and every JSON writer writes as it is. */
function needleOf(text: string): string {
  return (text.match(/[\w@.+-]+/g) ?? ['']).reduce((longest, part) => (part.length > longest.length ? part : longest))
}

export interface EraseRows extends Omit<EraseAsk, 'masked'> {
  readonly masked: readonly CaseSave[]
}

export async function erasePerson(db: Db, ask: EraseRows): Promise<Erased> {
  const { now, caseIds, subjectKeys, masked, rewritten, entries, line } = ask
  const cases = await db.all<{ state: CaseState }>(
    `SELECT state FROM cases WHERE ${db.anyOf('id', '$1', 'text')} ${db.forUpdate}`,
    caseIds
  )
  if (cases.some(isOpen)) return 'open'
  const counted = await db.one(
    `SELECT 1 AS found FROM actions WHERE intended_at > $1 AND ${db.anyOf('case_id', '$2', 'text')} LIMIT 1`,
    plus(now, -DAY_MS),
    caseIds
  )
  if (counted) return 'counted'
  const waiting = await db.one(
    `SELECT 1 AS found FROM events WHERE fate IS NULL AND ${db.anyOf('delivery_id', '$1', 'bigint')} LIMIT 1`,
    rewritten.flatMap(({ table, key }) => (table === 'deliveries' ? key : []))
  )
  if (waiting) return 'waiting'
  await removeCases(db, caseIds)
  await db.run(`DELETE FROM traces WHERE ${db.anyOf('subject_key', '$1', 'text')}`, subjectKeys)
  forgetCounts(db)
  await saveSteps(
    db,
    masked.map((save) => ({ events: [], save }))
  )
  for (const row of rewritten) await rewrite(db, row)
  for (const caseId of caseIds) await eraseReasons(db, { caseId })
  for (const seq of entries) await eraseReasons(db, { after: seq - 1, limit: 1 })
  await appendLedger(db, [line])
  return 'erased'
}

async function rewrite(db: Db, { table, key, text, before }: Rewritten): Promise<void> {
  const names = PERSONAL[table]
  const row = `FROM ${table} WHERE ${names.key} = $1`
  const stored = await db.one<{ text: string }>(`SELECT ${names.text} AS text ${row} ${db.forUpdate}`, key)
  if (!stored || unpackBody(stored.text) !== before) return
  await db.run(`UPDATE ${table} SET ${names.text} = $1 WHERE ${names.key} = $2`, text, key)
}

/** Entries read at a time; a case has a few dozen. */
const PAGE = 1_000

/** The trigger on the table lets nothing else of an entry be changed. */
async function eraseReasons(db: Db, ask: Partial<LedgerPage>): Promise<void> {
  const { limit = PAGE, ...page } = ask
  for (let after = ask.after ?? 0; ; ) {
    const rows = await ledger(db, { ...page, after, limit })
    for (const stored of rows) {
      const row: LedgerRow = { ...stored, entry: JSON.parse(stored.entry) }
      const entry = JSON.stringify(withoutReasons(row).entry)
      if (entry !== stored.entry) await db.run('UPDATE ledger SET entry = $1 WHERE seq = $2', entry, row.seq)
      after = row.seq
    }
    if (rows.length < PAGE) return
  }
}
