import t from 'tap'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { proposed } from './cases.ts'
import { NOW, pagesWith, TOKEN } from './pages-with.ts'

const ID = proposed().id

/** A clock that the test sets, in minutes after noon. */
function minutes() {
  let now = NOW
  return { clock: () => now, set: (count: number) => (now = plus(NOW, count * MINUTE_MS)) }
}

t.test('a copied cookie is worth nothing after the sign-out', async (t) => {
  const { visitor } = await pagesWith(t)
  const [ana, thief] = [visitor(), visitor()]
  await ana.signIn()
  for (const [name, value] of ana.cookies) thief.cookies.set(name, value)
  t.equal((await thief.get('/')).statusCode, 200, 'until then it is')
  await ana.get('/')
  await ana.post('/sign-out')
  t.equal((await thief.get('/')).statusCode, 303)
  t.equal((await thief.get('/api/cases')).statusCode, 401)
})

t.test('a session ends after 30 minutes without use; a page that refreshes itself is no use', async (t) => {
  const { clock, set } = minutes()
  const { visitor } = await pagesWith(t, { clock })
  const ana = visitor()
  await ana.signIn()
  set(29)
  t.equal((await ana.get('/')).statusCode, 200)
  set(58)
  t.equal((await ana.get('/', { 'x-refresh': '1' })).statusCode, 200, '29 minutes after the last use')
  set(59)
  t.equal((await ana.get('/')).statusCode, 303)
})

t.test('a session ends after 8 hours, however busy', async (t) => {
  const { clock, set } = minutes()
  const { visitor } = await pagesWith(t, { clock })
  const ana = visitor()
  await ana.signIn()
  for (let minute = 20; minute < 480; minute += 20) {
    set(minute)
    t.equal((await ana.get('/')).statusCode, 200)
  }
  set(480)
  t.equal((await ana.get('/')).statusCode, 303)
})

t.test('another ops token ends the sessions of the one before, although the session key stays', async (t) => {
  const before = await pagesWith(t)
  const ana = before.visitor()
  await ana.signIn()
  const same = await pagesWith(t, { store: before.store })
  const rotated = await pagesWith(t, { store: before.store, opsToken: `${TOKEN}-rotated` })
  for (const [pages, status] of [
    [same, 200],
    [rotated, 303]
  ] as const) {
    const back = pages.visitor()
    for (const [name, value] of ana.cookies) back.cookies.set(name, value)
    t.equal((await back.get('/')).statusCode, status)
  }
  const bea = await before.as({ name: 'bea', role: 'approver' })
  t.equal((await bea.get('/')).statusCode, 200, 'a session without the ops token continues')
})

t.test('the ledger says that somebody signed in with the ops token', async (t) => {
  const { visitor, store } = await pagesWith(t)
  await visitor().signIn()
  t.match(await store.ledger({ after: 0, limit: 9 }), [{ kind: 'access', by: 'ops-token', entry: { made: 'session' } }])
})

t.test('an approver sees and ends the sessions of all, a viewer only their own', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const [ana, vic, vicsPhone, bob] = [
    await as({ name: 'ana', role: 'approver' }),
    await as({ name: 'vic', role: 'viewer' }),
    await as({ name: 'vic', role: 'viewer' }),
    await as({ name: 'bob', role: 'viewer' })
  ]
  const page = await vic.get('/access')
  t.notMatch(page.body, />bob<|>ana<\/bdi><\/span><\/th>|API tokens<\/h2>/)
  t.match(page.body, /this session/)
  const [bobs] = (await store.credentials()).filter(({ operator }) => operator.name === 'bob')
  await vic.post(`/access/${bobs?.id}/end`)
  t.equal((await bob.get('/')).statusCode, 200, 'not for vic to end')
  await vic.get('/access')
  await vic.post('/access/end-others')
  t.equal((await vicsPhone.get('/')).statusCode, 303)
  t.equal((await vic.get('/')).statusCode, 200)
  await ana.get('/access')
  t.match(ana.html, />bob</)
  await ana.post(`/access/${bobs?.id}/end`)
  t.equal((await bob.get('/')).statusCode, 303)
  t.match(await store.ledger({ after: 0, limit: 9 }), [
    { kind: 'access', by: 'vic' },
    { kind: 'access', by: 'ana', entry: { ended: [bobs?.id] } }
  ])
})

