/**
 * Staged reads. A case alone reads what its cause and its ticket need; what only guards need is read when a repair or a message
 * is considered. While many users fail at once, shared sources are read first, and those that need a call per user only where
 * the decision may still depend on them; a storm's child needs no more until its end. Pure.
 */
import type { Policy } from '../../config/policy/policy.ts'
import { CAUSE_ADVICE } from '../../decide/advice.ts'
import { ACCOUNT_CAUSES } from '../../decide/causes.ts'
import { outlook } from '../../decide/decide.ts'
import { isOwnAttempt } from '../../decide/own-report.ts'
import type { Case } from '../../domain/case.ts'
import type { Decision } from '../../domain/decision.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, isDeferred, known } from '../../domain/evidence.ts'
import type { ReadMode } from '../../domain/okta.ts'
import type { CauseId, Instant } from '../../domain/vocabulary.ts'
import type { Evaluation } from './transitions.ts'

/** Read for many cases at once, or from a list that is read once for all. */
const SHARED_SOURCES = ['user', 'history', 'roles'] as const satisfies readonly EvidenceSource[]
/** Sources of causes; the user is read together with the blocks. */
const CAUSE_SOURCES = ['user', 'blocks', 'devices', 'factors', 'enrollments'] as const
/** Sources of guards alone, which only a write or a message needs. */
const GUARD_SOURCES = ['device_users', 'roles', 'risk', 'groups'] as const

/** Read when the others show that they are needed, and for which devices. */
const AFTER_THE_OTHERS: readonly EvidenceSource[] = ['device_users', 'risk', 'history']

export interface FirstReads {
  readonly sources: readonly EvidenceSource[]
  readonly mode: ReadMode
  /** Why the other sources are not read. */
  readonly because: string
}

/**
 * The first stage; of a case alone the log follows, when these show what else to ask. Roles and groups serve guards alone too,
 * but a ticket shows whose account it is, and goes where they say.
 */
export const FIRST_READS: Readonly<Record<'alone' | 'in_storm', FirstReads>> = {
  alone: {
    sources: EVIDENCE_SOURCES.filter((source) => !AFTER_THE_OTHERS.includes(source)),
    mode: 'default',
    because: 'not read, as neither a repair nor a message is considered'
  },
  in_storm: { sources: SHARED_SOURCES, mode: 'minimal', because: 'not read while many users fail at once' }
}

/** Partial evidence: sources that were not read are marked as deferred. */
export function deferOthers(evidence: Evidence, { sources, because }: Omit<FirstReads, 'mode'>): Evidence {
  const isLeft = (source: EvidenceSource) => !sources.includes(source) && evidence[source].state === 'unknown'
  const deferred = EVIDENCE_SOURCES.filter(isLeft)
  const items = deferred.map((source) => [source, { ...evidence[source], because, spared: true }] as const)
  return { ...evidence, ...Object.fromEntries(items) }
}

/**
 * What is read together with the log, so that a repair does not wait for one call more: what only guards need, when a repair or
 * a message is likely by what was read before. A guess that is wrong costs a call; the decision asks for what is missing.
 */
export function sourcesWithLog(
  c: Case,
  evidence: Evidence,
  { decide, tickets }: Pick<Policy, 'decide' | 'tickets'>,
  now: Instant
): readonly EvidenceSource[] {
  const { user: subject, failures, signals, actions, worked = [] } = c
  const others = { recent: NOBODY_ELSE, controls: NO_CONTROLS, inStorm: false }
  const policy = { ...decide, ceiling: 'auto' } as const
  const { cause, asksGuards } = outlook({
    subject,
    failures,
    signals,
    actions,
    worked,
    evidence,
    ...others,
    policy,
    now
  })
  // Who shares the devices cannot be said without them.
  const isLikely = evidence.devices.state !== 'unknown' && (asksGuards || needsGuardsFor(c, cause, tickets))
  if (!isLikely) return ['history']
  return ['history', ...GUARD_SOURCES.filter((source) => isDeferred(evidence[source]))]
}

const NO_CONTROLS = { version: 0, kill: null, rules: {}, ceiling: null }
const NOBODY_ELSE = { userWrites: 0, writesLastHour: 0, failingUsers: 0, sameIpUsers: 0, sameNetworkUsers: 0 }

/** The user gets the steps, or a person makes a change by hand: only past the guards. */
function needsGuardsFor(c: Case, cause: CauseId, { mail }: Policy['tickets']): boolean {
  return (
    isOwnAttempt(c.failures) ||
    Boolean(c.stepsAskedAt) ||
    mail.causes.includes(cause) ||
    CAUSE_ADVICE[cause].by === 'changes'
  )
}

/** The further sources that the next decision needs; none when the verdict would not change. */
export function sourcesStillNeeded(
  c: Case,
  { verdict, stormId }: Pick<Evaluation, 'verdict' | 'stormId'>,
  evidence: Evidence,
  { tickets }: Pick<Policy, 'tickets'>
): readonly EvidenceSource[] {
  const { decision, cause, guards } = verdict
  const crowded = guards.some(({ id, state }) => id === 'G8' && state === 'tripped')
  if (crowded && stormId !== null && !c.securityAlert) return []
  return sourcesNeededFor({ ...decision, cause: cause.id }, evidence, needsGuardsFor(c, cause.id, tickets))
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
  needsGuards = false
): readonly EvidenceSource[] {
  const isMissing = (source: EvidenceSource) => isDeferred(evidence[source])
  if (kind === 'ignore' || !EVIDENCE_SOURCES.some(isMissing)) return []
  // A user who is not active cannot have enrolled (facts §0.3), so the status is enough.
  const byStatus = cause !== 'sign_in_blocked' && ACCOUNT_CAUSES.some(({ id }) => id === cause)
  if (!byStatus && CAUSE_SOURCES.some(isMissing)) return CAUSE_SOURCES
  if (remediation === null && !guidable && !needsGuards) return []
  const rest = [...CAUSE_SOURCES, ...GUARD_SOURCES].filter(isMissing)
  // The log about a device shows who blocked it, and the device was not known when the log was read before the devices.
  return rest.length > 0 && hasBlockedDevice(evidence) && evidence.history.at <= evidence.devices.at
    ? [...rest, 'history']
    : rest
}

function hasBlockedDevice(evidence: Evidence): boolean {
  return known(evidence.devices)?.some(({ status }) => status !== 'ACTIVE') ?? false
}
