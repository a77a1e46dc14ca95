import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse as parseYaml } from 'yaml'
import { COMMAND_NAMES } from '../../src/cli/program.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { policySchema } from '../../src/config/policy/schema.ts'
import { SETTINGS } from '../../src/config/settings/settings.ts'
import { RULES } from '../../src/decide/rules.ts'
import { documents } from './documents.ts'
import { fillSections } from './markers.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const README = read('README.md')
/** Rules that write, and so have a mode. */
const WRITING = RULES.filter(({ outcome }) => outcome.do === 'remediate').map(({ id }) => id)

t.test('no generated document is stale (npm run docs)', async (t) => {
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
  t.strictSame(
    named,
    SETTINGS.map((setting) => setting.name)
  )
})

t.test('the settings table of the README has every setting and nothing else', async (t) => {
  const table = /<!-- generated:settings -->([\s\S]*?)<!-- \/generated/.exec(README)?.[1] ?? ''
  const named = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1])
  t.strictSame(
    named,
    SETTINGS.map((setting) => setting.name)
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
    const keys = Object.keys(schema.properties ?? {}).filter((key) => section !== 'rules' || WRITING.includes(key))
    for (const key of keys) t.ok(key in example[section], `${section}.${key}`)
  }
})

t.test('the README names only scripts, commands and files that exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const [, name = ''] of README.matchAll(/npm run ([a-z:]+)/g)) t.ok(name in scripts, `npm run ${name}`)
  const listed = [...README.matchAll(/^\| `([a-z]+)[ `<]/gm)].map((match) => match[1])
  for (const name of COMMAND_NAMES) t.ok(listed.includes(name), `the command ${name} is listed`)
  for (const [, path = ''] of README.matchAll(/`((?:src|test|deploy)\/[\w./-]*)`/g)) {
    t.ok(existsSync(new URL(path, ROOT)), `${path} exists`)
  }
})
