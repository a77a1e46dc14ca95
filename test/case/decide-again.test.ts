/** A case that waits for a person is decided again, a bounded number of times (DESIGN §5). */
import t from 'tap'
import { createKillSwitch, createSwitches } from '../../src/api/runtime-controls.ts'
import { releaseFromBrakes } from '../../src/case/brakes.ts'
import { applyResult, nextStep } from '../../src/case/machine/case.ts'
import { decideAgainAt, MOST_AGAIN, nextTimer } from '../../src/case/machine/decide-again.ts'
import { foldEvent } from '../../src/case/machine/fold-event.ts'
import { reject, retry } from '../../src/case/machine/operator-commands.ts'
import type { StepOutcome } from '../../src/case/machine/transitions.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Decision } from '../../src/domain/decision.ts'
import { DAY_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { approver } from '../support/operators.ts'
import { aCase, aFailure, aVerdict, NOW, POLICY, PROPOSAL_VERDICT, someEvidence, TICKET_VERDICT } from './build.ts'

const APPROVER = approver('ana')
const LATER = plus(NOW, 15 * MINUTE_MS)
const CORRELATED: StepOutcome = { of: 'correlated', evidence: someEvidence() }

function decided(over: Partial<Decision> = {}): StepOutcome {
  const verdict = { ...TICKET_VERDICT, decision: { ...TICKET_VERDICT.decision, ...over } }
  return { of: 'decided', verdict, hash: 'h', stormId: null }
}

const AUTO: StepOutcome = { of: 'decided', verdict: aVerdict(), hash: 'h', stormId: null }

function after(c: Case, now: string, ...results: StepOutcome[]): Case {
  return results.reduce((current, result) => applyResult(current, result, now, POLICY).next, c)
}

/** A ticket because the enrollment is 20 s old; the ticket is written. */
function young(): Case {
  const c = after(aCase(), NOW, CORRELATED, decided({ decideAgainAt: LATER }))
  const ticket = { system: 'local', key: 'RE-TEST', url: 'http://x', state: 'open', story: c.contentRevision } as const
  return after(c, NOW, { of: 'ticketed', ticket })
}

t.test('the first failure came 20 s into an enrollment: it is decided again when that is old enough', async (t) => {
  const c = young()
  t.match(c, { state: 'with_person', again: { dueAt: LATER, times: 0 } })
  t.equal(nextTimer(c), LATER)
  t.equal(c.dueAt, LATER)
  t.equal(nextStep(c, NOW), null)
  t.equal(nextStep(c, LATER), 'correlate')
  t.match(after(c, LATER, CORRELATED, AUTO), { state: 'acting', again: { dueAt: null, times: 1 } })
})

t.test('the same decision again changes neither the ticket nor the history', async (t) => {
  const c = young()
  const same = after(c, LATER, CORRELATED, decided())
  t.match(same, { state: 'with_person', contentRevision: c.contentRevision, again: { dueAt: null, times: 1 } })
  t.strictSame(same.timeline, c.timeline)
  t.equal(same.dueAt, c.watchUntil)
  t.equal(nextStep(same, LATER), null)
})

t.test('another decision is told once', async (t) => {
  const c = young()
  const other = after(c, LATER, CORRELATED, decided({ rule: 'device_suspended', because: 'It is suspended.' }))
  t.equal(other.contentRevision, c.contentRevision + 1)
  t.equal(nextStep(other, LATER), 'ticket')
})

t.test('an unwritten ticket stays due after the same decision', async (t) => {
  const c = { ...young(), ticket: null }
  const correlating: Case = { ...c, state: 'correlating' }
  t.equal(after(correlating, LATER, decided()).dueAt, LATER)
})

t.test('a new failure while a person has the ticket is decided on with fresh evidence', async (t) => {
  const joined = foldEvent(young(), aFailure({ uuid: 'e2', publishedAt: LATER }), 'RE-2', LATER)
  if (!('change' in joined)) throw new Error('it joins')
  const c = joined.change.next
  t.equal(nextStep(c, LATER), 'ticket', 'the failure is told first')
  const ticketed = after(c, LATER, { of: 'ticketed', ticket: { ...young().ticket, story: 99 } as never })
  t.equal(nextStep(ticketed, LATER), 'correlate')
  t.equal(after(ticketed, LATER, CORRELATED, AUTO).state, 'acting')
})

t.test('it ends: after so many times, after a rejection, and for alerts, storms and ended cases', async (t) => {
  const waiting = aCase({ state: 'with_person' })
  const often = { ...waiting, again: { dueAt: null, times: MOST_AGAIN } }
  t.equal(decideAgainAt(often, NOW), often)
  for (const over of [{ securityAlert: 'x' }, { parentId: 'RE-STORM' }, { state: 'closed' }] as const) {
    const c = { ...waiting, ...over }
    t.equal(decideAgainAt(c, NOW), c)
  }
  t.match(decideAgainAt(decideAgainAt(waiting, LATER), NOW), { again: { dueAt: NOW } }, 'the earlier time')
  t.match(decideAgainAt(decideAgainAt(waiting, NOW), LATER), { again: { dueAt: NOW } })
  const proposed = after(aCase(), NOW, CORRELATED, {
    of: 'decided',
    verdict: PROPOSAL_VERDICT,
    hash: 'h',
    stormId: null
  })
  const rejected = reject(proposed, { hash: 'h', because: 'not him' }, APPROVER, NOW, POLICY)
  if (!('next' in rejected)) throw new Error('it is rejected')
  t.equal(decideAgainAt(rejected.next, NOW), rejected.next, 'a person has decided')
  const retried = retry(rejected.next, APPROVER, NOW)
  t.match(retried, { next: { again: null } }, 'until a person asks')
})

t.test('Okta cannot be read when it is due: a few tries, then the old decision stays', async (t) => {
  let c = young()
  for (let tries = 0; tries < 30 && c.again?.dueAt; tries++) {
    c = after(c, LATER, { of: 'failed', step: 'correlate', error: 'okta', because: 'it is down', retryAfterMs: null })
  }
  t.match(c, { state: 'with_person', again: { dueAt: null }, decision: { rule: 'unknown' } })
  t.equal(nextStep(c, plus(LATER, DAY_MS)), null)
  const never = { ...young(), again: null }
  const failure: StepOutcome = {
    of: 'failed',
    step: 'check_recovery',
    error: 'okta',
    because: 'down',
    retryAfterMs: null
  }
  t.equal(after({ ...never, tries: 99 }, LATER, failure).again, null)
})

t.test('the kill switch is released: what it stopped in the last day is decided again, nothing else', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const braked = { ...TICKET_VERDICT.decision, braked: true } as const
  const c = aCase({ state: 'with_person', dueAt: null, version: 1, decision: braked })
  const save = (id: string, over: Partial<Case> = {}) =>
    store.save({ next: { ...c, id, subjectKey: `user:${id}`, ...over }, ledger: [] })
  await save('RE-STOPPED')
  await save('RE-SOON', { dueAt: plus(NOW, -1) })
  await save('RE-OTHER', { decision: TICKET_VERDICT.decision })
  await save('RE-OLD', { openedAt: plus(NOW, -2 * DAY_MS) })
  await releaseFromBrakes(store, NOW)
  t.match(await store.getCase('RE-STOPPED'), { again: { times: 0 }, version: 2 })
  t.match(await store.getCase('RE-SOON'), { dueAt: plus(NOW, -1), version: 2 })
  t.match(await store.getCase('RE-OTHER'), { version: 1, dueAt: null })
  t.match(await store.getCase('RE-OLD'), { version: 1, dueAt: null })
})

t.test(
  'a stop is answered without a look at the cases, however many there are; only its end looks at them',
  async (t) => {
    const store = openInMemory()
    t.teardown(() => store.close())
    const looked: unknown[] = []
    const listCases: typeof store.listCases = (query) => {
      looked.push(query)
      return store.listCases(query)
    }
    const counting = { ...store, listCases }
    const by = approver('ana')
    const killSwitch = createKillSwitch(counting, () => NOW)
    const switches = createSwitches(counting, () => NOW)
    await killSwitch.set({ kill: { on: true, because: 'a reason' } }, by)
    await switches.setRule('locked_out', { paused: { because: 'a reason' } }, by)
    t.equal(looked.length, 0)
    await switches.setRule('locked_out', { paused: null }, by)
    await killSwitch.set({ kill: { on: false, because: 'it is over' } }, by)
    t.equal(looked.length, 2)
  }
)
