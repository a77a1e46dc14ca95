import t from 'tap'
import { StoreUnavailable } from '../../src/domain/store.ts'
import { plus } from '../../src/domain/time.ts'
import { NOW } from '../remediate/situations.ts'
import { action, caseWith } from '../ticket/draft/cases.ts'
import { AUTH, listenerWith } from './listener-with.ts'

const CASES = Array.from({ length: 5 }, (_, index) =>
  caseWith({
    id: `RE-00000000000${index}`,
    subjectKey: `user:00u${index}`,
    user: { id: `00u${index}`, login: `user${index}@example.com`, name: null },
    openedAt: plus(NOW, index * 1_000),
    state: index % 2 === 0 ? 'with_person' : 'watching'
  })
)

t.test('without the token nothing under /api answers', async (t) => {
  const { app } = await listenerWith(t)
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: AUTH.authorization.slice(0, -1) }]) {
    const answer = await app.inject({ url: '/api/cases', headers })
    t.equal(answer.statusCode, 401)
    t.match(answer.json(), { error: { code: 'unauthenticated', message: /token/ } })
    t.equal(answer.headers['www-authenticate'], 'Bearer')
  }
})

t.test('an address that guesses is slowed down, and the right token still passes', async (t) => {
  const { app } = await listenerWith(t)
  const guess = () => app.inject({ url: '/api/cases', headers: { authorization: 'Bearer no' } })
  const statuses = []
  for (let count = 0; count < 12; count++) statuses.push((await guess()).statusCode)
  t.strictSame(statuses, [...Array(10).fill(401), 429, 429])
  t.match((await guess()).headers['retry-after'], /^\d+$/)
  for (let count = 0; count < 20; count++) {
    t.equal((await app.inject({ url: '/api/cases', headers: AUTH })).statusCode, 200)
  }
})

t.test('the list is newest first, pages by cursor and ends with null', async (t) => {
  const { app } = await listenerWith(t, {}, CASES)
  const ids: string[] = []
  let after = ''
  for (let page = 0; page < 5; page++) {
    const { cases, next } = (await app.inject({ url: `/api/cases?limit=2${after}`, headers: AUTH })).json()
    ids.push(...cases.map((c: { id: string }) => c.id))
    if (next === null) break
    after = `&after=${encodeURIComponent(next)}`
  }
  t.strictSame(ids, CASES.map((c) => c.id).reverse())
})

t.test('state, cause and user narrow the list', async (t) => {
  const { app } = await listenerWith(t, {}, CASES)
  const count = async (query: string) =>
    (await app.inject({ url: `/api/cases?${query}`, headers: AUTH })).json().cases.length
  t.equal(await count('state=watching'), 2)
  t.equal(await count('state=watching,with_person'), 5)
  t.equal(await count('state='), 5, 'an empty filter, as forms send it, is none')
  t.equal(await count('cause=account_suspended'), 5)
  t.equal(await count('cause=unknown'), 0)
  t.equal(await count('user=00u3'), 1)
  t.equal(await count('user=user3%40example.com'), 1)
  t.equal(await count('user=nobody'), 0)
})

t.test('a bad filter answers 400 and says what would be right', async (t) => {
  const { app } = await listenerWith(t)
  const bad: readonly (readonly [string, RegExp])[] = [
    ['state=open', /`open` is not a valid state; use received, correlating/],
    ['state=watching,', /`` is not a valid state/],
    ['cause=toothache', /`toothache` is not a valid cause; use account_suspended/],
    ['limit=0', /`limit` must be a whole number from 1 to 200, not `0`/],
    ['limit=201', /from 1 to 200/],
    ['limit=1e2', /from 1 to 200/],
    ['limit=abc', /not `abc`/],
    ['user=a&user=b', /`user` is given more than once/],
    ['after=nonsense', /not a cursor/],
    ...['2026-02-31T00:00:00.000Z', '2026-13-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '2026-01-01T9Z'].map(
      (at) => [`after=${Buffer.from(`${at} RE-1`).toString('base64url')}`, /not a cursor/] as const
    ),
    [`after=${Buffer.from(`${NOW} RE-\0`).toString('base64url')}`, /not a cursor/],
    ['user=%00', /NUL/],
    ['states=watching', /`states` is not a filter; use state, cause, user, canary, limit, after/],
    [`user=${'x'.repeat(300)}`, /longer than 256/]
  ]
  for (const [query, message] of bad) {
    const answer = await app.inject({ url: `/api/cases?${query}`, headers: AUTH })
    t.equal(answer.statusCode, 400, query)
    t.match(answer.json(), { error: { code: 'bad_request', message } })
  }
})

