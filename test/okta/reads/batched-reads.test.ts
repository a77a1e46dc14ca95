/** Evidence of several users read at the same moment: the calls it takes, and that each gets what a call alone would give. */
import t from 'tap'
import type { Evidence, EvidenceSource } from '../../../src/domain/evidence.ts'
import type { ReadMode } from '../../../src/domain/okta.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../../src/domain/time.ts'
import type { OktaClient } from '../../../src/okta/client/client.ts'
import { createReader } from '../../../src/okta/reads/reader.ts'
import { orgClient } from '../client/org-client.ts'

const SINCE = '2026-05-16T14:00:00.000Z'

/** `mostIds`: Okta refuses a filter with more ids. */
async function crowd(t: Parameters<typeof orgClient>[0], mostIds = 1_000) {
  const made = await orgClient(t)
  const { org, told, clock } = made
  const client: OktaClient = {
    ...made.client,
    call: (asked) => {
      const { filter = '', search = '' } = asked.query ?? {}
      const ids = `${filter}${search}`.split(/\bid eq /).length - 1
      const pattern = '/api/v1/refused'
      return made.client.call(ids > mostIds ? { ...asked, pattern } : asked)
    }
  }
  made.sandbox.faults.add({ path: '/api/v1/refused', answer: { status: 400, errorCode: 'E0000031' } })
  const reader = createReader(client, { clock, absentSources: [] })
  const users = Array.from({ length: 12 }, (_, n) => org.addUser(n === 3 ? { status: 'SUSPENDED' } : {}))
  const devices = users.map(({ id }) => {
    const device = org.addDevice()
    org.linkDevice(id, device.id)
    return device
  })
  for (const { id, profile } of users) {
    const target = [{ id, type: 'User', alternateId: profile.login, displayName: 'Somebody' }]
    org.record({ eventType: 'user.account.lock', published: plus(clock(), -HOUR_MS), target })
  }
  /** All of them at once. */
  async function readAll(sources: readonly EvidenceSource[], mode?: ReadMode): Promise<Evidence[]> {
    told.length = 0
    const asks = users.map(({ id }, n) => ({
      userId: id,
      historySince: SINCE,
      suspectDeviceIds: [devices[n]?.id ?? '']
    }))
    return Promise.all(asks.map((ask) => reader.evidence({ ...ask, sources, ...(mode ? { mode: mode } : {}) })))
  }
  const calls = () => told.filter(({ bucket }) => bucket.startsWith('GET')).map(({ bucket }) => bucket.slice(4))
  return { ...made, users, devices, readAll, calls }
}

t.test('users who wait together are read in one call, each with a status of their own', async (t) => {
  const { users, readAll, calls } = await crowd(t)
  const read = await readAll(['user'], 'minimal')
  t.strictSame(calls(), ['/api/v1/users'])
  for (const [n, evidence] of read.entries()) {
    t.match(evidence.user, { state: 'known', shared: true, value: { id: users[n]?.id, status: users[n]?.status } })
  }
})

t.test('somebody whom the list does not have is asked about alone, and only then missing', async (t) => {
  const { org, users, readAll, calls } = await crowd(t)
  org.users.delete(users[5]?.id ?? '')
  const read = await readAll(['user'], 'minimal')
  t.strictSame(calls(), ['/api/v1/users', '/api/v1/users/{idOrLogin}'])
  t.match(read[5]?.user, { value: { status: 'MISSING' } })
  t.notOk('shared' in (read[5]?.user ?? {}))
})

t.test('one query of the log serves many, and each gets only their own entries', async (t) => {
  const { users, readAll, calls } = await crowd(t)
  const read = await readAll(['history'], 'minimal')
  t.strictSame(calls(), ['/api/v1/logs'])
  for (const [n, { history }] of read.entries()) {
    t.match(history, { state: 'known', shared: true, value: [{ targetIds: [users[n]?.id] }] })
    t.equal(history.state === 'known' && history.value.length, 1)
  }
})

t.test('when together they have more log entries than can be read, they are asked about in halves', async (t) => {
  const { org, users, readAll, calls, clock } = await crowd(t)
  for (const { id } of users) {
    const target = [{ id, type: 'User', alternateId: 'x', displayName: 'x' }]
    for (let n = 0; n < 200; n++) {
      org.record({ eventType: 'user.mfa.factor.activate', published: plus(clock(), -n * MINUTE_MS), target })
    }
  }
  const read = await readAll(['history'], 'minimal')
  t.ok(calls().length > 2 && calls().length < users.length, `${calls().length} calls`)
  for (const { history } of read) t.equal(history.state === 'known' && history.value.length, 201)
})

