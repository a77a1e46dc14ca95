import t from 'tap'
import { readPolicy } from '../../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { HOUR_MS, plus } from '../../../src/domain/time.ts'
import { personDueAt } from '../../../src/ticket/draft/severity.ts'
import { NOW } from '../../remediate/situations.ts'
import { caseWith } from './cases.ts'

const dueAfterH = (patch: Partial<Case>, targets = DEFAULT_POLICY.targets) => {
  const at = personDueAt(caseWith({ openedAt: NOW, guards: [], decision: null, ...patch }), targets)
  return at && (Date.parse(at) - Date.parse(NOW)) / HOUR_MS
}

t.test('a case that needs a person is due by the target time of its severity', async (t) => {
  const tripped = (id: 'G1' | 'G3') => ({ guards: [{ id, state: 'tripped', because: 'x' }] }) as const
  t.equal(dueAfterH({ state: 'with_person' }), 8)
  t.equal(dueAfterH({ state: 'awaiting_approval', ...tripped('G1') }), 4)
  t.equal(dueAfterH({ state: 'with_person', ...tripped('G3') }), 1)
  t.equal(dueAfterH({ state: 'watching', securityAlert: 'a new factor' }), 1, 'an alert is due whatever the state')
  t.equal(dueAfterH({ state: 'with_person', snoozedUntil: plus(NOW, 20 * HOUR_MS) }), 20, 'never while it is snoozed')
  const own = readPolicy('targets:\n  normal: 30m\n')
  t.equal(own.ok && dueAfterH({ state: 'with_person' }, own.policy.targets), 0.5)
})

t.test('nothing is due of a case that works by itself, has ended, or has a storm to speak for it', async (t) => {
  for (const state of ['received', 'correlating', 'acting', 'watching', 'resolved', 'closed'] as const)
    t.equal(dueAfterH({ state }), null, state)
  t.equal(dueAfterH({ state: 'with_person', parentId: 'RE-STORM' }), null)
})