t.test('an API token is made on the page, shown once, and ended there', async (t) => {
  const { app, as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  await ana.get('/access')
  t.equal((await ana.post('/access/tokens', { name: 'ana@example.com', role: 'viewer', days: '1' })).statusCode, 422)
  const made = await ana.post('/access/tokens', { name: 'status-board', role: 'viewer', days: '30' })
  const token = /<pre[^>]*>(reenroll_[\w-]{43})</.exec(made.body)?.[1] ?? ''
  t.ok(token)
  t.notMatch((await ana.get('/access')).body, token)
  t.notMatch(JSON.stringify([await store.credentials(), await store.ledger({ after: 0, limit: 9 })]), token)
  const headers = { authorization: `Bearer ${token}` }
  t.match((await app.inject({ url: '/api/session', headers })).json(), { operator: { name: 'token:status-board' } })
  const close = { method: 'POST', url: `/api/cases/${ID}/close`, payload: { because: 'solved' }, headers } as const
  t.equal((await app.inject(close)).statusCode, 403, 'a viewer')
  const [credential] = (await store.credentials()).filter(({ kind }) => kind === 'token')
  await ana.post(`/access/${credential?.id}/end`)
  t.equal((await app.inject({ url: '/api/cases', headers })).statusCode, 401)
  const vic = await as({ name: 'vic', role: 'viewer' })
  await vic.get('/access')
  t.equal((await vic.post('/access/tokens', { name: 'x', role: 'viewer', days: '1' })).statusCode, 403)
})

t.test('an API token expires, and makes no other', async (t) => {
  const { clock, set } = minutes()
  const { app, deps } = await pagesWith(t, { clock, cases: [proposed()] })
  const by = { id: 'x', name: 'ana', role: 'approver', provider: 'y' } as const
  const { token } = await deps.access.createToken({ name: 'deploy', role: 'approver', days: 1 }, by)
  const headers = { authorization: `Bearer ${token}` }
  const payload = { name: 'other', role: 'approver', days: 365 }
  t.equal((await app.inject({ method: 'POST', url: '/api/credentials', payload, headers })).statusCode, 403)
  t.equal((await app.inject({ url: '/api/cases', headers })).statusCode, 200)
  set((24 * HOUR_MS) / MINUTE_MS)
  t.equal((await app.inject({ url: '/api/cases', headers })).statusCode, 401)
})

t.test('over the API, the ops token makes, lists and ends API tokens', async (t) => {
  const { app } = await pagesWith(t)
  const headers = { authorization: `Bearer ${TOKEN}` }
  const payload = { name: 'ci', role: 'approver', days: 90 }
  const made = await app.inject({ method: 'POST', url: '/api/credentials', payload, headers })
  t.equal(made.statusCode, 201)
  const { token, credential } = made.json()
  t.match(credential, { name: 'token:ci', role: 'approver', kind: 'token' })
  t.match((await app.inject({ url: '/api/credentials', headers })).json(), { credentials: [credential] })
  const end = { method: 'POST', url: `/api/credentials/${credential.id}/end`, headers } as const
  t.equal((await app.inject({ url: '/api/cases', headers: { authorization: `Bearer ${token}` } })).statusCode, 200)
  t.equal((await app.inject(end)).statusCode, 200)
  t.equal((await app.inject(end)).statusCode, 404)
  t.equal((await app.inject({ url: '/api/cases', headers: { authorization: `Bearer ${token}` } })).statusCode, 401)
})
