/** Who fails right now, counted from indexes (facts §6.1 G8). */

import type { FailingNow, FailureTrace, RecentQuery } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Session } from './session.ts'
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
const SINCE = `WITH since AS MATERIALIZED (SELECT coalesce($1::timestamptz, clock_timestamp()) - $2::float8 * interval '1 ms' AS at)`

type Window = Pick<RecentQuery, 'stormWindowMs'>

/** For each of these, who fails right now, in all and from the same addresses. In a storm most name the same addresses. */
export async function countFailing(
  db: Session,
  { stormWindowMs }: Window,
  asks: readonly Pick<RecentQuery, 'ips' | 'asNumbers'>[],
  now: Instant | null
): Promise<FailingCounts[]> {
  const ips = asks.map((ask) => JSON.stringify(ask.ips.map(fit)))
  const asNumbers = asks.map((ask) => JSON.stringify(ask.asNumbers))
  const counts = await db.all<FailingCounts & { ips: string; as_numbers: string }>(
    `${SINCE} SELECT ips, as_numbers,
       (SELECT count(DISTINCT subject_key) FROM traces WHERE published_at >= (SELECT at FROM since)) AS "failingUsers",
       (SELECT count(DISTINCT subject_key) FROM traces WHERE published_at >= (SELECT at FROM since)
          AND ip = ANY (ARRAY (SELECT jsonb_array_elements_text(ips::jsonb)))) AS "sameIpUsers",
       (SELECT count(DISTINCT subject_key) FROM traces WHERE published_at >= (SELECT at FROM since)
          AND as_number = ANY (ARRAY (SELECT jsonb_array_elements_text(as_numbers::jsonb)::bigint))) AS "sameNetworkUsers"
     FROM (SELECT DISTINCT ips, as_numbers FROM unnest($3::text[], $4::text[]) AS a (ips, as_numbers)) AS asked`,
    ...[now, stormWindowMs, ips, asNumbers]
  )
  const nameOf = (one: string, other: string) => `${one} ${other}`
  const found = new Map(counts.map((count) => [nameOf(count.ips, count.as_numbers), count]))
  return asks.map((_, n) => {
    const {
      failingUsers = 0,
      sameIpUsers = 0,
      sameNetworkUsers = 0
    } = found.get(nameOf(ips[n] ?? '', asNumbers[n] ?? '')) ?? {}
    return { failingUsers, sameIpUsers, sameNetworkUsers }
  })
}

/** A platform called `unknown` is nothing that failures have in common. */
const sharedBy = (property: string, isNamed: string) =>
  `(SELECT json_build_object('value', ${property}, 'users', count(DISTINCT subject_key)) FROM failed
    WHERE ${isNamed} GROUP BY ${property} ORDER BY count(DISTINCT subject_key) DESC, ${property} LIMIT 1)`

/** The window is read once. */
const FAILING = `${SINCE}, failed AS MATERIALIZED (
  SELECT DISTINCT subject_key, ip, as_number, app_version, platform FROM traces WHERE published_at >= (SELECT at FROM since)
)
SELECT (SELECT count(DISTINCT subject_key) FROM failed) AS users,
  ${sharedBy('ip', `ip <> 'unknown'`)} AS ip,
  ${sharedBy('as_number', 'as_number IS NOT NULL')} AS "asNumber",
  ${sharedBy('app_version', `app_version <> 'unknown'`)} AS "appVersion",
  ${sharedBy('platform', `platform <> 'unknown'`)} AS platform`

export async function failing(db: Session, windowMs: number, now: Instant | null): Promise<FailingNow> {
  type Row = FailingNow['common'] & Pick<FailingNow, 'users'>
  const row = await db.one<Row>(FAILING, now, windowMs)
  if (!row) throw new Error('a count without FROM has one row')
  const { users, ...common } = row
  return { users, common }
}
