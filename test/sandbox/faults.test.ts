import t from 'tap'
import { createFaults } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asObject, handClock, tokenCaller } from './api-client.ts'

t.test('the newest matching fault wins, and goes when its times are up', async (t) => {
  const faults = createFaults()
  const wide = faults.add({ path: '/api/v1/users/*', answer: 'drop' })
  const narrow = faults.add({ path: '/api/v1/users/00u1', method: 'GET', answer: { status: 500 }, times: 2 })
  const hit = (method: string, path: string) => faults.take(method, path)?.id
  t.equal(hit('GET', '/api/v1/users/00u1'), narrow.id)
  t.equal(hit('POST', '/api/v1/users/00u1'), wide.id)
  t.equal(hit('GET', '/api/v1/users/00u1'), narrow.id)
  t.equal(hit('GET', '/api/v1/users/00u1'), wide.id)
  t.equal(hit('GET', '/api/v1/users/00u1/factors'), undefined, 'a star is one segment')
  faults.clear(wide.id)
  t.equal(hit('GET', '/api/v1/users/00u1'), undefined)
  faults.add({ path: '/x', answer: 'hang' })
  faults.clear()
  t.strictSame(faults.list(), [])
})

async function started(test: Pick<typeof t, 'teardown'>) {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  test.teardown(() => sandbox.close())
  const user = sandbox.org.addUser({ status: 'SUSPENDED' })
  return { sandbox, user, call: tokenCaller(sandbox.url), unsuspend: `/api/v1/users/${user.id}/lifecycle/unsuspend` }
}

t.test('a fault answers with Okta’s error body before anything happens', async (t) => {
  const { sandbox, user, call, unsuspend } = await started(t)
  sandbox.faults.add({ path: '/api/v1/users/*/lifecycle/unsuspend', answer: { status: 503 }, times: 1 })
  t.equal((await call('POST', unsuspend)).status, 503)
  t.equal(user.status, 'SUSPENDED')
  t.strictSame(sandbox.org.writes, [])
  sandbox.faults.add({ path: '/api/v1/users/*', answer: { status: 403, errorCode: 'E0000006' }, times: 1 })
  t.equal((await asObject(await call('GET', `/api/v1/users/${user.id}`))).errorCode, 'E0000006')
  t.equal((await call('GET', `/api/v1/users/${user.id}`)).status, 200)
})

t.test('a fault after the effect leaves the client not knowing what was done', async (t) => {
  const { sandbox, user, call, unsuspend } = await started(t)
  sandbox.faults.add({ path: unsuspend, answer: 'drop', afterEffect: true, times: 1 })
  await t.rejects(call('POST', unsuspend), 'the connection is closed')
  t.equal(user.status, 'ACTIVE')
  t.match(sandbox.org.writes, [{ action: 'unsuspend', status: null, ok: false }])
  user.status = 'SUSPENDED'
  sandbox.faults.add({ path: unsuspend, answer: { status: 500 }, afterEffect: true, times: 1 })
  t.equal((await call('POST', unsuspend)).status, 500)
  t.match(sandbox.org.writes[1], { status: 500, ok: false })
})

t.test('a hung call is never answered, and does not keep the org from closing', async (t) => {
  const { sandbox, user } = await started(t)
  sandbox.faults.add({ path: '/api/v1/users/*', answer: 'hang' })
  const headers = { authorization: 'SSWS test-token' }
  const signal = AbortSignal.timeout(100)
  await t.rejects(fetch(`${sandbox.url}/api/v1/users/${user.id}`, { headers, signal }), { name: 'TimeoutError' })
  const hung = fetch(`${sandbox.url}/api/v1/users/${user.id}`, { headers })
  await Promise.all([t.rejects(hung), sandbox.close()])
})

t.test('a delay comes before the effect, or after it when asked', async (t) => {
  const { sandbox, user, call, unsuspend } = await started(t)
  sandbox.faults.add({ path: unsuspend, answer: 'normal', delayMs: 30, afterEffect: true, times: 1 })
  const order: string[] = []
  sandbox.org.onWrite(() => order.push('effect'))
  const answered = call('POST', unsuspend).then((response) => order.push(String(response.status)))
  await answered
  t.strictSame(order, ['effect', '200'])
  t.match(sandbox.org.writes, [{ ok: true, status: 200 }])
  user.status = 'SUSPENDED'
  sandbox.faults.add({ path: unsuspend, answer: 'normal', delayMs: 60_000, times: 1 })
  const slow = call('POST', unsuspend).catch(() => 'cut off')
  // The fault is used up once the call has arrived.
  while (sandbox.faults.list().length > 0) await fetch(`${sandbox.url}/sandbox/state`)
  t.equal(user.status, 'SUSPENDED')
  await sandbox.close()
  await slow
})

t.test('a 429 on demand has the headers of an empty bucket, or of the concurrency limit', async (t) => {
  const { sandbox, user, call } = await started(t)
  const headersOf = async () => {
    const { status, headers } = await call('GET', `/api/v1/users/${user.id}`)
    return [status, headers.get('x-rate-limit-limit'), headers.get('x-rate-limit-remaining')]
  }
  sandbox.faults.add({ path: '/api/v1/users/*', answer: { status: 429 }, times: 1 })
  t.strictSame(await headersOf(), [429, '1000', '0'])
  sandbox.faults.add({ path: '/api/v1/users/*', answer: { status: 429, concurrency: true }, times: 1 })
  t.strictSame(await headersOf(), [429, '0', '0'])
})

t.test('the token endpoint can be troubled too', async (t) => {
  const { sandbox } = await started(t)
  sandbox.faults.add({ method: 'POST', path: '/oauth2/v1/token', answer: { status: 500 } })
  t.equal((await fetch(`${sandbox.url}/oauth2/v1/token`, { method: 'POST' })).status, 500)
})
