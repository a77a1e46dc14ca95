/**
 * `npm run population -- --people 500 --seeds 20`: how many people are helped, and whether anybody is harmed. Prints a table
 * per class and the figures; ends with 1 after an unsafe write, a wrong message or a wrong closing, or when `--min-yield` or
 * `--min-without-person` is not reached.
 * `--guide` sends the steps to users first, by mail. `--door`: some people and attackers sign in and report themselves. `--explain` prints what happened to each person for whom the outcome is not right; `--each-signal` plays the population
 * again and again with one guard or signal switched off.
 */
import { parseArgs } from 'node:util'
import { guardFigures } from '../../src/backtest/guard-report.ts'
import { guardReportLines } from '../../src/cli/guards.ts'
import { loneStopped } from '../backtest/lone-stopped.ts'
import { AT_THE_DOOR, CLASSES } from './classes.ts'
import { callsByPath, figuresOf, isHelped, isWronglyClosed, playSeeds, unsafeWrites } from './figures.ts'
import type { Verdict } from './population.ts'
import { SWITCHES, without } from './switched-off.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '1' },
    'first-seed': { type: 'string', default: '1' },
    'min-yield': { type: 'string', default: '0' },
    'min-without-person': { type: 'string', default: '0' },
    guide: { type: 'boolean', default: false },
    door: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    'each-signal': { type: 'boolean', default: false }
  }
})
const options = { guide: values.guide, door: values.door }
const runs = await playSeeds(Number(values.people), Number(values['first-seed']), Number(values.seeds), options)
const verdicts = runs.flatMap((run) => run.verdicts)
const figures = figuresOf(runs)

function line(cells: readonly unknown[], widths: readonly number[]): void {
  const padded = cells.map((cell, nth) => {
    const width = widths[nth] ?? 9
    return nth === 0 ? String(cell).padEnd(width) : String(cell).padStart(width)
  })
  console.log(padded.join(''))
}

/** By the clock of the org, in minutes. */
function medianMinutes(found: readonly Verdict[]): string {
  const times = found.flatMap(({ outcomeMs }) => outcomeMs ?? []).sort((a, b) => a - b)
  const middle = times[Math.floor(times.length / 2)]
  return middle === undefined ? '-' : (middle / 60_000).toFixed(1)
}

line(['class', 'people', 'right', 'helped', 'unsafe', 'closed', 'wrongly', 'person', 'minutes'], [22])
for (const { id } of values.door ? [...CLASSES, ...AT_THE_DOOR] : CLASSES) {
  const own = verdicts.filter(({ classId }) => classId === id)
  const isIn = (...states: readonly string[]) =>
    own.filter(({ cases }) => states.includes(cases[0]?.state ?? '')).length
  line(
    [
      id,
      own.length,
      own.filter(({ right }) => right !== null).length,
      own.filter(isHelped).length,
      own.flatMap(unsafeWrites).length,
      isIn('resolved'),
      own.filter(isWronglyClosed).length,
      isIn('with_person', 'awaiting_approval'),
      medianMinutes(own)
    ],
    [22]
  )
}
const shown = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toFixed(3))}`)
console.log(`\npeople ${verdicts.length}   ${shown.join('   ')}`)

const cases = [...new Set(verdicts.flatMap((verdict) => verdict.cases))]
const report = { days: 7, until: cases[0]?.updatedAt ?? '', cases: cases.length }
for (const text of guardReportLines({ ...report, rows: guardFigures(cases.flatMap(loneStopped)) })) console.log(text)

if (values.explain) {
  for (const [call, count] of callsByPath(runs)) console.log(`${(count / verdicts.length).toFixed(2)} ${call}`)
  for (const verdict of verdicts) explain(verdict)
}

function explain(verdict: Verdict): void {
  const { classId, right, writes, cases } = verdict
  if ((right === null || isHelped(verdict)) && unsafeWrites(verdict).length === 0 && !isWronglyClosed(verdict)) return
  console.log(`\n${classId}: right ${right ?? 'nothing'}, wrote ${writes.join(', ') || 'nothing'}`)
  for (const { id, state, cause, decision, guards, timeline } of cases) {
    console.log(`  ${id} ${state} ${cause?.id} ${decision?.rule} ${decision?.kind}: ${decision?.because}`)
    for (const guard of guards)
      if (guard.state !== 'clear') console.log(`    ${guard.id} ${guard.state}: ${guard.because}`)
    for (const { at, what } of timeline) console.log(`    ${at} ${what}`)
  }
}

if (values['each-signal']) {
  console.log('')
  line(['switched off', 'yield', 'unsafe', 'tripped'], [34])
  for (const name of SWITCHES) {
    const [guardId] = name.split(' ')
    const off = await without(name, () =>
      playSeeds(Number(values.people), Number(values['first-seed']), Number(values.seeds))
    ).then(figuresOf)
    const isTripped = ({ cases }: Verdict) =>
      cases.some((c) => c.guards.some((g) => g.id === guardId && g.state === 'tripped'))
    line(
      [name, off.yield.toFixed(3), off.unsafeWrites, name === guardId ? verdicts.filter(isTripped).length : ''],
      [34]
    )
  }
}

const isBad =
  figures.unsafeWrites > 0 ||
  figures.wrongMessages > 0 ||
  figures.wrongClosings > 0 ||
  figures.yield < Number(values['min-yield']) ||
  figures.withoutPerson < Number(values['min-without-person'])
process.exitCode = isBad ? 1 : 0
