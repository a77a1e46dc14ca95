import t from 'tap'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { proposed } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

const ID = proposed().id

t.test('nobody sees anything before signing in; afterwards they are where they wanted to go', async (t) => {
  const { visitor } = await pagesWith(t, { cases: [proposed()] })
  const guest = visitor()
  for (const path of ['/', `/cases/${ID}`, '/policy', '/brake', '/activity']) {
    const turned = await guest.get(path)
    t.equal(turned.statusCode, 303)
    t.equal(turned.headers.location, `/sign-in?next=${encodeURIComponent(path)}`)
  }
  await guest.get(`/sign-in?next=/cases/${ID}`)
  t.notMatch(guest.html, /Anna Example/)
  const wrong = await guest.post('/sign-in', { token: 'guess', next: `/cases/${ID}` })
  t.equal(wrong.statusCode, 401)
  t.match(wrong.body, /Wrong ops token/)
  const right = await guest.post('/sign-in', { token: 'ops-token-for-tests-0123456789', next: `/cases/${ID}` })
  t.equal(right.headers.location, `/cases/${ID}`)
  t.match((await guest.get(`/cases/${ID}`)).body, /Anna Example/)
})

t.test('guessing is slowed down', async (t) => {
  const { visitor } = await pagesWith(t)
  const guest = visitor()
  await guest.get('/sign-in')
  const statuses = []
  for (let n = 0; n < 12; n++) statuses.push((await guest.post('/sign-in', { token: `guess ${n}` })).statusCode)
  t.same(new Set(statuses.slice(0, 10)), new Set([401]))
  t.same(statuses.slice(10), [429, 429])
})

t.test('signing in leads nowhere but to our own pages', async (t) => {
  const { visitor } = await pagesWith(t)
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b']) {
    const guest = visitor()
    await guest.get('/sign-in')
    t.equal((await guest.post('/sign-in', { token: 'ops-token-for-tests-0123456789', next })).headers.location, '/')
  }
})

t.test('signing out ends the session', async (t) => {
  const { visitor } = await pagesWith(t)
  const ana = visitor()
  await ana.signIn()
  t.equal((await ana.get('/')).statusCode, 200)
  t.equal((await ana.post('/sign-out')).headers.location, '/sign-in')
  t.equal((await ana.get('/')).statusCode, 303)
})

t.test('the cookie is for us alone: encrypted, not for scripts, not for other sites', async (t) => {
  const { visitor } = await pagesWith(t, { publicUrl: 'https://reenroll.example.com' })
  const ana = visitor()
  const page = await ana.get('/sign-in')
  t.match(page.cookies, [{ name: '__Host-reenroll-session', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' }])
  t.match(page.headers, { 'strict-transport-security': /max-age/ })
})

t.test('a strict policy for content, no frames, and no word to other sites about where one was', async (t) => {
  const { visitor } = await pagesWith(t)
  const { headers, body } = await visitor().get('/sign-in')
  t.equal(
    headers['content-security-policy'],
    "default-src 'none';style-src 'self';script-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'"
  )
  t.match(headers, { 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin', 'cache-control': 'no-store' })
  t.notMatch(body, /\sstyle=|<style|\son\w+=|<script>/, 'nothing inline')
})

t.test('another site cannot act', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  await ana.get(`/cases/${ID}/close`)
  const url = `/cases/${ID}/close`
  const why = { because: 'because I say so' }
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
    t.equal((await ana.post(url, why, headers as unknown as Record<string, string>)).statusCode, 403)
  }
  t.equal((await ana.post(url, { ...why, _csrf: 'forged' })).statusCode, 303, 'the form is shown again')
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
  await ana.get(url)
  t.match(ana.html, /because I say so/, 'and the text is kept')
  t.match(ana.html, /from an earlier session/)
  const own = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' }
  t.equal((await ana.post(url, why, own)).headers.location, `/cases/${ID}`)
  t.equal((await store.getCase(ID))?.state, 'closed')
})

t.test('a viewer sees everything and decides nothing', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const vic = await as({ name: 'vic', role: 'viewer' })
  const page = await vic.get(`/cases/${ID}`)
  t.match(page.body, /Proposed: Unsuspend the user/)
  t.notMatch(page.body, /Approve…|Reject…|Assign to me/)
  for (const verb of ['approve', 'reject', 'close', 'snooze']) {
    t.equal((await vic.get(`/cases/${ID}/${verb}`)).statusCode, 403)
  }
  await vic.get(`/cases/${ID}`)
  const hash = 'a'.repeat(64)
  t.equal((await vic.post(`/cases/${ID}/approve`, { hash, override_G9: 'trust me' })).statusCode, 403)
  t.equal((await vic.post(`/cases/${ID}/retry`)).statusCode, 403)
  const forged = [
    ['/brake', { on: 'yes', because: 'just because' }],
    ['/policy/mode', { ceiling: 'observe' }],
    ['/policy/rules/suspended', { mode: 'auto' }]
  ] as const
  for (const [path, fields] of forged) {
    await vic.get('/brake')
    t.equal((await vic.post(path, fields)).statusCode, 403)
  }
  t.match(await store.controls(), { version: 0 })
  t.equal((await store.getCase(ID))?.version, 1)
})

t.test('a session that has ended loses no typed reason', async (t) => {
  let now = NOW
  const { visitor, store } = await pagesWith(t, { cases: [proposed()], clock: () => now })
  const ana = visitor()
  await ana.signIn()
  await ana.get(`/cases/${ID}/approve`)
  now = plus(NOW, 9 * HOUR_MS)
  const typed = 'HR confirmed by phone: the leave is over.'
  const late = await ana.post(`/cases/${ID}/approve`, { hash: 'a'.repeat(64), override_G9: typed })
  t.equal(late.statusCode, 401)
  t.match(late.body, /Your session has ended/)
  t.match(late.body, /HR confirmed by phone/)
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
  const back = await ana.post('/sign-in', { token: 'ops-token-for-tests-0123456789' })
  t.equal(back.headers.location, `/cases/${ID}/approve`)
  const form = await ana.get(`/cases/${ID}/approve`)
  t.match(form.body, `>${typed}</textarea>`)
  t.equal((await ana.post(`/cases/${ID}/approve`, { hash: 'a'.repeat(64), override_G9: typed })).statusCode, 303)
  t.match(await store.getCase(ID), { state: 'acting', approval: { overrides: [{ guard: 'G9', because: typed }] } })
})

t.test('a text too long to keep is shown to be copied', async (t) => {
  const { visitor } = await pagesWith(t, { cases: [proposed()] })
  const guest = visitor()
  await guest.get('/sign-in')
  const late = await guest.post(`/cases/${ID}/approve`, { override_G9: 'é'.repeat(1_900) })
  t.equal(late.statusCode, 401)
  t.match(late.body, /Copy what you typed/)
  t.match(late.body, /é{1900}/)
})
