import t from 'tap'
import { USER_ID } from '../remediate/situations.ts'
import { viewer } from '../support/operators.ts'
import { HOSTILE, proposed } from './cases.ts'
import { pagesWith, TOKEN } from './pages-with.ts'
import { readReports } from './read-reports.ts'

const VIC = viewer('vic')
const LOGINS = { 'anna@example.com': USER_ID }

t.test('a viewer at the help desk reports a user and is taken to the case that this opened', async (t) => {
  const { as, store } = await pagesWith(t, { meanwhile: readReports })
  const vic = await as(VIC)
  t.match((await vic.get('/')).body, /href="\/report"/)
  const fields = { user: ' new@example.com ', errorCode: 'E0000011', platform: 'IOS', text: 'Sees\ninvalidToken' }
  const answer = await vic.send('/report', fields)
  t.equal(answer.statusCode, 303)
  const page = await vic.get(String(answer.headers.location))
  t.match(page.body, /The report opened this case/)
  t.match(page.body, /new@example\.com/)
  const { cases } = await store.listCases({ limit: 5 })
  t.match(cases, [{ failures: [{ source: 'report', device: { platform: 'IOS' }, reason: /E0000011; Sees/ }] }])
  t.match(cases[0]?.failures[0]?.actor, { login: 'vic' }, 'who reported is kept')
})

t.test('a report about somebody with an open case joins it, and the page says so', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()], logins: LOGINS, meanwhile: readReports })
  const vic = await as(VIC)
  const page = await vic.get('/report?user=Anna%40example.com')
  t.match(page.body, /Open case.*<a href="\/cases\/RE-.*Give no steps yet.*Add to the open case/s)
  const answer = await vic.post('/report', { user: USER_ID, platform: 'unknown' })
  t.equal(answer.headers.location, `/cases/${proposed().id}`)
  t.match((await vic.get(`/cases/${proposed().id}`)).body, /already has an open case. The report was added to it/)
  t.equal((await store.listCases({ limit: 5 })).cases.length, 1)
})

t.test('a misspelt login opens no case: the page offers who was meant, and opens one only when told so', async (t) => {
  const { as, store } = await pagesWith(t, { logins: LOGINS, meanwhile: readReports })
  const vic = await as(VIC)
  const answer = await vic.send('/report', { user: 'anan@example.com', errorCode: 'E0000011' })
  t.equal(answer.statusCode, 422)
  t.match(answer.body, new RegExp(`Okta has nobody.*Did you mean.*href="/report\\?user=${USER_ID}"`, 's'))
  t.match((await vic.get(`/report?user=${USER_ID}`)).body, /anna@example\.com.*No case yet.*name="platform"/s)
  t.match((await vic.get('/report?user=typo%40example.com')).body, /Check the spelling.*name="anyway"/s)
  t.equal((await store.listCases({ limit: 5 })).cases.length, 0)
  t.equal((await vic.post('/report', { user: 'typo@example.com', anyway: 'on' })).statusCode, 303)
  t.equal((await store.listCases({ limit: 5 })).cases.length, 1)
})

t.test('a user whose case has ended: the page shows it, and the new case lists it', async (t) => {
  const ended = proposed({ state: 'resolved', outcome: 'recovered_by_itself', proposal: null })
  const { as } = await pagesWith(t, { cases: [ended], logins: LOGINS, meanwhile: readReports })
  const vic = await as(VIC)
  t.match(
    (await vic.get('/report?user=anna%40example.com')).body,
    /Last case.*enrolled without a repair.*Open a new case/s
  )
  const fields = { user: USER_ID, error: 'invalidToken', platform: 'ANDROID' }
  const opened = String((await vic.post('/report', fields)).headers.location)
  t.not(opened, `/cases/${ended.id}`)
  t.match((await vic.get(opened)).body, new RegExp(`Earlier cases of the user.*href="/cases/${ended.id}"`, 's'))
})

t.test('a report that is not read yet is safe: the page leads to its case as soon as there is one', async (t) => {
  const { as, store } = await pagesWith(t)
  const vic = await as(VIC)
  const answer = await vic.send('/report', { user: '00uWaiting0000000001' })
  const here = String(answer.headers.location)
  t.match(here, /^\/report\/sent\?/)
  t.match((await vic.get(here)).body, /It is being processed; the case will appear in a few seconds/)
  await readReports(store)
  t.match((await vic.get(here)).headers.location, /^\/cases\/RE-/)
  t.match((await vic.get('/report/sent')).body, /Report received/, 'a made-up address shows no case')
})

t.test('what is wrong with a report is said beside what was typed', async (t) => {
  const { as, store } = await pagesWith(t)
  const vic = await as(VIC)
  const wrong = { user: 'new@example.com', error: '', errorCode: 'E0000011', platform: 'ANDROID', text: HOSTILE }
  const answer = await vic.send('/report', wrong)
  t.equal(answer.statusCode, 422)
  t.match(answer.body, /The text is 10\d\d\d characters long; the limit is 4000/)
  t.match(answer.body, /value="E0000011"/)
  t.match(answer.body, /value="ANDROID" checked/)
  t.match(answer.body, /&#60;script&#62;alert/)
  t.notMatch(answer.body, /<script>alert|<img/)
  t.match((await vic.post('/report', { user: '  ' })).body, /Enter the login or Okta id of the user/)
  t.equal((await vic.send('/report', { user: 'x', platform: 'TOASTER' })).statusCode, 422)
  t.equal((await store.snapshot()).pendingEvents, 0, 'nothing was taken in')
  t.match(
    (await vic.get('/report?user=%3Cb%3Elou')).body,
    /value="&#60;b&#62;lou"/,
    'a name comes along from the search'
  )
})

t.test('another site cannot report, nor can somebody who is not signed in; their text is kept', async (t) => {
  const { as, visitor, store } = await pagesWith(t)
  const vic = await as(VIC)
  await vic.get('/report')
  t.equal((await vic.post('/report', { user: 'x' }, { 'sec-fetch-site': 'cross-site' })).statusCode, 403)
  t.equal((await vic.post('/report', { user: 'lou@example.com', _csrf: 'forged' })).headers.location, '/report')
  t.match((await vic.get('/report')).body, /value="lou@example\.com"/)
  const guest = visitor()
  await guest.get('/sign-in')
  const late = await guest.post('/report', { user: 'pat@example.com', text: 'cannot scan the code' })
  t.equal(late.statusCode, 401)
  t.match(late.body, /cannot scan the code/)
  t.equal((await guest.post('/sign-in', { token: TOKEN })).headers.location, '/report')
  t.match((await guest.get('/report')).body, /value="pat@example\.com"/)
  t.equal((await store.snapshot()).pendingEvents, 0)
})
