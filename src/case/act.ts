/**
 * The one place where Reenroll writes to Okta: read again, decide again, check the precondition, write the intent to
 * disk, then call (DESIGN §5 *act*, facts §3.2).
 */
import { callerProof } from '../decide/caller.ts'
import type { Case } from '../domain/case.ts'
import type { Verdict } from '../domain/decision.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, mergeEvidence } from '../domain/evidence.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import type { WriteLimits } from '../domain/store.ts'
import { msBetween, SECOND_MS } from '../domain/time.ts'
import type { Action } from '../domain/vocabulary.ts'
import { type CaseContext, failedBy } from './context.ts'
import { applyResult } from './machine/case.ts'
import type { StepOutcome } from './machine/transitions.ts'
import { rateLimitedSource, read, unreadSource } from './reads.ts'

/** Why the write must not proceed, in words, or null. */
export function objectionTo(c: Case, verdict: Verdict, remediation: Remediation, situation: Situation): string | null {
  if (!c.approval) return notAutomatic(c, verdict)
  return notApproved(c, verdict) ?? notVerified(c, verdict, situation) ?? otherTarget(c, remediation, situation)
}

/** An automatic write needs the same automatic verdict again (facts §6.1 G16). */
function notAutomatic(c: Case, verdict: Verdict): string | null {
  const { decision } = verdict
  const same =
    decision.kind === 'remediate' && decision.mode === 'auto' && decision.remediation === c.decision?.remediation
  return same ? null : `between reading and writing the verdict changed: ${decision.because}`
}

/** An approval covers this remediation, this cause and these overrides; anything more needs a new one. */
function notApproved(c: Case, verdict: Verdict): string | null {
  const { decision, cause } = verdict
  if (decision.kind !== 'remediate' || decision.remediation !== c.decision?.remediation || cause.id !== c.cause?.id) {
    return `what was approved no longer fits: ${decision.because}`
  }
  const overridden = new Set(c.approval?.overrides.map((override) => override.guard))
  const fresh = decision.overridesNeeded.filter((guard) => !overridden.has(guard))
  return fresh.length === 0 ? null : `since the approval these guards are no longer clear: ${fresh.join(', ')}`
}

/** What proved the caller must still do so: the same user, a factor that is still there and unchanged, and in time. */
function notVerified(c: Case, { decision }: Verdict, { evidence, now }: Situation): string | null {
  const { verifiedCaller } = decision
  if (!verifiedCaller || !c.approval) return null
  const proof = callerProof({ ...c, evidence, decision }, verifiedCaller, c.approval.hash, now)
  return 'missing' in proof ? proof.missing : null
}

/** The person approved one device or factor; the write must not change another one because the first is gone. */
function otherTarget(c: Case, remediation: Remediation, situation: Situation): string | null {
  const shown = c.evidence && remediation.plannedCall({ ...situation, evidence: c.evidence })
  const planned = remediation.plannedCall(situation)
  if (planned === null || planned === shown) return null
  return `the write would hit another target than the approved one: ${planned} instead of ${shown ?? 'none'}`
}

/** An override of G14 exceeds the caps for this one write; the kill switch still stops it (facts §6.1 G14). */
function limitsFor(c: Case, limits: WriteLimits): WriteLimits {
  if (!c.approval?.overrides.some(({ guard }) => guard === 'G14')) return limits
  const most = Number.MAX_SAFE_INTEGER
  return { ...limits, userWritesPerDay: most, writesPerHour: most, remediationWritesPerHour: most, shareFloor: most }
}

/** The result, and the case it belongs to: after the intent is saved that is the saved one. */
export interface ActResult {
  readonly c: Case
  readonly result: StepOutcome
}

/** Null when the case changed meanwhile; nothing was written then. */
export async function act(c: Case, holder: string, deps: CaseContext): Promise<ActResult | null> {
  let begunCase: Case | null = null
  try {
    const checked = await recheck(c, deps)
    if ('of' in checked) return { c, result: checked }
    const now = deps.clock()
    const { action, situation, controlsVersion } = checked
    const takeoverWindow = deps.remediations[action.remediation].needsTakeoverWindow
    const intent = applyResult(
      c,
      { of: 'intended', action, evidence: situation.evidence, takeoverWindow },
      now,
      deps.policy
    )
    const next = { ...intent.next, version: c.version + 1 }
    const write = { next, ledger: intent.ledger, holder }
    const limits = limitsFor(c, { now, controlsVersion, ...deps.policy.decide.guards })
    const begun = await deps.store.beginWrite(write, limits)
    if (begun === 'conflict') return null
    if (begun !== 'begun') return { c, result: await refusedBy(c, checked, begun.refused, deps) }
    begunCase = next
    const calls = await deps.remediations[action.remediation].perform(deps.writer, situation)
    return { c: next, result: { of: 'written', calls } }
  } catch (error) {
    // Once the intent is on disk the write may have happened; `settle` checks.
    return { c: begunCase ?? c, result: failedBy(begunCase ? 'settle' : 'act', error) }
  }
}

