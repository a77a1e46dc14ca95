/** The step *correlate*: reads what the decision needs, in stages of one try. A repeated try covers only what stayed unknown. */
import { ownSignIn } from '../decide/own-report.ts'
import { recoveredSince, workedBefore } from '../decide/recovery.ts'
import type { Case } from '../domain/case.ts'
import {
  EVIDENCE_SOURCES,
  type Evidence,
  type EvidenceSource,
  hasDeferred,
  isDeferred,
  known,
  mergeEvidence,
  retryAt,
  unreadEvidence
} from '../domain/evidence.ts'
import type { EvidenceAsk, ReadMode } from '../domain/okta.ts'
import type { StepName } from '../domain/telemetry-event.ts'
import { plus, SECOND_MS } from '../domain/time.ts'
import type { CaseContext } from './context.ts'
import { withWorkingDevices } from './machine/case.ts'
import { deferOthers, FIRST_READS, sourcesStillNeeded, sourcesWithLog } from './machine/deferred-reads.ts'
import type { StepOutcome } from './machine/transitions.ts'
import { isInStormOf } from './storms.ts'

/**
 * Every stage that the verdict asks for belongs to the same try, whatever failed in the stages before it. So a source that
 * fails for ever costs a case its usual tries and no more.
 */
export async function correlate(c: Case, deps: CaseContext): Promise<StepOutcome> {
  const old = c.tries > 0 || c.waitingSince ? c.evidence : null
  const inStorm = await isInStormOf(deps.policy.storm.fullReadLimit, c, deps)
  const stage = inStorm ? 'in_storm' : 'alone'
  let evidence = old
    ? await readMore(c, old, triedSources(old), FIRST_READS[stage].mode, deps)
    : await firstRead(c, stage, deps)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!hasDeferred({ evidence })) break
    const evaluation = await deps.evaluate(withWorkingDevices(c, evidence), evidence)
    const missing = sourcesStillNeeded(c, evaluation, evidence, deps.policy)
    if (missing.length === 0) return { of: 'correlated', evidence, evaluation }
    evidence = await readMore(c, evidence, missing, 'default', deps)
  }
  return { of: 'correlated', evidence }
}

/** Both parts together take no longer than one read may: the worker's lease counts on it. */
const FIRST_READ_MS = 30 * SECOND_MS

/** The log comes second, with what the others have shown to be needed; at once while only a login is known. */
async function firstRead(c: Case, stage: keyof typeof FIRST_READS, deps: CaseContext): Promise<Evidence> {
  const { mode, ...first } = FIRST_READS[stage]
  const isParted = stage === 'alone' && c.user.id !== null
  const sources = stage === 'alone' && !isParted ? [...first.sources, 'history' as const] : first.sources
  const signal = AbortSignal.timeout(FIRST_READ_MS)
  const evidence = deferOthers(await read(c, deps, sources, mode, { signal }), { ...first, sources })
  if (!isParted) return evidence
  const more = sourcesWithLog(c, evidence, deps.policy, deps.clock())
  // A list of devices that could not be read is not tried twice.
  return readMore(c, evidence, more, mode, deps, { signal, areAllSuspects: true })
}

/** More than the number of stages: each round reads something deferred, so this only guards against a bug. */
const MOST_ROUNDS = 4

async function readMore(
  c: Case,
  old: Evidence,
  sources: readonly EvidenceSource[],
  mode: ReadMode,
  deps: CaseContext,
  terms?: ReadTerms
): Promise<Evidence> {
  if (sources.length === 0) return old
  // The devices that an earlier stage read need not be listed again.
  return mergeEvidence(old, await read({ ...c, evidence: old }, deps, sources, mode, terms), sources)
}

/** Unknown, although they were tried. */
function triedSources(evidence: Evidence): readonly EvidenceSource[] {
  return EVIDENCE_SOURCES.filter((source) => evidence[source].state === 'unknown' && !isDeferred(evidence[source]))
}

export const RECOVERY_SOURCES = ['factors', 'enrollments', 'history'] as const

/** Stages of reading for a recovery, the scarcest calls last: each is read only when those before left a doubt. */
const RECOVERY_STAGES = [['history'], ['factors', 'enrollments'], ['devices']] as const satisfies EvidenceSource[][]

/** What shows a recovery of the failing device. Devices that are known already identify the log's entries. */
export async function readForRecovery(c: Case, deps: CaseContext): Promise<Evidence> {
  let evidence = {
    ...unreadEvidence(deps.clock(), 'not read yet'),
    ...(c.evidence ? { devices: c.evidence.devices } : {})
  }
  for (const sources of RECOVERY_STAGES) {
    evidence = mergeEvidence(evidence, await read(c, deps, sources), sources)
    const recovered = recoveredSince(evidence, c.failures, workedBefore(c))
    if (recovered === 'yes' || (recovered === 'no' && sources !== RECOVERY_STAGES[0])) break
  }
  return evidence
}

/** A result when one of these sources is rate limited; otherwise null. */
export function rateLimitedSource(
  step: StepName,
  sources: readonly EvidenceSource[],
  evidence: Evidence
): StepOutcome | null {
  const until = retryAt(evidence, sources)
  if (until === null) return null
  const because = sources.flatMap((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.heldUntil !== undefined ? item.because : []
  })
  return { of: 'rate_limited', step, because: because[0] ?? '', until }
}

/** Why one of these sources could not be read now, or null. */
export function unreadSource(sources: readonly EvidenceSource[], evidence: Evidence): string | null {
  for (const source of sources) {
    const item = evidence[source]
    if (item.state === 'unknown' && item.retryable) return item.because
  }
  return null
}

type ReadTerms = Pick<EvidenceAsk, 'signal' | 'areAllSuspects'>

/** Reads evidence for a case, all of it or some sources; without a user there is nothing to read. */
export async function read(
  c: Case,
  deps: CaseContext,
  sources?: readonly EvidenceSource[],
  mode?: ReadMode,
  terms?: ReadTerms
): Promise<Evidence> {
  const userId = c.user.id ?? c.user.login
  const now = deps.clock()
  if (!userId) return unreadEvidence(now, 'no event named a user')
  const devices = (sources && c.evidence && known(c.evidence.devices)) ?? null
  const blocked = devices?.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id) ?? []
  return deps.reader.evidence({
    userId,
    ...(sources ? { sources } : {}),
    ...(mode ? { mode } : {}),
    historySince: plus(now, -deps.policy.evidence.historyMs),
    withSessions: ownSignIn(c.failures) !== null,
    suspectDeviceIds: [...new Set([...c.failures.flatMap(({ device }) => device.id ?? []), ...blocked])],
    areAllSuspects: devices !== null,
    ...terms
  })
}
