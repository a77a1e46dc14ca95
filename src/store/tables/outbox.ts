/** The outbox: one row per case and target, with what is searched in columns and the rest as text. */
import {
  afterSave,
  isTicketHidden,
  newOutboxEntry,
  type OutboxClaim,
  type OutboxDraft,
  type OutboxEntry,
  type OutboxFigure,
  type OutboxQuery,
  type OutboxSave,
  type RetriedEntry,
  revived,
  withoutTicket,
  withRevision
} from '../../domain/outbox.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { binder, type Db, type Value } from '../db.ts'

interface Row {
  readonly body: string
}

/** Queues a revision for every target that knows the case and for those named for the first time. The case's row is locked. */
export async function enqueueOutbox(
  db: Db,
  c: { readonly id: string; readonly subjectKey: string },
  draft: OutboxDraft
): Promise<void> {
  const rows = await db.all<Row>(`SELECT body FROM outbox WHERE case_id = $1 ORDER BY id ${db.forUpdate}`, c.id)
  const known = rows.map(entryOf)
  for (const entry of known) {
    const next = withRevision(entry, draft)
    if (next !== entry) await update(db, next)
  }
  for (const target of draft.targets) {
    if (known.some((entry) => entry.target === target)) continue
    const made = await db.one<{ id: number }>(
      `INSERT INTO outbox (case_id, target, subject_key, state, queued_at, due_at, body)
       VALUES ($1, $2, $3, 'pending', $4, $5, '') RETURNING id`,
      ...[c.id, target, c.subjectKey, draft.at, draft.at]
    )
    if (made) await update(db, newOutboxEntry(made.id, c, target, draft))
  }
}

export async function claimOutboxEntry(
  db: Db,
  { target, now, leaseMs, holder }: OutboxClaim
): Promise<OutboxEntry | null> {
  const values: Value[] = []
  const bind = binder(values)
  const row = await db.one<Row>(
    `WITH waiting AS MATERIALIZED (
       SELECT id FROM outbox WHERE target = ${bind(target)} AND state = 'pending' AND due_at <= ${bind(now)}
         AND (lease_until IS NULL OR lease_until <= ${db.moment(now, 0, bind)})
       ORDER BY queued_at, id LIMIT 1 ${db.skipLocked}
     )
     UPDATE outbox SET lease_until = ${db.moment(now, leaseMs, bind)}, holder = ${bind(holder)}
     WHERE id IN (SELECT id FROM waiting) RETURNING body`,
    ...values
  )
  return row ? entryOf(row) : null
}

export async function saveOutboxEntry(db: Db, { next, holder, keepLease }: OutboxSave): Promise<'saved' | 'conflict'> {
  const sql = `SELECT body FROM outbox WHERE id = $1 AND holder = $2 ${db.forUpdate}`
  const stored = await db.one<Row>(sql, next.id, holder)
  if (!stored) return 'conflict'
  await update(db, afterSave(entryOf(stored), next))
  if (!keepLease) await db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE id = $1', next.id)
  return 'saved'
}

export async function outboxEntries(db: Db, { limit, before, ...query }: OutboxQuery): Promise<OutboxEntry[]> {
  const asked: readonly (readonly [condition: string, value: Value | undefined])[] = [
    ['id <', before],
    ['state =', query.state],
    ['case_id =', query.caseId],
    ['target =', query.target],
    ['ticket_key =', query.key],
    ['subject_key =', query.subjectKey]
  ]
  const conditions = asked.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = conditions.map(({ condition }, n) => `${condition} $${n + 1}`).join(' AND ')
  const sql = `SELECT body FROM outbox ${where && `WHERE ${where}`} ORDER BY id DESC LIMIT $${conditions.length + 1}`
  return (await db.all<Row>(sql, ...conditions.map(({ value }) => value), limit)).map(entryOf)
}

export interface OutboxRetry {
  readonly id: number
  readonly now: Instant
  readonly which: RetriedEntry
}

export async function retryOutboxEntry(db: Db, { id, now, which }: OutboxRetry): Promise<OutboxEntry | null> {
  const states = which === 'delivered' ? "IN ('dead', 'done')" : "= 'dead'"
  const row = await db.one<Row>(`SELECT body FROM outbox WHERE id = $1 AND state ${states} ${db.forUpdate}`, id)
  const stored = row && entryOf(row)
  if (!stored || (which === 'gone' && !isTicketHidden(stored))) return null
  const entry = revived(which === 'gone' ? withoutTicket(stored) : stored, now)
  await update(db, entry)
  return entry
}

/** From the index over what is not done, which stays small. */
export function outboxFigures(db: Db): Promise<OutboxFigure[]> {
  return db.all<OutboxFigure>(
    `SELECT target, count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'dead') AS dead,
       min(queued_at) FILTER (WHERE state = 'pending') AS "oldestQueuedAt"
     FROM outbox WHERE state <> 'done' GROUP BY target ORDER BY target`
  )
}

function entryOf(row: Row): OutboxEntry {
  return JSON.parse(row.body)
}

async function update(db: Db, entry: OutboxEntry): Promise<void> {
  await db.run(
    'UPDATE outbox SET state = $1, queued_at = $2, due_at = $3, ticket_key = $4, body = $5 WHERE id = $6',
    ...[entry.state, entry.enqueuedAt, entry.dueAt, entry.ticket?.key ?? null, JSON.stringify(entry), entry.id]
  )
}