t.test('one case is shown whole, with its evidence as a list and its rows', async (t) => {
  const roles = { state: 'unknown', at: NOW, because: 'Okta answered 403', retryable: false } as const
  const base = caseWith({ actions: [action()] })
  const shown = {
    ...base,
    evidence: base.evidence && { ...base.evidence, roles },
    ticket: { system: 'local', key: 'RE-1', url: 'https://x.example/RE-1', state: 'open', story: 4 } as const
  }
  const { app } = await listenerWith(t, {}, [shown])
  const body = (await app.inject({ url: `/api/cases/${base.id}`, headers: AUTH })).json()
  t.strictSame(Object.keys(body).sort(), [
    'actions',
    'alarm',
    'cause',
    'challenges',
    'considered',
    'decision',
    'evidence',
    'failures',
    'guards',
    'id',
    'openedAt',
    'outcome',
    'parentId',
    'proposal',
    'rows',
    'state',
    'storm',
    'ticket',
    'timeline',
    'updatedAt',
    'user'
  ])
  t.match(body.evidence[0], { source: 'user', state: 'known', at: NOW, value: { status: 'ACTIVE' } })
  t.strictSame(body.evidence[6], { source: 'roles', state: 'unknown', at: NOW, because: 'Okta answered 403' })
  t.strictSame(body.ticket, { system: 'local', key: 'RE-1', url: 'https://x.example/RE-1', state: 'open' })
  t.match(body.decision, { kind: 'ticket', rule: 'suspended', mode: 'propose' })
  t.notOk('rows' in body.decision)
  t.equal(body.rows.length, 1)
  t.match(body.actions, [{ remediation: 'unsuspend_user', state: 'done', effect: 'pending' }])
})

t.test('a case nobody has read yet has no evidence, cause or decision', async (t) => {
  const fresh = caseWith({ evidence: null, cause: null, decision: null, guards: [], state: 'received' })
  const { app } = await listenerWith(t, {}, [fresh])
  const body = (await app.inject({ url: `/api/cases/${fresh.id}`, headers: AUTH })).json()
  t.match(body, { evidence: [], cause: null, decision: null, rows: [], proposal: null, ticket: null })
})

t.test('what is not there answers 404 in the same shape', async (t) => {
  const { app } = await listenerWith(t)
  for (const url of ['/api/cases/RE-NONE', '/api/tickets/RE-NONE', '/api/nothing', '/nothing']) {
    const answer = await app.inject({ url, headers: AUTH })
    t.equal(answer.statusCode, 404)
    t.match(answer.json(), { error: { code: 'not_found', message: /does not exist\.$/ } })
  }
})

t.test('a store that is away answers 503, and a bug 500 without its text', async (t) => {
  const failing = async (error: Error) => {
    const reject = () => Promise.reject(error)
    const reads = { getCase: reject, listCases: reject, getTicket: reject, ledger: reject, outboxEntries: reject }
    const store = { ...reads, retryOutboxEntry: reject, healthy: async () => false }
    const { app, logged } = await listenerWith(t, { store })
    const answer = await app.inject({ url: '/api/cases/RE-1', headers: AUTH })
    return { answer, logged: logged() }
  }
  const away = await failing(new StoreUnavailable('disk full'))
  t.match(away.answer, { statusCode: 503, headers: { 'retry-after': '1' } })
  const bug = await failing(new TypeError('x is undefined at secret.ts'))
  t.equal(bug.answer.statusCode, 500)
  t.notMatch(bug.answer.body, /secret\.ts|stack/)
  t.match(bug.logged, /x is undefined.*request failed/)
})
