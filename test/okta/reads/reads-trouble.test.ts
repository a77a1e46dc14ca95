import t from 'tap'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from '../../../src/domain/evidence.ts'
import type { FaultAsk } from '../../../src/sandbox/org/org.ts'
import { fillOrg } from '../../sandbox/org-sample.ts'
import { orgClient } from '../client/org-client.ts'

const PATHS: Readonly<Record<string, readonly EvidenceSource[]>> = {
  // The blocks come with the user, to save a call; without the devices nobody can say whose users matter.
  '/api/v1/users/*': ['user', 'blocks'],
  '/api/v1/users/*/devices': ['devices', 'device_users'],
  '/api/v1/devices/*/users': ['device_users'],
  '/api/v1/users/*/factors': ['factors'],
  '/api/v1/users/*/authenticator-enrollments': ['enrollments'],
  '/api/v1/users/*/roles': ['roles'],
  '/api/v1/users/*/risk': ['risk'],
  '/api/v1/users/*/groups': ['groups'],
  '/api/v1/logs': ['history']
}

const FAULTS: readonly { name: string; answer: FaultAsk['answer']; because: RegExp; retryable: boolean }[] = [
  { name: '403', answer: { status: 403 }, because: /answered 403 E0000006/, retryable: false },
  { name: '404', answer: { status: 404 }, because: /answered 404 E0000007/, retryable: false },
  { name: '429', answer: { status: 429 }, because: /answered 429 E0000047/, retryable: true },
  { name: '500', answer: { status: 500 }, because: /answered 500/, retryable: true },
  { name: 'no answer', answer: 'hang', because: /no answer within/, retryable: true },
  { name: 'a dropped connection', answer: 'drop', because: /no usable answer/, retryable: true }
]

function isRetryable(evidence: Evidence, source: EvidenceSource): boolean {
  const item = evidence[source]
  return item.state === 'unknown' && item.retryable
}

for (const fault of FAULTS) {
  t.test(`${fault.name} makes the source it hits unknown, and no other`, async (t) => {
    // Long enough for the answers that come, short enough for the one that does not.
    const timeout = fault.answer === 'hang' ? { requestTimeoutMs: 1_500 } : {}
    const rows = Object.entries(PATHS)
    // A 404 means that there is none of it: no such user, a device that is gone.
    const isNone = (path: string) => path === '/api/v1/users/*' || path === '/api/v1/devices/*/users'
    const asked = rows.filter(([path]) => !(fault.name === '404' && isNone(path)))
    await Promise.all(
      asked.map(async ([path, hit]) => {
        const { reader, org, sandbox } = await orgClient(t, { client: timeout })
        const { user, device } = fillOrg(org)
        const ask = { userId: user.id, historySince: '2026-05-16T14:00:00.000Z', suspectDeviceIds: [device.id] }
        await reader.evidence({ ...ask, sources: ['roles'] })
        sandbox.faults.add({ path, answer: fault.answer })
        const evidence = await reader.evidence(ask)
        const unknown = EVIDENCE_SOURCES.filter((source) => evidence[source].state !== 'known')
        // Okta may count several paths in one bucket: after a 429 the others may have to wait, which is not an answer either.
        const waits = (source: EvidenceSource) => fault.name === '429' && isRetryable(evidence, source)
        t.strictSame(
          unknown.filter((source) => hit.includes(source) || !waits(source)),
          hit,
          path
        )
        for (const source of hit) {
          t.match(evidence[source], { state: 'unknown', because: fault.because, retryable: fault.retryable })
          t.notMatch(JSON.stringify(evidence[source]), new RegExp(`${user.id}|${device.id}|example.com`))
        }
      })
    )
  })
}

t.test('a 404 for a device means that nobody uses it any more', async (t) => {
  const { reader, org, sandbox } = await orgClient(t)
  const { user, device } = fillOrg(org)
  sandbox.faults.add({ path: '/api/v1/devices/*/users', answer: { status: 404 } })
  const evidence = await reader.evidence({
    userId: user.id,
    sources: ['device_users'],
    historySince: '2026-05-16T14:00:00.000Z',
    suspectDeviceIds: [device.id]
  })
  t.match(evidence.device_users, { state: 'known', value: [{ deviceId: device.id, userIds: [] }] })
})

t.test('a read that is called off ends at once, with everything unknown', async (t) => {
  const { reader, org, sandbox } = await orgClient(t)
  const { user } = fillOrg(org)
  sandbox.faults.add({ path: '/api/v1/users/*/roles', answer: 'hang' })
  const calledOff = new AbortController()
  const reading = reader.evidence({
    userId: user.id,
    sources: ['roles'],
    historySince: '2026-05-16T14:00:00.000Z',
    suspectDeviceIds: [],
    signal: calledOff.signal
  })
  calledOff.abort()
  t.match((await reading).roles, { state: 'unknown', because: /called off/, retryable: true })
})

t.test('a login that cannot be looked up leaves everything unknown, for that reason', async (t) => {
  const { reader, sandbox, told } = await orgClient(t)
  sandbox.faults.add({ path: '/api/v1/users/*', answer: { status: 500 } })
  const evidence = await reader.evidence({
    userId: 'dana@example.com',
    historySince: '2026-05-16T14:00:00.000Z',
    suspectDeviceIds: []
  })
  for (const source of EVIDENCE_SOURCES) {
    t.match(evidence[source], { state: 'unknown', because: /users\/\{idOrLogin\} answered 500/, retryable: true })
  }
  t.equal(told.filter(({ bucket }) => bucket.startsWith('GET')).length, 1)
})

t.test('more suspicious devices than can be looked into are unknown, not half known', async (t) => {
  const { reader, org, told } = await orgClient(t)
  const user = org.addUser()
  for (let i = 0; i < 6; i++) org.linkDevice(user.id, org.addDevice({ status: 'DEACTIVATED' }).id)
  const evidence = await reader.evidence({
    userId: user.id,
    sources: ['devices', 'device_users'],
    historySince: '2026-05-16T14:00:00.000Z',
    suspectDeviceIds: []
  })
  t.match(evidence.device_users, { state: 'unknown', because: /6 devices look suspicious/, retryable: false })
  t.equal(evidence.devices.state, 'known')
  t.notOk(told.some(({ bucket }) => bucket.startsWith('GET /api/v1/devices/')))
})
