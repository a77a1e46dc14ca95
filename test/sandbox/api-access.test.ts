import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { askToken, asObject, handClock, makeApp, tokenCaller } from './api-client.ts'

t.test('without a token the org knows, the answer is 401 E0000011', async (t) => {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  t.teardown(() => sandbox.close())
  const { id } = sandbox.org.addUser()
  const headers = [
    {},
    { authorization: 'SSWS wrong' },
    { authorization: 'Bearer undefined' },
    { authorization: 'test-token' }
  ]
  for (const some of headers) {
    const response = await fetch(`${sandbox.url}/api/v1/users/${id}`, { headers: some as Record<string, string> })
    t.equal(response.status, 401)
    t.equal((await asObject(response)).errorCode, 'E0000011')
  }
})

t.test('each call asks for its scope; manage includes read', async (t) => {
  const app = await makeApp({ dpop: false })
  const sandbox = await startSandbox({ clock: handClock().clock, clients: [app.client] })
  t.teardown(() => sandbox.close())
  const { id } = sandbox.org.addUser({ status: 'SUSPENDED' })
  const device = sandbox.org.addDevice()
  const user = `/api/v1/users/${id}`
  const status = async (scope: string, method: string, path: string) => {
    const token = (await asObject(await askToken(app, sandbox.url, { scope }))).access_token
    const response = await fetch(`${sandbox.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
    return response.status === 403 ? `403 ${(await asObject(response)).errorCode}` : String(response.status)
  }
  t.equal(await status('okta.users.read', 'GET', user), '200')
  t.equal(await status('okta.users.manage', 'GET', user), '200')
  t.equal(await status('okta.users.read', 'GET', `${user}/devices`), '200')
  t.equal(await status('okta.users.read', 'GET', `${user}/roles`), '403 E0000006')
  t.equal(await status('okta.users.read', 'GET', `${user}/risk`), '403 E0000006')
  t.equal(await status('okta.users.read', 'GET', '/api/v1/logs'), '403 E0000006')
  t.equal(await status('okta.users.read', 'GET', `/api/v1/devices/${device.id}/users`), '403 E0000006')
  t.equal(await status('okta.devices.read', 'POST', `/api/v1/devices/${device.id}/lifecycle/unsuspend`), '403 E0000006')
  t.equal(await status('okta.users.read', 'POST', `${user}/lifecycle/unsuspend`), '403 E0000006')
  t.strictSame(sandbox.org.writes, [])
  t.equal(await status('okta.users.manage', 'POST', `${user}/lifecycle/unsuspend`), '200')
})

t.test('a service app without any admin role is refused everything', async (t) => {
  const app = await makeApp({ dpop: false, roles: [] })
  const sandbox = await startSandbox({ clock: handClock().clock, clients: [app.client] })
  t.teardown(() => sandbox.close())
  const token = (await asObject(await askToken(app, sandbox.url))).access_token
  const response = await fetch(`${sandbox.url}/api/v1/users`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(response.status, 403)
  t.match(await asObject(response), {
    errorCode: 'E0000006',
    errorCauses: [{ errorSummary: /No role of the service app/ }]
  })
})

t.test('every answer carries request id, rate limit headers and the date of the org', async (t) => {
  const sandbox = await startSandbox({ clock: handClock('2026-06-15T14:00:30.000Z').clock, apiTokens: ['test-token'] })
  t.teardown(() => sandbox.close())
  const call = tokenCaller(sandbox.url)
  const answers = [
    await call('GET', '/api/v1/users'),
    await call('GET', '/api/v1/users/00u0'),
    await call('GET', '/api/v1/nothing'),
    await call('POST', '/api/v1/eventHooks', '{half'),
    await fetch(`${sandbox.url}/api/v1/users`)
  ]
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 404, 404, 400, 401]
  )
  for (const { headers } of answers) {
    t.match(headers.get('x-okta-request-id'), /^\w{27}$/)
    t.equal(headers.get('date'), 'Mon, 15 Jun 2026 14:00:30 GMT')
    t.equal(headers.get('x-rate-limit-reset'), String(Date.parse('2026-06-15T14:01:00Z') / 1000))
    t.ok(Number(headers.get('x-rate-limit-remaining')) < Number(headers.get('x-rate-limit-limit')))
  }
  t.equal((await asObject(answers[3] ?? new Response('{}'))).errorCode, 'E0000003')
})
