/** Whether what was read again right before the write still carries it: the same verdict, or what a person approved. */
import type { Verdict } from '../decide/decision.ts'
import { plannedCalls } from '../remediate/planned.ts'
import type { Remediation, Situation } from '../remediate/remediation.ts'
import type { WriteLimits } from '../store/store.ts'
import type { Case } from './case-file.ts'

/** Why the write may not go ahead after all, in words, or null. */
export async function objectionTo(
  c: Case,
  verdict: Verdict,
  remediation: Remediation,
  situation: Situation
): Promise<string | null> {
  if (!c.approval) return notAutomatic(c, verdict)
  return notApproved(c, verdict) ?? (await otherTarget(c, remediation, situation))
}

/** An automatic write needs the same automatic verdict again (facts §6.1 G16). */
function notAutomatic(c: Case, verdict: Verdict): string | null {
  const { decision } = verdict
  const same =
    decision.kind === 'remediate' && decision.mode === 'auto' && decision.remediation === c.decision?.remediation
  return same ? null : `between reading and writing the verdict changed: ${decision.because}`
}

/** An approval stands for this remediation, this cause and these overrides; anything more is asked again. */
function notApproved(c: Case, verdict: Verdict): string | null {
  const { decision, cause } = verdict
  if (decision.kind !== 'remediate' || decision.remediation !== c.decision?.remediation || cause.id !== c.cause?.id) {
    return `what was approved no longer fits: ${decision.because}`
  }
  const overridden = new Set(c.approval?.overrides.map((override) => override.guard))
  const fresh = decision.overridesNeeded.filter((guard) => !overridden.has(guard))
  return fresh.length === 0 ? null : `since the approval these guards are no longer clear: ${fresh.join(', ')}`
}

/** The person saw one device or factor; the same remediation must not hit another one because the first has gone. */
async function otherTarget(c: Case, remediation: Remediation, situation: Situation): Promise<string | null> {
  const shown = c.evidence ? await plannedCalls(remediation, { ...situation, evidence: c.evidence }) : []
  const planned = await plannedCalls(remediation, situation)
  if (planned.length === 0 || planned.join('\n') === shown.join('\n')) return null
  return `the write would hit another target than the approved one: ${planned.join(', ')} instead of ${shown.join(', ') || 'none'}`
}

/** Who overrides G14 with a reason goes past the caps, for this one write; the kill switch stops that too (facts §6.1 G14). */
export function limitsFor(c: Case, limits: WriteLimits): WriteLimits {
  if (!c.approval?.overrides.some(({ guard }) => guard === 'G14')) return limits
  const most = Number.MAX_SAFE_INTEGER
  return { ...limits, userWritesPerDay: most, writesPerHour: most, remediationWritesPerHour: most, shareFloor: most }
}
