/**
 * From the verdict to its end: nothing to do, a ticket, a proposal, or a write from its intent to its proof. Pure; part of the
 * case machine.
 */
import { NO_NEW_ATTEMPT } from '../../decide/rules.ts'
import { type Case, guideStand } from '../../domain/case.ts'
import type { Decision, Verdict } from '../../domain/decision.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { OktaWritten } from '../../domain/okta.ts'
import { plus, waitMs } from '../../domain/time.ts'
import type { Action, Instant, Proposal } from '../../domain/vocabulary.ts'
import { withNextDecision } from './decide-again.ts'
import { guideUser, keepWaiting } from './guide.ts'
import {
  type CaseChange,
  type CasePolicy,
  caseEnded,
  change,
  type Evaluation,
  endedGuide,
  lagMs,
  lastAction,
  resolve,
  type StepOutcome,
  toPerson,
  unchanged,
  updateLastAction
} from './transitions.ts'

/** Applies the verdict to the case. `hash` binds a proposal to action, evidence and rule version. */
export function applyVerdict(c: Case, evaluation: Evaluation, now: Instant, policy: CasePolicy): CaseChange {
  const { verdict, hash, stormId } = evaluation
  const { decision } = verdict
  const isRunning = guideStand(c, now) === 'running'
  // The user is taking the steps, which changes what Okta shows: the reason for them stays.
  if (isRunning && decision.kind === 'guide') return keepWaiting({ ...c, guards: verdict.guards }, now)
  const stormTripped = verdict.guards.some((guard) => guard.id === 'G8' && guard.state === 'tripped')
  const seen: Case = {
    ...c,
    // A former child of a storm stays under the storm's ticket, so that nobody is paged twice.
    parentId: stormTripped && stormId && !c.securityAlert ? stormId : c.parentId,
    ...(stormTripped && c.releasedAt ? { releasedAt: null } : {}),
    // After a repair without a new attempt, the cause that was repaired stays.
    cause: decision.rule === NO_NEW_ATTEMPT && c.cause ? c.cause : verdict.cause,
    considered: verdict.considered,
    guards: verdict.guards,
    decision,
    ...namedRepair(c, decision),
    tries: 0
  }
  const ended = decision.kind === 'guide' || decision.kind === 'ignore' ? seen : endedGuide(seen, decision.because, now)
  const outcome = withNextDecision(c, route(ended, hash, now, policy), now)
  return {
    next: outcome.next,
    ledger: [decisionEntry(seen, verdict, hash, now), ...outcome.ledger],
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
      ...(decision.unproved && !c.decision?.unproved
        ? [{ type: 'event_proof', caseId: c.id, result: 'missing' } as const]
        : []),
      ...outcome.telemetry
    ]
  }
}

function namedRepair({ repair }: Case, decision: Decision): Pick<Case, 'repair'> {
  const { rule, mode, stoppedBy, loneStop, remediation } = decision
  if (remediation === null) return {}
  const answer = repair?.answer ? { answer: repair.answer } : {}
  return { repair: { rule, mode, stoppedBy, ...(loneStop ? { loneStop } : {}), ...answer } }
}

function route(c: Case, hash: string, now: Instant, policy: CasePolicy): CaseChange {
  const decision = c.decision
  if (
    c.parentId &&
    c.guards.some((guard) => guard.id === 'G8' && guard.state === 'tripped') &&
    decision?.kind !== 'ignore'
  ) {
    return toPerson(c, `Part of the storm ${c.parentId}; decided again when it is over.`, now, policy)
  }
  if (decision?.kind === 'guide') return guideUser(c, now, policy)
  if (!decision || decision.kind === 'ticket' || !decision.remediation) {
    if (decision?.kind === 'ignore') return nothingToDo(c, decision.rule, decision.because, now)
    return toPerson(c, decision?.because ?? 'No decision was possible.', now, policy)
  }
  const attempts = c.actions.filter((action) => action.state !== 'refused')
  if (attempts.some((action) => action.state === 'unknown')) {
    return toPerson(
      c,
      'An earlier write may or may not have happened; nothing more is written automatically.',
      now,
      policy
    )
  }
  // Refused re-checks do not count as attempts, but a case that keeps changing is for a person.
  if (c.actions.length - attempts.length > 3)
    return toPerson(c, 'The evidence changed before each write; a person takes over.', now, policy)
  if (attempts.length >= policy.attemptsPerCase) {
    return toPerson(c, `${attempts.length} writes were tried for this case; a person takes over.`, now, policy)
  }
  if (decision.mode === 'auto') {
    return change({ ...c, state: 'acting', proposal: null, approval: null, dueAt: now }, now, decision.because)
  }
  return propose(c, hash, now, policy)
}

