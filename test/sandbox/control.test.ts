import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asObject, handClock, tokenCaller } from './api-client.ts'
import { fillOrg, hookBody } from './org-sample.ts'

t.test('the state can be seen; the secrets of hooks cannot', async (t) => {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  t.teardown(() => sandbox.close())
  const { suspended } = fillOrg(sandbox.org)
  const call = tokenCaller(sandbox.url)
  await call('POST', '/api/v1/eventHooks', hookBody('https://reenroll.example.com/h'))
  await call('POST', `/api/v1/users/${suspended.id}/lifecycle/unsuspend`)
  const state = await asObject(await fetch(`${sandbox.url}/sandbox/state`))
  t.match(state, {
    url: sandbox.url,
    writes: 2,
    hooks: [{ verificationStatus: 'UNVERIFIED' }],
    requests: { other: 1, user_write: 1 }
  })
  t.notMatch(JSON.stringify(state), 'a long secret')
  t.equal(Object(state.users).length, 5)
})
