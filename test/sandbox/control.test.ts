import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asList, asObject, handClock, tokenCaller } from './api-client.ts'
import { fillOrg, hookBody } from './org-sample.ts'

async function started(test: Pick<typeof t, 'teardown'>) {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  test.teardown(() => sandbox.close())
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${sandbox.url}/sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    })
  return { sandbox, send, ...fillOrg(sandbox.org) }
}

t.test('state, users and writes can be seen; the secrets of hooks cannot', async (t) => {
  const { sandbox, send, suspended } = await started(t)
  const call = tokenCaller(sandbox.url)
  await call('POST', '/api/v1/eventHooks', hookBody('https://reenroll.example.com/h'))
  await call('POST', `/api/v1/users/${suspended.id}/lifecycle/unsuspend`)
  const state = await asObject(await send('GET', 'state'))
  t.match(state, {
    url: sandbox.url,
    writes: 2,
    hooks: [{ verificationStatus: 'UNVERIFIED' }],
    requests: { other: 1, user_write: 1 }
  })
  t.notMatch(JSON.stringify(state), 'a long secret')
  t.equal((await asList(await send('GET', 'users'))).length, 5)
  t.match(await asList(await send('GET', 'writes')), [{ action: 'event_hook.create' }, { action: 'unsuspend' }])
})

t.test('a user can be changed, in some fields', async (t) => {
  const { send, user } = await started(t)
  t.equal((await send('POST', `users/${user.id}`, { status: 'SUSPENDED', id: 'other' })).status, 200)
  t.match(user, { status: 'SUSPENDED', id: /^00u/, statusChanged: handClock().clock() })
  t.equal((await send('POST', 'users/00u0', {})).status, 404)
  t.match(await asObject(await send('POST', `users/${user.id}`, 'text')), { error: /send a JSON object/ })
})

t.test('faults can be added, seen and cleared', async (t) => {
  const { sandbox, send } = await started(t)
  const added = await send('POST', 'faults', { path: '/api/v1/users', answer: { status: 503 }, times: 2 })
  t.equal(added.status, 201)
  const { id } = await asObject(added)
  t.match(await asList(await send('GET', 'faults')), [{ id, method: '*', times: 2 }])
  t.equal((await tokenCaller(sandbox.url)('GET', '/api/v1/users')).status, 503)
  await send('DELETE', `faults/${id}`)
  t.equal((await tokenCaller(sandbox.url)('GET', '/api/v1/users')).status, 200)
  await send('POST', 'faults', { path: '/x', answer: 'hang', method: 'GET', delayMs: 5, afterEffect: true })
  t.match(sandbox.faults.list(), [{ answer: 'hang', method: 'GET', delayMs: 5, afterEffect: true }])
  t.equal((await send('DELETE', 'faults')).status, 204)
  t.strictSame(sandbox.faults.list(), [])
  for (const bad of [
    {},
    { path: '/x' },
    { path: '/x', answer: 'explode' },
    { path: '/x', answer: { status: 200 } },
    []
  ]) {
    t.equal((await send('POST', 'faults', bad)).status, 400)
  }
})
