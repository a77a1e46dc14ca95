/** Who fails right now, counted from indexes (facts §6.1 G8). */
import type { Instant } from '../../vocabulary.ts'
import type { FailingNow, FailureTrace, RecentQuery, Shared } from '../store.ts'
import type { Session } from './lane.ts'
import { fit, fitInstant, fitOrNull } from './values.ts'

export async function addTraces(db: Session, traces: readonly FailureTrace[]): Promise<void> {
  if (traces.length === 0) return
  await db.all(
    `INSERT INTO traces (subject_key, published_at, ip, as_number, app_version, platform)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::bigint[], $5::text[], $6::text[])`,
    traces.map((trace) => fit(trace.subjectKey)),
    traces.map((trace) => fitInstant(trace.publishedAt)),
    traces.map((trace) => fitOrNull(trace.ip)),
    traces.map((trace) => trace.asNumber),
    traces.map((trace) => fitOrNull(trace.appVersion)),
    traces.map((trace) => fit(trace.platform))
  )
}

export interface FailingCounts {
  readonly failingUsers: number
  readonly sameIpUsers: number
  readonly sameNetworkUsers: number
}

/** The start of the window. No upper end: Okta's clock may run slightly ahead of ours, and that must not hide a storm. */
const SINCE = `coalesce($1::timestamptz, clock_timestamp()) - $2::float8 * interval '1 ms'`

export async function countFailing(
  db: Session,
  { ips, asNumbers, stormWindowMs }: RecentQuery,
  now: Instant | null
): Promise<FailingCounts> {
  const counted = await db.one<FailingCounts>(
    `WITH since AS MATERIALIZED (SELECT ${SINCE} AS at)
     SELECT
       (SELECT count(DISTINCT subject_key) FROM traces WHERE published_at >= (SELECT at FROM since)) AS "failingUsers",
       (SELECT count(DISTINCT subject_key) FROM traces
        WHERE ip = ANY ($3::text[]) AND published_at >= (SELECT at FROM since)) AS "sameIpUsers",
       (SELECT count(DISTINCT subject_key) FROM traces
        WHERE as_number = ANY ($4::bigint[]) AND published_at >= (SELECT at FROM since)) AS "sameNetworkUsers"`,
    ...[now, stormWindowMs, ips.map(fit), asNumbers]
  )
  return counted ?? { failingUsers: 0, sameIpUsers: 0, sameNetworkUsers: 0 }
}

export async function failing(db: Session, windowMs: number, now: Instant | null): Promise<FailingNow> {
  const counted = await db.one<{ n: number }>(
    `SELECT count(DISTINCT subject_key) AS n FROM traces WHERE published_at >= ${SINCE}`,
    ...[now, windowMs]
  )
  return {
    users: counted?.n ?? 0,
    common: {
      ip: await shared<string>(db, 'ip', windowMs, now),
      asNumber: await shared<number>(db, 'as_number', windowMs, now),
      appVersion: await shared<string>(db, 'app_version', windowMs, now),
      platform: await shared<string>(db, 'platform', windowMs, now)
    }
  }
}

type Property = 'ip' | 'as_number' | 'app_version' | 'platform'

/** A platform called `unknown` is nothing that failures have in common. */
async function shared<V>(db: Session, property: Property, windowMs: number, now: Instant | null): Promise<Shared<V>> {
  const named = property === 'as_number' ? 'as_number IS NOT NULL' : `${property} <> 'unknown'`
  const row = await db.one<{ value: V; users: number }>(
    `SELECT ${property} AS value, count(DISTINCT subject_key) AS users FROM traces
     WHERE published_at >= ${SINCE} AND ${named} GROUP BY ${property} ORDER BY users DESC, value LIMIT 1`,
    ...[now, windowMs]
  )
  return row ?? null
}