function nothingToDo(c: Case, rule: string, because: string, now: Instant): CaseChange {
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
  const closed = change(next, now, because, [
    { at: now, kind: 'close', caseId: c.id, by: 'reenroll', entry: { outcome: 'nothing_to_do', rule } }
  ])
  return { ...closed, telemetry: caseEnded(next) }
}

function propose(c: Case, hash: string, now: Instant, policy: CasePolicy): CaseChange {
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
  const along = c.decision.takesAlong ?? []
  const removes = along.length > 0 ? ` It removes Okta Verify from: ${along.join('; ')}.` : ''
  return change(next, now, `Proposed: ${remediation}. ${c.decision.because}${removes}`, [line])
}

/** The decision as a ledger entry: its reasons, and the version of the rules. */
function decisionEntry(c: Case, verdict: Verdict, hash: string, now: Instant): LedgerDraft {
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

/* A write from its intent to Okta's response, or to the proof by reading again. */

export function refused(
  c: Case,
  result: Extract<StepOutcome, { of: 'refused' }>,
  now: Instant,
  policy: CasePolicy
): CaseChange {
  const action: Action = {
    id: `${c.id}/${result.remediation}/${c.actions.length + 1}`,
    remediation: result.remediation,
    attempt: c.actions.filter((a) => a.remediation === result.remediation).length + 1,
    state: 'refused',
    intendedAt: now,
    at: now,
    by: c.approval ? { kind: 'person', name: c.approval.by } : { kind: 'rule', name: c.decision?.rule ?? '' },
    because: result.because,
    requestIds: [],
    effect: 'unknown'
  }
  const seen = change(
    { ...c, evidence: result.evidence, actions: [...c.actions, action], approval: null, proposal: null },
    now,
    `Not done after all (${result.remediation}): ${result.because}`
  )
  const { proofLookAt } = result.verdict.decision
  const verdict = proofLookAt
    ? change({ ...seen.next, state: 'received', tries: 0, dueAt: proofLookAt }, now)
    : result.why === 'changed'
      ? applyVerdict({ ...seen.next, state: 'correlating' }, result, now, policy)
      : toPerson(seen.next, 'A person decides what happens next.', now, policy)
  return {
    next: verdict.next,
    ledger: verdict.ledger,
    telemetry: [
      { type: 'action', caseId: c.id, remediation: result.remediation, state: 'refused', lagMs: lagMs(c, now) },
      ...verdict.telemetry
    ]
  }
}

export function intended(
  c: Case,
  { action, evidence, takeoverWindow }: Extract<StepOutcome, { of: 'intended' }>,
  now: Instant,
  policy: CasePolicy
): CaseChange {
  const vigilUntil = takeoverWindow ? plus(now, policy.takeoverWindowMs) : c.vigilUntil
  const actions = [...c.actions, action]
  const next = { ...c, evidence, actions, vigilUntil, tries: 0, dueAt: now, contentRevision: c.contentRevision + 1 }
  return change(next, now, `About to write: ${action.remediation}`, [
    {
      at: now,
      kind: 'intent',
      caseId: c.id,
      by: action.by.name,
      entry: { action: action.id, remediation: action.remediation, attempt: action.attempt, because: action.because }
    }
  ])
}

export function written(c: Case, calls: readonly OktaWritten[], now: Instant, policy: CasePolicy): CaseChange {
  const action = lastAction(c)
  if (action?.state !== 'intended') return unchanged(c)
  const requestIds = calls.flatMap((call) => (call.ok ? call.requestId : call.error.requestId) ?? [])
  const failure = calls.find((call) => !call.ok)
  if (!failure) return done(updateLastAction(c, { requestIds }), now, policy, 'Okta confirmed the write.')
  // The write may have happened: only reading again shows it (facts §3.2).
  if (failure.error.ambiguous) {
    const again = { ...updateLastAction(c, { requestIds, because: failure.error.because }), dueAt: now }
    return change(again, now, `No clear answer to the write: ${failure.error.because}`)
  }
  return notDone(
    updateLastAction(c, { requestIds }),
    failure.error.because,
    failure.error.kind === 'throttled' || failure.error.blocked === true,
    now,
    policy
  )
}

export function settled(c: Case, landed: 'done' | 'undone' | 'unknown', now: Instant, policy: CasePolicy): CaseChange {
  const action = lastAction(c)
  if (action?.state !== 'intended') return unchanged(c)
  if (landed === 'done') return done(c, now, policy, 'Reading again shows that the write happened.')
  if (landed === 'undone') return notDone(c, 'reading again shows that the write did not happen', true, now, policy)
  const unsure = updateLastAction(c, { state: 'unknown', at: now, effect: 'unknown' })
  const handed = toPerson(unsure, 'It is not known whether the write happened, so it is not repeated.', now, policy)
  return withAction(handed, c, action, 'unknown', now)
}

function done(c: Case, now: Instant, policy: CasePolicy, because: string): CaseChange {
  const action = lastAction(c)
  if (!action) return unchanged(c)
  const next = updateLastAction(c, { state: 'done', at: now })
  const watchUntil = plus(now, policy.watchMs)
  const watching: Case = {
    ...next,
    state: 'watching',
    proposal: null,
    approval: null,
    watchUntil,
    dueAt: c.ticket ? now : watchUntil,
    contentRevision: c.contentRevision + 1
  }
  const changed = change(watching, now, `Done: ${action.remediation}. ${because}`, [
    {
      at: now,
      kind: 'write',
      caseId: c.id,
      by: action.by.name,
      entry: { action: action.id, state: 'done', requestIds: lastAction(c)?.requestIds ?? [] }
    }
  ])
  return withAction(changed, c, action, 'done', now)
}

/** Proved not to have happened: decide again while attempts are left, otherwise hand over to a person. */
function notDone(c: Case, because: string, mayRepeat: boolean, now: Instant, policy: CasePolicy): CaseChange {
  const action = lastAction(c)
  if (!action) return unchanged(c)
  const next = {
    ...updateLastAction(c, { state: 'failed', at: now, because, effect: 'ineffective' }),
    approval: null,
    proposal: null
  }
  const attempts = next.actions.filter((a) => a.state !== 'refused').length
  const line = {
    at: now,
    kind: 'write' as const,
    caseId: c.id,
    by: action.by.name,
    entry: { action: action.id, state: 'failed', because }
  }
  const what = `The write did not happen: ${because}`
  const wait = plus(now, waitMs(attempts, policy.retries, c.id))
  const changed =
    mayRepeat && attempts < policy.attemptsPerCase
      ? change({ ...next, state: 'received', dueAt: wait, tries: 0 }, now, what, [line])
      : toPerson(next, what, now, policy, [line])
  return withAction(changed, c, action, 'failed', now)
}

export function withAction(
  changed: CaseChange,
  c: Case,
  action: Action,
  state: 'done' | 'failed' | 'unknown',
  now: Instant
): CaseChange {
  const event = {
    type: 'action' as const,
    caseId: c.id,
    remediation: action.remediation,
    state,
    lagMs: lagMs(c, now)
  }
  return { ...changed, telemetry: [event, ...changed.telemetry] }
}
