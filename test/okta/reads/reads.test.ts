import { createServer } from 'node:http'
import t from 'tap'
import { DEFAULT_POLICY, namesGroups } from '../../../src/config/policy/policy.ts'
import { EVIDENCE_SOURCES, type EvidenceSource } from '../../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../../src/domain/time.ts'
import { createOktaClient } from '../../../src/okta/client/client.ts'
import { createReader } from '../../../src/okta/reads/reader.ts'
import { aPolicyWithGuards } from '../../decide/build.ts'
import { handClock } from '../../sandbox/api-client.ts'
import { fillOrg } from '../../sandbox/org-sample.ts'
import { listen } from '../../support/loopback.ts'
import { orgClient } from '../client/org-client.ts'

const SINCE = '2026-05-16T14:00:00.000Z'

function states(evidence: object): Record<string, string> {
  return Object.fromEntries(Object.entries(evidence).map(([source, item]) => [source, item.state]))
}

const all = (state: string, except: Partial<Record<EvidenceSource, string>> = {}) => ({
  ...Object.fromEntries(EVIDENCE_SOURCES.map((source) => [source, state])),
  ...except
})

t.test('everything about a user is read in nine calls, signed with private_key_jwt and DPoP', async (t) => {
  const { reader, org, told } = await orgClient(t)
  const { user, device } = fillOrg(org)
  const { userId, ...ask } = { userId: user.id, historySince: SINCE, suspectDeviceIds: [device.id] }
  const evidence = await reader.evidence({ userId, ...ask })

  t.strictSame(states(evidence), all('known'))
  t.match(evidence.user, { value: { id: user.id, status: 'ACTIVE', login: user.profile.login, provider: 'OKTA' } })
  t.match(evidence.user, { requestId: /^\w+$/ })
  t.match(evidence.blocks, { value: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }] })
  t.match(evidence.devices, { value: [{ id: device.id, status: 'ACTIVE', platform: 'IOS', jailbroken: false }] })
  t.match(evidence.device_users, { value: [{ deviceId: device.id, userIds: [user.id] }] })
  t.match(evidence.factors, { value: [{ isOktaVerify: true }, {}, {}, { type: 'webauthn', isOktaVerify: false }] })
  t.match(evidence.enrollments, { value: [{ key: 'okta_password' }, { key: 'okta_verify' }, { key: 'webauthn' }] })
  t.match(evidence.roles, { value: [{ type: 'HELP_DESK_ADMIN', assignment: 'GROUP' }] })
  t.match(evidence.risk, { value: { level: 'HIGH', reason: 'override.by.admin' } })
  t.match(evidence.groups, { value: [{ name: 'Everyone' }] })

  const calls = told.filter(({ bucket }) => !bucket.includes('/oauth2/'))
  t.equal(calls.length, 9)
  t.ok(calls.every(({ code, limit, remaining }) => code === '200' && limit !== null && remaining !== null))
  t.notOk(
    told.some(({ bucket }) => bucket.includes(user.id) || bucket.includes(device.id)),
    'calls are named by pattern, not by id'
  )
})

t.test('a live secret of a pending factor stays in Okta', async (t) => {
  const { reader, org } = await orgClient(t)
  const { pending } = fillOrg(org)
  const evidence = await reader.evidence({ userId: pending.id, historySince: SINCE, suspectDeviceIds: [] })
  t.match(evidence.factors, { state: 'known', value: [{ status: 'PENDING_ACTIVATION', isOktaVerify: true }] })
  t.notMatch(JSON.stringify(evidence), /LIVESECRET|sharedSecret|_embedded/)
})

t.test('a login is looked up first, and the rest asked by the id it belongs to', async (t) => {
  const { reader, org } = await orgClient(t)
  const { user } = fillOrg(org)
  org.record({ eventType: 'user.lifecycle.suspend', target: [{ id: user.id, type: 'User' }] })
  const evidence = await reader.evidence({
    userId: user.profile.login,
    sources: ['factors', 'history'],
    historySince: SINCE,
    suspectDeviceIds: []
  })
  t.strictSame(states(evidence), all('unknown', { factors: 'known', history: 'known' }))
  t.match(evidence.history, { value: [{ eventType: 'user.lifecycle.suspend', targetIds: [user.id] }] })
})

t.test('a user whom Okta does not know is MISSING, by id or by login', async (t) => {
  const { reader, told } = await orgClient(t)
  const ask = { historySince: SINCE, suspectDeviceIds: [] }
  const byId = await reader.evidence({ userId: '00uNobodyAtAll00000x', ...ask })
  t.strictSame(states(byId), all('known'))
  t.match(byId.user, { value: { status: 'MISSING', login: null } })
  t.match(byId.risk, { value: { level: 'unknown' } }, 'nobody vouches for somebody who is not there')
  t.match(byId.factors, { value: [] })
  told.length = 0
  const byLogin = await reader.evidence({ userId: 'nobody@example.com', ...ask })
  t.strictSame(states(byLogin), all('known', { history: 'unknown' }))
  t.strictSame(
    told.map(({ bucket, code }) => `${bucket} ${code}`),
    ['GET /api/v1/users/{idOrLogin} 404']
  )
})

