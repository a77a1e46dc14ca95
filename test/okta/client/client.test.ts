import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import { createOktaClient } from '../../../src/okta/client/client.ts'
import { createUserDirectory } from '../../../src/okta/org.ts'
import { createReader } from '../../../src/okta/reads/reader.ts'
import { createWriter } from '../../../src/okta/writes.ts'
import { orgClient } from './org-client.ts'

const user = (id: string) => ({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin: id } }) as const
const roles = (id: string) => ({ method: 'GET', pattern: '/api/v1/users/{userId}/roles', ids: { userId: id } }) as const

t.test('a second read sees what changed: nothing is cached', async (t) => {
  const { client, org } = await orgClient(t)
  const somebody = org.addUser({ status: 'SUSPENDED' })
  t.match(await client.call(user(somebody.id)), { ok: true, answer: { body: { status: 'SUSPENDED' } } })
  somebody.status = 'ACTIVE'
  t.match(await client.call(user(somebody.id)), { ok: true, answer: { body: { status: 'ACTIVE' } } })
})

t.test('a slash at the end of the org URL does not spoil the signature', async (t) => {
  const { client, org } = await orgClient(t, { settings: (okta) => ({ ...okta, orgUrl: `${okta.orgUrl}/` }) })
  t.match(await client.call(user(org.addUser().id)), { ok: true })
})

t.test('nothing of Okta’s trouble is tried again by the SDK', async (t) => {
  for (const status of [403, 404, 429, 500, 503]) {
    const { client, org, sandbox, told } = await orgClient(t)
    const somebody = org.addUser()
    sandbox.faults.add({ path: '/api/v1/users/*/roles', answer: { status } })
    t.match(await client.call(roles(somebody.id)), { ok: false, error: { status } })
    t.strictSame(
      told.filter(({ bucket }) => bucket.startsWith('GET')).map(({ code }) => code),
      [String(status)]
    )
  }
})

t.test('a read in a bucket that Okta says is empty is not made, and says when to come back', async (t) => {
  const { client, org, told, move } = await orgClient(t, { sandbox: { limits: { user: 2 } } })
  const { id } = org.addUser()
  await client.call(user(id))
  await client.call(user(id))
  told.length = 0
  const refused = await client.call(user(id))
  t.match(refused, { ok: false, error: { kind: 'throttled', status: null, ambiguous: false } })
  const waitMs = (!refused.ok && refused.error.retryAfterMs) || 0
  t.ok(waitMs > 55_000 && waitMs <= 62_000, `${waitMs} ms until the minute is over`)
  t.strictSame(told, [], 'Okta was not asked')
  t.match(await client.call(roles(id)), { ok: true }, 'another bucket is open')
  move(waitMs)
  t.match(await client.call(user(id)), { ok: true })
})

t.test('the org-wide limit on concurrent calls is waited out and the read made again, freshly signed', async (t) => {
  const { client, org, sandbox, told, move } = await orgClient(t, {
    client: { random: () => 0, pause: async (ms) => move(ms) }
  })
  sandbox.faults.add({ path: '/api/v1/users/*/roles', answer: { status: 429, concurrency: true }, times: 2 })
  t.match(await client.call(roles(org.addUser().id)), { ok: true })
  t.strictSame(
    told.filter(({ bucket }) => bucket.startsWith('GET')).map(({ code }) => code),
    ['429', '429', '200'],
    'a proof sent twice would have been refused'
  )
})

t.test('no more than five calls are under way at once', async (t) => {
  let now = 0
  let most = 0
  const server = createServer((_request, response) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now--
      response.setHeader('content-type', 'application/json')
      response.end('[]')
    }, 20)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const client = plainClient(server)
  const replies = await Promise.all(Array.from({ length: 23 }, () => client.call(roles('00uSomebody000000000'))))
  t.ok(replies.every(({ ok }) => ok))
  t.equal(most, 5)
})

t.test('no redirect is followed with our credentials', async (t) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(302, { location: '/elsewhere' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const reply = await plainClient(server).call(roles('00uSomebody000000000'))
  t.match(reply, { ok: false, error: { kind: 'rejected', status: 302 } })
  t.strictSame(asked, ['/api/v1/users/00uSomebody000000000/roles'])
})

t.test('an answer that is no JSON is trouble, and none of it is repeated', async (t) => {
  const server = createServer((_request, response) => response.end('<h1>dana@example.com</h1>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const reply = await plainClient(server).call(roles('00uSomebody000000000'))
  t.match(reply, { ok: false, error: { kind: 'unavailable', ambiguous: false } })
  t.notMatch(JSON.stringify(reply), /dana/)
})

t.test('an org that is not there is unavailable, and a write to it not ambiguous', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = plainClient(server)
  server.close()
  await once(server, 'close')
  const clock = () => '2026-06-15T14:00:00.000Z'
  const ask = { userId: '00uSomebody000000000', historySince: clock(), suspectDeviceIds: [] }
  const evidence = await createReader(client, { clock, absentSources: [] }).evidence(ask)
  t.match(evidence.user, { state: 'unknown', because: /ECONNREFUSED/, retryable: true })
  t.match(await createWriter(client).unlockUser('00uSomebody000000000'), {
    ok: false,
    error: { kind: 'unavailable', ambiguous: false }
  })
})

/** A client with an API token for a server of the test's own. */
function plainClient(server: ReturnType<typeof createServer>) {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return createOktaClient(
    { orgUrl: `http://127.0.0.1:${port}`, auth: { kind: 'token', token: 'test-token' } },
    { requestTimeoutMs: 5_000, emit: () => {} }
  )
}

t.test(
  'a caller is found by login or id, and offered by the start of a name; deactivated users only by login',
  async (t) => {
    const { client, org, sandbox } = await orgClient(t)
    const kim = org.addUser({
      profile: { firstName: 'Kim', lastName: 'Lee', login: 'kim@example.com', email: 'kim@example.com' }
    })
    const left = org.addUser({
      status: 'DEPROVISIONED',
      profile: { firstName: 'Kira', lastName: 'Low', login: 'kira@example.com', email: 'kira@example.com' }
    })
    const users = createUserDirectory(client)
    t.match(await users.find('kim@example.com'), { id: kim.id, name: 'Kim Lee', status: 'ACTIVE' })
    t.match(await users.find(left.id), { login: 'kira@example.com', status: 'DEPROVISIONED' })
    t.equal(await users.find('kimm@example.com'), 'nobody')
    const found = await users.startingWith('ki')
    t.same(
      found.map(({ id }) => id),
      [kim.id]
    )
    sandbox.faults.add({ path: '/api/v1/users', answer: { status: 500 } })
    t.same(await users.startingWith('ki'), [])
  }
)
