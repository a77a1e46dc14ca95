/** Writes in Okta, counted from indexes. */

import type { RecentQuery } from '../../domain/store.ts'
import type { Action, Instant } from '../../domain/vocabulary.ts'
import { type CapCounts, COUNTED_STATES } from '../brakes.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'
import { countFailing, type FailingCounts } from './traces.ts'
import { fit } from './values.ts'

const COUNTED = COUNTED_STATES.map((state) => `'${state}'`).join(', ')

export interface WriteCounts {
  readonly userWrites: number
  readonly writesLastHour: number
}

/** Writes that happened or may have happened: of each of these users in a day, of all in an hour. `now` null: the database's. */
export async function countWrites(
  db: Session,
  subjectKeys: readonly string[],
  now: Instant | null
): Promise<WriteCounts[]> {
  return db.all<WriteCounts>(
    `WITH now AS MATERIALIZED (SELECT coalesce($1::timestamptz, clock_timestamp()) AS at)
     SELECT
       (SELECT count(*) FROM actions WHERE subject_key = asked.subject_key AND state IN (${COUNTED})
          AND intended_at > (SELECT at FROM now) - interval '24 hours') AS "userWrites",
       (SELECT count(*) FROM actions WHERE state IN (${COUNTED})
          AND intended_at > (SELECT at FROM now) - interval '1 hour') AS "writesLastHour"
     FROM unnest($2::text[]) WITH ORDINALITY AS asked (subject_key, n) ORDER BY n`,
    ...[now, subjectKeys]
  )
}

/** What the caps ask about, in the transaction that writes an intent down. `now` null: the database's. */
export async function countCaps(
  db: Session,
  subjectKey: string,
  remediation: string,
  now: Instant | null
): Promise<CapCounts> {
  const [counted, [writes]] = await Promise.all([
    db.one<Omit<CapCounts, keyof WriteCounts>>(
      `WITH now AS MATERIALIZED (SELECT coalesce($1::timestamptz, clock_timestamp()) AS at)
       SELECT
         (SELECT count(*) FROM actions WHERE remediation = $2 AND state IN (${COUNTED})
            AND intended_at > (SELECT at FROM now) - interval '1 hour') AS "sameLastHour",
         (SELECT count(*) FROM actions WHERE state IN (${COUNTED})
            AND intended_at > (SELECT at FROM now) - interval '24 hours') AS "writesLastDay",
         (SELECT count(DISTINCT subject_key) FROM traces
            WHERE published_at >= (SELECT at FROM now) - interval '24 hours') AS "usersLastDay"`,
      ...[now, remediation]
    ),
    countWrites(db, [subjectKey], now)
  ])
  if (!counted || !writes) throw new Error('counts without a row')
  return { ...writes, ...counted }
}

/** What guards ask about these users' writes and about who fails right now; all of one window and one time. */
export async function recent(
  db: Session,
  asks: readonly RecentQuery[],
  moment: Moment
): Promise<(WriteCounts & FailingCounts)[]> {
  const [first] = asks
  if (!first) return []
  const now = moment(first.now)
  const [writes, failing] = await Promise.all([
    countWrites(
      db,
      asks.map(({ subjectKey }) => fit(subjectKey)),
      now
    ),
    countFailing(db, first, asks, now)
  ])
  return asks.map((_, n) => ({ ...NOTHING, ...writes[n], ...failing[n] }))
}

const NOTHING = { userWrites: 0, writesLastHour: 0, failingUsers: 0, sameIpUsers: 0, sameNetworkUsers: 0 }

/** Actions intended since then, newest first. A refused action was never intended to be called. */
export async function actionsSince(
  db: Session,
  since: Instant
): Promise<readonly (Action & { readonly caseId: string })[]> {
  const rows = await db.all<{ case_id: string; body: string }>(
    `SELECT case_id, body FROM actions WHERE intended_at >= $1 AND state <> 'refused' ORDER BY intended_at DESC, seq DESC`,
    since
  )
  return rows.map(({ case_id, body }) => ({ ...JSON.parse(body), caseId: case_id }))
}
