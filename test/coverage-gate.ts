/**
 * Run after tap with coverage of their own tests: fails when a file that decides about writes has code that these tests do not
 * run. It asks for most of it, not for the last branch: no test is written only for a percentage.
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type SourceFile, sourceFiles } from './house/source-files.ts'

const ROOT = join(import.meta.dirname, '..')
const SUMMARY = join(ROOT, '.tap/report/coverage-summary.json')
/** The pure parts: decisions, what happens next to a case, and the classifier. */
const PURE = ['src/decide/', 'src/case/machine/', 'src/intake/classify/']
const MEASURES = ['lines', 'branches', 'functions'] as const
const LEAST_PERCENT = { lines: 93, branches: 85, functions: 85 } as const

type FileCoverage = Readonly<Record<(typeof MEASURES)[number], { readonly pct: number }>>

const covered = readSummary()
const failures = pureFiles().filter((file) => !report(file, covered.get(file.path)))
if (failures.length > 0) {
  console.error(
    `Too little is covered of: ${failures.map((file) => file.path).join(', ')}. See the uncovered lines in tap's table.`
  )
  process.exitCode = 1
}

function report(file: SourceFile, coverage: FileCoverage | undefined): boolean {
  const percent = MEASURES.map((measure) => coverage?.[measure].pct ?? 0)
  const isWhole = isTypesOnly(file) || MEASURES.every((measure, at) => (percent[at] ?? 0) >= LEAST_PERCENT[measure])
  const figures = isTypesOnly(file) ? 'types only' : percent.map((pct) => String(pct).padStart(6)).join(' ')
  console.log(`${isWhole ? 'ok  ' : 'FAIL'} ${file.path.padEnd(36)} ${figures}`)
  return isWhole
}

/** A file without a value in it leaves nothing to run, so coverage does not list it. */
function isTypesOnly({ text }: SourceFile): boolean {
  return !/^(export )?(const|let|function|async function|class) /m.test(text)
}

function pureFiles(): readonly SourceFile[] {
  return sourceFiles('src').filter((file) => PURE.some((folder) => file.path.startsWith(folder)))
}

function readSummary(): ReadonlyMap<string, FileCoverage> {
  let summary: Record<string, FileCoverage>
  try {
    summary = JSON.parse(readFileSync(SUMMARY, 'utf8'))
  } catch {
    console.error('There is no coverage to judge. Run npm test first, whole.')
    process.exit(1)
  }
  return new Map(Object.entries(summary).map(([path, coverage]) => [relative(ROOT, path), coverage]))
}
