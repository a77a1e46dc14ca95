/** Figures for gauges and charts, from counters and indexes. Never a scan of a table that grows. */
import type { GuidedCase } from '../../domain/case.ts'
import type { LoneStop } from '../../domain/decision.ts'
import type {
  Activity,
  ActivityQuery,
  EnrollmentTimes,
  LoneStopped,
  Period,
  Recoveries,
  StoreSnapshot
} from '../../domain/store.ts'
import { CASE_STATES, type CaseState, type CauseId, type Instant } from '../../domain/vocabulary.ts'
import type { Db, Value } from '../db.ts'

export async function snapshot(db: Db): Promise<StoreSnapshot> {
  const rows = await db.all<{ name: string; n: number }>(
    `SELECT name, sum(n)${BIGINT[db.engine]} AS n FROM counts GROUP BY name`
  )
  const counts = new Map(rows.map(({ name, n }) => [name, n]))
  const cases: [CaseState, { count: number; oldestAt: Instant | null }][] = []
  for (const state of CASE_STATES) {
    // Asked for the minimum alone, PostgreSQL may walk another index from end to end for a rare state.
    const sql = 'SELECT opened_at AS at FROM cases WHERE state = $1 ORDER BY opened_at, id LIMIT 1'
    cases.push([state, { count: counts.get(`case:${state}`) ?? 0, oldestAt: await oldest(db, sql, state) }])
  }
  return {
    pendingEvents: counts.get('pending_events') ?? 0,
    oldestPendingEventAt: await oldest(db, OLDEST_PENDING[db.engine]),
    cases: Object.fromEntries(cases) as Record<CaseState, { count: number; oldestAt: Instant | null }>,
    deadLetters: counts.get('dead_letters') ?? 0
  }
}

/** PostgreSQL's sum of 64-bit numbers is a `numeric`. */
const BIGINT = { sqlite: '', postgres: '::bigint' } as const
/** Each engine has another index over the pending events. */
const OLDEST_PENDING = {
  sqlite: 'SELECT received_at AS at FROM events WHERE fate IS NULL ORDER BY delivery_id LIMIT 1',
  postgres: 'SELECT min(received_at) AS at FROM events WHERE fate IS NULL'
} as const

async function oldest(db: Db, sql: string, ...values: Value[]): Promise<Instant | null> {
  return (await db.one<{ at: Instant | null }>(sql, ...values))?.at ?? null
}

/** Writes something, to learn whether writing works. */
export async function probe(db: Db): Promise<void> {
  if (db.engine === 'sqlite') await db.run(`UPDATE counts SET n = n + 1 WHERE name = 'probes'`)
  else await db.run(`INSERT INTO counts VALUES ('probes', 0)`)
}

/** PostgreSQL's transactions add counter rows instead of waiting for a shared one; this sums them up. One replica at a time. */
export async function compactCounts(db: Db): Promise<void> {
  if (db.engine === 'sqlite') return
  await db.run(
    `WITH gone AS (DELETE FROM counts RETURNING name, n)
     INSERT INTO counts SELECT name, sum(n) FROM gone GROUP BY name HAVING sum(n) <> 0`
  )
}

/** Both engines answer these from the index `cases_activity` alone. */
function ofPeriod({ engine }: Db): string {
  const table = engine === 'sqlite' ? 'cases INDEXED BY cases_activity' : 'cases'
  return `FROM ${table} WHERE opened_at >= $1 AND opened_at < $2 AND outcome IS DISTINCT FROM 'canary'`
}

export async function activity(db: Db, { since, until, by }: ActivityQuery): Promise<Activity> {
  const bucket = (column: string) => (by === 'period' ? `''` : db.bucket(column, by))
  const cases = await db.all<Activity['cases'][number]>(
    `SELECT ${bucket('opened_at')} AS at, cause, rule, state, outcome, count(*) AS count ${ofPeriod(db)}
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    ...[since, until]
  )
  const writes = await db.all<Activity['writes'][number]>(
    `SELECT ${bucket('a.intended_at')} AS at, a.rule, a.remediation, a.state, a.effect, count(*) AS count
     FROM actions a WHERE a.intended_at >= $1 AND a.intended_at < $2
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    ...[since, until]
  )
  return { cases, writes }
}

