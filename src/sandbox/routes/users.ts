/** Users and devices: one, a list, what hangs on one, and the lifecycle writes (facts §3.1, §3.2); admin roles of service apps. */
import { endSuspension, performUserAction, USER_ACTIONS, type UserActionName } from '../org/lifecycle.ts'
import type { SandboxUser } from '../org/model.ts'
import type { OAuthClient } from '../server/auth.ts'
import {
  type Call,
  deviceBody,
  deviceById,
  deviceUsers,
  groupBody,
  linkHeader,
  ok,
  pageOf,
  routeFor,
  type SandboxRoute,
  type SimResponse,
  userBody,
  userById,
  userByIdOrLogin,
  userDevices
} from '../server/call.ts'
import { objectNotFound } from '../server/errors.ts'
import { comparisonsOf, type Filter, invalidCriteria, matchesFilter, readFilter } from '../server/scim-filter.ts'

/* The lifecycle writes on users (facts §3.2). */

const NAMES = Object.keys(USER_ACTIONS) as UserActionName[]

/** One route per action. */
export const userLifecycleRoutes: readonly SandboxRoute[] = NAMES.map((action) =>
  routeFor('POST', `/api/v1/users/:id/lifecycle/${action}`, 'okta.users.manage', (call) => {
    const userId = userByIdOrLogin(call).id
    const sendEmail = call.query.sendEmail === 'true'
    return ok(performUserAction(call.org, action, userId, call.caller, sendEmail), { action, userId })
  })
)

const LIST_LIMIT = 200
/** The only properties `filter` takes on users. */
const FILTERABLE = /^(status|lastUpdated|id|profile\.(login|email|firstName|lastName))$/

export const userRoutes: readonly SandboxRoute[] = [
  routeFor('GET', '/api/v1/users', 'okta.users.read', listUsers),
  routeFor('GET', '/api/v1/users/:id', 'okta.users.read', (call) =>
    ok(userBody(userByIdOrLogin(call), call.query.expand === 'blocks'))
  ),
  routeFor('GET', '/api/v1/users/:id/blocks', 'okta.users.read', (call) => ok(userByIdOrLogin(call).blocks)),
  routeFor('GET', '/api/v1/users/:id/groups', 'okta.users.read', (call) => ok(groupsOf(call, userByIdOrLogin(call)))),
  // The scope: developer.okta.com, Groups API, "List all groups".
  routeFor('GET', '/api/v1/groups', 'okta.groups.read', ({ org }) => ok([...org.groups.values()].map(groupBody))),
  routeFor('GET', '/api/v1/users/:userId/devices', 'okta.users.read', (call) =>
    ok(userDevices(call.org, userById(call).id))
  ),
  routeFor('GET', '/api/v1/users/:userId/roles', 'okta.roles.read', (call) => {
    const { roles, created } = userById(call)
    return ok(roles.map((role) => ({ ...role, created, lastUpdated: created })))
  }),
  routeFor('GET', '/api/v1/iam/assignees/users', 'okta.roles.read', listAssignees),
  routeFor('GET', '/api/v1/users/:userId/risk', 'okta.userRisk.read', (call) => ok(userById(call).risk))
]

function groupsOf({ org }: Call, user: SandboxUser): unknown[] {
  return user.groupIds.flatMap((id) => {
    const group = org.groups.get(id)
    return group ? [groupBody(group)] : []
  })
}

/** Only people whom the caller's roles reach, which is how we read Okta's resource sets. */
function listUsers({ org, query, url, mayTouch }: Call) {
  const filter = query.filter === undefined ? null : readUserFilter(query.filter, org.maxFilterLength)
  const start = query.q?.toLowerCase()
  const users = [...org.users.values()].filter((user) => {
    return (
      mayTouch(user) &&
      (filter === null || matchesFilter(filter, userBody(user))) &&
      (start === undefined || startsWith(user, start))
    )
  })
  const page = pageOf(users, query, LIST_LIMIT, LIST_LIMIT)
  return {
    ...ok(page.items.map((user) => userBody(user))),
    headers: { link: linkHeader(org.url, url, page.next) }
  }
}

const ASSIGNEES_LIMIT = 100

/**
 * Users who hold an admin role directly; Okta does not say whether holders through a group are listed, so here they are
 * not. The next page is named in the body.
 */
function listAssignees({ org, query, url }: Call) {
  const admins = [...org.users.values()].filter(({ roles }) => roles.some((role) => role.assignmentType === 'USER'))
  const page = pageOf(admins, query, ASSIGNEES_LIMIT, ASSIGNEES_LIMIT)
  const next = new URL(url, org.url)
  next.searchParams.set('after', page.next ?? '')
  return ok({
    value: page.items.map(({ id }) => ({ id })),
    ...(page.next === null ? {} : { _links: { next: { href: next.href } } })
  })
}

