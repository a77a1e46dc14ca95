import t from 'tap'
import { type FoldedEvent, foldEvent, subjectKey, traceOf } from '../../../src/case/machine/fold-event.ts'
import { newestFailureAt } from '../../../src/decide/entries.ts'
import type { Case } from '../../../src/domain/case.ts'
import { MINUTE_MS, plus } from '../../../src/domain/time.ts'
import { aCase, aFailure, aRecovery, aSignal, NOW } from '../build.ts'

function caseOf(joined: FoldedEvent): Case {
  if ('change' in joined) return joined.change.next
  throw new Error(`skipped: ${joined.skipped}`)
}

t.test('a person has one key; a failure that names nobody stands for itself', async (t) => {
  t.equal(subjectKey(aFailure()), 'user:00uDana')
  t.equal(
    subjectKey(aFailure({ subject: { id: null, login: 'Dana@Example.com', name: null } })),
    'login:dana@example.com'
  )
  t.equal(subjectKey(aFailure({ uuid: 'u9', subject: { id: null, login: null, name: null } })), 'event:u9')
})

t.test('a first failure opens a case, further ones join it', async (t) => {
  const opened = foldEvent(null, aFailure(), 'RE-1', NOW)
  t.match(opened, { opened: true, change: { telemetry: [{ type: 'case_opened', caseId: 'RE-1' }] } })
  const first = caseOf(opened)
  t.match(first, { id: 'RE-1', state: 'received', dueAt: NOW, version: 0, failures: { length: 1 } })
  const second = foldEvent(first, aFailure({ uuid: 'e2', publishedAt: plus(NOW, 1_000) }), 'RE-2', NOW)
  t.match(second, { opened: false })
  t.match(caseOf(second), { id: 'RE-1', failures: { length: 2 }, state: 'received' })
  t.equal(newestFailureAt(caseOf(second).failures), plus(NOW, 1_000))
  t.equal(caseOf(foldEvent(first, aFailure(), 'RE-2', NOW)).failures.length, 1, 'the same event twice is one failure')
})

t.test('a person who waits with a ticket hears of a new failure', async (t) => {
  for (const state of ['with_person', 'awaiting_approval'] as const) {
    const waiting = aCase({ state, dueAt: null, contentRevision: 3 })
    const told = caseOf(foldEvent(waiting, aFailure({ uuid: 'e2' }), 'RE-2', NOW))
    t.match(told, { contentRevision: 4, dueAt: NOW })
    // The old decision did not know of it: both are decided again.
    t.match(told, state === 'with_person' ? { state, again: { dueAt: NOW } } : { state: 'received' })
  }
})

t.test('after the end: late copies of old trouble move nothing, new trouble opens a new case', async (t) => {
  const resolved = aCase({ state: 'resolved', recovery: aRecovery(), updatedAt: '2026-06-15T15:00:00.000Z' })
  t.same(foldEvent(resolved, aFailure({ uuid: 'late' }), 'RE-2', NOW), { skipped: 'already_recovered' })
  const fresh = foldEvent(resolved, aFailure({ uuid: 'new', publishedAt: '2026-06-15T14:20:00.000Z' }), 'RE-2', NOW)
  t.match(fresh, { opened: true, change: { next: { id: 'RE-2' } } })
  const closed = aCase({ state: 'closed', updatedAt: '2026-06-15T15:00:00.000Z' })
  t.same(foldEvent(closed, aFailure({ uuid: 'late' }), 'RE-2', NOW), { skipped: 'already_recovered' })
})

t.test('an enrollment closes the case in any state, unless it is older than the newest failure', async (t) => {
  for (const state of ['received', 'correlating', 'awaiting_approval', 'acting', 'watching', 'with_person'] as const) {
    t.match(
      caseOf(foldEvent(aCase({ state }), aRecovery(), 'x', NOW)),
      { state: 'resolved', outcome: 'recovered_by_itself' },
      state
    )
  }
  const before = aRecovery({ publishedAt: '2026-06-15T14:00:00.000Z' })
  t.match(caseOf(foldEvent(aCase(), before, 'x', NOW)), { state: 'received' })
  t.same(foldEvent(null, aRecovery(), 'x', NOW), { skipped: 'recovery_without_case' })
  t.same(foldEvent(aCase({ state: 'closed' }), aRecovery(), 'x', NOW), { skipped: 'recovery_without_case' })
})

t.test('a device that was only registered ends no case; Okta is read for an enrollment on it', async (t) => {
  const registered = aRecovery({ eventType: 'device.enrollment.create', unfinished: true })
  const after = (over: Partial<Case>, event = registered) => caseOf(foldEvent(aCase(over), event, 'x', NOW))
  for (const state of ['received', 'correlating', 'acting', 'watching'] as const) {
    t.match(after({ state, dueAt: null }), { state, recovery: null, dueAt: null }, state)
  }
  t.match(after({ state: 'awaiting_approval', dueAt: null }), { state: 'received', dueAt: NOW })
  t.match(after({ state: 'with_person' }), { state: 'with_person', again: { dueAt: plus(NOW, 5 * MINUTE_MS) } })
  const laptop = { ...registered, device: { ...registered.device, platform: 'WINDOWS' } } as const
  t.notOk(after({ state: 'with_person' }, laptop).again, 'another device says nothing about this one')
})

t.test('a signal is kept as evidence, and what waits for a yes is read and decided again', async (t) => {
  t.match(caseOf(foldEvent(aCase({ state: 'with_person' }), aSignal(), 'x', NOW)), {
    state: 'with_person',
    signals: { length: 1 }
  })
  t.match(caseOf(foldEvent(aCase({ state: 'awaiting_approval', dueAt: null }), aSignal(), 'x', NOW)), {
    state: 'received',
    dueAt: NOW
  })
  t.same(foldEvent(null, aSignal(), 'x', NOW), { skipped: 'signal_without_case' })
  t.same(foldEvent(aCase({ state: 'resolved' }), aSignal(), 'x', NOW), { skipped: 'signal_without_case' })
})

t.test('a case keeps the first and the newest of very many failures', async (t) => {
  let c = aCase()
  for (let n = 0; n < 200; n++) c = caseOf(foldEvent(c, aFailure({ uuid: `n${n}` }), 'x', NOW))
  t.equal(c.failures.length, 50)
  t.equal(c.failures[0]?.uuid, 'e1')
  t.equal(c.failures.at(-1)?.uuid, 'n199')
  t.ok(c.timeline.length <= 200)
})

t.test('storm detection remembers who failed, from where and with which app', async (t) => {
  t.match(traceOf(aFailure()), {
    subjectKey: 'user:00uDana',
    ip: '198.51.100.24',
    asNumber: 64496,
    appVersion: '9.32.0',
    platform: 'IOS'
  })
})
