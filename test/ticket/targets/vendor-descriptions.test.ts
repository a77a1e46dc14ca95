/**
 * Every request of every adapter against the vendor's own description where one can be had: GitHub's is on npm
 * (`@octokit/openapi`); PagerDuty's and Jira's are files in the folder that `TICKET_OPENAPI_DIR` names. Jira's newer
 * `search/jql`, ServiceNow, Slack and the webhook are held to schemas written from the documentation that their fakes name.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import t, { type Test } from 'tap'
import { HOUR_MS } from '../../../src/domain/time.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import type { Fake, Recorded } from '../../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'
import { OWN_SCHEMAS } from './own-schemas.ts'

const FOLDER = process.env.TICKET_OPENAPI_DIR
const WITHOUT = 'set TICKET_OPENAPI_DIR to the folder with the vendors’ descriptions'

type Json = Record<string, unknown>
interface Description {
  readonly document: Json
  /** What stands before the description's paths. */
  readonly base: string
}

/** A life with everything in it: made, told, resolved, opened again, recovered after a doubt, read, checked. */
async function requestsOf(fake: Fake, make: MakeTarget): Promise<readonly Recorded[]> {
  const clock = manualClock(NOW)
  const world = openOutboxWorld(make, { clock })
  fake.failAt(0, 'drop_after')
  let c = await world.save(waitingCase('Anna'), {}, { what: 'Handed to a person.' })
  await world.settle()
  fake.failAt(fake.requests.length + 1, 'error_after')
  c = await world.save(c, { cause: null, assignee: 'Olga' }, { what: 'Decided anew; Olga looks after it.' })
  await world.settle()
  clock.advance(HOUR_MS)
  await world.save(c, { state: 'resolved' }, { what: 'The user is enrolled.' })
  await world.settle()
  await world.save(waitingCase('Anna', { id: 'RE-Anna2' }), {}, { what: 'Again.' })
  await world.settle()
  await world.target.readSince(NOW)
  await world.target.check()
  return fake.requests
}

function validatorOf({ document, base }: Description): (request: Recorded) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false })
  formats.default(ajv)
  ajv.addSchema({ $id: 'vendor', ...(nullable(document) as Json) })
  return ({ method, url, body }) => {
    const path = new URL(url, 'http://fake.invalid').pathname.replace(base, '')
    const template = templateOf(Object.keys(document.paths as Json), path)
    const operation = template && (document.paths as Record<string, Json>)[template]?.[method.toLowerCase()]
    if (!template || !operation)
      return OWN_SCHEMAS.faultsOf(method, url, body) ?? [`the description has no ${method} ${path}`]
    const pointer = `#/paths/${pointerPart(template)}/${method.toLowerCase()}/requestBody/content/application~1json/schema`
    if (body === undefined || body === null) return []
    const check = ajv.compile({ $ref: `vendor${pointer}` })
    return check(body)
      ? []
      : (check.errors ?? []).map((error) => `${method} ${template} ${error.instancePath} ${error.message}`)
  }
}

function templateOf(templates: readonly string[], path: string): string | undefined {
  const segments = path.split('/')
  const fits = templates.filter((template) => {
    const parts = template.split('/')
    return parts.length === segments.length && parts.every((part, i) => part.startsWith('{') || part === segments[i])
  })
  return fits.toSorted((a, b) => a.split('{').length - b.split('{').length)[0]
}

function pointerPart(template: string): string {
  return encodeURIComponent(template.replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** OpenAPI 3.0's `nullable` as JSON Schema. */
function nullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullable)
  if (typeof value !== 'object' || value === null) return value
  const { nullable: isNullable, example: _, discriminator: __, ...rest } = value as Json
  const mapped = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, nullable(inner)]))
  return isNullable === true && typeof mapped.type === 'string' ? { ...mapped, type: [mapped.type, 'null'] } : mapped
}

function fromFolder(name: string, base: string): Description | null {
  if (!FOLDER || !existsSync(join(FOLDER, name))) return null
  return { document: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Json, base }
}

async function hold(t: Test, fake: Fake, make: MakeTarget, description: Description | null): Promise<void> {
  const requests = await requestsOf(fake, make)
  t.ok(requests.length >= 6, `${requests.length} requests`)
  const check = description
    ? validatorOf(description)
    : (it: Recorded) => OWN_SCHEMAS.faultsOf(it.method, it.url, it.body) ?? [`no schema for ${it.method} ${it.url}`]
  t.same([...new Set(requests.flatMap(check))], [])
}

const clock = () => ({ clock: manualClock(NOW) })
const JIRA = fromFolder('jira-cloud-v3-subset.openapi.json', '')
const PAGERDUTY = fromFolder('pagerduty-events-v2.openapi.json', '/v2')

t.test('Jira Cloud', { skip: JIRA ? false : WITHOUT }, async (t) => {
  const fake = await openJira(t, clock())
  await hold(t, fake, (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps), JIRA)
})

t.test('PagerDuty Events v2', { skip: PAGERDUTY ? false : WITHOUT }, async (t) => {
  const fake = await openPagerDuty(t, clock())
  const settings = { system: 'pagerduty', url: fake.url, source: 'acme.okta.com' } as const
  await hold(t, fake, (deps) => createPagerDutyTarget('tracker', settings, ROUTING_KEY, deps), PAGERDUTY)
})

t.test('GitHub', async (t) => {
  const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  const document = JSON.parse(readFileSync(path, 'utf8')) as Json
  const fake = await openGitHub(t, clock())
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops' } as const
  await hold(t, fake, (deps) => createGitHubTarget('tracker', settings, GITHUB_TOKEN, deps), { document, base: '' })
})

t.test('ServiceNow, by its documentation', async (t) => {
  const fake = await openServiceNow(t, clock())
  await hold(
    t,
    fake,
    (deps) => createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps),
    null
  )
})

t.test('Slack, by its documentation', async (t) => {
  const fake = await openSlack(t, clock())
  const settings = { system: 'slack', url: `${fake.url}/api/`, channel: SLACK_CHANNEL, approvers: ['U1'] } as const
  await hold(t, fake, (deps) => createSlackTarget('tracker', settings, SLACK_TOKEN, deps), null)
})

t.test('webhooks, by Standard Webhooks', async (t) => {
  const fake = await openWebhook(t, clock())
  const settings = { system: 'webhook', url: `${fake.url}/hook` } as const
  await hold(t, fake, (deps) => createWebhookTarget('tracker', settings, WEBHOOK_SECRET, deps), null)
})
