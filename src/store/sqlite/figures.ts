/** Figures for gauges: counters that are kept with each change, and the first entry of an index. Never a scan (peers: convoy #2807). */

import type { Snapshot } from '../../domain/store.ts'
import { CASE_STATES, type CaseState, type Instant } from '../../domain/vocabulary.ts'
import type { Connection } from './connection.ts'

export function snapshot(db: Connection): Snapshot {
  const counts = new Map(
    db.all<{ name: string; n: number }>('SELECT name, n FROM counts').map(({ name, n }) => [name, n])
  )
  const cases = CASE_STATES.map((state) => {
    const count = counts.get(`case:${state}`) ?? 0
    const oldestAt = oldest(db, 'SELECT min(opened_at) AS at FROM cases WHERE state = ?', state)
    return [state, { count, oldestAt }] as const
  })
  return {
    pendingEvents: counts.get('pending_events') ?? 0,
    oldestPendingEventAt: oldest(
      db,
      'SELECT received_at AS at FROM events WHERE fate IS NULL ORDER BY delivery_id LIMIT 1'
    ),
    cases: Object.fromEntries(cases) as Record<CaseState, { count: number; oldestAt: Instant | null }>,
    deadLetters: counts.get('dead_letters') ?? 0
  }
}

/** Writes something, to learn whether writing works. */
export function probe(db: Connection, _ask: null): null {
  db.run(`UPDATE counts SET n = n + 1 WHERE name = 'probes'`)
  return null
}

function oldest(db: Connection, sql: string, ...values: string[]): Instant | null {
  return db.one<{ at: Instant | null }>(sql, ...values)?.at ?? null
}
