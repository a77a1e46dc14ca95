import t from 'tap'
import { permissionsOfApp, SCOPES } from '../../src/config/settings/scopes.ts'
import { isPermitted, permissionFor, type RoleAssignment, reenrollRoles } from '../../src/sandbox/server/permissions.ts'
import { allRoutes, startSandbox } from '../../src/sandbox/server/server.ts'
import { askToken, asObject, handClock, makeApp } from './api-client.ts'

/** What each of the service's calls needs, in the order of its life. */
const CALLS = [
  ['GET', '/api/v1/users/:user'],
  ['GET', '/api/v1/users/:user/factors'],
  ['GET', '/api/v1/users/:user/roles'],
  ['GET', '/api/v1/users/:user/risk'],
  ['GET', '/api/v1/devices'],
  ['GET', '/api/v1/logs'],
  ['POST', '/api/v1/users/:user/lifecycle/unsuspend'],
  ['POST', '/api/v1/users/:user/lifecycle/unlock'],
  ['POST', '/api/v1/users/:user/lifecycle/reactivate?sendEmail=true'],
  ['DELETE', '/api/v1/users/:user/factors/opf1'],
  ['POST', '/api/v1/devices/:device/lifecycle/unsuspend']
] as const

t.test('every call of the simulated org needs a permission that exists', async (t) => {
  for (const { method, path } of allRoutes()) {
    const called = path.replaceAll(/:[a-zA-Z]+/g, 'x')
    t.match(permissionFor(method, called), /^okta\.[a-zA-Z]+\./, `${method} ${path}`)
  }
})

t.test('a strict org refuses what no role permits, and people whom no role reaches', async (t) => {
  const app = await makeApp({ dpop: false })
  const roles: RoleAssignment[] = []
  const sandbox = await startSandbox({
    clock: handClock().clock,
    clients: [{ ...app.client, roles }],
    limits: 'none',
    strict: true
  })
  t.teardown(() => sandbox.close())
  const { org } = sandbox
  const people = org.addGroup('Reenroll people')
  const user = org.addUser()
  user.groupIds.push(people.id)
  const stranger = org.addUser({ status: 'SUSPENDED' })
  const device = org.addDevice()
  const { access_token: token } = await asObject(await askToken(app, sandbox.url))
  const isRefused = async (method: string, path: string) => {
    const url = `${sandbox.url}${path.replace(':user', user.id).replace(':device', device.id)}`
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } })
    return (await response.text()).includes('E0000006')
  }
  const refused = async () => {
    const answers = await Promise.all(CALLS.map(([method, path]) => isRefused(method, path)))
    return CALLS.flatMap(([, path], nth) => (answers[nth] ? path : []))
  }
  t.equal((await refused()).length, CALLS.length, 'an app without a role can do nothing')
  roles.push(...reenrollRoles(people.id))
  t.same(await refused(), [], 'with the roles of Terraform all of it')
  t.ok(await isRefused('POST', `/api/v1/users/${stranger.id}/lifecycle/unsuspend`), 'for people of the group alone')
  t.equal(stranger.status, 'SUSPENDED')
})

t.test('each permission of the roles is needed for a call, and none is idle', async (t) => {
  const user = { groupIds: ['00g1'] } as Parameters<typeof isPermitted>[2]
  const needed = CALLS.map(([method, path]) => permissionFor(method, path.split('?')[0] ?? path))
  const lost = (roles: readonly RoleAssignment[]) =>
    needed.filter((permission) => !isPermitted(roles, permission, user))
  const roles = reenrollRoles('00g1')
  t.same(lost(roles), [])
  const custom = roles.flatMap(({ role }) => (typeof role === 'string' ? [] : role))
  // Read-only Administrator sees users and devices as well; the custom permissions are what is left when it is taken away.
  for (const permission of new Set(custom)) {
    const without = roles.map((one) =>
      typeof one.role === 'string' ? { role: [] } : { ...one, role: one.role.filter((held) => held !== permission) }
    )
    t.ok(lost(without).includes(permission), permission)
  }
})

t.test(
  'the roles are those of the list of which Terraform and the guide are made; each scope of it is known to the org',
  async (t) => {
    const ours = new Set(reenrollRoles('00g1').flatMap(({ role }) => (typeof role === 'string' ? [] : role)))
    t.same(new Set([...permissionsOfApp('reader'), ...permissionsOfApp('actuator')]), ours)
    const asked = new Set(allRoutes().map(({ scope }) => scope))
    asked.delete('okta.eventHooks.manage') // of `register`, which an admin runs
    t.same(new Set(SCOPES.map(({ name }) => name)), asked)
  }
)
