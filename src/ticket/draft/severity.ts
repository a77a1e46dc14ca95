/** How urgent a ticket is. Pure. */
import type { Case } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { CauseId, GuardId } from '../../domain/vocabulary.ts'

/** Guards that speak of an attack when tripped (facts §6.1): risk, report, proxy and threat, place, breach. */
const ATTACK_GUARDS: ReadonlySet<GuardId> = new Set(['G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G7'])
/** Guards that speak of many or of important people when tripped: admin, burst, protected group. */
const WEIGHTY_GUARDS: ReadonlySet<GuardId> = new Set(['G1', 'G8', 'G12'])
/** Causes that are Security's business whatever the guards say (facts §6.2 C6, C12). */
const SECURITY_CAUSES: ReadonlySet<CauseId> = new Set(['account_deactivated', 'device_jailbroken'])

export function severityOf(c: Case): Draft['severity'] {
  const tripped = c.guards.filter((guard) => guard.state === 'tripped').map((guard) => guard.id)
  if (c.securityAlert !== null && c.state !== 'closed') return 'security'
  if (c.state === 'resolved' || c.state === 'closed') return 'low'
  if (tripped.some((id) => ATTACK_GUARDS.has(id)) || (c.cause && SECURITY_CAUSES.has(c.cause.id))) return 'security'
  if (tripped.some((id) => WEIGHTY_GUARDS.has(id))) return 'high'
  return c.state === 'watching' ? 'low' : 'normal'
}
