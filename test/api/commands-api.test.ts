import t from 'tap'
import { approver } from '../support/operators.ts'
import { caseWith } from '../ticket/draft/cases.ts'
import { AUTH, commandsAnswering, listenerWith } from './listener-with.ts'

const PROPOSED = caseWith({
  state: 'awaiting_approval',
  decision: null,
  proposal: {
    hash: 'abc',
    remediation: 'unsuspend_user',
    expiresAt: '2026-06-16T00:00:00.000Z',
    overridesNeeded: ['G9']
  }
})

function post(url: string, payload?: object) {
  return { method: 'POST', url, headers: AUTH, ...(payload ? { payload } : {}) } as const
}

t.test('approving the proposal a person saw moves the case, in the name of the token', async (t) => {
  const { app, store } = await listenerWith(t, {}, [PROPOSED])
  const overrides = [{ guard: 'G9', because: 'HR confirmed it was routine' }]
  const answer = await app.inject(post(`/api/cases/${PROPOSED.id}/approve`, { hash: 'abc', overrides }))
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { id: PROPOSED.id, state: 'acting' })
  t.match(await store.getCase(PROPOSED.id), { approval: { by: 'ops-token', hash: 'abc', overrides } })
})

t.test('approving anything else answers 409 and shows what changed; an override left out answers 422', async (t) => {
  const { app } = await listenerWith(t, {}, [PROPOSED])
  const stale = await app.inject(post(`/api/cases/${PROPOSED.id}/approve`, { hash: 'old' }))
  t.equal(stale.statusCode, 409)
  t.match(stale.json(), { error: { code: 'stale', changes: Array } })
  t.ok(stale.json().error.changes.length > 0)
  const incomplete = await app.inject(post(`/api/cases/${PROPOSED.id}/approve`, { hash: 'abc' }))
  t.equal(incomplete.statusCode, 422)
  t.match(incomplete.json(), { error: { code: 'incomplete', message: /G9/ } })
})

t.test('reject, close and retry answer with the case', async (t) => {
  const { app } = await listenerWith(t, {}, [PROPOSED])
  const url = `/api/cases/${PROPOSED.id}`
  t.match((await app.inject(post(`${url}/reject`, { hash: 'abc', because: 'not the user' }))).json(), {
    state: 'with_person'
  })
  t.match((await app.inject(post(`${url}/retry`))).json(), { state: 'received' })
  t.match((await app.inject(post(`${url}/close`, { because: 'solved by phone' }))).json(), { state: 'closed' })
})

t.test('each refusal has its status', async (t) => {
  const kinds = { not_found: 404, forbidden: 403, stale: 409, wrong_state: 409, incomplete: 422 } as const
  for (const [kind, status] of Object.entries(kinds)) {
    const commands = commandsAnswering({
      ok: false,
      kind: kind as keyof typeof kinds,
      because: `because ${kind}`,
      changes: ['the status changed']
    })
    const { app } = await listenerWith(t, { commands })
    for (const [verb, body] of [
      ['approve', { hash: 'a' }],
      ['reject', { hash: 'a', because: 'why not' }],
      ['close', { because: 'why not' }],
      ['retry', undefined]
    ] as const) {
      const answer = await app.inject(post(`/api/cases/RE-1/${verb}`, body))
      t.equal(answer.statusCode, status)
      const { error } = answer.json()
      t.equal(error.code, kind)
      t.equal(error.message, `because ${kind}`)
      t.strictSame(error.changes, status === 409 ? ['the status changed'] : undefined)
    }
  }
})

t.test('a body that is not as described answers 400 and names the field', async (t) => {
  const { app } = await listenerWith(t, {}, [PROPOSED])
  const url = `/api/cases/${PROPOSED.id}`
  const bad: readonly (readonly [string, object, RegExp])[] = [
    ['approve', {}, /hash/],
    ['approve', { hash: 7 }, /body\.hash must be string/],
    ['approve', { hash: 'abc', overides: [] }, /unknown field `overides`/],
    ['approve', { hash: 'abc', overrides: [{ guard: 'G99', because: 'xyz' }] }, /guard.*: G1, G2/],
    ['approve', { hash: 'abc', overrides: [{ guard: 'G9' }] }, /because/],
    ['reject', { hash: 'abc' }, /because/],
    ['reject', { hash: 'abc', because: '' }, /body\.because/],
    ...['    ', '\u200b', '\u200b\u2060\ufeff\u00ad', '\u3164\u2800\u115f', 'ab\u200b', 'abc\ud800', 'abc\0'].map(
      (because) => ['close', { because }, /body\.because/] as const
    ),
    ['close', { because: 'x'.repeat(2_001) }, /2000/],
    ['close', [], /object/]
  ]
  for (const [verb, body, message] of bad) {
    const answer = await app.inject(post(`${url}/${verb}`, body))
    t.equal(answer.statusCode, 400, `${verb} ${JSON.stringify(body).slice(0, 60)}`)
    t.match(answer.json(), { error: { code: 'bad_request', message } })
  }
})

