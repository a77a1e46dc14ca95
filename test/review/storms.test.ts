import t from 'tap'
import { stormReason } from '../../src/case/machine/storm.ts'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { AUTH } from '../api/listener-with.ts'
import { approver, viewer } from '../support/operators.ts'
import { caseOf, proposed, stormOf } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

const ANA = approver('ana')
const STORM = stormOf()

/** Sixty cases of the storm, the first two waiting for an approval. */
const CHILDREN = Array.from({ length: 60 }, (_, n) => {
  const user = `c${String(n).padStart(2, '0')}`
  const own = caseOf(user, { parentId: STORM.id, openedAt: plus(NOW, n * MINUTE_MS) })
  if (n >= 2) return own
  return { ...own, state: 'awaiting_approval' as const, proposal: proposed().proposal }
})

t.test('a storm is one row of the queue, with its count and what waits inside', async (t) => {
  const { as } = await pagesWith(t, { cases: [STORM, ...CHILDREN, caseOf('alone')] })
  const ana = await as(ANA)
  const { body } = await ana.get('/')
  t.match(body, /Needs a person <span class="n">2</, 'the storm and the one who is not in it')
  t.match(body, /<strong>60 cases<\/strong> in this storm, 60 open, <strong>2 need approval<\/strong>/)
  t.notMatch(body, />c07</)
  const found = await ana.get('/?q=c07')
  t.match(found.body, />c07</, 'whoever looks for somebody finds them inside the storm')
  t.match(found.body, /part of a storm/)
})

t.test('the page of a storm lists its cases, page by page and by state', async (t) => {
  const { as } = await pagesWith(t, { cases: [STORM, ...CHILDREN] })
  const ana = await as(ANA)
  const { body } = await ana.get(`/cases/${STORM.id}`)
  t.match(body, /Its cases <span class="n">60</)
  t.match(body, /Needs approval <span class="n">2</)
  t.equal(body.match(/data-row/g)?.length, 50)
  const next = /rel="next" href="([^"]*)#children"/.exec(body)?.[1] ?? ''
  const second = await ana.get(next.replaceAll('&#61;', '='))
  t.equal(second.body.match(/data-row/g)?.length, 10)
  t.match(second.body, /First page/)
  const waiting = await ana.get(`/cases/${STORM.id}?state=awaiting_approval`)
  t.equal(waiting.body.match(/data-row/g)?.length, 2)
  t.match(waiting.body, /proposed: Unsuspend the user/)
  t.match(waiting.body, /aria-current="true">Needs approval/)
  t.equal((await ana.get(`/cases/${STORM.id}?after=garbage&state=nonsense`)).body.match(/data-row/g)?.length, 50)
})

