/** Who looks after a case, and when it is looked at again. Neither changes what the machine does with it; the ticket tells the first. Pure. */
import { DAY_MS, plus } from '../time.ts'
import type { Instant } from '../vocabulary.ts'
import type { Case } from './case-file.ts'
import { change, isOpen, withNews } from './changes.ts'
import type { Operator } from './commands.ts'
import { type Decided, forbidden, refuse } from './people.ts'

/** A case put off for longer than this is one to close instead. */
const LONGEST_SNOOZE_MS = 14 * DAY_MS

/** Says who looks after the case, or that nobody does. */
export function assign(c: Case, { to }: { to: string | null }, by: Operator, now: Instant): Decided {
  const refusal = standing(c, by)
  if (refusal) return refusal
  const line = { at: now, kind: 'assign' as const, caseId: c.id, by: by.name, entry: { to, from: c.assignee ?? null } }
  const what = to === null ? 'Nobody looks after the case any more.' : `${to} looks after the case.`
  return change(withNews({ ...c, assignee: to }, now), now, what, [line], by.name)
}

/** Puts the case off. A new failure of the user, an alarm and "try again" bring it back at once. */
export function snooze(c: Case, { until }: { until: Instant | null }, by: Operator, now: Instant): Decided {
  const refusal = standing(c, by)
  if (refusal) return refusal
  if (until !== null && (until <= now || until > plus(now, LONGEST_SNOOZE_MS))) {
    return refuse('incomplete', 'Name a time that lies ahead, at most 14 days.')
  }
  const line = { at: now, kind: 'snooze' as const, caseId: c.id, by: by.name, entry: { until } }
  const what = until === null ? 'Back in the queue.' : `Put off until ${until}.`
  return change({ ...c, snoozedUntil: until }, now, what, [line], by.name)
}

function standing(c: Case, by: Operator) {
  if (by.role !== 'approver') return forbidden()
  return isOpen(c) ? undefined : refuse('wrong_state', `The case is ${c.state} already.`)
}
