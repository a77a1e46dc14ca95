import { createServer, type IncomingHttpHeaders } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { importSdk, type OktaSdk } from '../../../src/okta/client/sdk.ts'
import { listen } from '../../support/loopback.ts'
import { orgClient } from './org-client.ts'

const userCall = (idOrLogin: string) =>
  ({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin } }) as const
const unsuspendCall = (id: string) =>
  ({ method: 'POST', pattern: '/api/v1/users/{id}/lifecycle/unsuspend', ids: { id } }) as const
const UNSUSPEND_PATH = '/api/v1/users/*/lifecycle/unsuspend'

t.test('the SDK is loaded by the first call, once for all, and again after it could not be loaded', async (t) => {
  let loads = 0
  const loadSdk = async (): Promise<OktaSdk> => {
    if (++loads === 1) throw new Error('no such file: /home/dana')
    return importSdk()
  }
  const { client, org } = await orgClient(t, { client: { loadSdk } })
  const user = org.addUser()
  t.equal(loads, 0)
  const failed = await client.call(userCall(user.id))
  t.match(failed, { ok: false, error: { kind: 'unavailable', ambiguous: false } })
  t.notMatch(JSON.stringify(failed), /dana/)
  const replies = await Promise.all([1, 2, 3].map(() => client.call(userCall(user.id))))
  t.match(replies, [{ ok: true }, { ok: true }, { ok: true }])
  t.equal(loads, 2)
})

t.test('no answer in time: unavailable, and ambiguous when it was a write', async (t) => {
  const { client, org, sandbox, told } = await orgClient(t, { client: { requestTimeoutMs: 2_000 } })
  const user = org.addUser({ status: 'SUSPENDED' })
  await client.call(userCall(user.id))
  sandbox.faults.add({ path: '/api/v1/users/*', answer: 'hang' })
  sandbox.faults.add({ path: UNSUSPEND_PATH, answer: 'hang', afterEffect: true })
  const [read, write] = await Promise.all([client.call(userCall(user.id)), client.call(unsuspendCall(user.id))])
  t.match(read, { error: { kind: 'unavailable', because: /no answer within 2000 ms/, ambiguous: false } })
  t.match(write, { error: { kind: 'unavailable', status: null, ambiguous: true } })
  t.equal(user.status, 'ACTIVE', 'it was done after all')
  t.match(told.slice(-2), [{ code: 'timeout' }, { code: 'timeout' }])
})

t.test('a dropped connection leaves a write ambiguous; the next one takes a fresh connection', async (t) => {
  const { client, org, sandbox, told } = await orgClient(t)
  const user = org.addUser({ status: 'SUSPENDED' })
  sandbox.faults.add({ path: UNSUSPEND_PATH, answer: 'drop', times: 1 })
  t.match(await client.call(unsuspendCall(user.id)), { error: { kind: 'unavailable', ambiguous: true } })
  t.equal(told.at(-1)?.code, 'network')
  t.match(await client.call(unsuspendCall(user.id)), { ok: true })
})

t.test('a call that is called off ends at once, before or after it was sent', async (t) => {
  const { client, org, sandbox } = await orgClient(t)
  const user = org.addUser({ status: 'SUSPENDED' })
  await client.call(userCall(user.id))
  const requests = () => [...org.requests.values()].reduce((sum, count) => sum + count, 0)
  const before = requests()
  const early = await client.call({ ...unsuspendCall(user.id), signal: AbortSignal.abort() })
  t.match(early, { error: { kind: 'unavailable', because: /called off/, ambiguous: false } })
  t.equal(requests(), before)
  sandbox.faults.add({ path: UNSUSPEND_PATH, answer: 'hang' })
  const off = new AbortController()
  const calling = client.call({ ...unsuspendCall(user.id), signal: off.signal })
  while (requests() === before) await nextTurn()
  off.abort()
  t.match(await calling, { error: { because: /called off/, ambiguous: true } })
})

t.test('a proxy from the environment is not asked for an org on this very machine', async (t) => {
  const old = process.env.HTTPS_PROXY
  process.env.HTTPS_PROXY = 'http://127.0.0.1:9'
  t.teardown(() => {
    if (old === undefined) delete process.env.HTTPS_PROXY
    else process.env.HTTPS_PROXY = old
  })
  const { client, org } = await orgClient(t)
  t.match(await client.call(userCall(org.addUser().id)), { ok: true })
})

t.test('an answer is read when it comes compressed, and is none when it breaks off', async (t) => {
  const body = gzipSync(JSON.stringify({ id: 'zipped' }))
  let sent: IncomingHttpHeaders = {}
  const server = createServer(({ headers, url }, answer) => {
    sent = headers
    answer.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length })
    if (url?.endsWith('/whole')) answer.end(body)
    else answer.write(body.subarray(0, 5), () => answer.destroy())
  })
  const orgUrl = `http://127.0.0.1:${await listen(t, server)}`
  const { client } = await orgClient(t, { settings: () => ({ orgUrl, auth: { kind: 'token', token: 'x' } }) })
  t.match(await client.call(userCall('whole')), { ok: true, answer: { body: { id: 'zipped' } } })
  t.match(sent, { 'accept-encoding': 'gzip', authorization: 'SSWS x', 'user-agent': 'reenroll' })
  t.match(await client.call(userCall('broken')), { error: { kind: 'unavailable', status: null } })
})
