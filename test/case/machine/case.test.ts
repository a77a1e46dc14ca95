import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { foldEvent } from '../../../src/case/machine/fold-event.ts'
import { approve } from '../../../src/case/machine/operator-commands.ts'
import type { StepOutcome } from '../../../src/case/machine/transitions.ts'
import type { Case } from '../../../src/domain/case.ts'
import { plus } from '../../../src/domain/time.ts'
import type { Action } from '../../../src/domain/vocabulary.ts'
import { approver } from '../../support/operators.ts'
import {
  aCase,
  aFailure,
  aRecovery,
  aVerdict,
  NOW,
  POLICY,
  PROPOSAL_VERDICT,
  someEvidence,
  TICKET_VERDICT
} from '../build.ts'

const APPROVER = approver('ana')
const TICKET = { system: 'local', key: 'RE-TEST', url: 'http://x/RE-TEST', state: 'open', story: 0 } as const

function after(c: Case, ...results: StepOutcome[]): Case {
  return results.reduce((current, result) => applyResult(current, result, NOW, POLICY).next, c)
}

function anAction(over: Partial<Action> = {}): Action {
  return {
    id: 'a1',
    remediation: 'remove_orphaned_enrollment',
    attempt: 1,
    state: 'intended',
    intendedAt: NOW,
    at: NOW,
    by: { kind: 'rule', name: 'orphaned_enrollment' },
    because: '',
    requestIds: [],
    effect: 'pending',
    ...over
  }
}

const CORRELATED: StepOutcome = { of: 'correlated', evidence: someEvidence() }
const AUTO: StepOutcome = { of: 'decided', verdict: aVerdict(), hash: 'h', stormId: null }
const PROPOSED: StepOutcome = { of: 'decided', verdict: PROPOSAL_VERDICT, hash: 'h', stormId: null }
const TICKETED: StepOutcome = { of: 'decided', verdict: TICKET_VERDICT, hash: 'h', stormId: null }
const INTENDED: StepOutcome = { of: 'intended', action: anAction(), evidence: someEvidence(), takeoverWindow: true }
const WRITTEN: StepOutcome = { of: 'written', calls: [{ ok: true, requestId: 'req1' }] }

t.test('a failure is correlated, decided, acted on and watched', async (t) => {
  let c = aCase()
  t.equal(nextStep(c, NOW), 'correlate')
  c = after(c, CORRELATED)
  t.equal(nextStep(c, NOW), 'decide')
  c = after(c, AUTO)
  t.equal(nextStep(c, NOW), 'act')
  c = after(c, INTENDED)
  t.equal(nextStep(c, NOW), 'settle', 'a crash after the intent finds out what happened, it does not write again')
  c = after(c, WRITTEN)
  t.match(c, { state: 'watching', watchUntil: plus(NOW, POLICY.watchMs) })
  t.match(c.actions, [{ state: 'done', effect: 'pending', requestIds: ['req1'] }])
  t.equal(nextStep(c, NOW), null)
  t.equal(nextStep(c, plus(NOW, POLICY.watchMs)), 'check_recovery')
})

t.test('the user enrolls after the write: resolved, and the write was effective', async (t) => {
  const watching = after(aCase(), CORRELATED, AUTO, INTENDED, WRITTEN)
  const joined = foldEvent(watching, aRecovery(), 'unused', NOW)
  t.ok('change' in joined)
  if (!('change' in joined)) return
  t.match(joined.change.next, {
    state: 'resolved',
    outcome: 'recovered_after_repair',
    actions: [{ effect: 'effective' }]
  })
  t.match(joined.change.telemetry, [{ type: 'effect', effect: 'effective' }])
})

t.test('the user fails again after the write: ineffective, and decided again', async (t) => {
  const watching = after(aCase(), CORRELATED, AUTO, INTENDED, WRITTEN)
  const joined = foldEvent(
    watching,
    aFailure({ uuid: 'e2', publishedAt: plus(NOW, 60_000) }),
    'unused',
    plus(NOW, 61_000)
  )
  t.ok('change' in joined)
  if (!('change' in joined)) return
  t.match(joined.change.next, { state: 'received', actions: [{ effect: 'ineffective' }], failures: { length: 2 } })
})

