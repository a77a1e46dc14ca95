/** Rules for the text of the sources. `.dependency-cruiser.mjs` has the rules for imports: `npm run layout` checks those. */
import t from 'tap'
import { codeOf, sourceFiles } from './source-files.ts'

const SRC = sourceFiles('src')
const TEST = sourceFiles('test')

t.test('the environment is read in one place', async (t) => {
  const readers = SRC.filter((file) => /\bprocess\.env\b/.test(codeOf(file.text))).map((file) => file.path)
  t.strictSame(readers, ['src/cli/run.ts'])
})

t.test('no file is longer than 500 lines', async (t) => {
  t.strictSame(
    [...SRC, ...TEST].filter((file) => file.lines > 500).map((file) => `${file.path}: ${file.lines}`),
    []
  )
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

t.test('an exported name exists once', async (t) => {
  const filesOf = new Map<string, Set<string>>()
  for (const { path, text } of SRC) {
    for (const name of exportedNames(text)) filesOf.set(name, (filesOf.get(name) ?? new Set()).add(path))
  }
  t.strictSame(
    [...filesOf].filter(([, files]) => files.size > 1).map(([name, files]) => `${name}: ${[...files].join(', ')}`),
    []
  )
  const code =
    'export const A = 1\nexport async function b() {}\nexport type C = 1\nexport { D } from "./d.ts"\nconst E = 1'
  t.strictSame(exportedNames(code), ['A', 'b', 'C'])
})

t.test(
  'what is loaded before the hook listens has no library for schemas, since a start waits for each module',
  async (t) => {
    const files = new Map(SRC.map((file) => [file.path, file]))
    const reached = new Set(['src/cli/run.ts', 'src/cli/serve.ts', 'src/app/service.ts', 'src/store/sqlite.ts'])
    for (const target of reached) {
      for (const found of files.get(target)?.imports ?? [])
        if (!found.isType && !found.isLazy) reached.add(found.target)
    }
    t.ok(reached.has('src/config/policy/policy.ts') && reached.has('fastify'))
    t.strictSame(
      [...reached].filter((target) => /^(typebox|yaml|@okta|@fastify\/swagger)\b/.test(target)),
      []
    )
  }
)

t.test('file names say what is inside', async (t) => {
  // The service itself may be called so; a part of it may not.
  const named = SRC.filter((file) => file.path !== 'src/app/service.ts')
  const names = named.map((file) => file.path.split('/').at(-1) ?? '')
  t.strictSame(
    names.filter((name) => /(^|-)(utils?|helpers?|manager|service|misc|common)\.ts$/.test(name)),
    []
  )
  t.strictSame(
    names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name)),
    []
  )
})

/** Names that a file declares and exports; what it passes on from another file is left out. */
function exportedNames(text: string): readonly string[] {
  const declared =
    /^export (?:declare )?(?:async )?(?:abstract )?(?:const|let|function\*?|class|interface|type) (\w+)/gm
  return [...text.matchAll(declared)].flatMap(([, name]) => name ?? [])
}
