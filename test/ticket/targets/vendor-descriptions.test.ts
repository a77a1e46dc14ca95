/**
 * Every request of every adapter against the vendor's own description where one can be had: GitHub's is on npm
 * (`@octokit/openapi`); PagerDuty's and Jira's are files in the folder that `TICKET_OPENAPI_DIR` names. Documents of Jira are held
 * to Atlassian's schema, cards to Microsoft's own parser. Jira's newer `search/jql`, ServiceNow, Slack, Teams and the webhook are held
 * to schemas written from the documentation that their fakes name.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import t, { type Test } from 'tap'
import { HOUR_MS } from '../../../src/domain/time.ts'
import { line, link, numbered, paragraph } from '../../../src/ticket/format/document.ts'
import type { Fake, Recorded } from '../../fakes/fake.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { TARGETS } from './open-targets.ts'
import { DOCUMENT_SCHEMAS, OWN_SCHEMAS } from './own-schemas.ts'

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
  const body = [paragraph(line`See ${link('the page', 'https://ops.example.com')}.`), ...numbered(['One.'])]
  await world.target.announce?.({ subject: 'The week', language: 'en', body })
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

/** Atlassian's published schema of documents (npm `@atlaskit/adf-schema` 57.7.22, its “full” file, Apache 2.0). */
const ADF = JSON.parse(readFileSync(new URL('adf-v1.schema.json', import.meta.url), 'utf8')) as Json

interface CardParser {
  readonly SerializationContext: new () => {
    readonly eventCount: number
    getEventAt(n: number): { readonly message: string }
  }
  readonly AdaptiveCard: new () => {
    parse(card: unknown, context: InstanceType<CardParser['SerializationContext']>): void
    validateProperties(): { readonly validationEvents: readonly { readonly message: string }[] }
  }
}

/** What Microsoft's own renderer of cards does not accept. Its module entry does not load in Node. */
function faultsOfCard(card: unknown): readonly string[] {
  const parser = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as CardParser
  const [parsed, context] = [new parser.AdaptiveCard(), new parser.SerializationContext()]
  parsed.parse(card, context)
  const read = Array.from({ length: context.eventCount }, (_, n) => context.getEventAt(n))
  return [...read, ...parsed.validateProperties().validationEvents].map(({ message }) => message)
}

const schemaCheck = (schema: object) => {
  const check = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(schema)
  return (document: unknown) =>
    check(document) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

/** By the vendors themselves, and by what we use of their formats. */
const VENDORS: Readonly<Record<string, (document: unknown) => readonly string[]>> = {
  doc: schemaCheck({ ...ADF, $schema: undefined }),
  AdaptiveCard: faultsOfCard
}
const OWN = new Map(Object.entries(DOCUMENT_SCHEMAS).map(([type, schema]) => [type, schemaCheck(schema)]))
const faultsOfDocument = (document: Json) =>
  [VENDORS, Object.fromEntries(OWN)].flatMap((checks) => checks[String(document.type)]?.(document) ?? ['no check'])

function documentsIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'type' in value && String(value.type) in DOCUMENT_SCHEMAS ? [value as Json] : []
  return [...own, ...Object.values(value).flatMap(documentsIn)]
}

async function requestsTo(t: Test, system: keyof typeof TARGETS): Promise<readonly Recorded[]> {
  const { fake, make } = await TARGETS[system](t, { clock: manualClock(NOW) })
  const requests = await requestsOf(fake, make)
  t.ok(requests.length >= 6, `${requests.length} requests`)
  return requests
}

async function hold(t: Test, system: keyof typeof TARGETS, description: Description | null): Promise<void> {
  const requests = await requestsTo(t, system)
  const check = description
    ? validatorOf(description)
    : (it: Recorded) => OWN_SCHEMAS.faultsOf(it.method, it.url, it.body) ?? [`no schema for ${it.method} ${it.url}`]
  t.same([...new Set(requests.flatMap(check))], [])
}

const JIRA = fromFolder('jira-cloud-v3-subset.openapi.json', '')
const PAGERDUTY = fromFolder('pagerduty-events-v2.openapi.json', '/v2')

t.test('Jira Cloud', { skip: JIRA ? false : WITHOUT }, (t) => hold(t, 'jira', JIRA))
t.test('PagerDuty Events v2', { skip: PAGERDUTY ? false : WITHOUT }, (t) => hold(t, 'pagerduty', PAGERDUTY))
t.test('GitHub', async (t) => {
  const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  await hold(t, 'github', { document: JSON.parse(readFileSync(path, 'utf8')) as Json, base: '' })
})
t.test('ServiceNow, by its documentation', (t) => hold(t, 'servicenow', null))
t.test('Slack, by its documentation', (t) => hold(t, 'slack', null))
t.test('Microsoft Teams, by its documentation', (t) => hold(t, 'teams', null))
t.test('webhooks, by Standard Webhooks', (t) => hold(t, 'webhook', null))

t.test('documents of Jira and cards of Teams keep to their formats', async (t) => {
  const sent = [...(await requestsTo(t, 'jira')), ...(await requestsTo(t, 'teams'))]
  const found = sent.flatMap(({ body }) => documentsIn(body))
  t.same(new Set(found.map(({ type }) => type)), new Set(['doc', 'AdaptiveCard']))
  t.same([...new Set(found.flatMap(faultsOfDocument))], [])
})

t.test('a document that the vendor does not allow is found', async (t) => {
  const text = { type: 'doc', version: 1, content: [{ type: 'text', text: '' }] }
  t.not(VENDORS.doc?.(text).length, 0)
  const card = (block: object) => ({ type: 'AdaptiveCard', version: '1.4', body: [block] })
  t.same(VENDORS.AdaptiveCard?.(card({ type: 'TextBlock', text: 'x', size: 'huge' })), [
    'Invalid value "huge" for property "size".'
  ])
  t.not(faultsOfDocument(card({ type: 'RichTextBlock', inlines: [{ type: 'TextRun' }] })).length, 0)
})