/** `q` matches the start of first name, last name or email, and leaves deactivated users out. */
function startsWith(user: SandboxUser, start: string): boolean {
  const { firstName, lastName, email } = user.profile
  const fits = [firstName, lastName, email].some((text) => text.toLowerCase().startsWith(start))
  return fits && user.status !== 'DEPROVISIONED'
}

function readUserFilter(text: string, maxLength: number): Filter {
  const filter = readFilter(text, maxLength)
  for (const { attrPath, op } of comparisonsOf(filter)) {
    const operators = attrPath === 'lastUpdated' ? /^(eq|gt|ge|lt|le)$/ : /^eq$/
    if (!FILTERABLE.test(attrPath) || !operators.test(op)) throw invalidCriteria(`cannot filter by ${attrPath}`)
  }
  return filter
}

/* Admin roles of service apps: their assignments, the permissions of custom roles, and their resource sets. Reads only. */

/** An app without a list of roles has enough of them. */
function assignmentsOf({ roles = [{ role: 'SUPER_ADMIN' }] }: OAuthClient) {
  return roles.map(({ role, resources = [] }) =>
    typeof role === 'string'
      ? { type: role, permissions: [], resources }
      : { type: 'CUSTOM', permissions: role, resources }
  )
}

/** Shapes: `ListClientRoles` and `ListResourceSetResources` of Okta's Terraform provider, and its recording of permissions. */
export function roleRoutes(clients: readonly OAuthClient[]): readonly SandboxRoute[] {
  const all = () =>
    clients.flatMap((client) =>
      assignmentsOf(client).map((assignment, n) => ({
        ...assignment,
        clientId: client.clientId,
        key: `${client.clientId}${n}`
      }))
    )
  const find = ({ params: { id = '' } }: Call) => {
    const found = all().find(({ key }) => id.endsWith(key))
    if (!found) throw objectNotFound(id, 'Role')
    return found
  }
  const scope = 'okta.roles.read'
  return [
    {
      ...{ method: 'GET', path: '/oauth2/v1/clients/:clientId/roles', scope },
      run: ({ params: { clientId: id = '' } }) => {
        if (!clients.some(({ clientId }) => clientId === id)) throw objectNotFound(id, 'PublicClientApp')
        return ok(
          all()
            .filter(({ clientId }) => clientId === id)
            .map(({ type, key }) => ({
              ...{ id: `irb${key}`, label: type, type, status: 'ACTIVE', assignmentType: 'CLIENT' },
              ...(type === 'CUSTOM' ? { role: `cr0${key}`, 'resource-set': `iam${key}` } : {})
            }))
        )
      }
    },
    {
      ...{ method: 'GET', path: '/api/v1/iam/roles/:id/permissions', scope },
      run: (call) => ok({ permissions: find(call).permissions.map((label) => ({ label, conditions: null })) })
    },
    {
      ...{ method: 'GET', path: '/api/v1/iam/resource-sets/:id/resources', scope },
      run: (call) => ok({ resources: find(call).resources.map((orn, n) => ({ id: `ire${n}`, orn })) })
    }
  ]
}

/* Devices: the list, the users of one, and the lifecycle write (facts §3.1, §3.2). */

const DEVICE = '/api/v1/devices/:deviceId'

export const deviceRoutes: readonly SandboxRoute[] = [
  routeFor('GET', '/api/v1/devices', 'okta.devices.read', listDevices),
  routeFor('GET', `${DEVICE}/users`, 'okta.devices.read', (call) => ok(deviceUsers(call.org, deviceById(call)))),
  routeFor(
    'POST',
    `${DEVICE}/lifecycle/unsuspend`,
    'okta.devices.manage',
    ({ org, params: { deviceId = '' }, caller }) => {
      endSuspension(org, deviceId, caller)
      return { status: 204, wrote: { action: 'device.unsuspend', deviceId } }
    }
  )
]

function listDevices({ org, query, url }: Call): SimResponse {
  const search = query.search === undefined ? null : readFilter(query.search, org.maxFilterLength)
  const devices = [...org.devices.values()].filter(
    (device) => search === null || matchesFilter(search, deviceBody(device))
  )
  const page = pageOf(devices, query, LIST_LIMIT, LIST_LIMIT)
  const withUsers = query.expand === 'user' || query.expand === 'userSummary'
  const body = page.items.map((device) => ({
    ...deviceBody(device),
    ...(withUsers ? { _embedded: { users: deviceUsers(org, device) } } : {})
  }))
  return { ...ok(body), headers: { link: linkHeader(org.url, url, page.next) } }
}