t.test('what is no JSON, no JSON type or far too large is turned down in words', async (t) => {
  const { app } = await listenerWith(t)
  const send = (payload: string, type: string) =>
    app.inject({ method: 'POST', url: '/api/reports', headers: { ...AUTH, 'content-type': type }, payload })
  t.match((await send('{"user":', 'application/json')).json(), { error: { code: 'bad_request' } })
  t.match(await send('user=x', 'application/x-www-form-urlencoded'), { statusCode: 415 })
  t.match(await send(`"${'x'.repeat(100_000)}"`, 'application/json'), { statusCode: 413 })
  t.match((await send('x', 'text/html')).json(), { error: { code: 'wrong_media_type' } })
})

t.test('a report is taken in with what was left out as null', async (t) => {
  const { app, reports } = await listenerWith(t)
  const answer = await app.inject(post('/api/reports', { user: ' anna@example.com ', errorCode: 'E0000011' }))
  t.equal(answer.statusCode, 202)
  t.strictSame(answer.json(), { accepted: true })
  t.strictSame(reports, [{ user: 'anna@example.com', errorCode: 'E0000011', platform: null, text: null }])
  await app.inject(post('/api/reports', { user: 'x', platform: 'IOS', text: 'help', cause: 'device_replaced' }))
  t.match(reports[1], { platform: 'IOS', text: 'help', cause: 'device_replaced' })
  const lone = [{ user: 'a\ud800' }, { user: 'a', text: '\udc00' }, { user: 'a', errorCode: '\ud800E' }]
  const bad = [{}, { user: '' }, { user: '\u200b' }, { user: 'a', platform: 'BEOS' }, { user: 'a', cause: 'x' }]
  for (const body of [...bad, ...lone, { user: 'a\0' }]) {
    t.equal((await app.inject(post('/api/reports', body))).statusCode, 400)
  }
  t.equal(reports.length, 2)
})

t.test('a body of hostile shape is refused at the door, whatever the route does with it', async (t) => {
  const { app, reports } = await listenerWith(t)
  const deep = `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`k${n}`, 1])))
  for (const url of ['/api/reports', '/api/cases/RE-1/approve', '/api/policy', '/api/people/erase']) {
    const headers = { ...AUTH, 'content-type': 'application/json' }
    for (const [payload, fault] of [
      [deep, /nested deeper than 32/],
      [wide, /more than 1000 values/]
    ] as const) {
      const answer = await app.inject({ method: 'POST', url, headers, payload })
      t.match(answer, { statusCode: 400 }, url)
      t.match(answer.json(), { error: { code: 'bad_request', message: fault } })
    }
  }
  t.same(reports, [])
})

t.test('the brake is read, set, released and written into the ledger', async (t) => {
  const { app, store } = await listenerWith(t)
  const url = '/api/brake'
  t.match((await app.inject({ url, headers: AUTH })).json(), { version: 0, kill: null })
  const set = await app.inject(post(url, { kill: { on: true, because: 'an incident' } }))
  t.match(set.json(), { version: 1, kill: { on: true, because: 'an incident', by: 'ops-token' } })
  await app.inject(post(url, { kill: { on: false, because: 'all clear' } }))
  t.match((await app.inject({ url, headers: AUTH })).json(), { version: 2, kill: { on: false } })
  t.match(await store.ledger({ after: 0, limit: 9 }), [
    { kind: 'control', by: 'ops-token', entry: { kill: { on: true, because: 'an incident' } } },
    { kind: 'control', by: 'ops-token', entry: { kill: { on: false, because: 'all clear' } } }
  ])
  for (const body of [{}, { kill: {} }, { kill: { on: 'yes', because: 'abc' } }, { kill: { on: true, because: '' } }]) {
    t.equal((await app.inject(post(url, body))).statusCode, 400)
  }
})

t.test('a change of the controls in between is kept when the brake is set', async (t) => {
  const { app, store } = await listenerWith(t)
  const by = approver('somebody')
  const line = { at: '2026-06-15T12:00:00.000Z', kind: 'control', caseId: null, by: by.name, entry: {} } as const
  await store.setControls(
    { version: 1, kill: null, rules: { suspended: { mode: 'observe' } }, ceiling: 'propose' },
    line
  )
  const { ceiling, rules, version } = (
    await app.inject(post('/api/brake', { kill: { on: true, because: 'stop' } }))
  ).json()
  t.strictSame(
    { ceiling, rules, version },
    { ceiling: 'propose', rules: { suspended: { mode: 'observe' } }, version: 2 }
  )
})

t.test('the policy and the built-in desk’s tickets are readable', async (t) => {
  const { app, store } = await listenerWith(t)
  t.match((await app.inject({ url: '/api/policy', headers: AUTH })).json(), { rules: [{ rule: 'otherwise' }] })
  const at = '2026-06-15T12:00:00.000Z'
  const ticket = {
    key: 'RE-1',
    caseId: 'RE-1',
    state: 'open',
    title: 'T',
    body: 'B',
    comments: [],
    createdAt: at,
    updatedAt: at
  }
  await store.save({ next: caseWith({ id: 'RE-1', version: 1 }), ledger: [], ticket: { ...ticket, state: 'open' } })
  t.strictSame((await app.inject({ url: '/api/tickets/RE-1', headers: AUTH })).json(), ticket)
})
