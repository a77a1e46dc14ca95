/** Finding cases: by id, by subject, when due. */
import type { Case } from '../../domain/case.ts'
import { type ClaimedCase, claimedCase } from '../case-rows.ts'
import type { Claim } from './events.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'
import { fit } from './values.ts'

export interface Body {
  readonly body: string
}

interface Named extends Body {
  readonly name: string
}

/** Asked for the same case twice, they get the same copy. */
function inOrder(names: readonly string[], rows: readonly Named[]): (Case | null)[] {
  const found = new Map<string, Case>(rows.map(({ name, body }) => [name, JSON.parse(body)]))
  return names.map((name) => found.get(fit(name)) ?? null)
}

export async function getCases(db: Session, ids: readonly string[]): Promise<(Case | null)[]> {
  const sql = 'SELECT id AS name, body FROM cases WHERE id = ANY ($1::text[])'
  return inOrder(ids, await db.all<Named>(sql, [...new Set(ids.map(fit))]))
}

export async function getCase(db: Session, id: string): Promise<Case | null> {
  return (await getCases(db, [id]))[0] ?? null
}

/** Of each subject the one saved first last; not by `openedAt`, since a clock may be set back. */
export async function latestCases(db: Session, subjectKeys: readonly string[]): Promise<(Case | null)[]> {
  const sql = `SELECT name, body FROM unnest($1::text[]) AS asked (name) CROSS JOIN LATERAL
    (SELECT body FROM cases WHERE subject_key = asked.name ORDER BY seq DESC LIMIT 1) AS latest`
  return inOrder(subjectKeys, await db.all<Named>(sql, [...new Set(subjectKeys.map(fit))]))
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
