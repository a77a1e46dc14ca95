/**
 * `npm run bench` measures performance on this machine. Every comparison is a ratio within the same run, every figure a
 * median with its spread. Counts are verified against the stored rows.
 * `npm run bench -- ingest burst --runs 5 --engine sqlite --json figures.json`; `--quick` only shows that it works,
 * `BENCH_PROFILE=folder` leaves a CPU profile of every measured process there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ENGINE_NAMES, openEngines } from './engines.ts'
import type { Figure } from './figures.ts'
import { describeMachine, moveAside } from './machine.ts'
import { merged, type Report, renderReport } from './report.ts'
import { SUITES } from './suites.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    'grow-to': { type: 'string', default: '10000000' },
    engine: { type: 'string', multiple: true, default: [...ENGINE_NAMES] },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' }
  }
})
const unknown = positionals.filter((name) => !(name in SUITES))
const names = ENGINE_NAMES.filter((name) => values.engine.includes(name))
const [runs, seconds, growTo] = [Number(values.runs), Number(values.seconds), Number(values['grow-to'])]
if (
  unknown.length > 0 ||
  names.length !== new Set(values.engine).size ||
  !(runs >= 1) ||
  !(seconds >= 1) ||
  !(growTo >= 20_000)
) {
  console.error(
    `Say which of ${Object.keys(SUITES).join(', ')}; --runs and --seconds take numbers from 1, --grow-to one from 20000, --engine ${ENGINE_NAMES.join(' or ')}.`
  )
  process.exit(2)
}

moveAside()
const engines = openEngines(names)
const figures: Figure[] = []
try {
  for (const [name, suite] of Object.entries(SUITES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const common = { engines, growTo, say: (line: string) => console.error(`${name}: ${line}`) }
    const size = values.quick ? { runs: 1, seconds: 1, quick: true } : { runs, seconds, quick: false }
    figures.push(...(await suite({ ...common, ...size })))
  }
} finally {
  await engines.close()
}
const report: Report = { machine: describeMachine(), figures }
console.log(renderReport(report))
if (values.json) {
  // Suites that did not run keep their earlier figures.
  writeFileSync(values.json, `${JSON.stringify(merged(before(values.json), report), null, 2)}\n`)
}

function before(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return null
  }
}
