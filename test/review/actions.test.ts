import t from 'tap'
import { failure } from '../remediate/situations.ts'
import { approver, viewer } from '../support/operators.ts'
import { caseOf, proposed } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

const ID = proposed().id
const CASE = `/cases/${ID}`

t.test('the form to approve shows exactly what will happen and what it rests on', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed()] })
  const { body } = await (await as({ name: 'ana', role: 'approver' })).get(`${CASE}/approve`)
  t.match(body, /Approve: Unsuspend the user/)
  t.match(body, 'POST /api/v1/users/{id}/lifecycle/unsuspend')
  t.match(body, 'a'.repeat(64), 'the hash')
  t.match(body, /Override “Blocked by an untrusted actor”/)
  t.match(body, /name="override_G9"/)
  t.match(body, /To undo/)
})

t.test('an event with another person’s name: the form names the person whom the write would reach', async (t) => {
  const claimed = { id: proposed().user.id, login: 'bob@example.com', name: 'Bob Harmless' }
  const c = proposed({ user: claimed, failures: [failure({ subject: claimed })] })
  const { as } = await pagesWith(t, { cases: [c] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const { body } = await ana.get(`${CASE}/approve`)
  t.match(body, /<dt>For<\/dt><dd><strong><bdi>Anna Example<\/bdi><\/strong> <bdi>anna@example\.com/)
  t.match(body, /The event claims<\/dt><dd><bdi>Bob Harmless, bob@example\.com/)
  t.match(
    (await ana.get(CASE)).body,
    /<h1><bdi>Anna Example[\s\S]*names another person than Okta does: <bdi>Bob Harmless/
  )
  t.notMatch((await ana.get('/')).body, /Bob/)
})

t.test('a person whom only the event names cannot be approved, and the pages mark the name', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed({ evidence: null })] })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.match((await ana.get(`${CASE}/approve`)).body, /The person is not confirmed/)
  t.match((await ana.get('/')).body, /Anna Example \(not confirmed\)/)
})

t.test('approving redirects to the case, says so once, and stands in the ledger under the name', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const answer = await ana.send(`${CASE}/approve`, { override_G9: 'HR confirmed it' })
  t.equal(answer.statusCode, 303)
  t.equal(answer.headers.location, CASE)
  t.match((await ana.get(CASE)).body, /Approved\. Reenroll reads Okta again/)
  t.notMatch((await ana.get(CASE)).body, /Approved\. Reenroll/)
  t.match(await store.ledger({ after: 0, limit: 9, caseId: ID }), [
    { kind: 'approval', by: 'ana', entry: { overrides: [{ guard: 'G9', because: 'HR confirmed it' }] } }
  ])
})

t.test('a missing or empty override comes back with what was typed', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.equal((await ana.send(`${CASE}/approve`)).statusCode, 422)
  const short = await ana.send(`${CASE}/approve`, { override_G9: 'ok' })
  t.equal(short.statusCode, 422)
  t.match(short.body, /Enter a reason of at least 3 characters/)
  t.match(short.body, />ok<\/textarea>/)
  t.equal((await ana.send(`${CASE}/approve`, { override_G9: '\u200b\u200b\u200b' })).statusCode, 422)
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
})

t.test('a stale tab gets 409, what is true now, and its text back', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  await ana.get(`${CASE}/approve`)
  const fresh = proposed({ version: 2 })
  await store.save({
    next: { ...fresh, proposal: fresh.proposal && { ...fresh.proposal, hash: 'b'.repeat(64) } },
    ledger: []
  })
  const answer = await ana.post(`${CASE}/approve`, { hash: 'a'.repeat(64), override_G9: 'HR confirmed it' })
  t.equal(answer.statusCode, 409)
  t.match(answer.body, /The proposal has changed/)
  t.match(
    answer.body,
    /Proposed now: <span title="unsuspend_user">unsuspend the user<\/span> \(hash <span title="b{64}">b{8}…/
  )
  t.match(answer.body, /HR confirmed it/)
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
})

