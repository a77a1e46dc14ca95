/** Whether the steps may be sent to the user of this case now. Anything not known is a no. Pure. */
import type { MailPolicy } from '../../config/policy/ticket-policy.ts'
import { eventsAgainstContact, guardsAgainstContact, notClear } from '../../decide/contact.ts'
import { isOwnAttempt } from '../../decide/own-report.ts'
import type { Case } from '../../domain/case.ts'
import { hasDeferred } from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { severityOf } from '../draft/severity.ts'

/** The case may wait for its message: it has come to rest where the steps are the user's to take, and its guards were read. */
export function isForMail(c: Case, { causes }: Pick<MailPolicy, 'causes'>): boolean {
  if (c.storm !== null || c.parentId !== null || c.cause === null) return false
  // Who signed in to report it reads the steps there.
  if (c.state === 'with_user') return !isOwnAttempt(c.failures)
  const rests = (c.state === 'with_person' || c.state === 'watching') && !hasDeferred(c)
  return rests && (causes.includes(c.cause.id) || (causes.length > 0 && Boolean(c.stepsAskedAt)))
}

/** Why nothing may be sent, judged by the case alone; null when a message may be sent. */
export function mailObjection(c: Case, policy: Pick<MailPolicy, 'causes'>, now: Instant): string | null {
  if (!isForMail(c, policy)) return 'The case is not one whose steps are mailed now.'
  if (c.user.id === null) return 'No event names the user by id.'
  if (severityOf(c) === 'security' || c.securityAlert !== null) return 'The case is a matter for Security.'
  if (c.decision === null || c.guards.length === 0) return 'The guards have not been checked.'
  // G13 asks how far an event may be trusted: a guide asks it beforehand, and otherwise a person has the case.
  const against = guardsAgainstContact(c.guards, ['G13'])
  if (against.length > 0) return notClear(against)
  return eventsAgainstContact(c, now, Boolean(c.stepsAskedAt))
}
