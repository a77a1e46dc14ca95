/** What became of steps that went to users first: each count by hand. */
import t from 'tap'
import { readGuideFigures } from '../../src/backtest/guide-figures.ts'
import { escalate, guideUser } from '../../src/case/machine/guide.ts'
import { close } from '../../src/case/machine/operator-commands.ts'
import { resolve } from '../../src/case/machine/transitions.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import { plus } from '../../src/domain/time.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { failure, NOW } from '../remediate/situations.ts'
import { caseOf } from '../review/cases.ts'
import { approver } from '../support/operators.ts'

const guide = { at: NOW, until: NOW }
const sent = { at: NOW, result: 'sent' } as const
const ticket = { system: 'local', key: 'RE-1', url: '', state: 'open', story: 1 } as const
const own = failure({ source: 'self', signIn: { at: NOW, amr: ['pwd'], acr: null } })
const base: Partial<Case> = { ticket: null, approval: null, guide, mailed: sent }

t.test('counts by channel, and the share that needed nobody', async (t) => {
  const cases = [
    caseOf('a', { ...base, state: 'resolved', outcome: 'recovered_by_itself' }),
    caseOf('b', { ...base, state: 'with_user', answer: { at: NOW, what: 'works' } }),
    caseOf('c', {
      ...base,
      state: 'closed',
      outcome: 'closed_by_person',
      ticket,
      guide: { ...guide, endedBecause: 'x' }
    }),
    caseOf('d', { ...base, state: 'with_user', mailed: { ...sent, result: 'refused' } }),
    caseOf('e', { ...base, state: 'resolved', mailed: null, failures: [own], outcome: 'recovered_by_itself' }),
    caseOf('f', { ticket, state: 'resolved', outcome: 'recovered_by_itself' })
  ]
  const store = openInMemory()
  t.teardown(() => store.close())
  const storm = caseOf('g', { state: 'closed', outcome: 'storm_over', ticket })
  for (const c of [...cases, storm]) await store.save({ next: { ...c, version: 1 }, ledger: [] })
  const opened = cases.map(({ openedAt }) => openedAt).sort()
  const counts = await readGuideFigures(store, { since: opened[0] ?? NOW, until: plus(opened.at(-1) ?? NOW, 1) })
  t.strictSame(counts.channels, [
    { channel: 'mail', sent: 3, reached: 2, answered: 1, enrolled: 1, escalated: 1 },
    { channel: 'page', sent: 1, reached: 1, answered: 0, enrolled: 1, escalated: 0 },
    { channel: 'none', sent: 0, reached: 0, answered: 0, enrolled: 0, escalated: 0 }
  ])
  t.match(counts, { ended: 4, withoutPerson: 2 })
})

t.test('the end of the wait is counted once, by its channel', async (t) => {
  const waiting = guideUser(caseOf('a', { ticket: null, failures: [own] }), NOW, DEFAULT_POLICY).next
  const ended = (change: { telemetry: readonly { type: string }[] }) =>
    change.telemetry.filter(({ type }) => type === 'guide_ended')
  t.match(ended(resolve(waiting, NOW, NOW)), [{ channel: 'page', result: 'enrolled' }])
  const escalated = escalate(waiting, 'a test', NOW)
  t.match(ended(escalated), [{ channel: 'page', result: 'escalated' }])
  t.same(ended(resolve(escalated.next, NOW, NOW)), [], 'enrolled after a person took over')
})

t.test('each ended case is counted by whom it needed', async (t) => {
  const needed = (change: { telemetry: readonly { type: string }[] }) =>
    change.telemetry.filter(({ type }) => type === 'case_ended')
  const c = caseOf('a', { ticket: null, state: 'with_user' })
  t.match(needed(resolve(c, NOW, NOW)), [{ needed: 'nobody' }])
  t.match(needed(resolve({ ...c, ticket }, NOW, NOW)), [{ needed: 'person' }])
  t.same(needed(resolve({ ...c, parentId: 'RE-STORM' }, NOW, NOW)), [], 'a storm is one matter')
  const closed = close(c, { because: 'wrong person' }, approver('ann'), NOW)
  t.match('ok' in closed ? [] : needed(closed), [{ needed: 'person' }])
})
