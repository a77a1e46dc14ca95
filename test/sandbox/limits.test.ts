import t from 'tap'
import { bucketOfPath, createLimiter } from '../../src/sandbox/server/gateway.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asObject, handClock, tokenCaller } from './api-client.ts'

t.test('a call is counted in the bucket of its path', async (t) => {
  t.equal(bucketOfPath('GET', '/api/v1/logs'), 'logs')
  t.equal(bucketOfPath('GET', '/api/v1/devices/guo1/users'), 'devices')
  t.equal(bucketOfPath('POST', '/api/v1/devices/guo1/lifecycle/unsuspend'), 'devices')
  t.equal(bucketOfPath('GET', '/api/v1/users/00u1'), 'user')
  t.equal(bucketOfPath('POST', '/api/v1/users/00u1'), 'user_write')
  t.equal(bucketOfPath('GET', '/api/v1/users'), 'users')
  t.equal(bucketOfPath('GET', '/api/v1/users/00u1/devices'), 'user', 'below a user: the bucket of the user')
  t.equal(bucketOfPath('DELETE', '/api/v1/users/00u1/factors/opf1'), 'user_write')
  t.equal(bucketOfPath('GET', '/api/v1/eventHooks'), 'other')
  t.equal(bucketOfPath('POST', '/oauth2/v1/token'), 'token')
})

t.test('a bucket belongs to one client and is full again with the next minute', async (t) => {
  const limiter = createLimiter({ logs: 2 })
  const take = (client: string, at: string) => limiter.take('logs', client, at)
  t.match(take('a', '2026-06-15T14:00:10Z'), { limit: 2, remaining: 1, allowed: true })
  t.match(take('a', '2026-06-15T14:00:20Z'), { remaining: 0, allowed: true })
  t.match(take('a', '2026-06-15T14:00:30Z'), { remaining: 0, allowed: false, firstRefusal: true })
  t.match(take('a', '2026-06-15T14:00:40Z'), { allowed: false, firstRefusal: false })
  t.match(take('b', '2026-06-15T14:00:40Z'), { remaining: 1, allowed: true })
  t.match(take('a', '2026-06-15T14:01:00Z'), { remaining: 1, allowed: true })
  t.equal(createLimiter('okta').take('devices', 'a', '2026-06-15T14:00:00Z').limit, 50)
  t.ok(createLimiter('none').take('devices', 'a', '2026-06-15T14:00:00Z').limit > 100_000)
})

t.test('an empty bucket answers 429 until the minute is over', async (t) => {
  const hand = handClock('2026-06-15T14:00:59.000Z')
  const sandbox = await startSandbox({ clock: hand.clock, apiTokens: ['test-token'], limits: { user: 1 } })
  t.teardown(() => sandbox.close())
  const { id } = sandbox.org.addUser()
  const get = () => tokenCaller(sandbox.url)('GET', `/api/v1/users/${id}`)
  t.equal((await get()).status, 200)
  for (const response of [await get(), await get()]) {
    t.equal(response.status, 429)
    t.equal((await asObject(response)).errorCode, 'E0000047')
    t.equal(response.headers.get('x-rate-limit-remaining'), '0')
    t.equal(Number(response.headers.get('x-rate-limit-reset')) * 1000, Date.parse('2026-06-15T14:01:00Z'))
  }
  const noted = sandbox.org.log.filter(({ eventType }) => eventType === 'system.org.rate_limit.violation')
  t.equal(noted.length, 1, 'logged once')
  hand.move(1000)
  t.equal((await get()).status, 200)
  t.equal(sandbox.org.requests.get('user'), 4)
})

t.test('too many calls in flight answer 429 with zeros for limit and remaining', async (t) => {
  const limits = { concurrency: 1 }
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'], limits, latencyMs: 50 })
  t.teardown(() => sandbox.close())
  const get = () => tokenCaller(sandbox.url)('GET', '/api/v1/users')
  const answers = await Promise.all([get(), get()])
  const refused = answers.find(({ status }) => status === 429)
  t.ok(refused)
  t.equal(refused?.headers.get('x-rate-limit-limit'), '0')
  t.equal(refused?.headers.get('x-rate-limit-remaining'), '0')
  t.equal((await get()).status, 200, 'the next one alone is served')
})
