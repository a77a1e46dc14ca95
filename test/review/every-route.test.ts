/** What holds for every route of the ops listener, over the list of its routes: who may enter, and whose request counts. */
import t, { type Test } from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { openStore } from '../../src/store/open.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { type Route, routesOf } from '../support/routes.ts'
import { caseOf, proposed } from './cases.ts'
import { pagesWith, type Visitor } from './pages-with.ts'

const ID = proposed().id

/** Open to everybody. */
const PUBLIC = ['/metrics', '/livez', '/readyz', '/openapi.json', '/sign-in', '/sign-out', '/*']
const isPublic = ({ url }: Route) => PUBLIC.includes(url) || url.startsWith('/assets/')
const isApi = ({ url }: Route) => url.startsWith('/api/')

const JSON_TYPE = { 'content-type': 'application/json' }
type Fields = Readonly<Record<string, string>>

/** One body for every form; a route takes what it knows. */
const FIELDS: Fields = {
  ...{ because: 'solved by phone', hash: 'a'.repeat(64), override_G9: 'HR confirmed it', user: '00uanna', login: 'x' },
  ...{ on: 'yes', ceiling: 'observe', mode: 'observe', name: 'made', role: 'viewer', days: '1', for: '4' },
  ...{ do: 'close', ids: ID, text: 'a note', factor: 'opf1', code: '123456' }
}

/** For routes of the API, whose bodies are exact. */
const BODIES: Readonly<Record<string, object>> = {
  '/api/cases/:id/approve': { hash: 'a'.repeat(64), overrides: [{ guard: 'G9', because: 'HR confirmed it' }] },
  '/api/cases/:id/reject': { hash: 'a'.repeat(64), because: 'not now' },
  '/api/cases/:id/close': { because: 'solved by phone' },
  '/api/cases/:id/verify': { factor: 'opf1' },
  '/api/cases/:id/verify/code': { code: '123456' },
  '/api/cases/:id/release': { because: 'solved by phone', most: 1 },
  '/api/reports': { user: '00uanna', text: 'invalid token' },
  '/api/brake': { kill: { on: true, because: 'solved by phone' } },
  '/api/rules/:id': { mode: 'observe' },
  '/api/mode': { ceiling: 'observe' },
  '/api/policy': { text: null, by: 'kim' },
  '/api/outbox/retry': { target: 'jira' },
  '/api/people/export': { user: '00uanna' },
  '/api/people/erase': { user: '00uanna', by: 'kim' },
  '/api/credentials': { name: 'made', role: 'viewer', days: 1 }
}

async function world(t: Test, store?: Store) {
  const opened: { pages?: Awaited<ReturnType<typeof pagesWith>> } = {}
  const routes = await routesOf(async () => {
    opened.pages = await pagesWith(t, {
      cases: [proposed(), caseOf('ben')],
      logins: { x: '00ux' },
      ...(store ? { store } : {})
    })
  })
  const { pages } = opened
  if (!pages) throw new Error('no pages')
  const at = { createdAt: '2026-01-01T00:00:00.000Z', seenAt: '2026-01-01T00:00:00.000Z' }
  await pages.store.addCredential({
    digest: 'b'.repeat(64),
    credential: {
      ...{ id: 'cred-1', kind: 'token', createdBy: 'kim', endsAt: '2099-01-01T00:00:00.000Z', ...at },
      operator: { id: 'token cred-1', name: 'token:old', role: 'viewer', provider: null }
    },
    ledger: []
  })
  return { ...pages, routes }
}

function filled({ url }: Route): string {
  const at = url.replace('/rules/:id', '/rules/suspended').replace('/cases/:id', `/cases/${ID}`)
  return at
    .replace(/\/(credentials|access)\/:id/, '/$1/cred-1')
    .replace('/outbox/:id', '/outbox/1')
    .replace(/:\w+/, 'x')
}

/** All that a request could change. */
async function stateOf(store: Store): Promise<string> {
  const [ledger, controls, cases, credentials, outbox, { pendingEvents }] = await Promise.all([
    store.ledger({ after: 0, limit: 200 }),
    store.controls(),
    store.listCases({ limit: 9 }),
    store.credentials(),
    store.outboxEntries({ limit: 9 }),
    store.snapshot()
  ])
  const tokens = credentials.filter(({ kind }) => kind === 'token').map(({ id, endsAt }) => [id, endsAt])
  return JSON.stringify([ledger, controls, cases, tokens, outbox, pendingEvents])
}

/** Strangers are slowed down by address; each request comes from another. */
let sent = 0
const address = () => ({ remoteAddress: `10.0.${(sent >> 8) & 255}.${sent++ & 255}` })

