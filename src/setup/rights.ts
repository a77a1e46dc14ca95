/** Whether an app's admin roles permit a call: a permission, on a resource set with resources of its kind (facts §3.1). Pure. */

/** A role of an app. */
export interface AppRole {
  /** `CUSTOM`, or one of Okta's own roles. */
  readonly type: string
  /** Of a custom role; empty for Okta's own. */
  readonly permissions: readonly string[]
  /** Resource names or addresses of the resource set it is assigned on. */
  readonly resources: readonly string[]
}

/** Okta's own roles that permit no write. */
const READERS: readonly string[] = ['READ_ONLY_ADMIN', 'REPORT_ADMIN']

/** What keeps the roles from permitting it; null when one does, or may: what Okta's other roles permit is not listed here. */
export function missingRight(roles: readonly AppRole[], permission: string): 'permission' | 'resources' | null {
  if (roles.some(({ type }) => type !== 'CUSTOM' && !READERS.includes(type))) return null
  const granting = roles.filter(({ permissions }) => permissions.some((held) => covers(held, permission)))
  if (granting.length === 0) return 'permission'
  return granting.some(({ resources }) => resources.some((name) => fits(name, permission))) ? null : 'resources'
}

/** `okta.users.lifecycle.manage` covers whatever starts with `okta.users.lifecycle.`. */
function covers(held: string, needed: string): boolean {
  return held === needed || (held.endsWith('.manage') && needed.startsWith(held.slice(0, -'manage'.length)))
}

/** Devices by `…:devices`; users by `…:users` or the members of a group. */
function fits(resource: string, permission: string): boolean {
  return permission.startsWith('okta.devices.')
    ? /[:/]devices$/.test(resource)
    : /[:/]users($|[:/])|:groups:[^:]+:contained_resources$/.test(resource)
}

/** Where each read is granted. A permission has no effect on a resource set without resources of its kind. */
export const READ_RIGHTS = {
  'okta.users.read': place('okta.users.read', 'the users', 'people'),
  'okta.devices.read': place('okta.devices.read', 'all devices', 'people'),
  'okta.roles.read': place('okta.iam.read', 'all Identity and Access Management resources', 'roles'),
  'okta.logs.read':
    'assign it the role Read-only Administrator (the app > Admin roles; Terraform: okta_app_oauth_role_assignment.read_only)'
} as const

function place(permission: string, resources: string, set: string): string {
  return `assign it a custom role with ${permission} (Security > Administrators > Roles; Terraform: local.reader_permissions) on a resource set that holds ${resources} (Security > Administrators > Resources; Terraform: okta_resource_set.${set})`
}

/** Where writes are granted. */
export function writeRight(permissions: readonly string[], missing: 'permission' | 'resources'): string {
  const all = permissions.join(' and ')
  if (missing === 'permission') {
    return `Add ${all} to the custom role of the app that writes (Security > Administrators > Roles; Terraform: local.actuator_permissions).`
  }
  const kinds = new Set(permissions.map((each) => (each.startsWith('okta.devices.') ? 'all devices' : 'the users')))
  return `Add ${[...kinds].join(' and ')} to the resource set on which the role with ${all} is assigned (Security > Administrators > Resources; Terraform: okta_resource_set.people).`
}
