/** Everything that comments and documents cite exists. A failure lists file and line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { causeRows, ruleRows } from '../../src/decide/decision-table.ts'
import { projectFiles } from '../house/source-files.ts'
import { citableParts, fileCitations, sectionCitations } from './citations.ts'

const ROOT = join(import.meta.dirname, '../..')
const FILES = projectFiles()
const WRITTEN = FILES.filter(
  (path) =>
    /^(src|test)\/.*\.(ts|mts|mjs)$/.test(path) ||
    /^(README|deploy\/.*)\.md$/.test(path) ||
    path === '.dependency-cruiser.mjs'
).sort()
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const PARTS = { facts: citableParts(read('deploy/okta-facts.md')), DESIGN: citableParts(read('deploy/design.md')) }

/** Made by others, made at run time, or an example. */
const ELSEWHERE = ['screenshots/', 'b/c.ts', 'd/', 'okta.yaml', 'ip_ranges.json', 'reenroll.cdx.json']

t.test('each section that is cited exists in deploy/okta-facts.md or deploy/design.md', async (t) => {
  const missing = WRITTEN.flatMap((path) =>
    sectionCitations(read(path)).flatMap(({ document, parts, text, line }) =>
      parts
        .filter((part) => !PARTS[document].has(part))
        .map((part) => `${path}:${line} ${text}: ${document} has no ${part}`)
    )
  )
  t.strictSame(missing, [])
})

t.test('each row of the decision table cites facts that exist', async (t) => {
  for (const { facts = '', ...row } of [...ruleRows(), ...causeRows()]) {
    const parts = [...facts.matchAll(/§([\d.]+[a-z]?)|\b([CG]\d+)\b/g)].map((match) => match[1] ?? match[2] ?? '')
    const known = facts.startsWith('DESIGN') ? PARTS.DESIGN : PARTS.facts
    t.ok(parts.length > 0 && parts.every((part) => known.has(part)), `${row.rule ?? row.cause}: ${facts}`)
  }
})

t.test('each file and folder in backticks exists', async (t) => {
  const missing = WRITTEN.flatMap((path) =>
    fileCitations(path, read(path))
      .filter(({ text }) => !ELSEWHERE.includes(text) && !exists(text))
      .map(({ text, line }) => `${path}:${line} ${text}`)
  )
  t.strictSame(missing, [])
})

t.test('no comment cites a document that is not in the repository', async (t) => {
  const outside = new RegExp(
    ['\\bstyle ', '§|\\bpeers', '( §|:|\\.md)|(?<!okta-)\\bfacts\\.md|\\bDESIGN', '\\.md'].join('')
  )
  const found = WRITTEN.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, at) => (outside.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : []))
  )
  t.strictSame(found, [])
})

t.test('what a citation is', async (t) => {
  const parts = citableParts('## 3. A\n1. one\n### 3.4 B\n#### 6.1a C\n| G4 | x |\n')
  t.strictSame([...parts], ['3', '3.1', '3.4', '6.1a', 'G4'])
  t.match(sectionCitations('x\n(facts §5, §6.2 C1, DESIGN §3)'), [
    { document: 'facts', parts: ['5', '6.2', 'C1'], line: 2 },
    { document: 'DESIGN', parts: ['3'] }
  ])
  t.match(fileCitations('a.ts', "const a = '`no.ts`'\n/** See `b/c.ts` and `d/`. */"), [
    { text: 'b/c.ts', line: 2 },
    { text: 'd/', line: 2 }
  ])
})

/** A name is enough: `keys.ts` is any file of that name, `decide/rules.ts` one in a folder `decide`. */
function exists(name: string): boolean {
  const pattern = name.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')
  const path = new RegExp(`(^|/)${pattern}$`)
  return FILES.some((file) => path.test(file))
}
