/** Counts for charts, from indexes. */

import type { Activity } from '../../domain/store.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Session } from './session.ts'

export async function activity(db: Session, since: Instant): Promise<Activity> {
  const cases = await db.all<Activity['cases'][number]>(
    `SELECT to_char(opened_at, 'YYYY-MM-DD') AS day, cause, rule, state, outcome, count(*) AS count
     FROM cases WHERE opened_at >= $1 AND outcome IS DISTINCT FROM 'canary'
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    since
  )
  const writes = await db.all<Activity['writes'][number]>(
    `SELECT to_char(a.intended_at, 'YYYY-MM-DD') AS day, c.rule, a.remediation, a.state, a.effect, count(*) AS count
     FROM actions a JOIN cases c ON c.id = a.case_id WHERE a.intended_at >= $1
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    since
  )
  return { cases, writes }
}
