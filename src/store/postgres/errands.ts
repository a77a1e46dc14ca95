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
import type { Instant } from '../../domain/vocabulary.ts'
import type { Body } from './cases.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'
import { fit, type Value } from './values.ts'

/** Tells every target that knows the case, and those named for the first time. The case's row is locked by then. */
export async function draftErrands(
  db: Session,
  c: { readonly id: string; readonly subjectKey: string },
  draft: OutboxDraft
): Promise<void> {
  const rows = await db.all<Body>('SELECT body FROM outbox WHERE case_id = $1 ORDER BY id FOR UPDATE', c.id)
  const known = rows.map(errandOf)
  for (const errand of known) {
    const next = withRevision(errand, draft)
    if (next !== errand) await update(db, next)
  }
  for (const target of draft.targets) {
    if (known.some((errand) => errand.target === target)) continue
    const made = await db.one<{ id: number }>(
      `INSERT INTO outbox (case_id, target, subject_key, state, queued_at, due_at, body)
       VALUES ($1, $2, $3, 'pending', $4, $4, '') RETURNING id`,
      ...[c.id, target, fit(c.subjectKey), draft.at]
    )
    if (made) await update(db, newOutboxEntry(made.id, c, target, draft))
  }
}

const CLAIM = `
UPDATE outbox SET lease_until = coalesce($3::timestamptz, clock_timestamp()) + $4::float8 * interval '1 ms', holder = $5
WHERE id = (
  SELECT id FROM outbox WHERE target = $1 AND state = 'pending' AND due_at <= $2
    AND (lease_until IS NULL OR lease_until <= coalesce($3::timestamptz, clock_timestamp()))
  ORDER BY queued_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING body`

export async function claimErrand(db: Session, ask: OutboxClaim, moment: Moment): Promise<OutboxEntry | null> {
  const row = await db.one<Body>(CLAIM, ask.target, ask.now, moment(ask.now), ask.leaseMs, ask.holder)
  return row ? errandOf(row) : null
}

export async function saveErrand(db: Session, ask: OutboxSave): Promise<'saved' | 'conflict'> {
  const { next, holder, keepLease } = ask
  const sql = 'SELECT body FROM outbox WHERE id = $1 AND holder = $2 FOR UPDATE'
  const stored = await db.one<Body>(sql, next.id, holder)
  if (!stored) return 'conflict'
  await update(db, afterSave(errandOf(stored), next))
  if (!keepLease) await db.all('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE id = $1', next.id)
  return 'saved'
}

export async function errands(db: Session, { limit, before, ...wanted }: OutboxQuery): Promise<OutboxEntry[]> {
  const asked: readonly (readonly [condition: string, value: Value | undefined])[] = [
    ['id <', before],
    ['state =', wanted.state],
    ['case_id =', wanted.caseId],
    ['target =', wanted.target],
    ['ticket_key =', wanted.key],
    ['subject_key =', wanted.subjectKey === undefined ? undefined : fit(wanted.subjectKey)]
  ]
  const conditions = asked.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = conditions.map(({ condition }, n) => `${condition} $${n + 1}`).join(' AND ')
  const sql = `SELECT body FROM outbox ${where && `WHERE ${where}`} ORDER BY id DESC LIMIT $${conditions.length + 1}`
  const rows = await db.all<Body>(sql, ...conditions.map((c) => c.value), limit)
  return rows.map(errandOf)
}

export async function retryErrand(db: Session, id: number, now: Instant): Promise<OutboxEntry | null> {
  const row = await db.one<Body>(`SELECT body FROM outbox WHERE id = $1 AND state = 'dead' FOR UPDATE`, id)
  if (!row) return null
  const errand = revived(errandOf(row), now)
  await update(db, errand)
  return errand
}

export async function releaseErrands(db: Session, holder: string): Promise<void> {
  await db.all('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE holder = $1', holder)
}

/** From the index over what is not done, which stays small. */
export function outboxFigures(db: Session): Promise<OutboxFigure[]> {
  return db.all<OutboxFigure>(
    `SELECT target, count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'dead') AS dead,
       min(queued_at) FILTER (WHERE state = 'pending') AS "oldestQueuedAt"
     FROM outbox WHERE state <> 'done' GROUP BY target ORDER BY target`
  )
}

function errandOf(row: Body): OutboxEntry {
  return JSON.parse(row.body)
}

async function update(db: Session, errand: OutboxEntry): Promise<void> {
  await db.all(
    'UPDATE outbox SET state = $1, queued_at = $2, due_at = $3, ticket_key = $4, body = $5 WHERE id = $6',
    ...[errand.state, errand.enqueuedAt, errand.dueAt, errand.ticket?.key ?? null, JSON.stringify(errand), errand.id]
  )
}