t.test('without a session or a token, nothing but the public routes is there', async (t) => {
  const { app, routes, store } = await world(t)
  const before = await stateOf(store)
  const open: string[] = []
  for (const route of routes.filter((it) => !isPublic(it))) {
    const [method, url] = [route.method as 'GET', filled(route)]
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { cookie: 'reenroll-session=forged' }]) {
      const answer = await app.inject({ method, url, headers, ...address() })
      const isRefused = isApi(route) ? answer.statusCode === 401 : isSignIn(answer)
      const shows = /anna@example|Anna Example/.test(answer.body)
      if (!isRefused || shows) open.push(`${method} ${url} ${JSON.stringify(headers)}: ${answer.statusCode}`)
    }
  }
  t.same(open, [])
  t.equal(await stateOf(store), before)
})

function isSignIn({ statusCode, headers }: { statusCode: number; headers: object }): boolean {
  const { location } = headers as { location?: string }
  return statusCode === 401 || (statusCode === 303 && String(location).startsWith('/sign-in'))
}

/** The help desk reports. */
const REPORTS = ['/api/reports', '/report']
/** Everybody ends their own sessions; of others, a viewer's request finds none. */
const OWN_SESSIONS = ['/access/:id/end', '/access/end-others']

t.test('a viewer writes nothing, on any route', async (t) => {
  const { app, as, routes, store } = await world(t)
  const vic = await as({ name: 'vic', role: 'viewer' })
  const before = await stateOf(store)
  for (const route of routes.filter((it) => it.method === 'POST' && !isPublic(it) && !REPORTS.includes(it.url))) {
    const answer = await sendOwn(app, vic, route)
    t.equal(answer.statusCode, OWN_SESSIONS.includes(route.url) ? 303 : 403, route.url)
  }
  t.equal(await stateOf(store), before)
})

type App = Awaited<ReturnType<typeof pagesWith>>['app']
interface Sent {
  readonly headers?: Fields
  /** Null: no token. */
  readonly token?: string | null
  readonly type?: string
  readonly search?: string
}

/** The request as the visitor's own page or script would send it, but for what is given. */
async function sendOwn(
  app: App,
  visitor: Visitor,
  route: Route,
  { headers = {}, token, type, search = '' }: Sent = {}
) {
  const url = filled(route) + search
  const own = token === undefined ? await tokenOf(visitor) : token
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const json = type === undefined ? JSON_TYPE : { 'content-type': type }
  const form = { 'content-type': type ?? 'application/x-www-form-urlencoded' }
  const carried = isApi(route)
    ? {
        payload: JSON.stringify(BODIES[route.url] ?? {}),
        headers: { ...json, ...(own === null ? {} : { 'x-csrf-token': own }) }
      }
    : { payload: new URLSearchParams({ ...FIELDS, ...(own === null ? {} : { _csrf: own }) }).toString(), headers: form }
  return app.inject({
    ...{ method: 'POST', url, payload: carried.payload, ...address() },
    headers: { 'sec-fetch-site': 'same-origin', ...carried.headers, cookie, ...headers }
  })
}

async function tokenOf(visitor: Visitor): Promise<string> {
  await visitor.get('/brake')
  return visitor.csrf()
}

/** What another site, or a browser that it has led astray, can send with the cookie of a person who is signed in. */
function forgeries(others: string): Readonly<Record<string, Sent>> {
  return {
    'no token': { token: null },
    'no token, and no header that names the site': { token: null, headers: { 'sec-fetch-site': 'same-origin' } },
    'an empty token': { token: '' },
    'a made-up token': { token: 'forged' },
    "another person's token": { token: others },
    'a token of the right shape': { token: `${'a'.repeat(8)}-${'b'.repeat(27)}` },
    'the token in the address': { token: null, search: `?_csrf=${others}` },
    'plain text that looks like a form': { token: null, type: 'text/plain' },
    'a form that is sent in parts': { token: null, type: 'multipart/form-data; boundary=x' },
    'another site': { headers: { 'sec-fetch-site': 'cross-site' } },
    'a site below the same domain': { headers: { 'sec-fetch-site': 'same-site' } },
    'an address typed in': { headers: { 'sec-fetch-site': 'none' } },
    'the origin of another site': { headers: { origin: 'https://evil.example' } },
    'no origin, as from a sandboxed frame': { headers: { origin: 'null' } },
    'our name at another port': { headers: { origin: 'http://localhost:81' } },
    'our name before another': { headers: { origin: 'http://localhost.evil.example' } },
    'our name as a user': { headers: { origin: 'http://localhost@evil.example' } }
  }
}

