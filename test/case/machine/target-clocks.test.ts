import t from 'tap'
import { type ClockMark, isMarked, markClock } from '../../../src/case/machine/target-clocks.ts'
import { aCase, NOW } from '../build.ts'

const STEPS = ['reminded', 'escalated', 'missed'] as const
const MARK: ClockMark = { clock: 'first_look', step: 'escalated', startedAt: NOW, dueAt: '2026-06-15T18:00:00.000Z' }

t.test('a step is marked once for each run of its clock, and includes those before it', async (t) => {
  const { next } = markClock(aCase(), MARK, NOW)
  t.ok(isMarked(next, MARK, STEPS))
  t.ok(isMarked(next, { ...MARK, step: 'reminded' }, STEPS))
  t.notOk(isMarked(next, { ...MARK, step: 'missed' }, STEPS))
  t.notOk(isMarked(next, { ...MARK, startedAt: '2026-06-16T08:00:00.000Z' }, STEPS), 'another run')
  t.notOk(isMarked(next, { ...MARK, clock: 'proposal' }, STEPS))
})

t.test('each step says what is owed, and until when', async (t) => {
  const lineOf = (mark: Partial<ClockMark>) => markClock(aCase(), { ...MARK, ...mark }, NOW).next.timeline.at(-1)?.what
  t.match(lineOf({ step: 'reminded' }), /^Reminder: nobody has taken the case; the target time is 2026-06-15 18:00/)
  t.match(lineOf({ clock: 'proposal' }), /^Escalated: nobody has answered the proposal;/)
  t.match(lineOf({ clock: 'resolution', step: 'missed' }), /^Target time missed: the case is open, and the time was /)
})
