import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asList, asObject, handClock, nextOf, tokenCaller } from './api-client.ts'
import { fillOrg } from './org-sample.ts'

async function started(test: Pick<typeof t, 'teardown'>) {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'] })
  test.teardown(() => sandbox.close())
  return { sandbox, org: sandbox.org, call: tokenCaller(sandbox.url), ...fillOrg(sandbox.org) }
}

t.test('a user is found by id and by login', async (t) => {
  const { call, user } = await started(t)
  t.match(await asObject(await call('GET', `/api/v1/users/${user.id}`)), {
    id: user.id,
    status: 'ACTIVE',
    credentials: { provider: { type: 'OKTA' } }
  })
  const byLogin = await asObject(await call('GET', `/api/v1/users/${encodeURIComponent('RILEY.restored@example.com')}`))
  t.equal(byLogin.id, user.id)
  t.notOk('_embedded' in byLogin)
  const withBlocks = await asObject(await call('GET', `/api/v1/users/${user.id}?expand=blocks`))
  t.match(withBlocks._embedded, { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }] })
  const missing = await call('GET', '/api/v1/users/00u0')
  t.equal(missing.status, 404)
  t.match(await asObject(missing), { errorCode: 'E0000007', errorId: /^oae/, errorCauses: [] })
})

t.test('what hangs on a user: blocks, groups, devices, roles, risk, factors, enrollments', async (t) => {
  const { call, org, user, device, pending } = await started(t)
  const group = org.addGroup('Break glass')
  user.groupIds.push(group.id)
  const list = async (part: string, id = user.id) => asList(await call('GET', `/api/v1/users/${id}/${part}`))
  t.match(await list('blocks'), [{ type: 'DEVICE_BASED' }])
  t.match(await list('groups'), [{ profile: { name: 'Everyone' } }, { id: group.id, profile: { name: 'Break glass' } }])
  t.match(await list('devices'), [{ deviceUserId: /^lnk/, device: { id: device.id, resourceType: 'UDDevice' } }])
  t.match(await list('roles'), [{ type: 'HELP_DESK_ADMIN', assignmentType: 'GROUP' }])
  t.match(await asObject(await call('GET', `/api/v1/users/${user.id}/risk`)), { riskLevel: 'HIGH' })
  const factors = await list('factors')
  t.equal(factors.length, 4)
  t.notOk(
    factors.some((factor) => 'deviceId' in factor),
    'our own field does not show'
  )
  t.match(await list('factors', pending.id), [{ _embedded: { activation: { sharedSecret: 'LIVESECRET' } } }])
  t.match(await list('authenticator-enrollments'), [
    { key: 'okta_password' },
    { key: 'okta_verify' },
    { key: 'webauthn' }
  ])
})

t.test('users are listed by filter and by q', async (t) => {
  const { call, user, suspended } = await started(t)
  const ids = async (query: string) => (await asList(await call('GET', `/api/v1/users?${query}`))).map(({ id }) => id)
  t.equal((await ids('')).length, 5)
  t.strictSame(await ids(`filter=${encodeURIComponent(`id eq "${user.id}"`)}`), [user.id])
  t.strictSame(await ids(`filter=${encodeURIComponent('profile.login eq "Riley.Restored@example.com"')}`), [])
  t.strictSame(await ids(`filter=${encodeURIComponent('status eq "SUSPENDED" or status eq "NONE"')}`), [suspended.id])
  t.strictSame(await ids('q=ril'), [user.id])
  for (const bad of ['filter=status', 'filter=profile.mobilePhone%20eq%20%221%22', 'filter=status%20sw%20%22A%22']) {
    const response = await call('GET', `/api/v1/users?${bad}`)
    t.equal(response.status, 400)
    t.equal((await asObject(response)).errorCode, 'E0000031', bad)
  }
})

t.test('a list is paged by following Link', async (t) => {
  const { call, org, sandbox } = await started(t)
  const seen: unknown[] = []
  let path: string | null = '/api/v1/users?limit=2'
  let pages = 0
  while (path !== null) {
    const response = await call('GET', path)
    const next = nextOf(response)
    seen.push(...(await asList(response)).map(({ id }) => id))
    path = next === null ? null : next.slice(sandbox.url.length)
    pages++
  }
  t.equal(pages, 3)
  t.strictSame(seen, [...org.users.keys()])
  t.equal((await call('GET', '/api/v1/users?limit=0')).status, 400)
  t.equal((await call('GET', '/api/v1/users?after=00u0')).status, 400)
})

t.test('lifecycle writes change the user, and only those that took effect are counted', async (t) => {
  const { call, org, user, suspended, pending } = await started(t)
  const written: string[] = []
  org.onWrite(({ action }) => written.push(action))
  const act = (id: string, action: string) => call('POST', `/api/v1/users/${id}/lifecycle/${action}`)
  const done = await act(suspended.id, 'unsuspend')
  t.equal(done.status, 200)
  t.strictSame(await asObject(done), {})
  t.equal(suspended.status, 'ACTIVE')
  t.equal((await asObject(await act(suspended.id, 'unsuspend'))).errorCode, 'E0000001')
  t.match(await asObject(await act(pending.id, 'reactivate')), { activationToken: String })
  t.strictSame(await asObject(await act(pending.id, 'reactivate?sendEmail=true')), {})
  const push = user.factors[0]?.id
  const removed = await call('DELETE', `/api/v1/users/${user.id}/factors/${push}`)
  t.equal(removed.status, 204)
  t.equal(await removed.text(), '')
  t.strictSame(written, ['unsuspend', 'reactivate', 'reactivate', 'unenroll_factor'])
  t.match(org.writes[0], {
    method: 'POST',
    path: `/api/v1/users/${suspended.id}/lifecycle/unsuspend`,
    userId: suspended.id,
    status: 200,
    ok: true
  })
})

t.test('role assignees are listed page by page, with the next page named in the body', async (t) => {
  const { call, org } = await started(t)
  const role = { id: 'ra1', type: 'USER_ADMIN', label: 'Admin', status: 'ACTIVE' }
  const admins = Array.from({ length: 3 }, () => org.addUser())
  for (const { roles } of admins) roles.push({ ...role, assignmentType: 'USER' })
  org.addUser().roles.push({ ...role, assignmentType: 'GROUP' })
  const first = await asObject(await call('GET', '/api/v1/iam/assignees/users?limit=2'))
  const ids = (page: Record<string, unknown>) => (page.value as { id: string }[]).map(({ id }) => id)
  const { href } = (first._links as { next: { href: string } }).next
  const second = await asObject(await call('GET', href.slice(org.url.length)))
  t.strictSame(
    [...ids(first), ...ids(second)],
    admins.map(({ id }) => id)
  )
  t.notOk('_links' in second)
})
