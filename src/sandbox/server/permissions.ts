/**
 * Admin roles: which permission each call needs, and whether a role holds it on the resource (facts §3.1, §7). What a service
 * app may do is what its scopes and its roles both permit; a permission has no effect on resources of another kind.
 */
import type { SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'

/** An admin role of a service app. */
export interface RoleAssignment {
  /** A standard role, which has the whole org, or the permissions of a custom one. */
  readonly role: 'READ_ONLY_ADMIN' | 'SUPER_ADMIN' | readonly string[]
  /** Resource names of the resource set of a custom role, such as `orn:okta:directory:{orgId}:devices`. */
  readonly resources?: readonly string[]
}

/** What Reenroll's apps hold together by `deploy/terraform`, for people of the group with this id. */
export function reenrollRoles(groupId: string): readonly RoleAssignment[] {
  const people = [`orn:okta:directory:00o1:groups:${groupId}:contained_resources`, 'orn:okta:directory:00o1:devices']
  const reader = ['okta.users.read', 'okta.iam.read', 'okta.devices.read']
  const actuator = [
    'okta.users.lifecycle.unsuspend',
    'okta.users.lifecycle.unlock',
    'okta.users.lifecycle.activate',
    'okta.users.credentials.resetFactors',
    'okta.devices.lifecycle.unsuspend'
  ]
  return [
    { role: 'READ_ONLY_ADMIN' },
    { role: reader, resources: people },
    { role: reader, resources: ['orn:okta:iam:00o1:contained_resources'] },
    { role: actuator, resources: people }
  ]
}

/** The first row that fits: the permission that a call needs. */
const NEEDED: readonly (readonly [string, RegExp, string])[] = [
  ['GET', /\/(users|clients)\/[^/]+\/roles$|\/iam\//, 'okta.iam.read'],
  // Okta names no permission for these in custom roles; that Read-only Administrator has them is a guess for the risk and the event hooks.
  ['GET', /\/logs$/, 'okta.logs.read'],
  ['GET', /\/users\/[^/]+\/risk$/, 'okta.userRisk.read'],
  ['GET', /\/groups$/, 'okta.groups.read'],
  ['GET', /\/users/, 'okta.users.read'],
  ['GET', /\/devices/, 'okta.devices.read'],
  ['GET', /\/eventHooks/, 'okta.eventhooks.read'],
  ['*', /\/eventHooks/, 'okta.eventhooks.manage'],
  // Whether `activate` covers sending the mail again is not documented (facts §7).
  ['POST', /\/users\/[^/]+\/lifecycle\/(re)?activate$/, 'okta.users.lifecycle.activate'],
  ['POST', /\/users\/[^/]+\/lifecycle\/reset_factors$/, 'okta.users.credentials.resetFactors'],
  // Which permission covers it is not documented: a guess.
  ['POST', /\/factors\/[^/]+\/verify$/, 'okta.users.credentials.manage'],
  ['DELETE', /\/users\/[^/]+\/factors\//, 'okta.users.credentials.resetFactors']
]

/** The permission for a call of this method and path. */
export function permissionFor(method: string, path: string): string {
  const row = NEEDED.find(([needed, pattern]) => (needed === '*' || needed === method) && pattern.test(path))
  if (row) return row[2]
  const [, kind, action] = /\/(users|devices)\/[^/]+\/lifecycle\/(\w+)$/.exec(path) ?? []
  return kind && action ? `okta.${kind}.lifecycle.${action}` : 'none'
}

/** Whether any of the roles permits the call; `user` is the one the call is about, where it is about one. */
export function isPermitted(roles: readonly RoleAssignment[], permission: string, user?: SandboxUser): boolean {
  return roles.some(({ role, resources = [] }) => {
    if (role === 'SUPER_ADMIN') return true
    // It cannot view administrators (facts §3.1).
    if (role === 'READ_ONLY_ADMIN') return permission.endsWith('.read') && permission !== 'okta.iam.read'
    return role.some((held) => covers(held, permission)) && resources.some((orn) => holds(orn, permission, user))
  })
}

/** `okta.users.lifecycle.manage` covers all that starts with `okta.users.lifecycle.`. */
function covers(held: string, needed: string): boolean {
  return held === needed || (held.endsWith('.manage') && needed.startsWith(held.slice(0, -'manage'.length)))
}

/** Whether the resource is of the permission's kind and holds the user. */
function holds(orn: string, permission: string, user?: SandboxUser): boolean {
  const [, kind = ''] = permission.split('.')
  if (kind === 'iam') return /:iam:[^:]*:contained_resources$/.test(orn)
  if (kind !== 'users') return orn.endsWith(`:${kind}`)
  const groupId = /:groups:([^:]+):contained_resources$/.exec(orn)?.[1]
  const userId = /:users:([^:]+)$/.exec(orn)?.[1]
  if (user === undefined || orn.endsWith(':users')) return orn.endsWith(':users') || Boolean(groupId ?? userId)
  return userId === user.id || (groupId !== undefined && user.groupIds.includes(groupId))
}

/** The user that a path is about, by id or by login. */
export function userOfPath(org: Org, path: string): SandboxUser | undefined {
  const name = /\/users\/([^/]+)/.exec(path)?.[1]
  return name === undefined ? undefined : findUser(org, decodeURIComponent(name))
}

/** By id, or by login without regard to case (facts §3.1). */
export function findUser(org: Org, idOrLogin: string): SandboxUser | undefined {
  const login = idOrLogin.toLowerCase()
  return (
    org.users.get(idOrLogin) ?? [...org.users.values()].find(({ profile }) => profile.login.toLowerCase() === login)
  )
}
