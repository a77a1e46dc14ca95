/** Retention, export and erasure. Small batches, so that other callers need not wait long. */
import type { LedgerRow } from '../../domain/ledger.ts'
import {
  type EraseAsk,
  type Erased,
  type Mentions,
  type MentionsAsk,
  NOTHING_PRUNED,
  type PruneAsk,
  type Pruned,
  type StoredDelivery
} from '../../domain/retention.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import type { Db } from '../db.ts'
import { withoutReasons } from '../ledger.ts'
import { forgetCounts } from './failures.ts'
import { compactCounts } from './figures.ts'
import { appendLedger, ledger } from './ledger.ts'

const WAITING = 'EXISTS (SELECT 1 FROM events WHERE delivery_id = deliveries.id AND fate IS NULL)'

/** One replica at a time; the others leave it to that one. */
export async function applyRetention(db: Db, { now, ages, limit }: PruneAsk): Promise<Pruned> {
  if (!(await db.tryLock('retention'))) return NOTHING_PRUNED
  await compactCounts(db)
  forgetCounts(db)
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
    deadLetters: await oldest('dead_letters', 'seq', 'true', 'at', deliveriesUntil)
  }
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

/** With everything that belongs to them. */
async function removeCases(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  for (const table of ['actions', 'tickets', 'outbox']) {
    await db.run(`DELETE FROM ${table} WHERE ${db.anyOf('case_id', '$1', 'text')}`, ids)
  }
  await db.run(`DELETE FROM cases WHERE ${db.anyOf('id', '$1', 'text')}`, ids)
}

export async function findMentions(db: Db, { texts, after, limit }: MentionsAsk): Promise<Mentions> {
  const last = await db.one<{ id: number | null; n: number }>(
    'SELECT max(id) AS id, count(*) AS n FROM (SELECT id FROM deliveries WHERE id > $1 ORDER BY id LIMIT $2) AS page',
    ...[after, limit]
  )
  const mentioned = texts.map((_, n) => db.contains('lower(body)', `$${n + 3}`)).join(' OR ')
  const found = await db.all<Omit<StoredDelivery, 'isWaiting'> & { waiting: number }>(
    `SELECT id, source, received_at AS "receivedAt", body, CASE WHEN ${WAITING} THEN 1 ELSE 0 END AS waiting
     FROM deliveries WHERE id > $1 AND id <= $2 AND (${mentioned || 'false'}) ORDER BY id`,
    ...[after, last?.id ?? after, ...texts]
  )
  return {
    found: found.map(({ waiting, ...row }) => ({ ...row, isWaiting: waiting === 1 })),
    next: last?.n === limit ? last.id : null
  }
}

export async function erasePerson(db: Db, { now, caseIds, subjectKeys, bodies, line }: EraseAsk): Promise<Erased> {
  const cases = await db.all<{ state: string }>(
    `SELECT state FROM cases WHERE ${db.anyOf('id', '$1', 'text')} ${db.forUpdate}`,
    caseIds
  )
  const recent = await db.one(
    `SELECT 1 AS found FROM actions WHERE intended_at > $1 AND ${db.anyOf('case_id', '$2', 'text')} LIMIT 1`,
    plus(now, -DAY_MS),
    caseIds
  )
  if (recent || cases.some(({ state }) => state !== 'resolved' && state !== 'closed')) return 'open'
  await removeCases(db, caseIds)
  await db.run(`DELETE FROM traces WHERE ${db.anyOf('subject_key', '$1', 'text')}`, subjectKeys)
  forgetCounts(db)
  for (const { id, body } of bodies) await db.run('UPDATE deliveries SET body = $1 WHERE id = $2', body, id)
  for (const caseId of caseIds) await eraseReasons(db, caseId)
  await appendLedger(db, [line])
  return 'erased'
}

/** Entries read at a time; a case has a few dozen. */
const PAGE = 1_000

/** The trigger on the table lets nothing else of an entry be changed. */
async function eraseReasons(db: Db, caseId: string): Promise<void> {
  let after = 0
  for (;;) {
    const page = await ledger(db, { after, limit: PAGE, caseId })
    for (const stored of page) {
      const row: LedgerRow = { ...stored, entry: JSON.parse(stored.entry) }
      const entry = JSON.stringify(withoutReasons(row).entry)
      if (entry !== stored.entry) await db.run('UPDATE ledger SET entry = $1 WHERE seq = $2', entry, row.seq)
      after = row.seq
    }
    if (page.length < PAGE) return
  }
}
