/** How urgent a case is. Pure. */
import { advice } from '../../decide/advice.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { GuardId } from '../../domain/vocabulary.ts'

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
