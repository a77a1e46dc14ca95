/** Asks each ticket system that the policy names whether credentials and fields are right; leaves no trace there. */
import { type Target, TargetError } from '../../ticket/targets/target.ts'
import type { TicketProbe } from './probes.ts'

export async function probeTickets(targets: readonly Target[]): Promise<readonly TicketProbe[]> {
  return Promise.all(targets.map(probe))
}

async function probe(target: Target): Promise<TicketProbe> {
  const { name: targetName, system } = target
  try {
    return { target: targetName, system, failure: null, faults: (await target.check()).faults }
  } catch (error) {
    const reason = error instanceof TargetError ? error.reason : 'unreachable'
    const because = error instanceof Error ? error.message : String(error)
    return { target: targetName, system, failure: { reason, because }, faults: [] }
  }
}
