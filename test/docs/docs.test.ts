import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse as parseYaml } from 'yaml'
import { COMMAND_NAMES } from '../../src/cli/program.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { policySchema } from '../../src/config/policy/schema.ts'
import { SETTINGS } from '../../src/config/settings/settings.ts'
import { RULES } from '../../src/decide/rules.ts'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { documents } from './documents.ts'
import { fillSections } from './markers.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const README = read('README.md')
const SETTING_NAMES = SETTINGS.map((setting) => setting.name)
/** Rules that write, and so have a mode. */
const WRITING = RULES.filter(({ outcome }) => outcome.do === 'remediate').map(({ id }) => id)

/** The names in the first column of a generated table. */
function firstColumn(path: string, section: string): (string | undefined)[] {
  const table = new RegExp(`<!-- generated:${section} -->([\\s\\S]*?)<!-- /generated`).exec(read(path))?.[1] ?? ''
  return [...table.matchAll(/^\| `([A-Za-z_]+)`/gm)].map((match) => match[1])
}

t.test('no generated document is out of date (npm run docs)', async (t) => {
  for (const { path, text } of documents(read)) t.equal(read(path), text, path)
})

t.test('a section without markers, and markers without a section, are refused', async (t) => {
  const text = 'a\n<!-- generated:one -->\nold\n<!-- /generated:one -->\nb\n'
  t.equal(fillSections(text, { one: 'new' }), 'a\n<!-- generated:one -->\nnew\n<!-- /generated:one -->\nb\n')
  t.throws(() => fillSections(text, { one: '', two: '' }), /without markers: two/)
  t.throws(() => fillSections(text, {}), /without section: one/)
})

t.test('.env.example has every setting and nothing else', async (t) => {
  const named = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
  t.strictSame(named, SETTING_NAMES)
})

t.test('deploy/settings.md has every setting and nothing else', async (t) => {
  t.strictSame(firstColumn('deploy/settings.md', 'settings'), SETTING_NAMES)
})

t.test('deploy/metrics.md has every metric and nothing else', async (t) => {
  t.strictSame(
    firstColumn('deploy/metrics.md', 'metrics'),
    METRICS.map(({ name }) => name)
  )
})

t.test('the example policy is the built-in policy, key by key', async (t) => {
  t.match(readPolicy(read('deploy/policy.example.yaml')), { ok: true })
  const parsed = readPolicy(read('deploy/policy.example.yaml'))
  t.strictSame(parsed.ok && parsed.policy, DEFAULT_POLICY)
})

t.test('the example policy shows every key of the schema', async (t) => {
  const example = parseYaml(read('deploy/policy.example.yaml'))
  const { properties } = policySchema(RULES) as { properties: Readonly<Record<string, { properties?: object }>> }
  for (const [section, schema] of Object.entries(properties)) {
    t.ok(section in example, section)
    if (section === 'groupModes') continue
    const keys = Object.keys(schema.properties ?? {}).filter((key) => section !== 'rules' || WRITING.includes(key))
    for (const key of keys) t.ok(key in example[section], `${section}.${key}`)
  }
})

t.test('the README is one page, and names only scripts and commands that exist', async (t) => {
  t.ok(README.split('\n').length <= 200, 'at most 200 lines')
  const { scripts } = JSON.parse(read('package.json'))
  for (const [, name = ''] of README.matchAll(/npm run ([a-z:]+)/g)) t.ok(name in scripts, `npm run ${name}`)
  const listed = [...README.matchAll(/^\| `([a-z-]+)[ `<]/gm)].map((match) => match[1])
  for (const name of COMMAND_NAMES) t.ok(listed.includes(name), `the command ${name} is listed`)
})

t.test('links between documents lead to files that exist', async (t) => {
  for (const path of [
    'README.md',
    'deploy/design.md',
    'deploy/settings.md',
    'deploy/decisions.md',
    'deploy/metrics.md'
  ]) {
    for (const [, target = ''] of read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      t.ok(existsSync(new URL(target, new URL(path, ROOT))), `${path}: ${target}`)
    }
  }
})

t.test('every attack of the threat model names a test that exists', async (t) => {
  const [, attacks = ''] = read('deploy/threat-model.md').split('## Outsiders at the hook')
  const rows = attacks.split('\n').filter((line) => line.startsWith('| ') && !/^\| (attack|---)/.test(line))
  t.ok(rows.length > 40)
  for (const row of rows) {
    const tests = [...(row.split(' | ').at(-1) ?? '').matchAll(/`([\w/-]+(?:\.[\w]+)*\.ts)`/g)].map(
      (match) => match[1] ?? ''
    )
    t.ok(tests.length > 0, row)
    for (const path of tests) t.ok(existsSync(new URL(`test/${path}`, ROOT)), path)
  }
})