t.test(
  'a crash kept the result of the write open, and the user failed again meanwhile: ineffective, not watched for a day',
  async (t) => {
    const acting = after(aCase(), CORRELATED, AUTO, INTENDED)
    const settledAt = plus(NOW, 62_000)
    const settle = (failedAfterMs: number) => {
      const joined = foldEvent(
        acting,
        aFailure({ uuid: 'e2', publishedAt: plus(NOW, failedAfterMs) }),
        'unused',
        settledAt
      )
      if (!('change' in joined)) throw new Error('the failure was skipped')
      return applyResult(joined.change.next, { of: 'settled', landed: 'done' }, settledAt, POLICY)
    }
    const inVain = settle(31_000)
    t.match(inVain.next, {
      state: 'received',
      dueAt: settledAt,
      watchUntil: null,
      actions: [{ effect: 'ineffective' }]
    })
    t.match(
      inVain.ledger.map(({ kind }) => kind),
      ['write', 'effect']
    )
    const { next } = settle(29_000)
    t.match(next, { state: 'watching' }, 'the call may still have been under way')
    const late = foldEvent(next, aFailure({ uuid: 'e3', publishedAt: plus(NOW, 40_000) }), 'unused', plus(NOW, 70_000))
    t.match(late, { change: { next: { state: 'received', actions: [{ effect: 'ineffective' }] } } }, 'the log had it')
  }
)

t.test('when the watch ends', async (t) => {
  const watching = after(aCase(), CORRELATED, AUTO, INTENDED, WRITTEN)
  t.match(after(watching, { of: 'checked', recovered: 'yes' }), { state: 'resolved' })
  const untried = after(watching, { of: 'checked', recovered: 'no' })
  t.match(untried, { state: 'with_person', cause: { id: 'enrollment_orphaned' }, actions: [{ effect: 'unknown' }] })
  t.match(untried.timeline.at(-1)?.what, 'No new attempt since the repair.')
  t.match(after(watching, { of: 'checked', recovered: 'unknown' }), {
    state: 'with_person',
    actions: [{ effect: 'unknown' }]
  })
})

t.test('evidence that may yet answer is asked for again, up to the number of tries', async (t) => {
  const item = { state: 'unknown', at: NOW, because: 'GET /roles answered 500', retryable: true } as const
  const flaky: StepOutcome = { of: 'correlated', evidence: someEvidence({ roles: item }) }
  let c = aCase()
  for (let tries = 1; tries < POLICY.retries.maxTries; tries++) {
    c = after(c, flaky)
    t.match(c, { state: 'received', tries })
    t.ok(c.dueAt && c.dueAt > NOW, 'it waits')
  }
  c = after(c, flaky)
  t.equal(c.state, 'correlating', 'then it is decided with what is known')
})

t.test('a write without a clear answer is settled by reading again', async (t) => {
  const trouble = {
    kind: 'unavailable',
    status: null,
    errorCode: null,
    because: 'no answer in time',
    retryAfterMs: null,
    ambiguous: true,
    requestId: null
  } as const
  const unclear = after(aCase(), CORRELATED, AUTO, INTENDED, { of: 'written', calls: [{ ok: false, error: trouble }] })
  t.equal(nextStep(unclear, NOW), 'settle')
  t.match(after(unclear, { of: 'settled', landed: 'done' }), { state: 'watching', actions: [{ state: 'done' }] })
  t.match(after(unclear, { of: 'settled', landed: 'undone' }), { state: 'received', actions: [{ state: 'failed' }] })
  t.match(after(unclear, { of: 'settled', landed: 'unknown' }), {
    state: 'with_person',
    actions: [{ state: 'unknown' }]
  })
  const certain = { ...trouble, kind: 'forbidden', ambiguous: false } as const
  const refused = after(aCase(), CORRELATED, AUTO, INTENDED, {
    of: 'written',
    calls: [{ ok: false, error: certain }]
  })
  t.match(refused, { state: 'with_person', actions: [{ state: 'failed' }] }, 'a plain no goes to a person')
})

t.test('a recovery that comes in during a write closes the case once the write is settled', async (t) => {
  const acting = after(aCase(), CORRELATED, AUTO, INTENDED)
  const joined = foldEvent(acting, aRecovery(), 'unused', NOW)
  t.ok('change' in joined)
  if (!('change' in joined)) return
  t.equal(joined.change.next.state, 'acting')
  t.match(after(joined.change.next, WRITTEN), { state: 'resolved', outcome: 'recovered_after_repair' })
  t.match(after(joined.change.next, { of: 'settled', landed: 'undone' }), {
    state: 'resolved',
    outcome: 'recovered_by_itself'
  })
})

t.test('a proposal waits with its ticket, expires, or is approved', async (t) => {
  const proposed = after(aCase(), CORRELATED, PROPOSED)
  t.match(proposed, { state: 'awaiting_approval', proposal: { hash: 'h', overridesNeeded: ['G9'] } })
  t.equal(nextStep(proposed, NOW), 'ticket')
  const waiting = after(proposed, { of: 'ticketed', ticket: { ...TICKET, story: proposed.contentRevision } })
  t.equal(nextStep(waiting, NOW), null)
  t.equal(nextStep(waiting, plus(NOW, POLICY.proposalMs)), 'expire')
  t.match(after(waiting, { of: 'expired' }), { state: 'with_person', proposal: null })
  const yes = approve(waiting, { hash: 'h', overrides: [{ guard: 'G9', because: 'spoke to HR' }] }, APPROVER, NOW)
  t.notOk('ok' in yes)
  if ('ok' in yes) return
  t.match(yes.next, { state: 'acting', approval: { by: 'ana' } })
  t.match(yes.ledger, [{ kind: 'approval', by: 'ana' }])
  t.equal(nextStep(yes.next, NOW), 'act')
})

