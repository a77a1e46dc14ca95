/** Applies a verdict to a case: nothing to do, a ticket, a proposal, or a due write. Pure. */

import type { Case } from '../../domain/case.ts'
import type { Verdict } from '../../domain/decision.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'

import { plus } from '../../domain/time.ts'
import type { Instant, Proposal } from '../../domain/vocabulary.ts'
import { type CasePolicy, type Change, change, lagMs, resolve, toPerson } from './transitions.ts'

/** A verdict, the hash of what it shows, and the active storm. */
interface JudgedVerdict {
  readonly verdict: Verdict
  readonly hash: string
  readonly stormId: string | null
}

/** Applies the verdict to the case. `hash` binds a proposal to action, evidence and rule version. */
export function applyVerdict(c: Case, judged: JudgedVerdict, now: Instant, policy: CasePolicy): Change {
  const { verdict, hash, stormId } = judged
  const { decision } = verdict
  const crowded = verdict.guards.some((guard) => guard.id === 'G8' && guard.state === 'tripped')
  const seen: Case = {
    ...c,
    // A former child of a storm stays under the storm's ticket, so that nobody is paged twice.
    parentId: crowded && stormId && !c.securityAlert ? stormId : c.parentId,
    cause: verdict.cause,
    considered: verdict.considered,
    guards: verdict.guards,
    decision,
    tries: 0
  }
  const outcome = route(seen, hash, now, policy)
  return {
    next: outcome.next,
    ledger: [decisionLine(seen, verdict, hash, now), ...outcome.ledger],
    telemetry: [
      {
        type: 'decision',
        caseId: c.id,
        rule: decision.rule,
        kind: decision.kind,
        mode: decision.mode,
        cause: verdict.cause.id,
        lagMs: lagMs(c, now)
      },
      ...outcome.telemetry
    ]
  }
}

function route(c: Case, hash: string, now: Instant, policy: CasePolicy): Change {
  const decision = c.decision
  if (
    c.parentId &&
    c.guards.some((guard) => guard.id === 'G8' && guard.state === 'tripped') &&
    decision?.kind !== 'ignore'
  ) {
    return toPerson(c, `Part of the storm ${c.parentId}; decided again when it is over.`, now, policy)
  }
  if (!decision || decision.kind === 'ticket' || !decision.remediation) {
    if (decision?.kind === 'ignore') return nothingToDo(c, decision.rule, decision.because, now)
    return toPerson(c, decision?.because ?? 'No decision was possible.', now, policy)
  }
  const attempts = c.actions.filter((action) => action.state !== 'refused')
  if (attempts.some((action) => action.state === 'unknown')) {
    return toPerson(c, 'An earlier write may or may not have happened; nothing more is written by itself.', now, policy)
  }
  // Refused re-checks do not count as attempts, but a case that keeps changing is for a person.
  if (c.actions.length - attempts.length > 3) return toPerson(c, 'What we read keeps changing.', now, policy)
  if (attempts.length >= policy.attemptsPerCase) {
    return toPerson(c, `${attempts.length} writes were tried for this case; a person takes over.`, now, policy)
  }
  if (decision.mode === 'auto') {
    return change({ ...c, state: 'acting', proposal: null, approval: null, dueAt: now }, now, decision.because)
  }
  return propose(c, hash, now, policy)
}

function nothingToDo(c: Case, rule: string, because: string, now: Instant): Change {
  if (rule === 'already_recovered') return resolve(c, now, now)
  const dueAt = c.ticket?.state === 'open' ? now : null
  const next: Case = {
    ...c,
    state: 'closed',
    outcome: 'nothing_to_do',
    proposal: null,
    watchUntil: null,
    dueAt,
    contentRevision: c.contentRevision + 1
  }
  return change(next, now, because, [
    { at: now, kind: 'close', caseId: c.id, by: 'reenroll', entry: { outcome: 'nothing_to_do', rule } }
  ])
}

function propose(c: Case, hash: string, now: Instant, policy: CasePolicy): Change {
  const remediation = c.decision?.remediation
  if (!c.decision || !remediation) return toPerson(c, 'No decision was possible.', now, policy)
  const proposal: Proposal = {
    hash,
    remediation,
    // An unchanged proposal keeps its expiry; a new one starts again.
    expiresAt: c.proposal?.hash === hash ? c.proposal.expiresAt : plus(now, policy.proposalMs),
    overridesNeeded: c.decision.overridesNeeded,
    approvalsNeeded: c.decision.overridesNeeded.includes('G12') ? 2 : 1
  }
  const line: LedgerDraft = {
    at: now,
    kind: 'proposal',
    caseId: c.id,
    by: `rule ${c.decision.rule}`,
    entry: { ...proposal }
  }
  const next: Case = {
    ...c,
    state: 'awaiting_approval',
    // A first approval is valid only for its own proposal.
    firstApproval: c.firstApproval?.hash === hash ? c.firstApproval : null,
    proposal,
    approval: null,
    watchUntil: null,
    dueAt: now,
    contentRevision: c.contentRevision + 1
  }
  return change(next, now, `Proposed: ${remediation}. ${c.decision.because}`, [line])
}

/** The decision as a ledger entry: its reasons, and the version of the rules. */
function decisionLine(c: Case, verdict: Verdict, hash: string, now: Instant): LedgerDraft {
  const { decision } = verdict
  return {
    at: now,
    kind: 'decision',
    caseId: c.id,
    by: `rule ${decision.rule}`,
    entry: {
      cause: verdict.cause.id,
      kind: decision.kind,
      mode: decision.mode,
      remediation: decision.remediation,
      stoppedBy: [...decision.stoppedBy],
      guards: Object.fromEntries(verdict.guards.map((guard) => [guard.id, guard.state])),
      ruleVersion: decision.ruleVersion,
      evidence: hash
    }
  }
}
