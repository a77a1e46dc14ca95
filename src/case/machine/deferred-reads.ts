/**
 * Staged reads while many users fail at once. Shared sources are read first. Sources that need a call per user are read only
 * where the decision may still depend on them. A storm's child needs no more until its end. Pure.
 */
import { ACCOUNT_CAUSES } from '../../decide/causes.ts'
import { isOwnAttempt } from '../../decide/own-report.ts'
import type { Case } from '../../domain/case.ts'
import type { Decision } from '../../domain/decision.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, isDeferred, known } from '../../domain/evidence.ts'
import type { CauseId } from '../../domain/vocabulary.ts'
import type { Evaluation } from './transitions.ts'

/** Read for many cases at once, or from a list that is read once for all. */
export const SHARED_SOURCES = ['user', 'history', 'roles'] as const satisfies readonly EvidenceSource[]
/** Sources of causes; the user is read together with the blocks. */
const CAUSE_SOURCES = ['user', 'blocks', 'devices', 'factors', 'enrollments'] as const
/** Sources of guards alone, which only a write or a message needs. */
const GUARD_SOURCES = ['device_users', 'roles', 'risk', 'groups'] as const

/** Partial evidence: sources that were not read are marked as deferred. */
export function deferOthers(evidence: Evidence, asked: readonly EvidenceSource[]): Evidence {
  const deferred = EVIDENCE_SOURCES.filter((source) => !asked.includes(source) && evidence[source].state === 'unknown')
  const items = deferred.map((source) => [source, { ...evidence[source], because: NOT_READ, spared: true }] as const)
  return { ...evidence, ...Object.fromEntries(items) }
}

const NOT_READ = 'not read while many users fail at once'

/** The further sources that the next decision needs; none when the verdict would not change. */
export function sourcesStillNeeded(
  c: Case,
  { verdict, stormId }: Pick<Evaluation, 'verdict' | 'stormId'>,
  evidence: Evidence
): readonly EvidenceSource[] {
  const { decision, cause, guards } = verdict
  const crowded = guards.some(({ id, state }) => id === 'G8' && state === 'tripped')
  if (crowded && stormId !== null && !c.securityAlert) return []
  const speaksToUser = isOwnAttempt(c.failures)
  return sourcesNeededFor({ ...decision, cause: cause.id }, evidence, speaksToUser)
}

/** The deferred sources on which such a decision still depends. */
export function sourcesNeededFor(
  {
    kind,
    remediation,
    guidable,
    cause
  }: Pick<Decision, 'kind' | 'remediation' | 'guidable'> & { readonly cause: CauseId },
  evidence: Evidence,
  /** The steps are shown to a user who signed in to ask for them, only past the guards. */
  speaksToUser = false
): readonly EvidenceSource[] {
  const isMissing = (source: EvidenceSource) => isDeferred(evidence[source])
  if (kind === 'ignore' || !EVIDENCE_SOURCES.some(isMissing)) return []
  // A user who is not active cannot have enrolled (facts §0.3), so the status is enough.
  const byStatus = cause !== 'sign_in_blocked' && ACCOUNT_CAUSES.some(({ id }) => id === cause)
  if (!byStatus && CAUSE_SOURCES.some(isMissing)) return CAUSE_SOURCES
  if (remediation === null && !guidable && !speaksToUser) return []
  const rest = [...CAUSE_SOURCES, ...GUARD_SOURCES].filter(isMissing)
  // The log about a device shows who blocked it, and the device was not known when the log was read before the devices.
  return rest.length > 0 && hasBlockedDevice(evidence) && evidence.history.at <= evidence.devices.at
    ? [...rest, 'history']
    : rest
}

function hasBlockedDevice(evidence: Evidence): boolean {
  return known(evidence.devices)?.some(({ status }) => status !== 'ACTIVE') ?? false
}