t.test('what was not asked is unknown, what the org declares absent is absent, and neither is called', async (t) => {
  const { reader, org, told } = await orgClient(t, { absentSources: ['risk', 'devices', 'device_users'] })
  const { user } = fillOrg(org)
  const ask = { userId: user.id, historySince: SINCE, suspectDeviceIds: [] }
  const evidence = await reader.evidence({ ...ask, sources: ['roles', 'risk'] })
  t.strictSame(
    states(evidence),
    all('unknown', { roles: 'known', risk: 'absent', devices: 'absent', device_users: 'absent' })
  )
  t.match(evidence.factors, { because: 'not asked', retryable: false })
  await reader.evidence({ ...ask, sources: ['risk', 'history'] })
  const calls = told.filter(({ bucket }) => bucket.startsWith('GET')).map(({ bucket }) => bucket)
  t.strictSame(calls, ['GET /api/v1/users/{userId}/roles', 'GET /api/v1/logs'])
})

t.test('groups that no list of the policy names are not read', async (t) => {
  const { reader, org, told } = await orgClient(t, { unusedSources: ['groups'] })
  const { user } = fillOrg(org)
  const evidence = await reader.evidence({ userId: user.id, historySince: SINCE, suspectDeviceIds: [] })
  t.match(evidence.groups, { state: 'absent', unused: true, because: 'no list of the policy needs it' })
  t.equal(told.filter(({ bucket }) => bucket.startsWith('GET')).length, 7)
  const lists = [
    aPolicyWithGuards({ protectedGroups: ['Board'] }),
    aPolicyWithGuards({ neverRoutineGroups: ['On leave'] }),
    DEFAULT_POLICY.decide
  ].map((decide) => ({ ...DEFAULT_POLICY, decide }))
  t.strictSame(lists.map(namesGroups), [true, true, false])
  const routes = [{ to: ['vip'], groups: ['Board'] }]
  t.ok(namesGroups({ ...DEFAULT_POLICY, tickets: { ...DEFAULT_POLICY.tickets, routes } }))
})

t.test('users of a device are read when a failure names it or Okta blocks it', async (t) => {
  const { reader, org, clock } = await orgClient(t)
  const { user, device } = fillOrg(org)
  const other = org.addUser()
  const blocked = org.addDevice({ status: 'SUSPENDED' })
  for (const id of [user.id, other.id]) org.linkDevice(id, blocked.id)
  const admin = { id: '00uAdminWhoSuspended', type: 'User', alternateId: 'admin@example.com', displayName: 'Admin' }
  org.record({
    eventType: 'device.lifecycle.suspend',
    published: plus(clock(), -HOUR_MS),
    actor: admin,
    target: [{ id: blocked.id, type: 'UDDevice', alternateId: 'unknown', displayName: 'iPhone' }]
  })
  const evidence = await reader.evidence({
    userId: user.id,
    sources: ['device_users', 'history'],
    historySince: SINCE,
    suspectDeviceIds: ['guoGoneFromOkta00000', 'no "id" at all']
  })
  t.match(evidence.device_users, {
    state: 'known',
    value: [
      { deviceId: 'guoGoneFromOkta00000', userIds: [] },
      { deviceId: blocked.id, userIds: [user.id, other.id] }
    ]
  })
  t.match(evidence.history, { value: [{ actorId: admin.id, targetIds: [blocked.id] }] }, 'who suspended the device')
  t.match(evidence.devices, { state: 'unknown', because: 'not asked' }, 'read for the others’ sake only')
  t.notMatch(JSON.stringify(evidence.device_users), device.id, 'an unsuspicious device is left alone')
})

t.test('the history has what guards look for, newest first, over all its pages', async (t) => {
  const { reader, org, clock } = await orgClient(t)
  const user = org.addUser()
  const target = [{ id: user.id, type: 'User', alternateId: user.profile.login, displayName: 'Somebody' }]
  for (let i = 0; i < 250; i++) {
    org.record({ eventType: 'user.mfa.factor.activate', published: plus(clock(), -(i + 1) * HOUR_MS), target })
  }
  org.record({ eventType: 'user.session.start', published: plus(clock(), -HOUR_MS), target })
  org.record({ eventType: 'application.policy.sign_on.deny_access', published: plus(clock(), -1), target })
  org.record({ eventType: 'user.lifecycle.suspend', published: plus(clock(), -40 * DAY_MS), target })
  const ask = { userId: user.id, sources: ['history' as const], suspectDeviceIds: [] }
  const evidence = await reader.evidence({ ...ask, historySince: SINCE })
  const history = evidence.history.state === 'known' ? evidence.history.value : []
  t.equal(history.length, 251)
  t.equal(history[0]?.eventType, 'application.policy.sign_on.deny_access')
  const { history: withSessions } = await reader.evidence({ ...ask, historySince: SINCE, withSessions: true })
  const began = withSessions.state === 'known' ? withSessions.value.map(({ eventType }) => eventType) : []
  t.equal(began.length, 252)
  t.equal(began.filter((type) => type === 'user.session.start').length, 1, 'where a sign-in came from')
  t.strictSame(
    history.map(({ at }) => at),
    history.map(({ at }) => at).toSorted((a, b) => (a < b ? 1 : -1))
  )
})

