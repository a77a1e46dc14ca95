/** Writes to Okta, counted from indexes. */
import type { Recent } from '../../domain/decision.ts'
import type { RecentQuery } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { CAP_WINDOWS_MS, type CapCounts, COUNTED_STATES } from '../caps.ts'
import { type Bind, binder, type Db, type Value } from '../db.ts'
import { countFailing, countUsers, type FailingCounts, failingNow } from './failures.ts'

const COUNTED = `state IN (${COUNTED_STATES.map((state) => `'${state}'`).join(', ')})`

/** Writes that happened or may have happened since a moment, within a statement. */
const counted = (since: string, where = 'TRUE') =>
  `(SELECT count(*) FROM actions WHERE ${COUNTED} AND intended_at > ${since} AND ${where})`

/** What the caps ask about, in the transaction that records an intent. */
export async function countCaps(db: Db, subjectKey: string, remediation: string, now: Instant): Promise<CapCounts> {
  const [userSince, allSince] = [plus(now, -CAP_WINDOWS_MS.user), plus(now, -CAP_WINDOWS_MS.all)]
  const counts = await countsOf<Omit<CapCounts, 'usersLastDay'>>(
    db,
    `SELECT ${counted('$1', 'subject_key = $2')} AS "userWrites", ${counted('$3')} AS "writesLastHour",
       ${counted('$3', 'remediation = $4')} AS "sameLastHour", ${counted('$1')} AS "writesLastDay"`,
    [userSince, subjectKey, allSince, remediation]
  )
  return { ...counts, usersLastDay: await countUsers(db, userSince) }
}

/** What guards ask about this user's writes and about who fails right now. */
export function recent(db: Db, ask: RecentQuery): Promise<Recent> {
  return recentBeside(db, ask, () => '')
}

/** The same, with further columns of its statement. */
export async function recentBeside<Others extends object>(
  db: Db,
  ask: RecentQuery,
  others: (bind: Bind) => string
): Promise<Recent & Others> {
  const values: Value[] = []
  const bind = binder(values)
  const since = (ms: number) => db.moment(ask.now, -ms, bind)
  const columns = `${counted(since(CAP_WINDOWS_MS.user), `subject_key = ${bind(ask.subjectKey)}`)} AS "userWrites",
    ${counted(since(CAP_WINDOWS_MS.all))} AS "writesLastHour"${others(bind)}`
  if (db.engine === 'postgres') {
    return countsOf(db, `SELECT ${columns}, failing.* FROM (${failingNow(db, ask, bind)}) AS failing`, values)
  }
  const counts = await countsOf<Omit<Recent, keyof FailingCounts> & Others>(db, `SELECT ${columns}`, values)
  return { ...counts, ...(await countFailing(db, ask)) }
}

async function countsOf<Counts extends object>(db: Db, sql: string, values: readonly Value[]): Promise<Counts> {
  const counts = await db.one<Counts>(sql, ...values)
  if (!counts) throw new Error('the store returned no counts')
  return counts
}

/** The bodies of actions intended since then, newest first. A refused action was never intended to be called. */
export function actionsSince(db: Db, since: Instant): Promise<{ readonly case_id: string; readonly body: string }[]> {
  const order = `intended_at DESC, ${db.engine === 'sqlite' ? 'rowid' : 'seq'} DESC`
  return db.all(
    `SELECT case_id, body FROM actions WHERE intended_at >= $1 AND state <> 'refused' ORDER BY ${order}`,
    since
  )
}
