import t from 'tap'
import { AUTH, listenerWith } from './listener-with.ts'

function post(url: string, payload: object) {
  return { method: 'POST', url, headers: AUTH, payload } as const
}

t.test('a rule is given a mode, paused and set free again, each with its line in the ledger', async (t) => {
  const { app, store } = await listenerWith(t)
  const url = '/api/rules/suspended'
  t.match((await app.inject(post(url, { mode: 'observe' }))).json(), {
    version: 1,
    rules: { suspended: { mode: 'observe' } }
  })
  t.match((await app.inject(post(url, { paused: { because: 'looks odd' } }))).json(), {
    rules: { suspended: { mode: 'observe', paused: { because: 'looks odd', by: 'ops-token' } } }
  })
  const freed = (await app.inject(post(url, { paused: null, mode: null }))).json()
  t.strictSame(freed.rules, {})
  t.strictSame((await store.controls()).rules, {})
  t.match(await store.ledger({ after: 0, limit: 9 }), [
    { kind: 'control', by: 'ops-token', entry: { rule: 'suspended', mode: 'observe', version: 1 } },
    { kind: 'control', entry: { rule: 'suspended', paused: { because: 'looks odd' }, version: 2 } },
    { kind: 'control', entry: { rule: 'suspended', paused: null, mode: null, version: 3 } }
  ])
})

t.test('a ceiling over all rules is set and lifted, and leaves the kill switch alone', async (t) => {
  const { app } = await listenerWith(t)
  await app.inject(post('/api/brake', { kill: { on: true, because: 'an incident' } }))
  t.match((await app.inject(post('/api/mode', { ceiling: 'propose' }))).json(), {
    ceiling: 'propose',
    kill: { on: true }
  })
  t.match((await app.inject(post('/api/mode', { ceiling: null }))).json(), { ceiling: null, kill: { on: true } })
})

t.test('what cannot be switched is refused in words', async (t) => {
  const { app } = await listenerWith(t)
  const statusOf = async (url: string, body: object) => (await app.inject(post(url, body))).statusCode
  t.equal(await statusOf('/api/rules/nosuch', { mode: 'auto' }), 404)
  t.equal(await statusOf('/api/rules/otherwise', { mode: 'auto' }), 422, 'a rule that never writes')
  t.equal(await statusOf('/api/rules/suspended', {}), 400)
  t.equal(await statusOf('/api/rules/suspended', { mode: 'full' }), 400)
  t.equal(await statusOf('/api/rules/suspended', { paused: { because: '  ' } }), 400)
  t.equal(await statusOf('/api/mode', { ceiling: 'none' }), 400)
})
