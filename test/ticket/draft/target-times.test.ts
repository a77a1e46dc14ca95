import t from 'tap'
import { readPolicy } from '../../../src/config/policy/file.ts'
import { DEFAULT_POLICY, type WorkHours } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../../src/domain/time.ts'
import type { Proposal } from '../../../src/domain/vocabulary.ts'
import { afterWork, personDueAt, runningClocks } from '../../../src/ticket/draft/target-times.ts'
import { NOW } from '../../remediate/situations.ts'
import { fc } from '../../support/properties.ts'
import { action, caseWith } from './cases.ts'

const dueAfterH = (patch: Partial<Case>, policy = DEFAULT_POLICY) => {
  const at = personDueAt(caseWith({ openedAt: NOW, guards: [], decision: null, ...patch }), policy)
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
  t.equal(own.ok && dueAfterH({ state: 'with_person' }, own.policy), 0.5)
})

t.test('nothing is due of a case that works by itself, has ended, or has a storm to speak for it', async (t) => {
  for (const state of ['received', 'correlating', 'acting', 'watching', 'resolved', 'closed'] as const)
    t.equal(dueAfterH({ state }), null, state)
  t.equal(dueAfterH({ state: 'with_person', parentId: 'RE-STORM' }), null)
})

t.test('a first look, an answer and the end have times of their own', async (t) => {
  const clocks = (patch: Partial<Case>) =>
    runningClocks(caseWith({ openedAt: NOW, guards: [], decision: null, timeline: [], ...patch }), DEFAULT_POLICY).map(
      ({ clock, dueAt }) => `${clock} ${(Date.parse(dueAt) - Date.parse(NOW)) / HOUR_MS}`
    )
  t.same(clocks({ state: 'with_person' }), ['first_look 8', 'resolution 72'])
  t.same(clocks({ state: 'with_person', assignee: 'olga' }), ['resolution 72'], 'taken')
  const noted = [{ at: NOW, what: 'called the user', by: 'Olga' }]
  t.same(clocks({ state: 'with_person', timeline: noted }), ['resolution 72'], 'or worked on')
  const answered = [{ at: NOW, what: 'The user says that the attempts were not theirs.', by: 'user' }]
  t.same(clocks({ state: 'with_person', timeline: answered }), ['first_look 8', 'resolution 72'], 'not by the user')
  const expiresAt = plus(NOW, HOUR_MS + DEFAULT_POLICY.proposalMs)
  const proposal: Proposal = { hash: 'a', remediation: 'unlock_user', overridesNeeded: [], expiresAt }
  t.same(clocks({ state: 'awaiting_approval', proposal, assignee: 'olga' }), ['proposal 5', 'resolution 72'])
})

t.test('the time in which the user had the case is not the team’s', async (t) => {
  const due = (patch: Partial<Case>) =>
    runningClocks(caseWith({ openedAt: NOW, guards: [], decision: null, timeline: [], ...patch }), DEFAULT_POLICY).map(
      ({ clock, dueAt }) => `${clock} ${(Date.parse(dueAt) - Date.parse(NOW)) / HOUR_MS}`
    )
  const endedAt = plus(NOW, 4 * HOUR_MS)
  const guide = { at: NOW, until: endedAt, endedBecause: 'The user did not enroll in time.', endedAt }
  t.same(due({ state: 'with_person', guide }), ['first_look 12', 'resolution 76'], 'four hours with the steps')
  const watched = action({ at: plus(NOW, HOUR_MS), effect: 'unknown', watchedUntil: plus(NOW, 25 * HOUR_MS) })
  t.same(
    due({ state: 'with_person', actions: [watched] }),
    ['first_look 32', 'resolution 96'],
    'a day after the repair'
  )
  const alert = { state: 'with_person', securityAlert: 'not theirs', alertedAt: plus(NOW, 20 * HOUR_MS) } as const
  t.same(due(alert), ['first_look 21', 'resolution 28'], 'an alert counts from when it was raised')
})

const OFFICE: WorkHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  zone: 'Europe/Berlin',
  holidays: ['2026-12-25']
}

t.test('times count within working hours: nights, weekends, holidays and the change of the clock', async (t) => {
  const due = (from: string, hours: number, work = OFFICE) => afterWork(from, hours * HOUR_MS, work)
  t.equal(due('2026-06-15T08:00:00.000Z', 2), '2026-06-15T10:00:00.000Z', 'within a day')
  t.equal(due('2026-06-15T14:00:00.000Z', 2), '2026-06-16T08:00:00.000Z', 'over night: 16:00 in Berlin')
  t.equal(due('2026-06-19T14:30:00.000Z', 1), '2026-06-22T07:30:00.000Z', 'over a weekend')
  t.equal(due('2026-06-20T10:00:00.000Z', 8), '2026-06-22T15:00:00.000Z', 'from a Saturday')
  t.equal(due('2026-12-24T15:00:00.000Z', 2), '2026-12-28T09:00:00.000Z', 'over a holiday and a weekend')
  t.equal(due('2026-10-23T14:00:00.000Z', 2), '2026-10-26T09:00:00.000Z', 'summer time ends on the weekend')
  const night = { ...OFFICE, from: '22:00', to: '06:00' }
  t.equal(due('2026-06-16T02:00:00.000Z', 3, night), '2026-06-16T21:00:00.000Z', 'a shift through the night')
  const always = DEFAULT_POLICY.targets.hours
  t.equal(afterWork('2026-06-20T10:00:00.000Z', 30 * HOUR_MS, always), '2026-06-21T16:00:00.000Z')
})

t.test('working time outside of waits is what counting minute by minute gives', async () => {
  const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 })
  const wait = fc.tuple(minutes, minutes).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(minutes, fc.array(wait, { maxLength: 3 }), fc.integer({ min: 1, max: 900 }), (from, waits, needed) => {
      const base = '2026-06-18T00:00:00.000Z'
      const at = (minute: number) => plus(base, minute * MINUTE_MS)
      const isWork = (minute: number) => {
        const berlin = new Date(Date.parse(at(minute)) + 2 * HOUR_MS)
        const isDay = berlin.getUTCDay() >= 1 && berlin.getUTCDay() <= 5
        return isDay && berlin.getUTCHours() >= 9 && berlin.getUTCHours() < 17
      }
      let [minute, left] = [from, needed]
      for (; left > 0; minute++) if (isWork(minute) && !waits.some(([a, b]) => minute >= a && minute < b)) left--
      const spans = waits.map(([a, b]) => ({ from: at(a), to: at(b) }))
      return afterWork(at(from), needed * MINUTE_MS, OFFICE, spans) === at(minute)
    })
  )
})

t.test('security never waits for working hours', async (t) => {
  const policy = { ...DEFAULT_POLICY, targets: { ...DEFAULT_POLICY.targets, hours: OFFICE } }
  const saturday = { openedAt: '2026-06-20T10:00:00.000Z', state: 'with_person', guards: [], decision: null } as const
  t.equal(personDueAt(caseWith({ ...saturday, securityAlert: 'a new factor' }), policy), '2026-06-20T11:00:00.000Z')
  t.equal(personDueAt(caseWith(saturday), policy), '2026-06-22T15:00:00.000Z')
})
