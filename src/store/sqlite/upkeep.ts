/** Retention and forgetting. SQLite uses the room of removed rows again, so the file stops growing. */

import type { LedgerRow } from '../../domain/ledger.ts'
import type {
  EraseAsk,
  Erased,
  Mentions,
  MentionsAsk,
  PruneAsk,
  Pruned,
  StoredDelivery
} from '../../domain/retention.ts'

import { DAY_MS, plus } from '../../domain/time.ts'
import { withoutReasons } from '../ledger.ts'
import type { Connection } from './connection.ts'
import { forgetCounts } from './distinct-users.ts'
import { appendLedger, ledger } from './ledger-rows.ts'

const WAITING = 'EXISTS (SELECT 1 FROM events WHERE delivery_id = deliveries.id AND fate IS NULL)'

export function prune(db: Connection, { now, ages, limit }: PruneAsk): Pruned {
  const deliveriesUntil = plus(now, -ages.deliveriesMs)
  forgetCounts(db)
  const oldest = (table: string, where: string, at: string, until: string) =>
    db.run(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} AND ${at} <= ? ORDER BY ${at} LIMIT ?)`,
      ...[until, limit]
    )
  return {
    deliveries: oldest('deliveries', `NOT ${WAITING}`, 'received_at', deliveriesUntil),
    dedupeKeys: oldest('events', 'fate IS NOT NULL', 'received_at', plus(now, -ages.dedupeKeysMs)),
    cases: pruneCases(db, plus(now, -ages.closedCasesMs), limit),
    traces: oldest('traces', 'true', 'published_at', deliveriesUntil),
    deadLetters: oldest('dead_letters', 'true', 'at', deliveriesUntil)
  }
}

function pruneCases(db: Connection, until: string, limit: number): number {
  const ended = db.all<{ id: string }>(
    `SELECT id FROM cases WHERE state IN ('resolved', 'closed') AND due_at IS NULL AND updated_at <= ?
     ORDER BY updated_at LIMIT ?`,
    ...[until, limit]
  )
  forgetCases(
    db,
    ended.map((row) => row.id)
  )
  return ended.length
}

const HANGING_ON = ['actions', 'tickets', 'outbox'] as const

function forgetCases(db: Connection, ids: readonly string[]): void {
  for (const id of ids) {
    for (const table of HANGING_ON) db.run(`DELETE FROM ${table} WHERE case_id = ?`, id)
    db.run('DELETE FROM cases WHERE id = ?', id)
  }
}

export function mentions(db: Connection, { texts, after, limit }: MentionsAsk): Mentions {
  const last = db.one<{ id: number | null; n: number }>(
    'SELECT max(id) AS id, count(*) AS n FROM (SELECT id FROM deliveries WHERE id > ? ORDER BY id LIMIT ?)',
    ...[after, limit]
  )
  const found = db.all<Omit<StoredDelivery, 'isWaiting'> & { isWaiting: number }>(
    `SELECT id, source, received_at AS receivedAt, body, ${WAITING} AS isWaiting FROM deliveries
     WHERE id > ? AND id <= ? AND EXISTS (SELECT 1 FROM json_each(?) WHERE instr(lower(body), value) > 0) ORDER BY id`,
    ...[after, last?.id ?? after, JSON.stringify(texts)]
  )
  return {
    found: found.map((row) => ({ ...row, isWaiting: row.isWaiting === 1 })),
    next: last?.n === limit ? last.id : null
  }
}

export function erase(db: Connection, { now, caseIds, subjectKeys, bodies, line }: EraseAsk): Erased {
  const isHeld = db.one(
    `SELECT 1 FROM json_each(?) AS asked WHERE
       EXISTS (SELECT 1 FROM cases WHERE id = asked.value AND state NOT IN ('resolved', 'closed'))
       OR EXISTS (SELECT 1 FROM actions WHERE case_id = asked.value AND intended_at > ?)`,
    ...[JSON.stringify(caseIds), plus(now, -DAY_MS)]
  )
  if (isHeld) return 'open'
  forgetCases(db, caseIds)
  for (const key of subjectKeys) db.run('DELETE FROM traces WHERE subject_key = ?', key)
  forgetCounts(db)
  for (const { id, body } of bodies) db.run('UPDATE deliveries SET body = ? WHERE id = ?', body, id)
  for (const caseId of caseIds) eraseReasons(db, caseId)
  appendLedger(db, [line])
  return 'erased'
}

/** The trigger on the table lets nothing else of a line be changed. */
function eraseReasons(db: Connection, caseId: string): void {
  for (const stored of ledger(db, { after: 0, limit: -1, caseId })) {
    const row: LedgerRow = { ...stored, entry: JSON.parse(stored.entry) }
    const entry = JSON.stringify(withoutReasons(row).entry)
    if (entry !== stored.entry) db.run('UPDATE ledger SET entry = ? WHERE seq = ?', entry, row.seq)
  }
}
