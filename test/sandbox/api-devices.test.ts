import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asList, asObject, handClock, nextOf, tokenCaller } from './api-client.ts'
import { fillOrg } from './org-sample.ts'

t.test('devices: the users of one, a paged and searched list, the end of a suspension', async (t) => {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  t.teardown(() => sandbox.close())
  const call = tokenCaller(sandbox.url)
  const { user, device } = fillOrg(sandbox.org)
  const path = `/api/v1/devices/${device.id}`

  t.match(await asList(await call('GET', `${path}/users`)), [
    { managementStatus: 'NOT_MANAGED', user: { id: user.id } }
  ])

  const page = await call('GET', '/api/v1/devices?limit=1&expand=userSummary')
  t.match(await asList(page), [{ id: device.id, _embedded: { users: [{ user: { id: user.id } }] } }])
  const rest = await call('GET', String(nextOf(page)).slice(sandbox.url.length))
  t.match(await asList(rest), [{ profile: { platform: 'WINDOWS' } }])
  t.equal(nextOf(rest), null)
  const search = encodeURIComponent('profile.platform eq "WINDOWS" and status eq "ACTIVE"')
  t.equal((await asList(await call('GET', `/api/v1/devices?search=${search}`))).length, 1)
  t.equal((await asObject(await call('GET', '/api/v1/devices?search=status'))).errorCode, 'E0000031')
  t.equal((await call('GET', '/api/v1/devices?limit=201')).status, 400)

  const refused = await call('POST', `${path}/lifecycle/unsuspend`)
  t.equal(refused.status, 403)
  t.equal((await asObject(refused)).errorCode, 'E0000107')
  device.status = 'SUSPENDED'
  t.equal((await call('POST', `${path}/lifecycle/unsuspend`)).status, 204)
  t.match(sandbox.org.writes, [{ action: 'device.unsuspend', deviceId: device.id, userId: null, status: 204 }])
  t.equal(sandbox.org.writes.length, 1)
})
