/** Writes to Okta, counted from indexes. */
import type { RecentQuery } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CapCounts, COUNTED_STATES, capWindows } from '../caps.ts'
import type { Db, Value } from '../db.ts'
import { countFailing, countUsers, type FailingCounts } from './failures.ts'

const COUNTED = `state IN (${COUNTED_STATES.map((state) => `'${state}'`).join(', ')})`

export interface WriteCounts {
  readonly userWrites: number
  readonly writesLastHour: number
}

/** Writes that happened or may have happened: of this user in a day, of all users in an hour. */
async function countWrites(db: Db, subjectKey: string, now: Instant): Promise<WriteCounts> {
  const { userSince, allSince } = capWindows(now)
  return {
    userWrites: await count(db, 'intended_at > $1 AND subject_key = $2', userSince, subjectKey),
    writesLastHour: await count(db, 'intended_at > $1', allSince)
  }
}

/** What the caps ask about, in the transaction that records an intent. */
export async function countCaps(db: Db, subjectKey: string, remediation: string, now: Instant): Promise<CapCounts> {
  const { userSince, allSince } = capWindows(now)
  return {
    ...(await countWrites(db, subjectKey, now)),
    sameLastHour: await count(db, 'intended_at > $1 AND remediation = $2', allSince, remediation),
    writesLastDay: await count(db, 'intended_at > $1', userSince),
    usersLastDay: await countUsers(db, userSince)
  }
}

/** What guards ask about this user's writes and about who fails right now. */
export async function recent(db: Db, ask: RecentQuery): Promise<WriteCounts & FailingCounts> {
  const now = await db.leaseClock(ask.now)
  return { ...(await countWrites(db, ask.subjectKey, now)), ...(await countFailing(db, ask)) }
}

/** The bodies of actions intended since then, newest first. A refused action was never intended to be called. */
export function actionsSince(db: Db, since: Instant): Promise<{ readonly case_id: string; readonly body: string }[]> {
  const order = `intended_at DESC, ${db.engine === 'sqlite' ? 'rowid' : 'seq'} DESC`
  return db.all(
    `SELECT case_id, body FROM actions WHERE intended_at >= $1 AND state <> 'refused' ORDER BY ${order}`,
    since
  )
}

async function count(db: Db, where: string, ...values: Value[]): Promise<number> {
  const sql = `SELECT count(*) AS n FROM actions WHERE ${COUNTED} AND ${where}`
  return (await db.one<{ n: number }>(sql, ...values))?.n ?? 0
}
