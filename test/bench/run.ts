/**
 * `npm run bench` measures performance on this machine, in 20 minutes, and writes `deploy/performance.md` and its charts. Every
 * comparison is a ratio within the same run, every figure a median with its spread. Counts are verified against the stored rows.
 * `npm run bench -- ingest burst --runs 9 --engine sqlite` renews these suites; `--minutes 60 --grow-to 10000000` takes longer.
 * `--quick` only shows that it works and records nothing. `BENCH_PROFILE=folder` leaves a CPU profile of every measured process
 * there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { MINUTE_MS } from '../../src/domain/time.ts'
import type { Curve } from './chart.ts'
import { ENGINE_NAMES, openEngines } from './engines.ts'
import type { Figure } from './figures.ts'
import { describeMachine, moveAside } from './machine.ts'
import { merged, type Report, renderReport } from './report.ts'
import { SUITES } from './suites.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '20' },
    'grow-to': { type: 'string', default: '1000000' },
    engine: { type: 'string', multiple: true, default: [...ENGINE_NAMES] },
    quick: { type: 'boolean', default: false }
  }
})
const unknown = positionals.filter((name) => !(name in SUITES))
const names = ENGINE_NAMES.filter((name) => values.engine.includes(name))
const [runs, seconds, minutes, growTo] = [values.runs, values.seconds, values.minutes, values['grow-to']].map(
  Number
) as [number, number, number, number]
if (
  unknown.length > 0 ||
  names.length !== new Set(values.engine).size ||
  !(runs >= 1) ||
  !(seconds >= 1) ||
  !(minutes >= 1) ||
  !(growTo >= 20_000)
) {
  console.error(
    `Say which of ${Object.keys(SUITES).join(', ')}; --runs, --seconds and --minutes take numbers from 1, --grow-to one from 20000, --engine ${ENGINE_NAMES.join(' or ')}.`
  )
  process.exit(2)
}

moveAside()
const engines = openEngines(names)
const figures: Figure[] = []
const curves: Curve[] = []
/** Suites after the first take no longer than this; one that begins later than that before the end would overrun. */
const LONGEST_SUITE_MS = 4 * MINUTE_MS
try {
  for (const [name, suite] of Object.entries(SUITES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const say = (line: string) => console.error(`${name}: ${line}`)
    if (figures.length > 0 && performance.now() > minutes * MINUTE_MS - LONGEST_SUITE_MS) {
      say(`left out after ${minutes} minutes; run it alone: npm run bench -- ${name}`)
      continue
    }
    const common = { engines, growTo, say, draw: (curve: Curve) => void curves.push(curve) }
    const size = values.quick ? { runs: 1, seconds: 1, quick: true } : { runs, seconds, quick: false }
    const from = performance.now()
    figures.push(...(await suite({ ...common, ...size })))
    say(`took ${Math.round((performance.now() - from) / 1_000)} s`)
  }
} finally {
  await engines.close()
}
const report: Report = { machine: describeMachine(), figures, curves }
console.log(renderReport(report))
if (!values.quick) {
  // Suites that did not run keep their earlier figures.
  const file = new URL('results.json', import.meta.url)
  const before = JSON.parse(readFileSync(file, 'utf8')) as Report
  writeFileSync(file, `${JSON.stringify(merged(before, report), null, 2)}\n`)
  await import('../docs/generate.ts')
}
