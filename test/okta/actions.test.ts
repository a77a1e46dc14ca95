import t from 'tap'
import { fillOrg } from '../sandbox/org-sample.ts'
import { orgClient } from './client/org-client.ts'

t.test('every write reaches Okta once, signed with private_key_jwt and DPoP, and keeps its request id', async (t) => {
  const { writer, org } = await orgClient(t)
  const { locked, pending, suspended, user, push } = fillOrg(org)
  const device = org.addDevice({ status: 'SUSPENDED' })
  org.linkDevice(user.id, device.id)
  for (const written of [
    await writer.unsuspendUser(suspended.id),
    await writer.unlockUser(locked.id),
    await writer.resendActivation(pending.id),
    await writer.unenrollFactor(user.id, push.id),
    await writer.unsuspendDevice(device.id)
  ]) {
    t.match(written, { ok: true, requestId: /^\w+$/ })
  }
  t.strictSame(
    org.writes.map(({ action, ok }) => `${action} ${ok}`),
    ['unsuspend', 'unlock', 'reactivate', 'unenroll_factor', 'device.unsuspend'].map((action) => `${action} true`)
  )
  t.equal(suspended.status, 'ACTIVE')
  t.equal(device.status, 'ACTIVE')
})

t.test(
  'an activation is always mailed to the user, and a token that Okta returns all the same is dropped',
  async (t) => {
    const urls: string[] = []
    const { writer, org } = await orgClient(t, { sandbox: { onExchange: ({ url }) => urls.push(url) } })
    const { pending } = fillOrg(org)
    const written = await writer.resendActivation(pending.id)
    t.match(urls.at(-1), /\/lifecycle\/reactivate\?sendEmail=true$/)
    t.strictSame(Object.keys(written).sort(), ['ok', 'requestId'])
  }
)

t.test('Okta’s refusals come back as trouble, by code', async (t) => {
  const { writer, org } = await orgClient(t)
  const { user, locked } = fillOrg(org)
  locked.providerType = 'ACTIVE_DIRECTORY'
  const rejected = { ok: false, error: { kind: 'rejected', ambiguous: false, requestId: /^\w+$/ } }
  t.match(await writer.unsuspendUser(user.id), { ...rejected, error: { status: 400, errorCode: 'E0000001' } })
  t.match(await writer.resendActivation(user.id), { ...rejected, error: { status: 403, errorCode: 'E0000038' } })
  t.match(await writer.unlockUser(locked.id), { ...rejected, error: { status: 403, errorCode: 'E0000032' } })
  t.match(await writer.unenrollFactor(user.id, 'opfNoSuchFactor00000'), { error: { kind: 'missing', status: 404 } })
  t.strictSame(org.writes, [])
})

t.test('a write whose answer is lost is ambiguous, and is not made again', async (t) => {
  for (const answer of ['hang', 'drop', { status: 500 }, { status: 503 }] as const) {
    const { writer, org, sandbox, told } = await orgClient(t, { client: { requestTimeoutMs: 1_500 } })
    const { suspended, user } = fillOrg(org)
    await writer.unsuspendUser(user.id)
    told.length = 0
    sandbox.faults.add({ path: '/api/v1/users/*/lifecycle/unsuspend', answer, afterEffect: true })
    t.match(await writer.unsuspendUser(suspended.id), { ok: false, error: { kind: 'unavailable', ambiguous: true } })
    t.equal(told.length, 1)
    t.match(org.writes, [{ action: 'unsuspend', userId: suspended.id }])
  }
})

t.test('a throttled write is not made again and not ambiguous', async (t) => {
  const { writer, org, sandbox, told } = await orgClient(t)
  const { suspended } = fillOrg(org)
  sandbox.faults.add({ path: '/api/v1/users/*/lifecycle/unsuspend', answer: { status: 429, concurrency: true } })
  const written = await writer.unsuspendUser(suspended.id)
  t.match(written, { ok: false, error: { kind: 'throttled', status: 429, ambiguous: false, retryAfterMs: Number } })
  t.equal(told.filter(({ code }) => code === '429').length, 1)
})

t.test('nothing that is no Okta id is sent', async (t) => {
  const { writer, told } = await orgClient(t)
  const inPath = [
    '',
    '..',
    '../00u1',
    '00u1/../00u2',
    'a/b',
    'a\\b',
    'a?b',
    'a#b',
    'a;b',
    'a%2fb',
    '%2e%2e',
    'a\r\nhost: x'
  ]
  const others = ['a b', ' 00u1', '00u1\0', '00ü1', '\u202e00u1', 'dana@example.com', '*', 'x'.repeat(101), 'me', 'ME']
  for (const id of [...inPath, ...others]) {
    const rejected = { ok: false, error: { kind: 'rejected', status: null, ambiguous: false } }
    for (const [name, write] of Object.entries(writer)) {
      t.match(await write(id, 'opfFactor00000000000'), rejected, `${name} ${id}`)
    }
    t.match(await writer.unenrollFactor('00uSomebody000000000', id), rejected, id)
  }
  t.strictSame(told, [])
})
