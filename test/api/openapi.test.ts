import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { action, caseWith } from '../ticket/draft/cases.ts'
import { AUTH, listenerWith } from './listener-with.ts'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly security?: readonly object[]
  readonly responses: Readonly<Record<string, { content?: { 'application/json'?: { schema: object } } }>>
}
interface Document {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const PATHS = [
  'get /api/brake',
  'get /api/cases',
  'get /api/cases/{id}',
  'get /api/credentials',
  'get /api/guards/report',
  'get /api/ledger',
  'get /api/log',
  'get /api/outbox',
  'get /api/policy',
  'get /api/rollout',
  'get /api/session',
  'get /api/tickets/{key}',
  'get /livez',
  'get /readyz',
  'post /api/brake',
  'post /api/cases/{id}/approve',
  'post /api/cases/{id}/close',
  'post /api/cases/{id}/reject',
  'post /api/cases/{id}/release',
  'post /api/cases/{id}/retry',
  'post /api/cases/{id}/verify',
  'post /api/cases/{id}/verify/code',
  'post /api/cases/{id}/verify/confirm',
  'post /api/credentials',
  'post /api/credentials/{id}/end',
  'post /api/mode',
  'post /api/outbox/retry',
  'post /api/outbox/{id}/replace',
  'post /api/outbox/{id}/retry',
  'post /api/people/erase',
  'post /api/people/export',
  'post /api/policy',
  'post /api/reports',
  'post /api/rules/{id}'
]

const FULL = caseWith({
  state: 'awaiting_approval',
  actions: [action()],
  proposal: {
    hash: 'abc',
    remediation: 'unsuspend_user',
    expiresAt: '2026-06-16T00:00:00.000Z',
    overridesNeeded: ['G9']
  },
  ticket: { system: 'local', key: 'RE-1', url: 'https://x.example/RE-1', state: 'open', story: 4 }
})
const BARE = caseWith({
  id: 'RE-BARE',
  subjectKey: 'event:1',
  user: { id: null, login: null, name: null },
  evidence: null,
  cause: null,
  decision: null
})

async function documentOf(
  test: Test
): Promise<{ document: Document; app: Awaited<ReturnType<typeof listenerWith>>['app'] }> {
  const { app } = await listenerWith(test, {}, [FULL, BARE])
  return { app, document: (await app.inject('/openapi.json')).json() }
}

t.test('the description names every route once, each with an id, a summary and its errors', async (t) => {
  const { document } = await documentOf(t)
  t.match(document, { openapi: '3.1.0', info: { version: '1.2.3' } })
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, operation }))
  )
  t.strictSame(operations.map(({ at }) => at).sort(), PATHS)
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
  for (const { at, operation } of operations) {
    t.ok(operation.summary, at)
    if (at.includes('/api/')) {
      t.strictSame(operation.security, [{ token: [] }, { session: [] }], at)
      t.ok(operation.responses['401'], at)
    }
  }
})

t.test('every reference in it leads somewhere, and every schema compiles', async (t) => {
  const { document } = await documentOf(t)
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '')
  t.ok(references.length > 10)
  for (const reference of new Set(references)) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1]
    t.ok(name && document.components.schemas[name], reference)
  }
  t.strictSame(Object.keys(document.components.schemas).sort(), ['Case', 'Controls', 'Error', 'Ticket'])
})

t.test('what the API answers is what the description says', async (t) => {
  const { app, document } = await documentOf(t)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document, 'document')
  const check = async (url: string, path: string) => {
    const answer = await app.inject({ url, headers: AUTH })
    const media = document.paths[path]?.get?.responses[answer.statusCode]?.content?.['application/json']
    t.ok(media, `${path} describes ${answer.statusCode}`)
    const pointer = `${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}`
    const validate = ajv.compile({
      $ref: `document#/paths/${pointer}/get/responses/${answer.statusCode}/content/application~1json/schema`
    })
    t.ok(validate(answer.json()), `${url}: ${ajv.errorsText(validate.errors)}`)
  }
  await check('/api/cases', '/api/cases')
  await check(`/api/cases/${FULL.id}`, '/api/cases/{id}')
  await check(`/api/cases/${BARE.id}`, '/api/cases/{id}')
  await check('/api/cases/RE-NONE', '/api/cases/{id}')
  await check('/api/cases?limit=0', '/api/cases')
  await check('/api/brake', '/api/brake')
  await check('/api/policy', '/api/policy')
  await check('/api/session', '/api/session')
  await check('/api/credentials', '/api/credentials')
  await check('/livez', '/livez')
  await check('/readyz', '/readyz')
})

t.test('the description says no to an answer it does not describe', async (t) => {
  const { document } = await documentOf(t)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document, 'document')
  const validate = ajv.compile({ $ref: 'document#/components/schemas/Case' })
  t.notOk(validate({ id: 'RE-1', state: 'asleep' }))
})