t.test(
  'when the blocked devices are known, log and users of devices cost no list; a write reads it again',
  async (t) => {
    const { reader, org, told } = await orgClient(t)
    const user = org.addUser()
    const ask = { userId: user.id, historySince: SINCE, suspectDeviceIds: [], areAllSuspects: true }
    const asked = async (some: object) => {
      const before = told.length
      await reader.evidence({ ...ask, ...some })
      return told.slice(before).flatMap(({ bucket }) => (bucket.includes('token') ? [] : [bucket]))
    }
    t.same(await asked({ sources: ['history'] }), ['GET /api/v1/logs'])
    t.same(await asked({ sources: ['device_users'] }), [])
    t.same(await asked({ sources: ['device_users'], mode: 'fresh' }), ['GET /api/v1/users/{userId}/devices'])
  }
)

/** A user, and a function that logs entries of one type about them, the newest `everyMs` ago. */
async function busyUser(t: Parameters<typeof orgClient>[0]) {
  const made = await orgClient(t)
  const { org, reader, clock, told } = made
  const user = org.addUser()
  const person = { id: user.id, type: 'User', alternateId: user.profile.login, displayName: 'Somebody' }
  const log = (eventType: string, count: number, everyMs: number, result: 'SUCCESS' | 'FAILURE' = 'SUCCESS') => {
    for (let n = 1; n <= count; n++) {
      const published = plus(clock(), -n * everyMs)
      org.record({ eventType, published, actor: person, target: [person], outcome: { result } })
    }
  }
  async function read() {
    told.length = 0
    const ask = { userId: user.id, sources: ['history' as const], suspectDeviceIds: [], historySince: SINCE }
    const { history } = await reader.evidence(ask)
    const calls = told.filter(({ bucket }) => bucket === 'GET /api/v1/logs').length
    return { history, calls, entries: history.state === 'known' ? history.value : [] }
  }
  return { ...made, log, read }
}

t.test('a user with 3,000 successful verifications in 30 days has a complete history of everything else', async (t) => {
  const { log, read, clock } = await busyUser(t)
  log('user.authentication.auth_via_mfa', 3_000, 14 * MINUTE_MS)
  log('device.platform_sso.authentication', 500, HOUR_MS)
  log('user.account.lock', 1, 29 * DAY_MS)
  log('user.authentication.auth_via_mfa', 1, 28 * DAY_MS, 'FAILURE')
  const { history, calls, entries } = await read()
  t.equal(calls, 2)
  t.notOk(entries.some(({ eventType }) => eventType.startsWith('device.platform_sso')))
  t.equal(entries.filter(({ eventType }) => eventType === 'user.account.lock').length, 1)
  t.equal(entries.filter(({ result }) => result === 'FAILURE').length, 1)
  t.equal(new Set(entries.map(({ uuid }) => uuid)).size, entries.length)
  t.notOk('completeSince' in history)
  const weekAgo = plus(clock(), -7 * DAY_MS)
  t.ok(history.state === 'known' && history.signInsSince && history.signInsSince < weekAgo, 'a week of verifications')
})

t.test('more rare entries than three calls hold: the newest are known, and how far back they reach', async (t) => {
  const { log, read } = await busyUser(t)
  log('user.account.update_profile', 2_100, 10 * MINUTE_MS)
  const { history, calls, entries } = await read()
  t.equal(calls, 3)
  t.equal(entries.length, 2_000)
  t.match(history, { state: 'known', completeSince: entries.at(-1)?.at })
})

t.test('lists are read page by page, and a page elsewhere than in the org is not fetched', async (t) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const origin = `http://${request.headers.host}`
    const next = url.includes('/roles') ? 'https://elsewhere.example.com/api/v1/x' : `${origin}${url}?after=cursor`
    if (!url.includes('after')) response.setHeader('link', [`<${origin}${url}>; rel="self"`, `<${next}>; rel="next"`])
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify([{ id: url.includes('after') ? '00gSecond' : '00gFirst', type: 'USER_ADMIN' }]))
  })
  const port = await listen(t, server)
  const { clock } = handClock()
  const settings = { orgUrl: `http://127.0.0.1:${port}`, auth: { kind: 'token', token: 'test-token' } } as const
  const client = createOktaClient(settings, { requestTimeoutMs: 5_000, emit: () => {} })
  const evidence = await createReader(client, { clock, absentSources: [] }).evidence({
    userId: '00uSomebody000000000',
    sources: ['groups', 'roles'],
    historySince: SINCE,
    suspectDeviceIds: []
  })
  t.match(evidence.groups, { state: 'known', value: [{ id: '00gFirst' }, { id: '00gSecond' }] })
  t.match(evidence.roles, { state: 'unknown', because: /next page/, retryable: false })
  t.notMatch(JSON.stringify(evidence), /elsewhere/)
  t.equal(asked.length, 3)
})
