/** Counts for charts, from indexes. */

import type { Activity } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Connection } from './connection.ts'

export function activity(db: Connection, since: Instant): Activity {
  const cases = db.all<Activity['cases'][number]>(
    `SELECT substr(opened_at, 1, 10) AS day, cause, rule, state, outcome, count(*) AS count
     FROM cases INDEXED BY cases_activity WHERE opened_at >= ? AND outcome IS NOT 'canary'
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    since
  )
  const writes = db.all<Activity['writes'][number]>(
    `SELECT substr(a.intended_at, 1, 10) AS day, c.rule, a.remediation, a.state, a.body ->> '$.effect' AS effect,
       count(*) AS count
     FROM actions a JOIN cases c ON c.id = a.case_id WHERE a.intended_at >= ?
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    since
  )
  return { cases: cases.map((row) => ({ ...row })), writes: writes.map((row) => ({ ...row })) }
}
