/** The database's time, and times that a clock ahead of it has written. The columns say when work is due. */

import { AHEAD_MS, CUT_LEASE_MS, LONGEST_LEASE_MS, LONGEST_WAIT_MS } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'

export async function sharedTime(db: Session): Promise<Instant | null> {
  return (await db.one<{ at: Instant }>('SELECT clock_timestamp() AS at'))?.at ?? null
}

/** Leases run by the database's time (`moment.ts`), so they are too long only when that was set back. */
export async function bringForward(db: Session, now: Instant, moment: Moment): Promise<number> {
  const cases = await db.all(
    `UPDATE cases SET due_at = $1, updated_at = $1 WHERE seq IN
       (SELECT seq FROM cases WHERE due_at > $1 AND updated_at > $1::timestamptz + $2::int * interval '1 ms' FOR UPDATE SKIP LOCKED)
     RETURNING 1`,
    ...[now, AHEAD_MS]
  )
  const errands = await db.all(
    `UPDATE outbox SET due_at = $1 WHERE state = 'pending' AND due_at > $1
       AND (queued_at > $1::timestamptz + $2::int * interval '1 ms' OR due_at > $1::timestamptz + $3::int * interval '1 ms')
     RETURNING 1`,
    ...[now, AHEAD_MS, LONGEST_WAIT_MS]
  )
  for (const [table, taken] of LEASED) {
    await db.all(
      `UPDATE ${table} SET lease_until = coalesce($1::timestamptz, clock_timestamp()) + $2::int * interval '1 ms'
       WHERE ${taken} AND lease_until > coalesce($1::timestamptz, clock_timestamp()) + $3::int * interval '1 ms'`,
      ...[moment(now), CUT_LEASE_MS, LONGEST_LEASE_MS]
    )
  }
  return cases.length + errands.length
}

const LEASED: readonly (readonly [table: string, taken: string])[] = [
  ['cases', 'holder IS NOT NULL'],
  ['events', 'fate IS NULL'],
  ['outbox', 'holder IS NOT NULL']
]
