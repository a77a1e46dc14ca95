/** Who fails right now, counted from indexes (facts §6.1 G8). */
import type { Recent } from '../../domain/decision.ts'
import type { FailureTrace } from '../../domain/deliveries.ts'
import type { FailingAsk, FailingNow, RecentQuery, Shared } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type Bind, type Db, type Value, writeRows } from '../db.ts'

export async function addTraces(db: Db, traces: readonly FailureTrace[]): Promise<void> {
  const rows = traces.map((trace) => [
    ...[trace.subjectKey, trace.publishedAt, trace.ip, trace.asNumber, trace.appVersion, trace.platform]
  ])
  const into = 'traces (subject_key, published_at, ip, as_number, app_version, platform)'
  await writeRows(db, rows, (values) => `INSERT INTO ${into} ${values}`)
}

export type FailingCounts = Pick<Recent, 'failingUsers' | 'sameIpUsers' | 'sameNetworkUsers'>

/** The window has no upper end: Okta's clock may run slightly ahead, and that must not hide a storm. */
export async function countFailing(db: Db, ask: RecentQuery): Promise<FailingCounts> {
  const since = plus(ask.now, -ask.stormWindowMs)
  return {
    failingUsers: await countUsers(db, since),
    sameIpUsers: await usersWith(db, db.anyOf('ip', '$2', 'text'), ask.ips, since),
    sameNetworkUsers: await usersWith(db, db.anyOf('as_number', '$2', 'bigint'), ask.asNumbers, since)
  }
}

/** The same in one pass over the window, for a statement of PostgreSQL: where nothing is kept, three counts would read it thrice. */
export function failingNow(db: Db, { now, stormWindowMs, ips, asNumbers }: RecentQuery, bind: Bind): string {
  return `SELECT count(*) AS "failingUsers", count(*) FILTER (WHERE same_ip) AS "sameIpUsers",
      count(*) FILTER (WHERE same_network) AS "sameNetworkUsers"
    FROM (SELECT bool_or(${db.anyOf('ip', bind(ips), 'text')}) AS same_ip,
        bool_or(${db.anyOf('as_number', bind(asNumbers), 'bigint')}) AS same_network
      FROM traces WHERE published_at >= ${db.moment(now, -stormWindowMs, bind)} GROUP BY subject_key) AS users`
}

const NOTHING = { ip: null, asNumber: null, appVersion: null, platform: null }

export async function failing(db: Db, { now, windowMs, fewest = 0 }: FailingAsk): Promise<FailingNow> {
  const since = plus(await db.leaseClock(now), -windowMs)
  const users = await countUsers(db, since)
  if (users < fewest) return { users, common: NOTHING }
  return {
    users,
    common: {
      ip: await shared<string>(db, 'ip', since),
      asNumber: await shared<number>(db, 'as_number', since),
      appVersion: await shared<string>(db, 'app_version', since),
      platform: await shared<string>(db, 'platform', since)
    }
  }
}

/** Distinct subjects with a failure since then. */
export function countUsers(db: Db, since: Instant): Promise<number> {
  return usersSince(db, 'SELECT count(DISTINCT subject_key) AS n FROM traces WHERE published_at >= $1', since)
}

async function usersWith(db: Db, condition: string, values: readonly (string | number)[], since: Instant) {
  if (values.length === 0) return 0
  const sql = `SELECT count(DISTINCT subject_key) AS n FROM traces WHERE published_at >= $1 AND ${condition}`
  return usersSince(db, sql, since, values)
}

type Property = 'ip' | 'as_number' | 'app_version' | 'platform'

/** An unknown platform is not something that failures have in common. */
async function shared<V>(db: Db, property: Property, since: Instant): Promise<Shared<V>> {
  const isNamed = property === 'as_number' ? 'as_number IS NOT NULL' : `${property} <> 'unknown'`
  const row = await db.one<{ value: V; users: number }>(
    `SELECT ${property} AS value, count(DISTINCT subject_key) AS users FROM traces WHERE published_at >= $1 AND ${isNamed}
     GROUP BY ${property} ORDER BY count(DISTINCT subject_key) DESC, ${property} LIMIT 1`,
    since
  )
  return row ?? null
}

/**
 * Counts of users, kept while they cannot have changed: in a storm every case asks, and counting ten thousand users takes
 * 8 ms. A count does not outlive a new failure, one that leaves the window, or `forgetCounts`. Only where there is one writer.
 */
interface KeptCounts {
  /** The newest failure that was counted. */
  readonly lastSeq: number
  readonly counts: Map<string, { readonly since: Instant; readonly users: number }>
}

const KEPT = new WeakMap<Db, KeptCounts>()
/** More counts than one moment asks for. */
const MOST_COUNTS = 500

async function usersSince(db: Db, sql: string, since: Instant, ...values: Value[]): Promise<number> {
  const count = async () => (await db.one<{ n: number }>(sql, since, ...values))?.n ?? 0
  if (db.engine === 'postgres') return count()
  const { counts } = await keptNow(db)
  const key = JSON.stringify([sql, values])
  const known = counts.get(key)
  if (known && known.since <= since && !(await hasAny(db, known.since, since))) return known.users
  const users = await count()
  if (counts.size >= MOST_COUNTS) counts.clear()
  counts.set(key, { since, users })
  return users
}

/** After failures were removed or a transaction was rolled back: their numbers are used again. */
export function forgetCounts(db: Db): void {
  KEPT.delete(db)
}

async function keptNow(db: Db): Promise<KeptCounts> {
  const lastSeq = (await db.one<{ n: number | null }>('SELECT max(seq) AS n FROM traces'))?.n ?? 0
  const known = KEPT.get(db)
  if (known?.lastSeq === lastSeq) return known
  const fresh: KeptCounts = { lastSeq, counts: new Map() }
  KEPT.set(db, fresh)
  return fresh
}

async function hasAny(db: Db, from: Instant, until: Instant): Promise<boolean> {
  const sql = 'SELECT 1 AS found FROM traces WHERE published_at >= $1 AND published_at < $2 LIMIT 1'
  return (await db.one(sql, from, until)) !== undefined
}
