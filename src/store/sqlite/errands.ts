/** The outbox: one row per case and target, what is searched in columns, the rest as text. */

import {
  afterSave,
  newOutboxEntry,
  type OutboxClaim,
  type OutboxDraft,
  type OutboxEntry,
  type OutboxFigure,
  type OutboxQuery,
  type OutboxSave,
  revived,
  withRevision
} from '../../domain/outbox.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Connection, Value } from './connection.ts'

interface Row {
  readonly body: string
}

/** Tells every target that knows the case, and those named for the first time. */
export function draftErrands(db: Connection, c: { id: string; subjectKey: string }, draft: OutboxDraft): void {
  const known = db.all<Row>('SELECT body FROM outbox WHERE case_id = ?', c.id).map(errandOf)
  for (const errand of known) {
    const next = withRevision(errand, draft)
    if (next !== errand) update(db, next)
  }
  for (const target of draft.targets) {
    if (known.some((errand) => errand.target === target)) continue
    const id = db.insert(
      `INSERT INTO outbox (case_id, target, subject_key, state, queued_at, due_at, body) VALUES (?, ?, ?, ?, ?, ?, '')`,
      ...[c.id, target, c.subjectKey, 'pending', draft.at, draft.at]
    )
    update(db, newOutboxEntry(id, c, target, draft))
  }
}

export function claimErrand(db: Connection, { target, now, leaseMs, holder }: OutboxClaim): OutboxEntry | null {
  const row = db.one<Row & { id: number }>(
    `SELECT id, body FROM outbox WHERE target = ? AND state = 'pending' AND due_at <= ?
       AND (lease_until IS NULL OR lease_until <= ?) ORDER BY queued_at, id LIMIT 1`,
    ...[target, now, now]
  )
  if (!row) return null
  db.run('UPDATE outbox SET lease_until = ?, holder = ? WHERE id = ?', plus(now, leaseMs), holder, row.id)
  return errandOf(row)
}

export function saveErrand(db: Connection, { next, holder, keepLease }: OutboxSave): 'saved' | 'conflict' {
  const stored = db.one<Row>('SELECT body FROM outbox WHERE id = ? AND holder = ?', next.id, holder)
  if (!stored) return 'conflict'
  update(db, afterSave(errandOf(stored), next))
  if (!keepLease) db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE id = ?', next.id)
  return 'saved'
}

export function errands(db: Connection, { limit, before, ...wanted }: OutboxQuery): OutboxEntry[] {
  const asked: readonly (readonly [condition: string, value: Value | undefined])[] = [
    ['id < ?', before],
    ['state = ?', wanted.state],
    ['case_id = ?', wanted.caseId],
    ['target = ?', wanted.target],
    ['ticket_key = ?', wanted.key],
    ['subject_key = ?', wanted.subjectKey]
  ]
  const conditions = asked.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = conditions.length > 0 ? `WHERE ${conditions.map((c) => c.condition).join(' AND ')}` : ''
  const sql = `SELECT body FROM outbox ${where} ORDER BY id DESC LIMIT ?`
  return db.all<Row>(sql, ...conditions.map((c) => c.value), limit).map(errandOf)
}

export function retryErrand(db: Connection, { id, now }: { id: number; now: Instant }): OutboxEntry | null {
  const row = db.one<Row>(`SELECT body FROM outbox WHERE id = ? AND state = 'dead'`, id)
  if (!row) return null
  const errand = revived(errandOf(row), now)
  update(db, errand)
  return errand
}

export function releaseErrands(db: Connection, holder: string): void {
  db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE holder = ?', holder)
}

/** From the index over what is not done, which stays small. */
export function outboxFigures(db: Connection): OutboxFigure[] {
  return db.all<OutboxFigure>(
    `SELECT target, count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'dead') AS dead,
       min(queued_at) FILTER (WHERE state = 'pending') AS oldestQueuedAt
     FROM outbox WHERE state <> 'done' GROUP BY target ORDER BY target`
  )
}

function errandOf(row: Row): OutboxEntry {
  return JSON.parse(row.body)
}

function update(db: Connection, errand: OutboxEntry): void {
  db.run(
    'UPDATE outbox SET state = ?, queued_at = ?, due_at = ?, ticket_key = ?, body = ? WHERE id = ?',
    ...[errand.state, errand.enqueuedAt, errand.dueAt, errand.ticket?.key ?? null, JSON.stringify(errand), errand.id]
  )
}
