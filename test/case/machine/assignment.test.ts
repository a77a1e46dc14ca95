import t from 'tap'
import { foldEvent } from '../../../src/case/machine/fold-event.ts'
import { assign, retry, snooze } from '../../../src/case/machine/operator-commands.ts'
import { DAY_MS, HOUR_MS, plus } from '../../../src/domain/time.ts'
import { approver, viewer } from '../../support/operators.ts'
import { aCase, aFailure, NOW } from '../build.ts'

const ANA = approver('ana')
const VIC = viewer('vic')
const waiting = aCase({ state: 'with_person' })

t.test('an approver takes a case and gives it back, with a line in the ledger', async (t) => {
  t.match(assign(waiting, { to: 'ana' }, ANA, NOW), {
    next: { assignee: 'ana', state: 'with_person', dueAt: NOW, contentRevision: waiting.contentRevision + 1 },
    ledger: [{ kind: 'assign', by: 'ana', entry: { to: 'ana', from: null } }]
  })
  t.match(assign({ ...waiting, assignee: 'ana' }, { to: null }, ANA, NOW), {
    next: { assignee: null },
    ledger: [{ kind: 'assign', entry: { to: null, from: 'ana' } }]
  })
  t.match(assign({ ...waiting, assignee: 'ana' }, { to: 'ben' }, ANA, NOW), {
    next: { assignee: 'ben', timeline: [{}, { by: 'ana', what: 'Assigned to ben. Before: ana.' }] },
    ledger: [{ kind: 'assign', by: 'ana', entry: { to: 'ben', from: 'ana' } }]
  })
})

t.test('a case is put off for at most 14 days, and brought back', async (t) => {
  const until = plus(NOW, HOUR_MS)
  t.match(snooze(waiting, { until }, ANA, NOW), {
    next: { snoozedUntil: until },
    ledger: [{ kind: 'snooze', by: 'ana', entry: { until } }]
  })
  t.match(snooze({ ...waiting, snoozedUntil: until }, { until: null }, ANA, NOW), { next: { snoozedUntil: null } })
  t.match(snooze(waiting, { until: NOW }, ANA, NOW), { ok: false, kind: 'incomplete' })
  t.match(snooze(waiting, { until: plus(NOW, 15 * DAY_MS) }, ANA, NOW), { ok: false, kind: 'incomplete' })
})

t.test('a new failure and another try bring a snoozed case back', async (t) => {
  const asleep = { ...waiting, snoozedUntil: plus(NOW, HOUR_MS) }
  const later = aFailure({ uuid: 'e2', publishedAt: plus(NOW, 1_000) })
  t.match(foldEvent(asleep, later, 'RE-NEW', NOW), { change: { next: { snoozedUntil: null } } })
  t.match(retry(asleep, ANA, NOW), { next: { snoozedUntil: null } })
})

t.test('neither is for viewers, nor for cases that have ended', async (t) => {
  t.match(assign(waiting, { to: 'vic' }, VIC, NOW), { ok: false, kind: 'forbidden' })
  t.match(snooze(waiting, { until: null }, VIC, NOW), { ok: false, kind: 'forbidden' })
  const ended = aCase({ state: 'closed' })
  t.match(assign(ended, { to: 'ana' }, ANA, NOW), { ok: false, kind: 'wrong_state' })
  t.match(snooze(ended, { until: plus(NOW, HOUR_MS) }, ANA, NOW), { ok: false, kind: 'wrong_state' })
})
