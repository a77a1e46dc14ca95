/** The Terraform module: its arguments exist, and rotating the hook secret in its order of calls loses no delivery. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { permissionsOfApp } from '../../src/config/settings/scopes.ts'
import { NEW_SECRET, OLD_SECRET, orgBeside } from '../cli/org-beside.ts'
import { HOOK_MAPS, PERMISSIONS, RESOURCES, TIME_SLEEP_DURATION } from './terraform-schema.ts'
import { findTool, runTool } from './tools.ts'

const FOLDER = new URL('../../deploy/terraform/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const MAIN = read('main.tf')

/** Arguments that Terraform itself gives every resource. */
const META = ['for_each', 'count', 'lifecycle', 'depends_on', 'provider']

/** The body of a block or map that begins at this line, as `terraform fmt` indents it. */
function bodyOf(text: string, head: string): string {
  return text.split(`${head} {\n`)[1]?.split(/\n {0,2}\}/)[0] ?? ''
}

function argumentsOf(block: string, indent: string): readonly string[] {
  return [...block.matchAll(new RegExp(`^${indent}(\\w+) *(=|\\{)`, 'gm'))].map(([, name = '']) => name)
}

const BLOCKS = [...MAIN.matchAll(/^(resource|data) "(\w+)" "(\w+)" \{(\}|\n[\s\S]*?\n\})$/gm)].map(
  ([, kind, type, name, body = '']) => ({ type: kind === 'data' ? `data.${type}` : `${type}`, name, body })
)

t.test('each argument is documented by the provider, and none that is required is missing', async (t) => {
  t.equal(BLOCKS.length, 16)
  for (const { type, name, body } of BLOCKS) {
    const { required = [], optional = [] } = RESOURCES[type] ?? {}
    const given = argumentsOf(body, '  ')
    t.strictSame(
      given.filter((argument) => ![...required, ...optional, ...META].includes(argument)),
      [],
      `${type}.${name}`
    )
    t.strictSame(
      required.filter((argument) => !given.includes(argument)),
      [],
      `${type}.${name}`
    )
  }
})

t.test('the wait has a duration, which is checked as time_sleep checks it, before anything is changed', async (t) => {
  const [sleep] = BLOCKS.filter(({ type }) => type === 'time_sleep')
  t.match(sleep?.body, /\n {2}(create|destroy)_duration += var\.hook_takeover\n/, 'one of the two is required')
  const [, body = ''] = /^variable "hook_takeover" \{\n([\s\S]*?)\n\}$/m.exec(read('variables.tf')) ?? []
  t.ok(body.includes(`can(regex("${TIME_SLEEP_DURATION}", var.hook_takeover))`))
  const [, byDefault = ''] = /default += "(.*)"/.exec(body) ?? []
  t.match(byDefault, new RegExp(TIME_SLEEP_DURATION.replaceAll('\\\\', '\\')))
})

t.test('an org whose resource names are not documented has to name their partition', async (t) => {
  const known = /contains\(\[(.*)\], var\.base_url\)/.exec(MAIN)?.[1]
  t.equal(known, '"okta.com", "okta-emea.com", "oktapreview.com"')
  t.match(MAIN, /orn_partition = coalesce\(var\.orn_partition, /)
})

t.test('each attribute that is referred to exists', async (t) => {
  const text = MAIN + read('outputs.tf')
  for (const [, data = '', type = '', attribute = ''] of text.matchAll(
    /\b(data\.)?(okta_\w+|time_\w+|terraform_data)\.\w+(?:\[[^\]]+\])?\.(\w+)/g
  )) {
    const { required = [], optional = [], readOnly = [] } = RESOURCES[data + type] ?? {}
    t.ok([...required, ...optional, ...readOnly].includes(attribute), `${data}${type}: ${attribute}`)
  }
})

