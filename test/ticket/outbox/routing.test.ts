/** Who hears of a case: by cause, severity, group and hours. */
import t from 'tap'
import { isWithin } from '../../../src/domain/time.ts'
import { outboxDraft, targetsOf } from '../../../src/ticket/outbox/routing.ts'
import { evidenceWith, NOW } from '../../remediate/situations.ts'
import { caseWith } from '../draft/cases.ts'

const MONDAY_NOON = '2026-06-15T10:00:00.000Z' // 12:00 in Berlin

t.test('a case that waits for a person is told; one that works, is a storm’s child or has ended is not', async (t) => {
  const routes = [{ to: ['ops'] }]
  t.same(outboxDraft(caseWith({ state: 'with_person' }), { routes }), { revision: 1, targets: ['ops'], at: NOW })
  t.same(outboxDraft(caseWith({ state: 'awaiting_approval' }), { routes }).targets, ['ops'])
  for (const state of ['received', 'correlating', 'acting', 'watching', 'resolved', 'closed'] as const) {
    t.same(outboxDraft(caseWith({ state }), { routes }).targets, [], state)
  }
  t.same(outboxDraft(caseWith({ parentId: 'RE-storm' }), { routes }).targets, [])
  t.same(outboxDraft(caseWith({ parentId: 'RE-storm', securityAlert: 'a takeover' }), { routes }).targets, ['ops'])
})

t.test('all routes that match count, down to the last', async (t) => {
  const c = caseWith()
  const routes = [
    { to: ['jira'] },
    { to: ['slack', 'jira'], causes: ['account_suspended' as const] },
    { to: ['never'], causes: ['unknown' as const] },
    { to: ['end'], last: true },
    { to: ['after'] }
  ]
  t.same(targetsOf(c, routes, NOW), ['jira', 'slack', 'end'])
  t.same(targetsOf(caseWith({ cause: null }), routes, NOW), ['jira', 'never', 'end'])
})

t.test('severity and group decide; a group that could not be read matches nothing', async (t) => {
  const pager = [{ to: ['pager'], severities: ['security' as const] }]
  t.same(targetsOf(caseWith(), pager, NOW), [])
  t.same(targetsOf(caseWith({ securityAlert: 'a takeover' }), pager, NOW), ['pager'])
  const vip = [{ to: ['vip'], groups: ['Board', '00gExec'] }]
  const inGroups = (groups: { id: string; name: string | null }[]) =>
    targetsOf(caseWith({ evidence: evidenceWith({ groups }) }), vip, NOW)
  t.same(inGroups([{ id: '00g1', name: 'Board' }]), ['vip'])
  t.same(inGroups([{ id: '00gExec', name: null }]), ['vip'])
  t.same(inGroups([{ id: '00g1', name: 'Everyone' }]), [])
  t.same(targetsOf(caseWith({ evidence: null }), vip, NOW), [])
})

t.test('hours are those of their zone, through the night, and outside of them', async (t) => {
  const office = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
    from: '09:00',
    to: '17:00',
    zone: 'Europe/Berlin'
  }
  t.equal(isWithin(office, MONDAY_NOON), true)
  t.equal(isWithin(office, '2026-06-15T06:59:00.000Z'), false, '08:59')
  t.equal(isWithin(office, '2026-06-15T07:00:00.000Z'), true, '09:00')
  t.equal(isWithin(office, '2026-06-15T15:00:00.000Z'), false, '17:00')
  t.equal(isWithin(office, '2026-06-14T10:00:00.000Z'), false, 'a Sunday')
  t.equal(isWithin({ ...office, outside: true }, '2026-06-14T10:00:00.000Z'), true)
  const night = { days: ['fri'] as const, from: '22:00', to: '06:00', zone: 'UTC' }
  t.equal(isWithin(night, '2026-06-19T23:00:00.000Z'), true)
  t.equal(isWithin(night, '2026-06-20T05:00:00.000Z'), true, 'Saturday morning belongs to Friday night')
  t.equal(isWithin(night, '2026-06-19T05:00:00.000Z'), false)
  t.equal(isWithin(night, '2026-06-19T12:00:00.000Z'), false)
})
