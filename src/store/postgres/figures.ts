/** Figures for gauges: counters that triggers keep, and the first entry of an index. Never a scan (peers: convoy #2807). */

import type { Snapshot } from '../../domain/store.ts'
import { CASE_STATES, type CaseState, type Instant } from '../../domain/vocabulary.ts'
import type { Session } from './session.ts'

export async function snapshot(db: Session): Promise<Snapshot> {
  const counts = await counters(db)
  // Asked for its minimum alone, the planner may walk another index, sorted by time, from end to end for a rare state.
  const oldest = await db.all<{ state: CaseState; at: Instant | null }>(
    `SELECT state, (SELECT opened_at FROM cases WHERE cases.state = asked.state ORDER BY opened_at, id LIMIT 1) AS at
     FROM unnest($1::text[]) AS asked (state)`,
    CASE_STATES
  )
  const waiting = await db.one<{ at: Instant | null }>('SELECT min(received_at) AS at FROM events WHERE fate IS NULL')
  const cases = oldest.map(
    ({ state, at }) => [state, { count: counts.get(`case:${state}`) ?? 0, oldestAt: at }] as const
  )
  return {
    pendingEvents: counts.get('pending_events') ?? 0,
    oldestPendingEventAt: waiting?.at ?? null,
    cases: Object.fromEntries(cases) as Record<CaseState, { count: number; oldestAt: Instant | null }>,
    deadLetters: counts.get('dead_letters') ?? 0
  }
}

/** The counters by name, summed over what transactions have added. */
export async function counters(db: Session): Promise<Map<string, number>> {
  const rows = await db.all<{ name: string; n: number }>('SELECT name, sum(n)::bigint AS n FROM counts GROUP BY name')
  return new Map(rows.map(({ name, n }) => [name, n]))
}

/** Sums the lines up, so that there are few of them. One replica at a time. */
export async function sumUpCounts(db: Session): Promise<void> {
  await db.all(
    `WITH gone AS (DELETE FROM counts RETURNING name, n)
     INSERT INTO counts SELECT name, sum(n) FROM gone GROUP BY name HAVING sum(n) <> 0`
  )
}

/** Writes something, to learn whether writing works. */
export async function probe(db: Session): Promise<void> {
  await db.all(`INSERT INTO counts VALUES ('probes', 0)`)
}