/** Signing out needs no token: the cookie does not come along from another site, and nothing else happens. */
const WITHOUT_TOKEN = ['/sign-out']

t.test('a request that another site made changes nothing, on any route', async (t) => {
  const { app, as, routes, store } = await world(t)
  const ana = await as({ name: 'ana', role: 'approver' })
  const others = await tokenOf(await as({ name: 'eve', role: 'approver' }))
  const before = await stateOf(store)
  const writes = routes.filter(({ method }) => method === 'POST')
  t.ok(writes.length >= 30, `${writes.length} routes`)
  const accepted: string[] = []
  for (const route of writes) {
    for (const [name, forged] of Object.entries(forgeries(others))) {
      if (WITHOUT_TOKEN.includes(route.url) && forged.token !== undefined) continue
      const answer = await sendOwn(app, ana, route, forged)
      const isShownAgain = answer.statusCode === 303 && !isApi(route) && !isSignIn(answer)
      const isRefused = [400, 403, 415].includes(answer.statusCode) || isShownAgain
      if (!isRefused) accepted.push(`${route.url}, ${name}: ${answer.statusCode}`)
    }
    const read = await app.inject({ url: `${filled(route)}?${new URLSearchParams({ ...FIELDS })}`, ...address() })
    if (read.statusCode >= 500 || (await stateOf(store)) !== before) accepted.push(`${route.url} was read or changed`)
  }
  t.same(accepted, [])
  t.equal((await ana.get('/')).statusCode, 200, 'still signed in')

  const changed: string[] = []
  for (const route of writes) {
    const known = await stateOf(store)
    const answer = await sendOwn(app, await as({ name: 'ana', role: 'approver' }), route)
    t.not(answer.statusCode, 403, `the own request is not taken for another's: ${route.url}`)
    if ((await stateOf(store)) !== known) changed.push(route.url)
  }
  t.ok(changed.length >= 12, `own requests change something: ${changed.join(' ')}`)
})

/** What ends a text or a statement in SQL, or matches everything. */
const SQL = ["' OR 1=1 --", `"); DROP TABLE cases; --`, '1 UNION SELECT hash FROM ledger', '%']
const FILTERS = ['user', 'q', 'cause', 'state', 'caseId', 'target', 'after', 'limit', 'view', 'mode', 'since', 'key']

t.test('no text of an address or a form becomes SQL, on any route', (t) => sendsSql(t, SQL))

t.test('nor in PostgreSQL', async (t) => {
  const store = await openStore(await (await sharedPostgres(t)).createDatabase())
  t.teardown(() => store.close())
  await sendsSql(t, [SQL.join(' ')], store)
})

async function sendsSql(t: Test, statements: readonly string[], opened?: Store) {
  const { app, as, routes, store } = await world(t, opened)
  const ana = await as({ name: 'ana', role: 'approver' })
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const token = await tokenOf(ana)
  const before = await store.listCases({ limit: 9 })
  const wrong: string[] = []
  // A stream does not end; changes.test.ts has its text.
  const answering = routes.filter(({ url }) => url !== '/changes')
  for (const route of answering.filter(({ method, url }) => method === 'GET' || url.includes(':'))) {
    for (const sql of statements) {
      const url = filled({ ...route, url: route.url.replaceAll(/:\w+/g, encodeURIComponent(sql)) })
      const each = FILTERS.map((key) => new URLSearchParams({ [key]: sql }).toString())
      // The API refuses a query with an unknown key or value, so there each comes alone.
      const queries =
        route.method !== 'GET' ? [''] : isApi(route) ? each.map((one) => `?${one}`) : [`?${each.join('&')}`]
      for (const query of queries) {
        const answer = await app.inject({
          ...{ method: route.method as 'GET', url: url + query, ...address() },
          headers: { cookie, 'x-csrf-token': token, 'sec-fetch-site': 'same-origin', ...JSON_TYPE },
          ...(route.method === 'GET' ? {} : { payload: JSON.stringify(BODIES[route.url] ?? {}) })
        })
        const isFiltered = isApi(route) && /[?](user|caseId|target|key)=/.test(query) && answer.statusCode === 200
        const shows = isFiltered && /RE-BEN|anna@example/.test(answer.body)
        if (answer.statusCode >= 500 || shows) wrong.push(`${route.method} ${url}${query}: ${answer.statusCode}`)
      }
    }
  }
  t.same(wrong, [])
  t.same(await store.listCases({ limit: 9 }), before)
  t.same(await store.ledger({ after: 0, limit: 9 }), [])
}
