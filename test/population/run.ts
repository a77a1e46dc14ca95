/**
 * `npm run population -- --people 500 --seeds 20`: how many people are helped, and whether anybody is harmed. Prints a table
 * per class and the figures; ends with 1 after an unsafe write or a wrong closing, or when `--min-yield` is not reached.
 */
import { parseArgs } from 'node:util'
import { CLASSES } from './classes.ts'
import { type Played, playPopulation, type Verdict } from './population.ts'

/** How Okta's log calls the writes. */
const WRITES: Readonly<Record<string, string>> = {
  resend_activation: 'reactivate',
  remove_orphaned_enrollment: 'unenroll_factor',
  unsuspend_user: 'unsuspend'
}

const isHelped = ({ right, writes }: Verdict) => right !== null && writes.includes(WRITES[right] ?? right)
/** Nobody approves anything here, so every write was automatic. */
const unsafeWrites = ({ right, writes }: Verdict) =>
  writes.filter((action) => right === null || action !== (WRITES[right] ?? right))
const isWronglyClosed = ({ cases, isEnrolled }: Verdict) => !isEnrolled && cases.some((c) => c.state === 'resolved')

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '40' },
    seeds: { type: 'string', default: '1' },
    'first-seed': { type: 'string', default: '1' },
    'min-yield': { type: 'string', default: '0' },
    explain: { type: 'boolean', default: false }
  }
})
const people = Number(values.people)
const firstSeed = Number(values['first-seed'])
const runs: Played[] = []
for (let seed = firstSeed; seed < firstSeed + Number(values.seeds); seed++)
  runs.push(await playPopulation(people, seed))
const verdicts = runs.flatMap((run) => run.verdicts)

const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole)
const minutes = (ms: number | undefined) => (ms === undefined ? '-' : (ms / 60_000).toFixed(1))
function median(found: readonly Verdict[]): number | undefined {
  const times = found.flatMap(({ outcomeMs }) => outcomeMs ?? []).sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)]
}

const row = (cells: readonly unknown[]) =>
  console.log(cells.map((cell, nth) => (nth === 0 ? String(cell).padEnd(22) : String(cell).padStart(9))).join(''))
row(['class', 'people', 'right', 'helped', 'unsafe', 'closed', 'wrongly', 'person', 'minutes'])
for (const { id } of CLASSES) {
  const own = verdicts.filter(({ classId }) => classId === id)
  const states = own.map(({ cases }) => cases[0]?.state ?? 'none')
  row([
    id,
    own.length,
    own.filter(({ right }) => right !== null).length,
    own.filter(isHelped).length,
    own.flatMap(unsafeWrites).length,
    states.filter((state) => state === 'resolved').length,
    own.filter(isWronglyClosed).length,
    states.filter((state) => state === 'with_person' || state === 'awaiting_approval').length,
    minutes(median(own))
  ])
}

const entitled = verdicts.filter(({ right }) => right !== null)
const result = {
  people: verdicts.length,
  yield: share(entitled.filter(isHelped).length, entitled.length),
  unsafeWrites: verdicts.flatMap(unsafeWrites).length,
  wrongClosings: verdicts.filter(isWronglyClosed).length,
  platformRecognised: share(verdicts.filter(({ platformKnown }) => platformKnown).length, verdicts.length),
  callsPerPerson: runs.reduce((sum, { calls }) => sum + calls, 0) / verdicts.length
}
console.log(
  `\n${Object.entries(result)
    .map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`)
    .join('   ')}`
)

if (values.explain) {
  for (const verdict of verdicts) {
    const { classId, right, writes, cases } = verdict
    if ((right === null || isHelped(verdict)) && unsafeWrites(verdict).length === 0 && !isWronglyClosed(verdict))
      continue
    console.log(`\n${classId}: right ${right ?? 'nothing'}, wrote ${writes.join(', ') || 'nothing'}`)
    for (const { id, state, cause, decision, guards, timeline } of cases) {
      console.log(`  ${id} ${state} ${cause?.id} ${decision?.rule} ${decision?.kind}: ${decision?.because}`)
      for (const guard of guards)
        if (guard.state !== 'clear') console.log(`    ${guard.id} ${guard.state}: ${guard.because}`)
      for (const { at, what } of timeline) console.log(`    ${at} ${what}`)
    }
  }
}
const isBad = result.unsafeWrites > 0 || result.wrongClosings > 0 || result.yield < Number(values['min-yield'])
process.exitCode = isBad ? 1 : 0