const LONGEST = 5

export async function recoveries(db: Db, { since, until }: Period): Promise<Recoveries> {
  const from = ofPeriod(db)
  // To the second within an hour, then to the minute: that bounds the rows.
  const times = await db.all<TimeCount>(
    `SELECT cause, CASE WHEN enrolled_after_s < 3600 THEN enrolled_after_s ELSE enrolled_after_s - enrolled_after_s % 60 END
       AS seconds, count(*) AS count
     ${from} AND enrolled_after_s IS NOT NULL GROUP BY 1, 2`,
    ...[since, until]
  )
  const inOrder = times.toSorted((a, b) => a.seconds - b.seconds)
  const byCause = [...Map.groupBy(inOrder, ({ cause }) => cause)].map(([cause, counts]) => timesOf(cause, counts))
  return {
    inAll: times.length > 0 ? timesOf(null, inOrder) : null,
    byCause: byCause.toSorted((a, b) => b.count - a.count),
    enrolled: await db.all(
      `SELECT outcome, by_person AS "byPerson", count(*) AS count
       ${from} AND outcome IN ('recovered_by_itself', 'recovered_after_repair') GROUP BY 1, 2 ORDER BY 1, 2`,
      ...[since, until]
    ),
    stopped: await db.all(
      `SELECT stopped_by AS guards, state, outcome, count(*) AS count
       ${from} AND stopped_by <> '' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      ...[since, until]
    ),
    longest: await db.all(
      `SELECT id, enrolled_after_s AS seconds FROM cases WHERE seq IN (SELECT seq ${from} AND enrolled_after_s IS NOT NULL
         ORDER BY enrolled_after_s DESC, seq LIMIT ${LONGEST}) ORDER BY 2 DESC, 1`,
      ...[since, until]
    )
  }
}

export async function loneStops(db: Db, { since, until }: Period): Promise<readonly LoneStopped[]> {
  const table = db.engine === 'sqlite' ? 'cases INDEXED BY cases_lone_stops' : 'cases'
  const rows = await db.all<LoneStopped & { readonly loneStop: string }>(
    `SELECT id, opened_at AS "openedAt", state, outcome, enrolled_after_s AS "enrolledAfterS", lone_stop AS "loneStop"
     FROM ${table} WHERE lone_stop <> '' AND opened_at >= $1 AND opened_at < $2 ORDER BY opened_at DESC, id`,
    ...[since, until]
  )
  // Thousands of cases have the same few stops.
  const stops = new Map<string, LoneStop>()
  return rows.map(({ loneStop, ...row }) => {
    const stop: LoneStop = stops.get(loneStop) ?? JSON.parse(loneStop)
    stops.set(loneStop, stop)
    return { ...row, ...stop }
  })
}

export async function guidedCases(
  db: Db,
  { since, until }: Period
): Promise<readonly (GuidedCase & { readonly count: number })[]> {
  const table = db.engine === 'sqlite' ? 'cases INDEXED BY cases_guided' : 'cases'
  const rows = await db.all<{ readonly guided: string; readonly count: number }>(
    `SELECT guided, count(*) AS count FROM ${table} WHERE guided <> '' AND opened_at >= $1 AND opened_at < $2 GROUP BY 1`,
    ...[since, until]
  )
  return rows.map(({ guided, count }) => ({ ...JSON.parse(guided), count }))
}

interface TimeCount {
  readonly cause: CauseId | null
  readonly seconds: number
  readonly count: number
}

/** Of counts in order: the smallest times that half and nine tenths of all do not exceed. */
function timesOf(cause: CauseId | null, inOrder: readonly TimeCount[]): EnrollmentTimes {
  const count = inOrder.reduce((sum, row) => sum + row.count, 0)
  const within = (share: number) => {
    let left = Math.ceil(count * share)
    for (const row of inOrder) {
      left -= row.count
      if (left <= 0) return row.seconds
    }
    return 0
  }
  return { cause, count, medianS: within(0.5), p90S: within(0.9) }
}
