/** Retention and forgetting. Small batches, so that nobody waits and autovacuum keeps up: room is used again, growth is flat. */

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
import { withoutReasons } from '../ledger.ts'
import { sumUpCounts } from './figures.ts'
import { appendLedger, ledger } from './ledger-rows.ts'
import { LOCKS } from './locks.ts'
import type { Session, Transaction } from './session.ts'
import { fit } from './values.ts'

const WAITING = 'EXISTS (SELECT FROM events WHERE delivery_id = deliveries.id AND fate IS NULL)'

/** One replica at a time; the others leave it to that one. */
export async function prune(db: Session, { now, ages, limit }: PruneAsk): Promise<Pruned> {
  const lock = await db.one<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS taken', ...LOCKS.retention)
  if (!lock?.taken) return NOTHING_PRUNED
  await sumUpCounts(db)
  const deliveriesUntil = plus(now, -ages.deliveriesMs)
  const oldest = async (table: string, key: string, where: string, at: string, until: string) => {
    const rows = await db.all(
      `DELETE FROM ${table} WHERE ${key} IN
         (SELECT ${key} FROM ${table} WHERE ${where} AND ${at} <= $1 ORDER BY ${at} LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING 1`,
      ...[until, limit]
    )
    return rows.length
  }
  return {
    deliveries: await oldest('deliveries', 'id', `NOT ${WAITING}`, 'received_at', deliveriesUntil),
    dedupeKeys: await oldest('events', 'seq', 'fate IS NOT NULL', 'received_at', plus(now, -ages.dedupeKeysMs)),
    cases: await pruneCases(db, plus(now, -ages.closedCasesMs), limit),
    traces: await oldest('traces', 'seq', 'true', 'published_at', deliveriesUntil),
    deadLetters: await oldest('dead_letters', 'seq', 'true', 'at', deliveriesUntil)
  }
}

async function pruneCases(db: Session, until: string, limit: number): Promise<number> {
  const ended = await db.all<{ id: string }>(
    `SELECT id FROM cases WHERE state IN ('resolved', 'closed') AND due_at IS NULL AND updated_at <= $1
     ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    ...[until, limit]
  )
  const ids = ended.map((row) => row.id)
  await forgetCases(db, ids)
  return ids.length
}

async function forgetCases(db: Session, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  for (const table of ['actions', 'tickets', 'outbox']) {
    await db.all(`DELETE FROM ${table} WHERE case_id = ANY ($1::text[])`, ids)
  }
  await db.all('DELETE FROM cases WHERE id = ANY ($1::text[])', ids)
}

export async function mentions(db: Session, { texts, after, limit }: MentionsAsk): Promise<Mentions> {
  const last = await db.one<{ id: number | null; n: number }>(
    'SELECT max(id) AS id, count(*) AS n FROM (SELECT id FROM deliveries WHERE id > $1 ORDER BY id LIMIT $2) AS looked',
    ...[after, limit]
  )
  const found = await db.all<StoredDelivery>(
    `SELECT id, source, received_at AS "receivedAt", body, ${WAITING} AS "isWaiting" FROM deliveries
     WHERE id > $1 AND id <= $2 AND EXISTS (SELECT FROM unnest($3::text[]) AS t (text) WHERE strpos(lower(body), text) > 0)
     ORDER BY id`,
    ...[after, last?.id ?? after, texts.map(fit)]
  )
  return { found, next: last?.n === limit ? last.id : null }
}

export async function erase(db: Transaction, ask: EraseAsk): Promise<Erased> {
  const { now, caseIds, subjectKeys, bodies, line } = ask
  const cases = await db.all<{ state: string }>(
    'SELECT state FROM cases WHERE id = ANY ($1::text[]) FOR UPDATE',
    caseIds
  )
  const recent = await db.one(
    'SELECT 1 FROM actions WHERE case_id = ANY ($1::text[]) AND intended_at > $2 LIMIT 1',
    ...[caseIds, plus(now, -DAY_MS)]
  )
  if (recent || cases.some(({ state }) => state !== 'resolved' && state !== 'closed')) return 'open'
  await forgetCases(db, caseIds)
  await db.all('DELETE FROM traces WHERE subject_key = ANY ($1::text[])', subjectKeys.map(fit))
  await db.all(
    `UPDATE deliveries SET body = left_over.body FROM unnest($1::bigint[], $2::text[]) AS left_over (id, body)
     WHERE deliveries.id = left_over.id`,
    bodies.map((delivery) => delivery.id),
    bodies.map((delivery) => fit(delivery.body))
  )
  for (const caseId of caseIds) await eraseReasons(db, caseId)
  await appendLedger(db, [line])
  return 'erased'
}

/** Lines read at a time; a case has a few dozen. */
const PAGE = 1_000

/** The trigger on the table lets nothing else of a line be changed. */
async function eraseReasons(db: Session, caseId: string): Promise<void> {
  for (const row of await ledger(db, { after: 0, limit: PAGE, caseId })) {
    const entry = JSON.stringify(withoutReasons(row).entry)
    await db.all('UPDATE ledger SET entry = $1 WHERE seq = $2 AND entry <> $1', entry, row.seq)
  }
}
