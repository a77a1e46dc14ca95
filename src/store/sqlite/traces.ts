/** Who fails right now, counted from indexes (facts §6.1 G8). */

import type { FailingNow, FailureTrace, RecentQuery, Shared } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Connection } from './connection.ts'
import { usersSince } from './distinct-users.ts'

export function addTrace(db: Connection, trace: FailureTrace): void {
  db.insert(
    'INSERT INTO traces (subject_key, published_at, ip, as_number, app_version, platform) VALUES (?, ?, ?, ?, ?, ?)',
    ...[trace.subjectKey, trace.publishedAt, trace.ip, trace.asNumber, trace.appVersion, trace.platform]
  )
}

export interface FailingCounts {
  readonly failingUsers: number
  readonly sameIpUsers: number
  readonly sameNetworkUsers: number
}

/** No upper end to the window: Okta's clock may run slightly ahead of ours, and that must not hide a storm. */
export function countFailing(db: Connection, ask: RecentQuery): FailingCounts {
  const since = plus(ask.now, -ask.stormWindowMs)
  return {
    failingUsers: countUsers(db, since),
    sameIpUsers: usersWith(db, 'ip', ask.ips, since),
    sameNetworkUsers: usersWith(db, 'as_number', ask.asNumbers, since)
  }
}

export function failing(db: Connection, ask: { readonly now: Instant; readonly windowMs: number }): FailingNow {
  const since = plus(ask.now, -ask.windowMs)
  return {
    users: countUsers(db, since),
    common: {
      ip: shared<string>(db, 'ip', since),
      asNumber: shared<number>(db, 'as_number', since),
      appVersion: shared<string>(db, 'app_version', since),
      platform: shared<string>(db, 'platform', since)
    }
  }
}

type Property = 'ip' | 'as_number' | 'app_version' | 'platform'

/** Distinct subjects with a failure since then. */
export function countUsers(db: Connection, since: Instant): number {
  const sql = 'SELECT count(DISTINCT subject_key) AS n FROM traces WHERE published_at >= ?'
  return usersSince(db, sql, [], since)
}

function usersWith(db: Connection, property: Property, values: readonly (string | number)[], since: Instant): number {
  const sql = `SELECT count(DISTINCT subject_key) AS n FROM traces
    WHERE ${property} IN (SELECT value FROM json_each(?)) AND published_at >= ?`
  return usersSince(db, sql, [JSON.stringify(values)], since)
}

/** A platform called `unknown` is nothing that failures have in common. */
function shared<V>(db: Connection, property: Property, since: Instant): Shared<V> {
  const sql = `SELECT ${property} AS value, count(DISTINCT subject_key) AS users FROM traces
    WHERE published_at >= ? AND ${property} IS NOT NULL AND ${property} <> 'unknown'
    GROUP BY ${property} ORDER BY users DESC, value LIMIT 1`
  return db.one<{ value: V; users: number }>(sql, since) ?? null
}
