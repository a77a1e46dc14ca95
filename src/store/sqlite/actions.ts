/** Writes in Okta, counted from indexes. */

import type { RecentQuery } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CapCounts, COUNTED_STATES, capWindows } from '../brakes.ts'
import type { Connection, Value } from './connection.ts'
import { countFailing, countUsers, type FailingCounts } from './traces.ts'

const COUNTED = COUNTED_STATES.map((state) => `'${state}'`).join(', ')

export interface WriteCounts {
  readonly userWrites: number
  readonly writesLastHour: number
}

/** Writes that happened or may have happened: of this user in a day, of all users in an hour. */
export function countWrites(db: Connection, subjectKey: string, now: Instant): WriteCounts {
  const { userSince, allSince } = capWindows(now)
  return {
    userWrites: count(
      db,
      `SELECT count(*) AS n FROM actions WHERE subject_key = ? AND intended_at > ? AND state IN (${COUNTED})`,
      ...[subjectKey, userSince]
    ),
    writesLastHour: count(
      db,
      `SELECT count(*) AS n FROM actions WHERE intended_at > ? AND state IN (${COUNTED})`,
      allSince
    )
  }
}

/** What the caps ask about, in the transaction that writes an intent down. */
export function countCaps(db: Connection, subjectKey: string, remediation: string, now: Instant): CapCounts {
  const { userSince, allSince } = capWindows(now)
  const since = `intended_at > ? AND state IN (${COUNTED})`
  return {
    ...countWrites(db, subjectKey, now),
    sameLastHour: count(
      db,
      `SELECT count(*) AS n FROM actions WHERE ${since} AND remediation = ?`,
      ...[allSince, remediation]
    ),
    writesLastDay: count(db, `SELECT count(*) AS n FROM actions WHERE ${since}`, userSince),
    usersLastDay: countUsers(db, userSince)
  }
}

/** What guards ask about this user's writes and about who fails right now. */
export function recent(db: Connection, ask: RecentQuery): WriteCounts & FailingCounts {
  return { ...countWrites(db, ask.subjectKey, ask.now), ...countFailing(db, ask) }
}

/** The bodies of actions intended since then, newest first. A refused action was never intended to be called. */
export function actionsSince(db: Connection, since: Instant): { readonly case_id: string; readonly body: string }[] {
  return db.all(
    `SELECT case_id, body FROM actions WHERE intended_at >= ? AND state <> 'refused' ORDER BY intended_at DESC, rowid DESC`,
    since
  )
}

function count(db: Connection, sql: string, ...values: Value[]): number {
  return db.one<{ n: number }>(sql, ...values)?.n ?? 0
}
