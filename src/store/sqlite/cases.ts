/** Finding single cases: by id, by subject, when due. Bodies travel as text. */
import { plus } from '../../domain/time.ts'
import type { ClaimedCase } from '../case-rows.ts'
import type { Connection } from './connection.ts'
import { releaseErrands } from './errands.ts'
import type { Claim } from './events.ts'

interface Body {
  readonly body: string
}

export function getCase(db: Connection, id: string): string | null {
  return db.one<Body>('SELECT body FROM cases WHERE id = ?', id)?.body ?? null
}

/** The one saved first last; not by `openedAt`, since a clock may be set back. */
export function latestCase(db: Connection, subjectKey: string): string | null {
  const sql = 'SELECT body FROM cases WHERE subject_key = ? ORDER BY seq DESC LIMIT 1'
  return db.one<Body>(sql, subjectKey)?.body ?? null
}

export function claimDue(db: Connection, { limit, now, leaseMs, holder }: Claim): ClaimedCase[] {
  const due = db.all<ClaimedCase & { id: string }>(
    `SELECT id, body, due_at FROM cases WHERE due_at IS NOT NULL AND due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)
     ORDER BY due_at, seq LIMIT ?`,
    ...[now, now, limit]
  )
  const until = plus(now, leaseMs)
  for (const { id } of due) {
    db.run('UPDATE cases SET lease_until = ?, lease_ms = ?, holder = ? WHERE id = ?', ...[until, leaseMs, holder, id])
  }
  return due.map(({ body, due_at }) => ({ body, due_at }))
}

export function release(db: Connection, holder: string): null {
  db.run('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE holder = ?', holder)
  db.run('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND holder = ?', holder)
  releaseErrands(db, holder)
  return null
}

/** Ends every lease, whoever holds it. */
export function releaseAll(db: Connection): null {
  db.run('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE lease_until IS NOT NULL')
  db.run('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND lease_until IS NOT NULL')
  db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE holder IS NOT NULL')
  return null
}

/** From the index of a storm's children alone. */
export function countChildren(db: Connection, parentId: string): { all: number; open: number } {
  const counted = db.one<{ all: number; open: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (WHERE state NOT IN ('resolved', 'closed')) AS open
     FROM cases WHERE parent_id = ?`,
    parentId
  )
  return counted ?? { all: 0, open: 0 }
}