t.test('each permission is one that a custom role can have', async (t) => {
  const used = [...permissionsOfApp('reader'), ...permissionsOfApp('actuator')]
  t.strictSame(
    used.filter((each) => !PERMISSIONS.includes(each)),
    []
  )
})

t.test('a second plan changes nothing: the hooks have the keys that the provider reads back', async (t) => {
  for (const [name, keys] of Object.entries(HOOK_MAPS))
    t.strictSame(argumentsOf(bodyOf(MAIN, `  ${name} =`), '    '), keys)
  t.notMatch(MAIN, /^ {2}resources += /m, 'addresses of devices and of IAM differ in every plan')
})

t.test('both environments set every variable that has no default, and no other', async (t) => {
  const variables = [...read('variables.tf').matchAll(/^variable "(\w+)" \{\n([\s\S]*?)\n\}$/gm)]
  const known = variables.map(([, name = '']) => name)
  // Not in a file: it comes from the environment.
  const required = variables.flatMap(([, name = '', body = '']) => (/^ {2}default /m.test(body) ? [] : [name]))
  for (const environment of ['preview', 'production']) {
    const given = argumentsOf(read(`environments/${environment}.tfvars`), '')
    t.strictSame(
      required.filter((name) => name !== 'hook_secret' && !given.includes(name)),
      [],
      environment
    )
    t.ok(given.every((name) => known.includes(name)))
  }
})

const terraform = findTool('terraform')
t.test('terraform fmt has nothing to change', { skip: terraform.skip }, async (t) => {
  t.match(await runTool(terraform, ['fmt', '-check', '-recursive', FOLDER.pathname]), { ok: true })
})

t.test('rotating the secret leaves no event without a delivery, and no delivery without a 2xx', async (t) => {
  const { org, okta, sandbox, store, hookUrl } = await orgBeside(t)
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: 'SSWS test-token', 'content-type': 'application/json' }
    const response = await fetch(`${sandbox.url}/api/v1/eventHooks${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    t.ok(response.ok, `${method} ${path}: ${response.status}`)
    return response.status === 204 ? {} : ((await response.json()) as { id: string; verificationStatus: string })
  }
  /** As okta_event_hook of the provider sends it (recorded: TestAccResourceOktaEventHookVerification_crud). */
  const hook = (secret: string) => ({
    name: 'reenroll failures',
    status: 'ACTIVE',
    events: { type: 'EVENT_TYPE', items: ['user.mfa.factor.activate'] },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri: hookUrl, authScheme: { type: 'HEADER', key: 'Authorization', value: secret } }
    }
  })
  const wanted: string[] = []
  async function fail(): Promise<void> {
    const outcome = { result: 'FAILURE', reason: 'invalidToken' }
    wanted.push(org.record({ eventType: 'user.mfa.factor.activate', outcome }).uuid)
    await okta.flush()
  }
  const create = async (secret: string) => {
    const made = await call('POST', '', hook(secret))
    return 'id' in made ? made.id : ''
  }

  const old = await create(OLD_SECRET)
  await call('POST', `/${old}/lifecycle/verify`)
  await fail()
  // In the order of main.tf: create_before_destroy, the verification of the new hook, time_sleep, the old hook.
  t.match(MAIN, /create_before_destroy = true\n {4}replace_triggered_by {2}= \[terraform_data\.delivery\]/)
  const next = await create(NEW_SECRET)
  await call('GET', `/${next}`)
  await fail()
  await call('POST', `/${next}/lifecycle/verify`)
  await fail()
  await call('POST', `/${old}/lifecycle/deactivate`)
  await fail()
  await call('DELETE', `/${old}`)
  await fail()

  const got = await store.claimEvents({ limit: 100, now: org.clock(), leaseMs: 1, holder: 'test' })
  t.strictSame(new Set(got.map(({ uuid }) => uuid)), new Set(wanted))
  t.strictSame(
    org.log.filter(({ eventType }) => eventType === 'event_hook.delivery'),
    [],
    'Okta gave up no delivery'
  )
})
