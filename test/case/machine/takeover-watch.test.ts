/** The two hours after a write that made enrolling easier: what alarms security, and who may end an alarm. */
import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { foldEvent } from '../../../src/case/machine/fold-event.ts'
import type { Case } from '../../../src/domain/case.ts'
import { plus } from '../../../src/domain/time.ts'
import type { Action, Failure, Recovery, Signal } from '../../../src/domain/vocabulary.ts'
import { aCase, aFailure, aRecovery, aSignal, eventFacts, NOW, POLICY } from '../build.ts'

const REPORT = aSignal({
  eventType: 'user.account.report_suspicious_activity_by_enduser',
  publishedAt: plus(NOW, 5_000)
})

function written(state: Action['state'], over: Partial<Case> = {}): Case {
  const action: Action = {
    id: 'a1',
    remediation: 'remove_orphaned_enrollment',
    attempt: 1,
    state,
    intendedAt: NOW,
    at: NOW,
    by: { kind: 'rule', name: 'r' },
    because: '',
    requestIds: [],
    effect: 'pending'
  }
  return aCase({ state: 'acting', actions: [action], vigilUntil: plus(NOW, POLICY.takeoverWindowMs), ...over })
}

function joined(c: Case, event: Failure | Recovery | Signal): Case {
  const told = foldEvent(c, event, 'RE-NEXT', plus(NOW, 6_000))
  if (!('change' in told)) throw new Error(told.skipped)
  return told.change.next
}

t.test('a report while the write is not confirmed: the write is settled first, then security is told', async (t) => {
  const alarmed = joined(written('intended'), REPORT)
  t.equal(nextStep(alarmed, plus(NOW, 6_000)), 'settle', 'also after a crash')
  for (const landed of ['done', 'undone', 'unknown'] as const) {
    const settled = applyResult(alarmed, { of: 'settled', landed }, plus(NOW, 7_000), POLICY).next
    t.match(settled, { state: 'with_person', securityAlert: /reported suspicious/ }, landed)
    t.equal(nextStep(settled, plus(NOW, 7_000)), 'ticket')
  }
  const confirmed = applyResult(alarmed, { of: 'written', calls: [{ ok: true, requestId: null }] }, NOW, POLICY).next
  t.match(confirmed, { state: 'with_person', actions: [{ state: 'done' }] })
})

t.test('enrolling does not end a security alarm: whoever enrolled may be the attacker', async (t) => {
  const alarmed = joined(written('done', { state: 'watching' }), REPORT)
  t.equal(alarmed.state, 'with_person')
  const enrolled = joined(alarmed, aRecovery())
  t.match(enrolled, { state: 'with_person', outcome: null, actions: [{ effect: 'effective' }] })
  const ticket = { system: 'local', key: 'k', url: 'http://x', state: 'open', story: enrolled.contentRevision } as const
  const told = applyResult(enrolled, { of: 'ticketed', ticket }, plus(NOW, 8_000), POLICY).next
  t.match(told, { state: 'with_person', contentRevision: enrolled.contentRevision }, 'told once')
  t.equal(applyResult(told, { of: 'checked', recovered: 'yes' }, plus(NOW, 9_000), POLICY).next.state, 'with_person')
})

t.test('a report within two hours of the write alarms in the next case of the user too', async (t) => {
  const resolved = joined(written('done', { state: 'watching' }), aRecovery({ publishedAt: plus(NOW, 1_000) }))
  const next = joined(resolved, aFailure({ uuid: 'e2', publishedAt: plus(NOW, 4_000) }))
  t.match(next, { id: 'RE-NEXT', actions: [] })
  t.match(joined(next, REPORT), { state: 'with_person', securityAlert: /reported suspicious/ })
  const late = { ...REPORT, uuid: 's2', publishedAt: plus(NOW, POLICY.takeoverWindowMs + 1) }
  t.equal(joined(next, late).securityAlert, null)
})

t.test('a failure that alarms an ended case is kept with it', async (t) => {
  const resolved = joined(written('done', { state: 'watching' }), aRecovery({ publishedAt: plus(NOW, 1_000) }))
  const context = { ...eventFacts().context, unusual: 'yes' } as const
  const alarmed = joined(resolved, aFailure({ uuid: 'e2', publishedAt: plus(NOW, 4_000), context }))
  t.match(alarmed, { id: 'RE-TEST', state: 'with_person', securityAlert: /Enrollment was tried/ })
  t.same(
    alarmed.failures.map((failure) => failure.uuid),
    ['e1', 'e2']
  )
})

t.test('failing again after enrolling, while a write is under way, is not taken for success', async (t) => {
  const enrolled = joined(written('intended', { vigilUntil: null }), aRecovery({ publishedAt: plus(NOW, 1_000) }))
  const again = joined(enrolled, aFailure({ uuid: 'e2', publishedAt: plus(NOW, 2_000) }))
  t.equal(applyResult(again, { of: 'settled', landed: 'done' }, plus(NOW, 7_000), POLICY).next.state, 'watching')
})
