import t from 'tap'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { proposed } from './cases.ts'
import { NOW, pagesWith, TOKEN, type Visitor } from './pages-with.ts'

const ID = proposed().id
const CLOSE = `/api/cases/${ID}/close`
const WHY = { because: 'solved by phone' }

/** A script in the browser of this visitor. */
async function scriptOf(app: Awaited<ReturnType<typeof pagesWith>>['app'], visitor: Visitor) {
  const cookie = () => [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { csrf, operator } = (await visitor.get('/api/session')).json()
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload, headers: { cookie: cookie(), ...headers } })
  return { csrf: String(csrf), operator, post }
}

t.test('the API takes the session of the pages, with the same name and role', async (t) => {
  const { app, as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.equal((await ana.get('/api/cases')).json().cases.length, 1)
  const script = await scriptOf(app, ana)
  t.same(script.operator, { name: 'ana', role: 'approver' })
  const answer = await script.post(CLOSE, WHY, { 'x-csrf-token': script.csrf, 'sec-fetch-site': 'same-origin' })
  t.equal(answer.statusCode, 200)
  t.match(await store.ledger({ after: 0, limit: 9, caseId: ID }), [{ kind: 'close', by: 'ana' }])
})

t.test('a viewer reads over the API and changes nothing', async (t) => {
  const { app, as, store } = await pagesWith(t, { cases: [proposed()] })
  const vic = await as({ name: 'vic', role: 'viewer' })
  t.equal((await vic.get(`/api/cases/${ID}`)).statusCode, 200)
  const { csrf, post } = await scriptOf(app, vic)
  const token = { 'x-csrf-token': csrf }
  t.equal((await post(CLOSE, WHY, token)).statusCode, 403)
  t.equal((await post('/api/brake', { kill: { on: true, ...WHY } }, token)).statusCode, 403)
  t.equal((await post('/api/mode', { ceiling: 'observe' }, token)).statusCode, 403)
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
  t.match(await store.controls(), { version: 0 })
})

t.test('another site that makes a signed-in browser write gets nowhere', async (t) => {
  const { app, as, store } = await pagesWith(t, { cases: [proposed()] })
  const { csrf, post } = await scriptOf(app, await as({ name: 'ana', role: 'approver' }))
  const attempts: Record<string, string>[] = [
    {},
    { 'x-csrf-token': 'guess' },
    { 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' },
    { 'x-csrf-token': csrf, origin: 'https://evil.example' },
    { 'x-csrf-token': csrf, origin: 'null' }
  ]
  for (const headers of attempts) {
    const answer = await post(CLOSE, WHY, headers)
    t.equal(answer.statusCode, 403)
    t.match(answer.json(), { error: { code: 'forged' } })
  }
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
  const read = await app.inject({ url: '/api/cases', headers: { origin: 'https://evil.example' } })
  t.equal(read.headers['access-control-allow-origin'], undefined, 'nor does it read an answer')
})

t.test('nobody, an ended session and a wrong token beside a session get 401', async (t) => {
  let now = NOW
  const { visitor } = await pagesWith(t, { cases: [proposed()], clock: () => now })
  const ana = visitor()
  t.equal((await ana.get('/api/cases')).statusCode, 401)
  await ana.signIn()
  t.equal((await ana.get('/api/cases')).statusCode, 200)
  t.equal((await ana.get('/api/cases', { authorization: 'Bearer wrong' })).statusCode, 401)
  t.match((await ana.get('/api/session', { authorization: `Bearer ${TOKEN}` })).json(), { csrf: null })
  now = plus(NOW, 9 * HOUR_MS)
  t.equal((await ana.get('/api/cases')).statusCode, 401)
})