t.test('a protected person takes two approvers, and the page says so at every turn', async (t) => {
  const { proposal } = proposed()
  const guards = [{ id: 'G12' as const, state: 'tripped' as const, because: 'member of executives' }]
  const two = proposal && { ...proposal, overridesNeeded: ['G12' as const], approvalsNeeded: 2 as const }
  const { as, store } = await pagesWith(t, { cases: [proposed({ guards, proposal: two })] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const ben = await as({ name: 'ben', role: 'approver' })
  t.match((await ana.get(CASE)).body, /Two people must approve this/)
  t.match((await ana.get('/')).body, /two approvals/)
  await ana.send(`${CASE}/approve`, { override_G12: 'her assistant called' })
  const first = await ana.get(CASE)
  t.match(first.body, /This was the first of two approvals/)
  t.match(
    first.body,
    /First approval by <bdi>ana<\/bdi><\/strong> <time[^>]*>[^<]*<\/time>, a second approver is needed/
  )
  t.match(first.body, /You gave the first approval\. A second person must approve/)
  t.notMatch(first.body, /Approve…|Approve as the second…/)
  t.match((await ana.get(`${CASE}/approve`)).body, /Another person must approve this/)
  const again = await ana.post(`${CASE}/approve`, { hash: 'a'.repeat(64), override_G12: 'once more' })
  t.equal(again.statusCode, 403)
  t.match(again.body, /A second person must approve/)
  t.match((await ben.get('/')).body, /1 of 2 approvals, by <bdi>ana/)
  t.match((await ben.get(CASE)).body, /Approve as the second…/)
  t.match((await ben.get(`${CASE}/approve`)).body, /The first approver overrode “.*”: .*her assistant called/)
  t.equal((await store.getCase(ID))?.state, 'awaiting_approval')
  await ben.send(`${CASE}/approve`, { override_G12: 'I called her' })
  t.match(await store.getCase(ID), { state: 'acting', approval: { by: 'ben' }, firstApproval: { by: 'ana' } })
})

t.test('with the ops token nobody can be one of two approvers, and the page says what to do', async (t) => {
  const { proposal } = proposed()
  const two = proposal && { ...proposal, approvalsNeeded: 2 as const }
  const { visitor } = await pagesWith(t, { cases: [proposed({ proposal: two })] })
  const guest = visitor()
  await guest.signIn()
  t.match((await guest.get(CASE)).body, /signed in by name \(REENROLL_OIDC_ISSUER\)/)
})

t.test('reject, read again, snooze, end the snooze, assign, unassign and close', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [proposed()] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const now = async () => store.getCase(ID)
  await ana.send(CASE, {}, `${CASE}/assign`)
  t.match(await now(), { assignee: 'ana' })
  t.match((await ana.get(CASE)).body, />Unassign</)
  await ana.post(`${CASE}/unassign`)
  t.match(await now(), { assignee: null })
  await ana.send(`${CASE}/snooze`, { for: '4h' })
  t.match(await now(), { snoozedUntil: String })
  t.match((await ana.get('/')).body, /No open cases/)
  t.match((await ana.get('/?view=snoozed')).body, /Anna Example/)
  await ana.send(CASE, {}, `${CASE}/wake`)
  t.match(await now(), { snoozedUntil: null })
  t.equal((await ana.send(`${CASE}/snooze`, { for: '900h' })).statusCode, 422)
  t.equal((await ana.send(`${CASE}/snooze`, { for: 'constructor' })).statusCode, 422, 'a name that every object has')
  t.equal((await ana.send(`${CASE}/reject`, { because: '' })).statusCode, 422)
  await ana.send(`${CASE}/reject`, { because: 'not the user' })
  t.match(await now(), { state: 'with_person', proposal: null })
  t.match((await ana.get(CASE)).body, /<h2>Rejected\. .*Rejected by ana: not the user/s)
  t.match((await ana.get(`${CASE}/approve`)).body, /No proposal/)
  await ana.send(CASE, {}, `${CASE}/retry`)
  t.match(await now(), { state: 'received' })
  await ana.send(`${CASE}/close`, { because: 'solved by phone' })
  t.match(await now(), { state: 'closed' })
  const again = await ana.send(`${CASE}/close`, { because: 'once more' })
  t.equal(again.statusCode, 409)
  t.match(again.body, /The case has changed/)
  t.match((await ana.get(CASE)).body, /solved by phone/)
})

t.test('a case that is not there is a page that says so', async (t) => {
  const { as } = await pagesWith(t)
  const ana = await as({ name: 'ana', role: 'approver' })
  for (const path of ['/cases/RE-NONE', '/cases/RE-NONE/approve']) {
    const page = await ana.get(path)
    t.equal(page.statusCode, 404)
    t.match(page.body, /Case not found/)
  }
  await ana.get('/brake')
  t.equal((await ana.post('/cases/RE-NONE/retry')).statusCode, 404)
  t.match(await ana.get('/nosuch', { accept: 'text/html' }), { statusCode: 404, body: /Page not found/ })
  t.match((await ana.get('/nosuch')).json(), { error: { code: 'not_found' } }, 'scripts get JSON')
  t.match((await ana.get('/api/nosuch', { accept: 'text/html' })).json(), { error: { code: 'not_found' } })
})

t.test('a snooze that has expired is over: row and page show the proposal again', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed({ snoozedUntil: '2020-01-01T00:00:00.000Z' })] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const row = (await ana.get('/')).body
  t.match(row, /<strong>Unsuspend the user<\/strong>/)
  t.notMatch(row, /Snoozed until/)
  const page = (await ana.get(CASE)).body
  t.notMatch(page, /Snoozed until|End snooze/)
  t.match(page, />Snooze…</)
})

