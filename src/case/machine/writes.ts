/** A write from its intent to Okta's response, or to the proof by reading again. Pure; part of the case machine. */

import type { Case } from '../../domain/case.ts'
import type { OktaWritten } from '../../domain/okta.ts'
import { plus, waitMs } from '../../domain/time.ts'
import type { Action, Instant } from '../../domain/vocabulary.ts'
import type { Result } from './case.ts'
import {
  type CasePolicy,
  type Change,
  change,
  lagMs,
  lastAction,
  toPerson,
  unchanged,
  updateLastAction
} from './transitions.ts'
import { applyVerdict } from './verdict.ts'

export function refused(c: Case, result: Extract<Result, { of: 'refused' }>, now: Instant, policy: CasePolicy): Change {
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
  const verdict =
    result.why === 'changed'
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
  { action, evidence, vigil }: Extract<Result, { of: 'intended' }>,
  now: Instant,
  policy: CasePolicy
): Change {
  const vigilUntil = vigil ? plus(now, policy.vigilMs) : c.vigilUntil
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

export function written(c: Case, calls: readonly OktaWritten[], now: Instant, policy: CasePolicy): Change {
  const action = lastAction(c)
  if (action?.state !== 'intended') return unchanged(c)
  const requestIds = calls.flatMap((call) => (call.ok ? call.requestId : call.error.requestId) ?? [])
  const bad = calls.find((call) => !call.ok)
  if (!bad) return done(updateLastAction(c, { requestIds }), now, policy, 'Okta confirmed the write.')
  // The write may have happened: only reading again shows it (facts §3.2).
  if (bad.error.ambiguous) {
    const again = { ...updateLastAction(c, { requestIds, because: bad.error.because }), dueAt: now }
    return change(again, now, `No clear answer to the write: ${bad.error.because}`)
  }
  return notDone(
    updateLastAction(c, { requestIds }),
    bad.error.because,
    bad.error.kind === 'throttled' || bad.error.blocked === true,
    now,
    policy
  )
}

export function settled(c: Case, landed: 'done' | 'undone' | 'unknown', now: Instant, policy: CasePolicy): Change {
  const action = lastAction(c)
  if (action?.state !== 'intended') return unchanged(c)
  if (landed === 'done') return done(c, now, policy, 'Reading again shows that the write happened.')
  if (landed === 'undone') return notDone(c, 'reading again shows that the write did not happen', true, now, policy)
  const unsure = updateLastAction(c, { state: 'unknown', at: now, effect: 'unknown' })
  const handed = toPerson(unsure, 'It cannot be proved whether the write happened; it is not repeated.', now, policy)
  return withAction(handed, c, action, 'unknown', now)
}

function done(c: Case, now: Instant, policy: CasePolicy, because: string): Change {
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
  const told = change(watching, now, `Done: ${action.remediation}. ${because}`, [
    {
      at: now,
      kind: 'write',
      caseId: c.id,
      by: action.by.name,
      entry: { action: action.id, state: 'done', requestIds: lastAction(c)?.requestIds ?? [] }
    }
  ])
  return withAction(told, c, action, 'done', now)
}

/** Proved not to have happened: decide again while attempts are left, otherwise hand over to a person. */
function notDone(c: Case, because: string, mayRepeat: boolean, now: Instant, policy: CasePolicy): Change {
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
  const told =
    mayRepeat && attempts < policy.attemptsPerCase
      ? change({ ...next, state: 'received', dueAt: wait, tries: 0 }, now, what, [line])
      : toPerson(next, what, now, policy, [line])
  return withAction(told, c, action, 'failed', now)
}

export function withAction(
  told: Change,
  c: Case,
  action: Action,
  state: 'done' | 'failed' | 'unknown',
  now: Instant
): Change {
  const happening = {
    type: 'action' as const,
    caseId: c.id,
    remediation: action.remediation,
    state,
    lagMs: lagMs(c, now)
  }
  return { ...told, telemetry: [happening, ...told.telemetry] }
}