t.test('a quiet case says so, links its storm, and speaks up when the storm is over', async (t) => {
  const child = caseOf('quiet', { parentId: STORM.id })
  const { as, store } = await pagesWith(t, { cases: [STORM, child] })
  const ana = await as(ANA)
  const quiet = await ana.get(`/cases/${child.id}`)
  t.match(quiet.body, /<h2>Part of a storm/)
  t.match(quiet.body, `href="/cases/${STORM.id}"`)
  t.notMatch(quiet.body, /Needs a person<\/h2>/)
  const over = { ...STORM, version: 2, storm: STORM.storm && { ...STORM.storm, releasedAt: plus(NOW, MINUTE_MS) } }
  await store.save({ next: over, ledger: [] })
  const loud = await ana.get(`/cases/${child.id}`)
  t.notMatch(loud.body, /<h2>Part of a storm/)
  t.match(loud.body, /Part of <a href="\/cases\/RE-ST0RM[^>]*>the storm .*which ended/)
})

t.test('an alarmed case of a storm is not quiet', async (t) => {
  const child = caseOf('loud', { parentId: STORM.id, securityAlert: 'a report by the user' })
  const { as } = await pagesWith(t, { cases: [STORM, child] })
  const { body } = await (await as(ANA)).get(`/cases/${child.id}`)
  t.match(body, /Treat this as a possible takeover/)
  t.match(body, /It has its own ticket because of the security alert/)
})

t.test('a storm that nobody has joined yet says when they come', async (t) => {
  const { as } = await pagesWith(t, { cases: [STORM] })
  const ana = await as(ANA)
  t.match((await ana.get(`/cases/${STORM.id}`)).body, /None yet\. Cases are added within half a minute/)
  t.match((await ana.get('/')).body, /Its cases are being added/)
})

t.test('a storm in one network says how many fail in all', async (t) => {
  const bounds = { stormUsers: 50, stormSameNetworkUsers: 10, stormWindowMs: 10 * MINUTE_MS }
  const none = { ip: null, asNumber: null, appVersion: null, platform: null }
  const ip = { value: '192.0.2.1', users: 12 }
  t.match(stormReason({ users: 20, common: { ...none, ip } }, bounds), /^20 users failed within .*, 12 of them from/)
  const platform = { value: 'IOS', users: 15 }
  t.match(stormReason({ users: 20, common: { ...none, ip, platform } }, bounds), /15 on iOS\.$/, 'not IOS')
  t.equal(stormReason({ users: 20, common: none }, bounds), null)
})

const FAILED = caseOf('x').failures.at(0)

/** Children that fail from two addresses, one a minute. */
const SPREAD = Array.from({ length: 12 }, (_, n) => {
  if (!FAILED) throw new Error('no failure')
  const context = { ...FAILED.context, ip: n < 9 ? '192.0.2.1' : '192.0.2.2', appVersion: '9.40.1' }
  const openedAt = plus(NOW, n * MINUTE_MS)
  return caseOf(`s${String.fromCharCode(97 + n)}`, {
    version: 1,
    parentId: STORM.id,
    failures: [{ ...FAILED, context }],
    openedAt
  })
})

t.test('the page of a storm shows what its users share, and each number leads to these cases', async (t) => {
  const { as } = await pagesWith(t, { cases: [STORM, ...SPREAD] })
  const ana = await as(ANA)
  const { body } = await ana.get(`/cases/${STORM.id}`)
  t.match(
    body,
    />Address <span class="fact"><bdi>192\.0\.2\.1<\/bdi><\/span><\/th><td[^>]*><a href="[^"]*">9<\/a><\/td><td[^>]*>75 %/
  )
  t.match(
    body,
    />App version <span class="fact"><bdi>9\.40\.1<\/bdi><\/span><\/th><td[^>]*><a href="[^"]*">12<\/a><\/td><td[^>]*>100 %/
  )
  t.match(body, /One message to all.*fails for many people at the moment/s)
  const links = [...body.matchAll(/<a href="(\/\?[^"]*storm[^"]*)"[^>]*>(\d+)<\/a>/g)]
  t.ok(links.length > 15, 'the curve has one a minute')
  for (const [, href = '', count = ''] of links) {
    const queue = await ana.get(href.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)))
    t.equal(queue.body.match(/data-row/g)?.length, Number(count), href)
  }
})

t.test('a part of a storm is released by address, oldest first, with a reason in the ledger', async (t) => {
  const { app, as, store } = await pagesWith(t, { cases: [STORM, ...SPREAD] })
  const ana = await as(ANA)
  const form = `/cases/${STORM.id}/release?address=192.0.2.2`
  t.match((await ana.get(form)).body, /with Address <bdi>192\.0\.2\.2/)
  const fields = { address: '192.0.2.2', most: '5', because: 'a try' }
  t.equal((await ana.post(`/cases/${STORM.id}/release`, { ...fields, because: '' })).statusCode, 422)
  t.equal((await ana.post(`/cases/${STORM.id}/release`, fields)).headers.location, `/cases/${STORM.id}`)
  const released = await store.listCases({ states: ['received'], limit: 9, order: 'oldest' })
  t.strictSame(
    released.cases.map(({ user: { name }, releasedAt, parentId }) => [name, releasedAt !== null, parentId]),
    ['sj', 'sk', 'sl'].map((name) => [name, true, STORM.id])
  )
  t.match(await store.ledger({ after: 0, limit: 9 }), [
    { kind: 'control', caseId: STORM.id, by: 'ana', entry: { storm: 'release', cases: 3, because: 'a try' } }
  ])
  t.equal((await ana.send(form, fields, `/cases/${STORM.id}/release`)).statusCode, 422, 'none is left')
  const olga = await as(viewer('olga'))
  t.equal((await olga.get(form)).statusCode, 403)
  const byApi = (body: object) =>
    app.inject({ method: 'POST', url: `/api/cases/${STORM.id}/release`, headers: AUTH, payload: body })
  t.equal((await byApi({ most: 2, because: 'a try' })).json().timeline.at(-1).by, 'ops-token')
  t.equal((await store.listCases({ states: ['received'], limit: 9 })).cases.length, 5, 'two more')
  t.match((await byApi({ most: 0, because: 'a try' })).json(), { error: { message: /most/ } })
  t.match((await byApi({ most: 2, because: 'a try', facts: { login: 'x' } })).json(), { error: { message: /login/ } })
  t.notMatch((await olga.get(`/cases/${STORM.id}`)).body, /Release/)
})
