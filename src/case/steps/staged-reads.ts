/**
 * Reading in stages while many users fail at once: what many cases share first, and what only a call about this one user can
 * tell only where the decision may still depend on it. A storm's child that waits for its end needs no more. Pure.
 */
import { ACCOUNT_CAUSES } from '../../decide/causes.ts'
import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, known } from '../../domain/evidence.ts'
import type { Evaluation } from './perform.ts'

/** Read for many cases at once, or from a list that is read once for all. */
export const SHARED_SOURCES = ['user', 'history', 'roles'] as const satisfies readonly EvidenceSource[]
/** What causes are drawn from; the user comes along with the blocks. */
const CAUSE_SOURCES = ['user', 'blocks', 'devices', 'factors', 'enrollments'] as const
/** What only guards look at, and so only a write needs. */
const GUARD_SOURCES = ['device_users', 'roles', 'risk', 'groups'] as const

/** Evidence that was read in part: what was not asked says that it was spared, on purpose. */
export function deferOthers(evidence: Evidence, asked: readonly EvidenceSource[]): Evidence {
  const spared = EVIDENCE_SOURCES.filter((source) => !asked.includes(source) && evidence[source].state === 'unknown')
  const items = spared.map((source) => [source, { ...evidence[source], because: SPARED, spared: true }] as const)
  return { ...evidence, ...Object.fromEntries(items) }
}

const SPARED = 'not read while many users fail at once'

/** The sources that the next decision needs beyond this evidence; none when the verdict would stay what it is. */
export function sourcesStillNeeded(
  c: Case,
  { verdict, stormId }: Pick<Evaluation, 'verdict' | 'stormId'>,
  evidence: Evidence
): readonly EvidenceSource[] {
  const isSpared = (source: EvidenceSource) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.spared === true
  }
  if (!EVIDENCE_SOURCES.some(isSpared)) return []
  const { decision, cause, guards } = verdict
  if (decision.kind === 'ignore') return []
  const crowded = guards.some(({ id, state }) => id === 'G8' && state === 'tripped')
  if (crowded && stormId !== null && !c.securityAlert) return []
  // Nobody whose account is not active can have enrolled (facts §0.3), so for them the status says it all.
  const byStatus = cause.id !== 'sign_in_blocked' && ACCOUNT_CAUSES.some(({ id }) => id === cause.id)
  const writes = decision.remediation !== null
  if (!byStatus && CAUSE_SOURCES.some(isSpared)) return CAUSE_SOURCES
  if (!writes) return []
  const rest = [...CAUSE_SOURCES, ...GUARD_SOURCES].filter(isSpared)
  // Who blocked a device is in the log about the device, of which nobody knew when the log was read.
  return rest.length > 0 && hasBlockedDevice(evidence) ? [...rest, 'history'] : rest
}

function hasBlockedDevice(evidence: Evidence): boolean {
  return known(evidence.devices)?.some(({ status }) => status !== 'ACTIVE') ?? false
}
