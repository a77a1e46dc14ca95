/** How urgent a case is, and until when a person should have acted on it. Pure. */
import type { TargetTimes } from '../../config/policy/policy.ts'
import { advice } from '../../decide/advice.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import { plus } from '../../domain/time.ts'
import type { GuardId, Instant } from '../../domain/vocabulary.ts'

/** Guards that speak of many or of important people when tripped: admin, burst, protected group. */
const WEIGHTY_GUARDS: ReadonlySet<GuardId> = new Set(['G1', 'G8', 'G12'])
/** Signs of an attack and alerts after a repair are for Security. */
export function severityOf(c: Case): Draft['severity'] {
  const tripped = c.guards.filter((guard) => guard.state === 'tripped').map((guard) => guard.id)
  if (c.securityAlert !== null && c.state !== 'closed') return 'security'
  if (!isOpen(c)) return 'low'
  if (advice(c).kind === 'security_first') return 'security'
  if (tripped.some((id) => WEIGHTY_GUARDS.has(id))) return 'high'
  return c.state === 'watching' || c.state === 'with_user' ? 'low' : 'normal'
}

/** The target time of a case that needs a person, never before its snooze ends; null when it needs nobody. A storm's own case speaks for its cases. */
export function personDueAt(c: Case, targets: TargetTimes): Instant | null {
  const isWaiting = c.state === 'with_person' || c.state === 'awaiting_approval'
  if (!isOpen(c) || (!c.securityAlert && (c.parentId !== null || !isWaiting))) return null
  const severity = severityOf(c)
  if (severity === 'low') return null
  const dueAt = plus(c.openedAt, targets[`${severity}Ms`])
  return c.snoozedUntil && c.snoozedUntil > dueAt ? c.snoozedUntil : dueAt
}