t.test('who uses their devices is read for all who wait, and kept for the evidence window', async (t) => {
  const { users, devices, readAll, calls, move } = await crowd(t)
  const deviceCalls = () => calls().filter((path) => path.startsWith('/api/v1/devices'))
  const read = await readAll(['device_users'])
  t.ok(deviceCalls().includes('/api/v1/devices'))
  t.ok(deviceCalls().length < users.length / 2, `${deviceCalls().length} calls for ${users.length} users`)
  for (const [n, { device_users }] of read.entries()) {
    t.match(device_users, { value: [{ deviceId: devices[n]?.id, userIds: [users[n]?.id] }] })
  }
  await readAll(['device_users'])
  t.notOk(deviceCalls().length > 1, 'at most that of the first one, who was alone at that moment')
  move(3 * MINUTE_MS)
  await readAll(['device_users'])
  t.ok(deviceCalls().includes('/api/v1/devices'), 'read again')
})

t.test('an admin on the list of assignees is one; nobody is cleared by not being on it', async (t) => {
  const { org, users, readAll, calls } = await crowd(t)
  const admin = { id: 'ra1', type: 'SUPER_ADMIN', label: 'Super', status: 'ACTIVE' }
  users[0]?.roles.push({ ...admin, assignmentType: 'USER' })
  users[1]?.roles.push({ ...admin, assignmentType: 'GROUP' })
  for (let n = 0; n < 150; n++) org.addUser().roles.push({ ...admin, assignmentType: 'USER' })
  const read = await readAll(['roles'], 'minimal')
  t.strictSame(calls(), ['/api/v1/iam/assignees/users', '/api/v1/iam/assignees/users'], 'both pages, once for all')
  t.match(read[0]?.roles, { state: 'known', shared: true })
  t.equal(read[0]?.roles.state === 'known' && read[0].roles.value.length, 1)
  for (const { roles } of read.slice(1)) t.match(roles, { state: 'unknown', spared: true, because: /through a group/ })
})

t.test('a list of assignees that is not permitted leaves each user to be asked about when it matters', async (t) => {
  const { sandbox, readAll } = await crowd(t)
  sandbox.faults.add({ path: '/api/v1/iam/assignees/users', answer: { status: 403 } })
  for (const { roles } of await readAll(['roles'], 'minimal')) t.match(roles, { state: 'unknown', spared: true })
})

t.test('what is read for a write is read about the one user, whatever was read for others a moment ago', async (t) => {
  const { users, readAll, calls } = await crowd(t)
  const sources = ['user', 'roles', 'history', 'device_users'] as const
  await readAll(sources, 'minimal')
  const read = await readAll(sources, 'fresh')
  for (const path of [
    '/api/v1/users/{idOrLogin}',
    '/api/v1/users/{userId}/roles',
    '/api/v1/devices/{deviceId}/users'
  ]) {
    t.equal(calls().filter((call) => call === path).length, users.length, path)
  }
  t.notOk(calls().some((path) => ['/api/v1/users', '/api/v1/devices', '/api/v1/iam/assignees/users'].includes(path)))
  t.notMatch(JSON.stringify(read), /"shared":true/)
})

t.test('a filter that Okta refuses is halved until it is accepted, and the size that worked is kept', async (t) => {
  const { users, readAll, calls } = await crowd(t, 9)
  const sources = ['user', 'history', 'device_users'] as const
  for (const evidence of await readAll(sources, 'minimal')) {
    for (const source of sources) t.match(evidence[source], { state: 'known' }, source)
  }
  const refused = () => calls().filter((path) => path === '/api/v1/refused').length
  t.ok(refused() > 0)
  await readAll(['user', 'history'], 'minimal')
  t.equal(refused(), 0, 'the next calls are short enough')
  t.ok(calls().length < users.length, `${calls().length} calls`)
})

t.test(
  'a call that Okta refuses for another reason than its length is refused one by one, and nothing is kept',
  async (t) => {
    const { users, readAll, calls } = await crowd(t, 0)
    for (const { history } of await readAll(['history'], 'minimal'))
      t.match(history, { state: 'unknown', because: /answered 400/ })
    t.equal(calls().length, 2 * users.length - 1)
  }
)
