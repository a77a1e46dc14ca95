/**
 * The one place where Reenroll writes to Okta: read again, decide again, check the precondition, write the intent to
 * disk, then call (DESIGN §5 *act*; facts §3.2: "read, check, write, re-read").
 */
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, mergeEvidence } from '../evidence.ts'
import type { Remediation, Situation } from '../remediate/remediation.ts'
import { msBetween } from '../time.ts'
import type { Action, Instant } from '../vocabulary.ts'
import { applyResult, type Result } from './case.ts'
import type { Case } from './case-file.ts'
import { limitsFor, objectionTo } from './may-write.ts'
import { type CaseDeps, failedBy, heldNeed, read, unreadNeed } from './steps.ts'

/** The result, and the case it belongs to: after the intent is saved that is the saved one. */
export interface Acted {
  readonly c: Case
  readonly result: Result
}

/** Null when somebody else moved the case meanwhile; nothing was written then. */
export async function act(c: Case, holder: string, deps: CaseDeps): Promise<Acted | null> {
  let begunCase: Case | null = null
  try {
    const checked = await recheck(c, deps)
    if ('of' in checked) return { c, result: checked }
    const now = deps.clock()
    const { action, situation, controlsVersion } = checked
    const vigil = deps.remediations[action.remediation].needsVigil
    const intent = applyResult(c, { of: 'intended', action, evidence: situation.evidence, vigil }, now, deps.policy)
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
    // After the intent is on disk the write may have happened: `settle` finds out.
    return { c: begunCase ?? c, result: failedBy(begunCase ? 'settle' : 'act', error) }
  }
}

interface Checked {
  readonly action: Action
  readonly situation: Situation
  readonly controlsVersion: number
}

/** Everything before the write. A result means: not now, and why. */
async function recheck(c: Case, deps: CaseDeps): Promise<Result | Checked> {
  const remediation = c.decision?.remediation ? deps.remediations[c.decision.remediation] : null
  if (!remediation || !c.user.id) throw new Error('nothing was decided that could be done')
  const evidence = await readAgain(c, remediation, deps)
  const held = heldNeed('act', EVIDENCE_SOURCES, evidence)
  if (held) return held
  const unread = unreadNeed(EVIDENCE_SOURCES, evidence)
  if (unread) return { of: 'failed', step: 'act', trouble: 'okta', because: unread, retryAfterMs: null }
  const judged = await deps.judge(c, evidence)
  const { verdict, controlsVersion } = judged
  const refused = { of: 'refused', remediation: remediation.id, evidence, ...judged } as const
  const situation = { userId: c.user.id, failures: c.failures, evidence, now: deps.clock() }
  const objection = await objectionTo(c, verdict, remediation, situation)
  if (objection) return { ...refused, because: objection, why: 'changed' }
  const refuses = remediation.refuses(situation)
  if (refuses) return { ...refused, because: refuses, why: 'forbidden' }
  return { action: intentOf(c, remediation, situation), situation, controlsVersion }
}

/** Whom nobody may ever write to is asked right before every write: guards G1 and G2 (facts §6.1). */
const NEVER_WRITTEN_TO: readonly EvidenceSource[] = ['roles', 'risk']

/**
 * What the remediation needs, and who the user is, always; everything, when a person took time to approve, or the evidence is
 * old or was shared. Always asked anew, about this user alone.
 */
async function readAgain(c: Case, remediation: Remediation, deps: CaseDeps): Promise<Evidence> {
  const old = c.evidence
  const ageMs = old ? msBetween(oldestOf(old), deps.clock()) : Number.POSITIVE_INFINITY
  if (!old || c.approval || ageMs > deps.policy.evidence.maxAgeMs || isShared(old)) {
    return read(c, deps, undefined, 'fresh')
  }
  const sources = [...new Set([...remediation.needs, ...NEVER_WRITTEN_TO])]
  return mergeEvidence(old, await read(c, deps, sources, 'fresh'), sources)
}

/** A case that waited for a rate limit has read some of it long before the rest. */
function oldestOf(evidence: Evidence): Instant {
  const [oldest] = EVIDENCE_SOURCES.map((source) => evidence[source].at).sort()
  return oldest ?? evidence.user.at
}

/** What was read together with others may come from a list that lags, and drives no write (facts §3.1). */
function isShared(evidence: Evidence): boolean {
  return EVIDENCE_SOURCES.some((source) => {
    const item = evidence[source]
    return item.state === 'known' && item.shared === true
  })
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

/** Decided anew when somebody changed the modes or brakes meanwhile; a cap that is reached leaves it to a person. */
async function refusedBy(c: Case, checked: Checked, because: string, deps: CaseDeps): Promise<Result> {
  const { evidence } = checked.situation
  const judged = await deps.judge(c, evidence)
  const why = judged.controlsVersion === checked.controlsVersion ? 'forbidden' : 'changed'
  return { of: 'refused', remediation: checked.action.remediation, because, why, evidence, ...judged }
}