interface Checked {
  readonly action: Action
  readonly situation: Situation
  readonly controlsVersion: number
}

/** All checks before the write. A result means that it must not happen now, with the reason. */
async function recheck(c: Case, deps: CaseContext): Promise<StepOutcome | Checked> {
  const remediation = c.decision?.remediation ? deps.remediations[c.decision.remediation] : null
  if (!remediation || !c.user.id) throw new Error('nothing was decided that could be done')
  const evidence = await readAgain(c, remediation, deps)
  const wait = rateLimitedSource('act', EVIDENCE_SOURCES, evidence)
  if (wait) return wait
  const unread = unreadSource(EVIDENCE_SOURCES, evidence)
  if (unread) return { of: 'failed', step: 'act', error: 'okta', because: unread, retryAfterMs: null }
  const evaluation = await deps.evaluate(c, evidence)
  const { verdict, controlsVersion } = evaluation
  const refused = { of: 'refused', remediation: remediation.id, evidence, ...evaluation } as const
  const situation = { userId: c.user.id, failures: c.failures, evidence, now: deps.clock() }
  const objection = objectionTo(c, verdict, remediation, situation)
  if (objection) return { ...refused, because: objection, why: 'changed' }
  const refuses = remediation.refuses(situation)
  if (refuses) return { ...refused, because: refuses, why: 'forbidden' }
  return { action: intentOf(c, remediation, situation), situation, controlsVersion }
}

/** Sources of the guards that are never overridden: G1 and G2 (facts §6.1). No write rests on an older reading of them. */
const NEVER_WRITTEN_TO: readonly EvidenceSource[] = ['roles', 'risk']

/** What was read this short a time ago, for this case alone, was read right before the write: one more reading is as old then. */
const JUST_READ_MS = 5 * SECOND_MS

/**
 * Everything, when a person took time to approve. Otherwise what the write changes, what was read together with other cases
 * (a list may lag, facts §3.1) and what is old: of the precondition and of the guards that are never overridden after seconds.
 * Read for this user alone.
 */
async function readAgain(c: Case, remediation: Remediation, deps: CaseContext): Promise<Evidence> {
  const old = c.evidence
  if (!old || c.approval) return read(c, deps, undefined, 'fresh')
  const now = deps.clock()
  const restsOn = [...remediation.needs, ...NEVER_WRITTEN_TO]
  const sources = EVIDENCE_SOURCES.filter((source) => {
    const item = old[source]
    const isShared = item.state === 'known' && item.shared === true
    const mostMs = restsOn.includes(source) ? JUST_READ_MS : deps.policy.evidence.maxAgeMs
    // A log that was read before the newest failure came cannot prove it.
    const isBefore = source === 'history' && c.failures.some(({ receivedAt }) => receivedAt > item.at)
    return remediation.changes.includes(source) || isShared || isBefore || msBetween(item.at, now) > mostMs
  })
  return mergeEvidence(old, await read(c, deps, sources, 'fresh'), sources)
}

function intentOf(c: Case, remediation: Remediation, situation: Situation): Action {
  const approval = c.approval
  return {
    id: `${c.id}/${remediation.id}/${c.actions.length + 1}`,
    remediation: remediation.id,
    attempt: c.actions.filter((action) => action.remediation === remediation.id).length + 1,
    state: 'intended',
    intendedAt: situation.now,
    at: situation.now,
    by: approval ? { kind: 'person', name: approval.by } : { kind: 'rule', name: c.decision?.rule ?? '' },
    because: c.decision?.because ?? '',
    requestIds: [],
    effect: 'pending'
  }
}

/** Decided again when modes or brakes changed meanwhile; a reached cap hands the case to a person. */
async function refusedBy(c: Case, checked: Checked, because: string, deps: CaseContext): Promise<StepOutcome> {
  const { evidence } = checked.situation
  const evaluation = await deps.evaluate(c, evidence)
  const why = evaluation.controlsVersion === checked.controlsVersion ? 'forbidden' : 'changed'
  return { of: 'refused', remediation: checked.action.remediation, because, why, evidence, ...evaluation }
}

/** After a crash or an ambiguous response: what reading again proves about the write. */
export async function settle(c: Case, deps: CaseContext): Promise<StepOutcome> {
  const action = c.actions.at(-1)
  const remediation = action && deps.remediations[action.remediation]
  if (!action || !remediation || !c.evidence) return { of: 'settled', landed: 'unknown' }
  const evidence = mergeEvidence(c.evidence, await read(c, deps, remediation.needs, 'fresh'), remediation.needs)
  const wait = rateLimitedSource('settle', remediation.needs, evidence)
  if (wait) return wait
  const unread = unreadSource(remediation.needs, evidence)
  if (unread) return { of: 'failed', step: 'settle', error: 'okta', because: unread, retryAfterMs: null }
  const situation = { userId: c.user.id ?? '', failures: c.failures, evidence, now: deps.clock() }
  return { of: 'settled', landed: remediation.landed(situation, action.intendedAt) }
}
