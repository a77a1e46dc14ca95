/** What each guard alone stopped: counted here a second time, in another way, over generated histories. */

import t from 'tap'
import { guardFigures, readGuardReport } from '../../src/backtest/guard-report.ts'
import { applyVerdict } from '../../src/case/machine/verdict.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { DAY_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { GUARD_IDS, MODES } from '../../src/domain/vocabulary.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aFailure, aRecovery, aVerdict } from '../case/build.ts'
import { aCase, aRepair, NOON } from '../store/build.ts'
import { fc } from '../support/properties.ts'
import { loneStopped } from './lone-stopped.ts'

const SIGNALS = ['factors_once', 'password_alone', 'contact_changed']

/** A case of the last 100 days, often stopped by one guard, in any state that such a case can have. */
const STOPPED = fc.record({
  day: fc.integer({ min: 0, max: 100 }),
  guard: fc.constantFrom(null, ...GUARD_IDS.slice(0, 8)),
  signals: fc.subarray(SIGNALS, { maxLength: 2 }),
  mode: fc.constantFrom(...MODES),
  final: fc.boolean(),
  attack: fc.boolean(),
  end: fc.constantFrom('recovered_by_itself', 'recovered_after_repair', 'closed_by_person', 'open'),
  minutes: fc.option(fc.integer({ min: 0, max: 600 }), { nil: null })
})

type Draw = typeof STOPPED extends fc.Arbitrary<infer D> ? D : never

function caseOf({ day, guard, signals, mode, final, attack, end, minutes }: Draw, nth: number) {
  const openedAt = plus(NOON, -day * DAY_MS - nth)
  const recovered = end === 'recovered_by_itself' || end === 'recovered_after_repair'
  return aCase(`p${nth}`, {
    openedAt,
    state: recovered ? 'resolved' : end === 'open' ? 'with_person' : 'closed',
    outcome: end === 'open' ? null : end,
    failures: [aFailure({ uuid: `f${nth}`, publishedAt: openedAt })],
    recovery: recovered && minutes !== null ? aRecovery({ publishedAt: plus(openedAt, minutes * MINUTE_MS) }) : null,
    ...(guard
      ? { repair: aRepair({ guard, signals: guard === 'G6' || guard === 'G7' ? signals : [], mode, final }) }
      : {}),
    ...(attack && end === 'closed_by_person' ? { attack: true as const } : {})
  })
}

t.test('the figures of 90 days are those of a count by hand', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STOPPED, { maxLength: 60 }), async (draws) => {
      const store = openInMemory()
      for (const next of draws.map(caseOf)) await store.save({ next, ledger: [] })
      const report = await readGuardReport(store, 90, plus(NOON, 1))
      await store.close()
      const inTime = draws.map((draw, nth) => ({ ...draw, id: `RE-p${nth}` })).filter(({ day }) => day < 90)
      if (report.cases !== inTime.length) return false
      return GUARD_IDS.every((guard) => {
        const mine = inTime.filter((draw) => draw.guard === guard)
        const row = report.rows.find((one) => one.guard === guard && one.signal === null)
        if (!row) return mine.length === 0
        const count = (is: (draw: Draw) => boolean) => mine.reduce((n, draw) => n + (is(draw) ? 1 : 0), 0)
        const alone = mine.filter(({ end }) => end === 'recovered_by_itself').flatMap(({ minutes }) => minutes ?? [])
        const median = row.enrolledMedianMs === null ? null : row.enrolledMedianMs / MINUTE_MS
        const isMedian =
          median === null
            ? alone.length === 0
            : alone.includes(median) &&
              alone.filter((m) => m <= median).length * 2 >= alone.length &&
              alone.filter((m) => m < median).length * 2 < alone.length
        const ofSignals = SIGNALS.every((signal) => {
          const only = mine.filter(({ signals }) => (guard === 'G6' || guard === 'G7') && signals.join() === signal)
          const shown = report.rows.find((one) => one.guard === guard && one.signal === signal)
          return (shown?.stopped.count ?? 0) === only.length
        })
        const isAttack = ({ attack, end }: Draw) => attack && end === 'closed_by_person'
        return (
          isMedian &&
          ofSignals &&
          row.stopped.count === mine.length &&
          row.observed === count(({ mode }) => mode === 'observe') &&
          row.became.enrolled.count === count(({ end }) => end === 'recovered_by_itself') &&
          row.became.repaired.count === count(({ end }) => end === 'recovered_after_repair') &&
          row.became.attack.count === count(isAttack) &&
          row.became.with_person.count === count(({ end }) => end === 'open') &&
          row.became.closed.count === count((draw) => draw.end === 'closed_by_person' && !isAttack(draw)) &&
          row.proposals.count === count(({ final }) => !final) &&
          row.proposals.became.attack.count === count((draw) => !draw.final && isAttack(draw)) &&
          row.proposals.became.enrolled.count === count(({ final, end }) => !final && end === 'recovered_by_itself') &&
          row.stopped.cases.every((id) => mine.some((draw) => draw.id === id)) &&
          row.stopped.cases.length === Math.min(5, mine.length)
        )
      })
    }),
    { numRuns: 40 }
  )
})

t.test('a later decision that names no repair keeps the stop, and one that is not stopped clears it', async (t) => {
  const next = (c: ReturnType<typeof aCase>, over: Parameters<typeof aVerdict>[0]) =>
    applyVerdict(c, { verdict: aVerdict(over), hash: 'h', stormId: null }, NOON, DEFAULT_POLICY).next
  const loneStop = { guard: 'G5', signals: [], mode: 'auto', final: false } as const
  const stopped = next(aCase('ana'), { kind: 'ticket', loneStop })
  t.strictSame(stopped.repair?.loneStop, loneStop)
  const later = next(stopped, { kind: 'ticket', remediation: null, rule: 'otherwise' })
  t.strictSame(
    guardFigures(loneStopped(later)).map(({ guard, stopped: { cases } }) => [guard, cases]),
    [['G5', ['RE-ana']]]
  )
  t.strictSame(loneStopped(next(stopped, { kind: 'remediate' })), [])
})
