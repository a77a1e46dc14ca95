/** The cases' table: finding and claiming them. Bodies travel as text. */
import type { Instant } from '../../domain/vocabulary.ts'
import type { ClaimedCase } from '../case-rows.ts'
import { binder, type Db, inOrder, type Value } from '../db.ts'

interface Body {
  readonly body: string
}

export async function getCase(db: Db, id: string): Promise<string | null> {
  return (await db.one<Body>('SELECT body FROM cases WHERE id = $1', id))?.body ?? null
}

export async function latestCase(db: Db, subjectKey: string): Promise<string | null> {
  return (await db.one<Body>(latestBody('$1'), subjectKey))?.body ?? null
}

/** The case of the subject whose first save came last; not by `openedAt`, since a clock may be set back. */
export function latestBody(subjectKey: string): string {
  return `SELECT body FROM cases WHERE subject_key = ${subjectKey} ORDER BY seq DESC LIMIT 1`
}

/** From the index of a storm's children alone. */
export async function countChildren(db: Db, parentId: string): Promise<{ all: number; open: number }> {
  const counted = await db.one<{ all: number; open: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (WHERE state NOT IN ('resolved', 'closed')) AS open
     FROM cases WHERE parent_id = $1`,
    parentId
  )
  return counted ?? { all: 0, open: 0 }
}

/** Who takes work, how much, and for how long. `now` is the claimer's clock: it decides what is due. */
export interface Claim {
  readonly limit: number
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

/** One statement, so that looking for work in vain costs no transaction. */
export async function claimDue(db: Db, { limit, now, leaseMs, holder }: Claim): Promise<ClaimedCase[]> {
  const values: Value[] = []
  const bind = binder(values)
  const claimed = await db.all<ClaimedCase & { readonly seq: number }>(
    `WITH due AS MATERIALIZED (
       SELECT seq FROM cases WHERE due_at IS NOT NULL AND due_at <= ${bind(now)}
         AND (lease_until IS NULL OR lease_until <= ${db.moment(now, 0, bind)})
       ORDER BY due_at, seq LIMIT ${bind(limit)} ${db.skipLocked}
     )
     UPDATE cases SET lease_until = ${db.moment(now, leaseMs, bind)}, lease_ms = ${bind(leaseMs)}, holder = ${bind(holder)}
     WHERE seq IN (SELECT seq FROM due) RETURNING seq, body, due_at ${db.mayBeLost}`,
    ...values
  )
  return inOrder(claimed, (row) => row.due_at).map(({ body, due_at }) => ({ body, due_at }))
}
