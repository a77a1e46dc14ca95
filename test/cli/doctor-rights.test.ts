/** The roles of Terraform on a strict simulated org: they suffice, and doctor names each permission that is taken away. */
import t, { type Test } from 'tap'
import { systemClock } from '../../src/domain/time.ts'
import { type RoleAssignment, reenrollRoles } from '../../src/sandbox/server/permissions.ts'
import { NEW_SECRET } from './org-beside.ts'
import { say } from './recorder.ts'
import { ACTUATOR, APP, actuator, readsOnly, soundSetup } from './sound-setup.ts'

/** The group of the people comes first in an empty org. */
const GROUP = '00gReenrollPeople00d7'

/** Findings of `doctor --json` for a reader and an actuator with these roles, and the policy of all writes. */
async function findings(t: Test, change: (role: RoleAssignment) => RoleAssignment = (role) => role) {
  const roles = reenrollRoles(GROUP).map(change)
  const clients = [
    { ...APP.client, roles: roles.slice(0, 3) },
    { ...ACTUATOR.client, roles: roles.slice(3) }
  ]
  const setup = await soundSetup(t, systemClock, { strict: true, clients })
  setup.user.groupIds.push(GROUP)
  Object.assign(setup.env, readsOnly(), actuator(ACTUATOR.client.clientId, ACTUATOR.privateJwk))
  const { out } = await say(['doctor', '--url', setup.hookUrl, '--json'], setup.env)
  t.notMatch(out, NEW_SECRET)
  return JSON.parse(out) as {
    readonly findings: readonly { readonly id: string; readonly what: string; readonly fix: string }[]
    readonly rights: readonly { readonly call: string; readonly can: string }[]
  }
}

t.test('with the roles of Terraform, the reader reads everything and the actuator may do every write', async (t) => {
  const { findings: found, rights } = await findings(t)
  t.strictSame(found, [])
  t.strictSame(
    rights.filter(({ can }) => can !== 'yes'),
    []
  )
  t.equal(rights.length, 17)
})

t.test('each permission that is taken away is named, with where to add it', async (t) => {
  const permissions = reenrollRoles(GROUP).flatMap(({ role }) => (typeof role === 'string' ? [] : role))
  for (const permission of new Set(permissions)) {
    const { findings: found } = await findings(t, ({ role, resources = [] }) => ({
      // Read-only Administrator sees users and devices too; here only the custom roles count.
      role: typeof role === 'string' ? [] : role.filter((held) => held !== permission),
      resources
    }))
    t.ok(
      found.some(({ fix }) => fix.includes(permission) && /Security > Administrators > Roles; Terraform: /.test(fix)),
      `${permission}: ${found.map(({ id }) => id).join(', ')}`
    )
  }
})

t.test('each resource set that is taken away is named', async (t) => {
  for (const [lost, id] of [
    ['iam:00o1:contained_resources', 'roles_unreadable'],
    ['directory:00o1:devices', 'writes_not_permitted'],
    [`groups:${GROUP}:contained_resources`, 'writes_not_permitted']
  ] as const) {
    const { findings: found } = await findings(t, ({ role, resources = [] }) => ({
      role,
      resources: resources.filter((name) => !name.endsWith(lost))
    }))
    t.ok(
      found.some((finding) => finding.id === id && /Resources; Terraform: okta_resource_set\.\w+/.test(finding.fix)),
      `${lost}: ${found.map((finding) => finding.id).join(', ')}`
    )
  }
})