t.test(
  'a re-check that says no is followed when the verdict changed, and goes to a person when it did not',
  async (t) => {
    const acting = after(aCase(), CORRELATED, AUTO)
    const refused = {
      of: 'refused',
      remediation: 'remove_orphaned_enrollment',
      evidence: someEvidence(),
      hash: 'h2',
      stormId: null
    } as const
    const changed = after(acting, { ...refused, because: 'changed', why: 'changed', verdict: TICKET_VERDICT })
    t.match(changed, { state: 'with_person', actions: [{ state: 'refused' }], decision: { rule: 'unknown' } })
    t.match(after(acting, { ...refused, because: 'cap', why: 'forbidden', verdict: aVerdict() }), {
      state: 'with_person'
    })
    let c = acting
    for (let round = 0; round < 6 && c.state === 'acting'; round++) {
      c = after(c, { ...refused, because: 'flips', why: 'changed', verdict: aVerdict() })
    }
    t.equal(c.state, 'with_person', 'a case that keeps changing is handed over')
  }
)

t.test('trouble leaves the case as it was, waits longer each time, then a person takes over', async (t) => {
  const trouble: StepOutcome = { of: 'failed', step: 'act', error: 'okta', because: 'throttled', retryAfterMs: 90_000 }
  let c = after(aCase(), CORRELATED, AUTO)
  c = after(c, trouble)
  t.match(c, { state: 'acting', tries: 1 })
  t.ok(c.dueAt && c.dueAt >= plus(NOW, 90_000), 'Okta said how long to wait')
  for (let tries = 1; tries < POLICY.retries.maxTries; tries++) c = after(c, trouble)
  t.match(c, { state: 'with_person', actions: [] })
  const lost = after(aCase(), CORRELATED, AUTO, INTENDED)
  let unsettled = lost
  for (let tries = 0; tries < POLICY.retries.maxTries; tries++)
    unsettled = after(unsettled, { ...trouble, step: 'settle' })
  t.match(unsettled, { state: 'with_person', actions: [{ state: 'unknown' }] }, 'what cannot be proved is not repeated')
})

t.test('a ticket is tried for ever: a person must hear of it', async (t) => {
  let c = after(aCase(), CORRELATED, TICKETED)
  for (let tries = 0; tries < 50; tries++) {
    c = after(c, { of: 'failed', step: 'ticket', error: 'ticket_system', because: 'down', retryAfterMs: null })
  }
  t.match(c, { state: 'with_person', tries: 50 })
  t.equal(nextStep(c, plus(NOW, 600_000)), 'ticket')
})

t.test('a case with a person follows its story and looks once more for a recovery', async (t) => {
  const handed = after(aCase(), CORRELATED, TICKETED)
  const told = after(handed, { of: 'ticketed', ticket: { ...TICKET, story: handed.contentRevision } })
  t.equal(nextStep(told, NOW), null)
  t.equal(nextStep(told, plus(NOW, POLICY.watchMs)), 'check_recovery')
  t.match(after(told, { of: 'checked', recovered: 'no' }), { state: 'with_person', dueAt: null })
  const joined = foldEvent(told, aRecovery(), 'unused', NOW)
  t.ok('change' in joined)
  if (!('change' in joined)) return
  t.equal(nextStep(joined.change.next, NOW), 'close_ticket')
  const closed = after(joined.change.next, { of: 'ticket_closed', ticket: { ...TICKET, state: 'resolved' } })
  t.match(closed, { state: 'resolved', dueAt: null, outcome: 'recovered_by_itself' })
})

t.test('results that come too late change nothing but what they prove', async (t) => {
  const resolved = aCase({ state: 'resolved', dueAt: null })
  for (const result of [
    CORRELATED,
    AUTO,
    WRITTEN,
    { of: 'expired' },
    { of: 'checked', recovered: 'no' }
  ] as StepOutcome[]) {
    t.match(after(resolved, result), { state: 'resolved', actions: [] }, result.of)
  }
  const closedMeanwhile = after({ ...resolved, state: 'closed' }, { of: 'ticketed', ticket: TICKET })
  t.equal(nextStep(closedMeanwhile, NOW), 'close_ticket', 'a ticket written too late is closed again')
})
