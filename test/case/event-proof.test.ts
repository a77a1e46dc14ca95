/** A case waits a bounded time for its event to appear in the System Log, without a ticket (facts §6.1b). */
import t from 'tap'
import { applyResult, nextStep } from '../../src/case/machine/case.ts'
import type { StepOutcome } from '../../src/case/machine/transitions.ts'
import type { Case } from '../../src/domain/case.ts'
import { retryAt } from '../../src/domain/evidence.ts'
import { plus, SECOND_MS } from '../../src/domain/time.ts'
import { aCase, aVerdict, NOW, POLICY, someEvidence } from './build.ts'

const LOOK = plus(NOW, 15 * SECOND_MS)
const LAST = plus(NOW, 60 * SECOND_MS)

function decided(over: Parameters<typeof aVerdict>[0]): StepOutcome {
  return { of: 'decided', verdict: aVerdict(over), hash: 'h', stormId: null }
}

const AWAITED = { kind: 'ticket', stoppedBy: ['G13'] } as const
const correlating = aCase({ state: 'correlating', evidence: someEvidence() })

t.test('the log lags: the case waits without a ticket, and only the log is read again', async (t) => {
  const { next, ledger, telemetry } = applyResult(correlating, decided({ ...AWAITED, proofLookAt: LOOK }), NOW, POLICY)
  t.match(next, { state: 'received', dueAt: LOOK, decision: { proofLookAt: LOOK } }, 'the page shows why')
  t.match(next.timeline.at(-1)?.what, /not in the System Log yet/)
  t.same(ledger, [], 'nothing is decided yet')
  t.match(telemetry, [{ type: 'event_proof', result: 'awaited' }])
  t.equal(next.evidence && retryAt(next.evidence), LOOK)
  t.equal(next.waitingSince, NOW, 'so that the other evidence is kept')
  t.equal(nextStep(next, NOW), null)
  t.equal(nextStep(next, LOOK), 'correlate')
})

t.test('the log was read before the event came: it is read at once, and nobody reads of a wait', async (t) => {
  const { next, telemetry } = applyResult(correlating, decided({ ...AWAITED, proofLookAt: NOW }), NOW, POLICY)
  t.match(next, { state: 'received', waitingSince: NOW, decision: null })
  t.equal(nextStep(next, NOW), 'correlate')
  t.strictSame([next.timeline, telemetry], [correlating.timeline, []])
})

t.test('further looks are counted, and the history says it once', async (t) => {
  const first = applyResult(correlating, decided({ ...AWAITED, proofLookAt: LOOK }), NOW, POLICY).next
  const again: Case = { ...first, state: 'correlating', waitingSince: null }
  const second = applyResult(again, decided({ ...AWAITED, proofLookAt: LAST }), LOOK, POLICY)
  t.match(second.next, { state: 'received', dueAt: LAST })
  t.strictSame(second.next.timeline, first.timeline)
  t.match(second.telemetry, [{ type: 'event_proof', result: 'awaited' }])
  const { next, telemetry } = applyResult(
    { ...second.next, state: 'correlating', waitingSince: null },
    decided({ ...AWAITED, unproved: true, because: 'G13 is tripped.' }),
    LAST,
    POLICY
  )
  t.match(next, { state: 'with_person', decision: { unproved: true } })
  t.equal(nextStep(next, LAST), 'ticket')
  t.match(telemetry, [{ type: 'decision' }, { type: 'event_proof', result: 'missing' }])
  const once = applyResult({ ...next, state: 'correlating' }, decided({ ...AWAITED, unproved: true }), LAST, POLICY)
  t.notMatch(once.telemetry, [{}, { type: 'event_proof' }], 'a missing event is counted once')
})

t.test('the entry is there at the next look: the write begins', async (t) => {
  const waiting = applyResult(correlating, decided({ ...AWAITED, proofLookAt: LOOK }), NOW, POLICY).next
  const read = applyResult(waiting, { of: 'correlated', evidence: someEvidence() }, LOOK, POLICY).next
  t.match(read, { state: 'correlating', waitingSince: null })
  t.match(applyResult(read, decided({}), LOOK, POLICY).next, { state: 'acting' })
})

t.test('a case without evidence waits too', async (t) => {
  const { next } = applyResult(
    { ...correlating, evidence: null },
    decided({ ...AWAITED, proofLookAt: LOOK }),
    NOW,
    POLICY
  )
  t.match(next, { state: 'received', evidence: null })
})
