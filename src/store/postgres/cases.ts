/** Finding cases: by id, by subject, when due. */
import type { Case } from '../../case/case-file.ts'
import { type ClaimedCase, claimedCase } from '../case-rows.ts'
import type { Claim } from './events.ts'
import type { Session } from './lane.ts'
import type { Moment } from './moment.ts'
import { fit } from './values.ts'

export interface Body {
  readonly body: string
}

export function caseIn(row: Body | undefined): Case | null {
  return row ? JSON.parse(row.body) : null
}

export async function getCase(db: Session, id: string): Promise<Case | null> {
  return caseIn(await db.one<Body>('SELECT body FROM cases WHERE id = $1', fit(id)))
}

/** The one saved first last; not by `openedAt`, since a clock may be set back. */
export async function latestCase(db: Session, subjectKey: string): Promise<Case | null> {
  const sql = 'SELECT body FROM cases WHERE subject_key = $1 ORDER BY seq DESC LIMIT 1'
  return caseIn(await db.one<Body>(sql, fit(subjectKey)))
}

/** Rows that another claimer is just taking are passed over. */
const CLAIM = `
WITH due AS MATERIALIZED (
  SELECT seq FROM cases
  WHERE due_at IS NOT NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until <= coalesce($2::timestamptz, clock_timestamp()))
  ORDER BY due_at, seq LIMIT $3 FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE cases SET lease_until = coalesce($2::timestamptz, clock_timestamp()) + $4::int * interval '1 ms', lease_ms = $4::int,
    holder = $5
  FROM due WHERE cases.seq = due.seq
  RETURNING cases.seq, due_at, body
)
SELECT body, due_at FROM claimed ORDER BY due_at, seq`

export async function claimDue(db: Session, claim: Claim, moment: Moment): Promise<Case[]> {
  const { now, limit, leaseMs, holder } = claim
  const rows = await db.all<ClaimedCase>(CLAIM, now, moment(now), limit, leaseMs, holder)
  return rows.map(claimedCase)
}

export async function release(db: Session, holder: string): Promise<void> {
  await db.all('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE holder = $1', holder)
  await db.all('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND holder = $1', holder)
}

/** From the index of a storm's children alone. */
export async function countChildren(db: Session, parentId: string): Promise<{ all: number; open: number }> {
  const counted = await db.one<{ all: number; open: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (WHERE state NOT IN ('resolved', 'closed')) AS open
     FROM cases WHERE parent_id = $1`,
    fit(parentId)
  )
  return counted ?? { all: 0, open: 0 }
}
