/** The rules of the layout: who may import what, and what no file may be. */
import t from 'tap'
import { codeOf, type Import, type SourceFile, sourceFiles } from './source-files.ts'

const SRC = sourceFiles('src')
const TEST = sourceFiles('test')
const BY_PATH = new Map(SRC.map((file) => [file.path, file]))

/** `path → target` for every import that the rule forbids. */
function offenders(files: readonly SourceFile[], isForbidden: (found: Import, file: SourceFile) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports.filter((found) => isForbidden(found, file)).map((found) => `${file.path} → ${found.target}`)
  )
}

function isIn(path: string, ...places: string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

const PURE = ['src/decide/', 'src/case/case.ts', 'src/intake/classify.ts']

t.test('the pure parts import nothing but pure parts, however far one follows', async (t) => {
  const start = SRC.filter((file) => isIn(file.path, ...PURE))
  t.ok(start.length > PURE.length)
  const reached = new Map(start.map((file) => [file.path, file]))
  for (const file of reached.values()) {
    for (const found of file.imports) {
      const next = BY_PATH.get(found.target)
      if (next && !found.isType) reached.set(next.path, next)
    }
  }
  t.strictSame(
    offenders([...reached.values()], (found) => !found.isOurs),
    []
  )
})

t.test('the Okta SDK is imported in okta/ only', async (t) => {
  t.strictSame(
    offenders(SRC, ({ target }, file) => target.startsWith('@okta/') && !isIn(file.path, 'src/okta/')),
    []
  )
})

t.test('Fastify is imported where HTTP is spoken only', async (t) => {
  const speakers = ['src/intake/', 'src/ops/', 'src/review/', 'src/sandbox/']
  t.strictSame(
    offenders(SRC, (found, { path }) => /^@?fastify/.test(found.target) && !found.isType && !isIn(path, ...speakers)),
    []
  )
})

/** What only these may construct; the folder of an engine may use itself. */
const ENGINES = ['src/store/sqlite.ts', 'src/store/postgres.ts', 'src/store/memory.ts', 'src/okta/client.ts']

/** `compose.ts` and its pieces. */
const isCompose = (path: string) => /^src\/compose(-[a-z]+)?\.ts$/.test(path)

t.test('only compose.ts and its pieces construct engines', async (t) => {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)
  t.strictSame(
    offenders(
      SRC,
      ({ target, isType }, { path }) =>
        !isType && isIn(target, ...ENGINES) && !isCompose(path) && !path.startsWith(folderOf(target))
    ),
    []
  )
  t.strictSame(
    offenders(
      SRC,
      ({ target }, { path }) => target === 'src/store/open.ts' && !isIn(path, 'src/compose.ts', 'src/cli/')
    ),
    []
  )
})

const STAGES = ['intake', 'case', 'okta', 'decide', 'remediate', 'ticket', 'store', 'review', 'ops']

/** What a stage shows the others: interfaces, words, and pure functions over them. */
const SHOWN = [
  'src/intake/reading.ts',
  'src/case/case-file.ts',
  'src/case/commands.ts',
  'src/okta/okta.ts',
  'src/decide/',
  'src/remediate/remediation.ts',
  'src/remediate/planned.ts',
  'src/ticket/desk.ts',
  'src/store/store.ts',
  'src/store/outbox.ts',
  'src/ops/happening.ts',
  'src/ops/trace.ts'
]

t.test("stages import each other's interface, not the implementation", async (t) => {
  const stageOf = (path: string) => STAGES.find((stage) => path.startsWith(`src/${stage}/`))
  t.strictSame(
    offenders(SRC, ({ target, isType }, { path }) => {
      const [from, to] = [stageOf(path), stageOf(target)]
      return from !== undefined && to !== undefined && from !== to && !isType && !isIn(target, ...SHOWN)
    }),
    []
  )
})

t.test('the product never imports the sandbox; the demo and the sandbox command do', async (t) => {
  t.strictSame(
    offenders(
      SRC,
      ({ target }, { path }) => target.startsWith('src/sandbox/') && !isIn(path, 'src/sandbox/', 'src/cli/')
    ),
    []
  )
})

t.test('the environment is read in one place', async (t) => {
  const readers = SRC.filter((file) => /\bprocess\.env\b/.test(codeOf(file.text))).map((file) => file.path)
  t.strictSame(readers, ['src/cli/run.ts'])
})

t.test('no file is longer than 300 lines, and most are 60 to 120', async (t) => {
  t.strictSame(
    [...SRC, ...TEST].filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines}`),
    []
  )
  const lines = SRC.map((file) => file.lines).sort((a, b) => a - b)
  const median = lines[Math.floor(lines.length / 2)] ?? 0
  t.ok(median >= 60 && median <= 120, `the median is ${median}`)
})

t.test('no enum, any, default export, silenced check or note to self', async (t) => {
  const inCode = /\benum\s+\w+\s*\{|(?::|\bas|<|\|)\s*any\b|\bexport\s+default\b/
  const anywhere = new RegExp(['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', '@ts-' + 'nocheck'].join('|'))
  const found = [...SRC, ...TEST].filter(({ text }) => inCode.test(codeOf(text)) || anywhere.test(text))
  t.strictSame(
    found.map((file) => file.path),
    []
  )
  for (const code of ['enum A { x }', 'let a: any', 'a as any', 'f<any>()', 'export default 1']) t.match(code, inCode)
})

t.test('file names say what is inside', async (t) => {
  const names = SRC.map((file) => file.path.split('/').at(-1) ?? '')
  t.strictSame(
    names.filter((name) => /(^|-)(utils?|helpers?|manager|service|misc|common)\.ts$/.test(name)),
    []
  )
  t.strictSame(
    names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name)),
    []
  )
})