t.test('the page advises what the guards allow, and what not to do', async (t) => {
  const guards = [{ id: 'G5', state: 'tripped', because: 'The user reported suspicious activity.' }] as const
  const decision = { remediation: 'unsuspend_user', stoppedBy: ['G5'] } as const
  const c = proposed()
  const held = caseOf('held', {
    state: 'with_person',
    guards,
    proposal: null,
    ...(c.decision ? { decision: { ...c.decision, ...decision } } : {})
  })
  const { as } = await pagesWith(t, { cases: [held] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const { body } = await ana.get(`/cases/${held.id}`)
  t.match(body, /<h2>Security first: change nothing<\/h2>/)
  t.match(body, /class="warn"><bdi>Change nothing in Okta/)
  t.match(body, /<summary>Once this is cleared/)
  t.match(body, /Send this only after Security has cleared the user/)
  t.match((await ana.get('/')).body, /Change nothing: The user reported suspicious activity/)
})

t.test('while a repair is made, the page offers no approval', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed({ state: 'acting' })] })
  const ana = await as({ name: 'ana', role: 'approver' })
  const { body } = await ana.get(CASE)
  t.match(body, /Repair in progress/)
  t.notMatch(body, /Approve…|Reject…|Proposed:/)
})

t.test('a note stands on the case and in its timeline, also when the case has ended', async (t) => {
  const done = caseOf('done', { state: 'resolved', outcome: 'recovered_by_itself' })
  const { as } = await pagesWith(t, { cases: [done] })
  const ana = await as(approver('ana'))
  t.match((await ana.send(`/cases/${done.id}/note`, { because: ' ' })).body, /at least 3 characters/)
  await ana.send(`/cases/${done.id}/note`, { because: 'called back, <b>works</b>' })
  const { body } = await ana.get(`/cases/${done.id}`)
  t.match(body, /<h2 id="notes">Notes.*called back, &#60;b&#62;works/s)
})

t.test('one act on several cases is confirmed once; those that refuse it are named', async (t) => {
  const cases = [caseOf('one'), caseOf('two'), caseOf('ended', { state: 'closed' })]
  const { as, store } = await pagesWith(t, { cases })
  const ana = await as(approver('ana'))
  const [one = '', two = '', ended = ''] = cases.map(({ id }) => id)
  t.match((await ana.get('/')).body, /form="bulk" name="case" value="RE-ONE/)
  const page = await ana.get(`/bulk?act=close&case=${one}&case=${two}`)
  t.match(page.body, /Close: 2 cases/)
  const send = (act: string, ids: readonly string[]) => {
    const form = new URLSearchParams([
      ['_csrf', ana.csrf()],
      ['act', act],
      ...ids.map((id): [string, string] => ['case', id])
    ])
    return ana.post('/bulk', {}, {}, form)
  }
  t.equal((await send('close', [one, two])).statusCode, 422, 'a reason is needed')
  t.equal((await send('assign', [one, two, ended])).statusCode, 409)
  t.match(ana.html, /Assign to me: 2 cases of 3\..*RE-ENDED.*closed already/s)
  t.match([await store.getCase(one), await store.getCase(two)], [{ assignee: 'ana' }, { assignee: 'ana' }])
  const vic = await as(viewer('vic'))
  t.equal((await vic.get(`/bulk?act=close&case=${one}`)).statusCode, 403)
  t.notMatch((await vic.get('/')).body, /form="bulk"/)
})

t.test('a case is handed to a colleague who is known, with a note, and the ledger has from whom to whom', async (t) => {
  const c = caseOf('one', { assignee: 'ana' })
  const { as, store } = await pagesWith(t, { cases: [c] })
  const [ana, ben] = [await as(approver('ana')), await as(approver('ben'))]
  await as(viewer('vic'))
  await store.save({
    next: { ...caseOf('two'), version: 1 },
    ledger: [lineBy('carla'), lineBy('ops-token'), lineBy('token:ci')]
  })
  const { body } = await ana.get(`/cases/${c.id}/hand-over`)
  t.same(
    [...body.matchAll(/name="to" value="([^"]*)"/g)].map(([, name]) => name),
    ['ben', 'carla']
  )
  t.match((await ana.send(`/cases/${c.id}/hand-over`, { to: 'bne' })).body, /Choose a colleague/)
  t.match(await store.getCase(c.id), { assignee: 'ana' })
  await ana.send(`/cases/${c.id}/hand-over`, { to: 'ben', because: 'calls back at 9' })
  t.match(
    (await ana.get(`/cases/${c.id}`)).body,
    /Handed over to ben\..*Notes.*calls back at 9.*Assigned to ben\. Before: ana\./s
  )
  t.match((await store.ledger({ after: 0, limit: 9, caseId: c.id })).at(-1), {
    ...{ kind: 'assign', by: 'ana', entry: { from: 'ana', to: 'ben' } }
  })
  t.match((await ben.get('/?owner=mine')).body, /data-case="RE-ONE/)
})

t.test('a refused hand-over leaves no note', async (t) => {
  const c = caseOf('one', { assignee: 'ana' })
  const { as, store } = await pagesWith(t, { cases: [c] })
  const [ana] = [await as(approver('ana')), await as(approver('ben'))]
  const path = `/cases/${c.id}/hand-over`
  await ana.get(path)
  const next = { ...c, version: 2, state: 'closed', outcome: 'closed_by_person' } as const
  t.equal(await store.save({ next, ledger: [] }), 'saved')
  t.equal((await ana.post(path, { to: 'ben', because: 'calls back at 9' })).statusCode, 409)
  t.match(ana.html, /closed already/)
  t.same(await store.getCase(c.id), next)
})

t.test('all my cases are handed over at once, and the queue is as it was', async (t) => {
  const mine = ['one', 'two'].map((name) => caseOf(name, { assignee: 'ana' }))
  const { as, store } = await pagesWith(t, { cases: [...mine, caseOf('other')] })
  const [ana] = [await as(approver('ana')), await as(approver('ben'))]
  const { body } = await ana.get('/?owner=mine&older=1h')
  const href = /href="(\/bulk[^"]*)"/.exec(body)?.[1]?.replaceAll('&#61;', '=').replaceAll('&#38;', '&') ?? ''
  t.match((await ana.get(href)).body, /Hand over: 2 cases/)
  const ids = mine.map(({ id }): [string, string] => ['case', id])
  const place = /name="in" value="([^"]*)"/.exec(ana.html)?.[1]?.replaceAll('&#61;', '=').replaceAll('&#38;', '&') ?? ''
  const form: [string, string][] = [['_csrf', ana.csrf()], ['act', 'hand-over'], ['to', 'ben'], ['in', place], ...ids]
  const answer = await ana.post('/bulk', {}, {}, new URLSearchParams(form))
  t.equal(answer.headers.location, '/?older=1h&owner=mine')
  for (const { id } of mine) t.match(await store.getCase(id), { assignee: 'ben' })
  t.match((await ana.get(href)).body, /No open case is assigned to you/)
})

function lineBy(name: string) {
  return { at: NOW, kind: 'close', caseId: 'RE-TWO', by: name, entry: { operator: `id of ${name}` } } as const
}

t.test('a case shows how many others share its app version, and leads to them', async (t) => {
  const of = (appVersion: string) => [failure({ context: { ...failure().context, appVersion } })]
  const openedAt = failure().publishedAt
  const cases = [
    caseOf('one', { failures: of('9.40.1'), openedAt }),
    caseOf('two', { failures: of('9.40.1'), openedAt, state: 'resolved' }),
    caseOf('other', { failures: of('9.41.0'), openedAt })
  ]
  const { as } = await pagesWith(t, { cases })
  const ana = await as(approver('ana'))
  const { body } = await ana.get(`/cases/${cases[0]?.id}`)
  t.match(body, /App version 9\.40\.1<\/bdi>: <a href="([^"]*)">1 other case<\/a> <span class="aside">1 enrolled/)
  const list = await ana.get('/?view=all&since=7d&app=9.40.1')
  t.match(list.body, /data-row><bdi>one/)
  t.match(list.body, /data-row><bdi>two/)
  t.notMatch(list.body, /data-row><bdi>other/)
})
