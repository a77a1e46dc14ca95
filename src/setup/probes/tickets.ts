/** Asks each ticket system, and each way to users, whether credentials and fields are right; leaves no trace there. */
import type { UserChannel } from '../../ticket/mail/channels.ts'
import type { TargetReason } from '../../ticket/targets/answers.ts'
import { type CheckResult, type Target, TargetError } from '../../ticket/targets/target.ts'

/** One target or channel, asked by its own check. */
export interface TicketProbe extends CheckResult {
  /** As the policy names it. */
  readonly target: string
  /** Why it could not be asked. */
  readonly failure: { readonly reason: TargetReason; readonly because: string } | null
}

export function probeTickets(
  targets: readonly Target[],
  channels: readonly UserChannel[]
): Promise<readonly TicketProbe[]> {
  return Promise.all([
    ...targets.map((target) => probe(target.name, () => target.check())),
    ...channels.map((channel) => probe(channel.name, async () => ({ ...NOTHING, faults: await channel.check() })))
  ])
}

const NOTHING: CheckResult = { faults: [], warnings: [], unproved: [] }

async function probe(target: string, check: () => Promise<CheckResult>): Promise<TicketProbe> {
  try {
    return { target, failure: null, ...(await check()) }
  } catch (error) {
    const reason = error instanceof TargetError ? error.reason : 'unreachable'
    const because = error instanceof Error ? error.message : String(error)
    return { target, failure: { reason, because }, ...NOTHING }
  }
}
