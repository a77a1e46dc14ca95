/** The org's state in the shapes Okta answers with (facts appendix A). */
import type { Enrollment } from '../org/enrollments.ts'
import type { SandboxDevice, SandboxFactor, SandboxGroup, SandboxHook, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'

type Json = Record<string, unknown>

/** Which transitions Okta offers in each status, as path segments. The names of the links are assumed (appendix A). */
const USER_LINKS: Readonly<Record<string, readonly string[]>> = {
  SUSPENDED: ['unsuspend', 'deactivate'],
  LOCKED_OUT: ['unlock', 'deactivate'],
  STAGED: ['activate'],
  DEPROVISIONED: ['activate'],
  PROVISIONED: ['reactivate', 'deactivate'],
  ACTIVE: ['suspend', 'reset_factors', 'deactivate']
}

/** A user; `withBlocks` adds what `?expand=blocks` embeds. */
export function userBody(org: Org, user: SandboxUser, withBlocks = false): Json {
  const self = `${org.url}/api/v1/users/${user.id}`
  const links = (USER_LINKS[user.status] ?? []).map(
    (action) => [action.replace('_f', 'F'), { href: `${self}/lifecycle/${action}`, method: 'POST' }] as const
  )
  return {
    id: user.id,
    status: user.status,
    ...(user.transitioningToStatus === null ? {} : { transitioningToStatus: user.transitioningToStatus }),
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: user.lastLogin,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    type: { id: 'oty1sandboxdefault0d7' },
    profile: user.profile,
    credentials: {
      ...(user.passwordChanged === null ? {} : { password: {} }),
      provider: { type: user.providerType, name: user.providerType }
    },
    ...(withBlocks ? { _embedded: { blocks: user.blocks } } : {}),
    _links: { self: { href: self }, ...Object.fromEntries(links) }
  }
}

export function deviceBody(org: Org, device: SandboxDevice): Json {
  const self = `${org.url}/api/v1/devices/${device.id}`
  const actions = {
    CREATED: ['deactivate'],
    ACTIVE: ['suspend', 'deactivate'],
    SUSPENDED: ['unsuspend', 'deactivate'],
    DEACTIVATED: ['activate']
  }[device.status]
  return {
    id: device.id,
    status: device.status,
    created: device.created,
    lastUpdated: device.lastUpdated,
    profile: device.profile,
    resourceId: device.id,
    resourceDisplayName: { value: device.profile.displayName, sensitive: false },
    resourceType: 'UDDevice',
    resourceAlternateId: null,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      users: { href: `${self}/users`, hints: { allow: ['GET'] } },
      ...Object.fromEntries(
        actions.map((action) => [action, { href: `${self}/lifecycle/${action}`, hints: { allow: ['POST'] } }])
      )
    }
  }
}

/** The devices a user is linked to, as `GET /users/{id}/devices` lists them. */
export function userDevices(org: Org, userId: string): Json[] {
  return [...org.devices.values()].flatMap((device) =>
    device.users
      .filter((link) => link.userId === userId)
      .map((link) => ({ created: link.created, deviceUserId: link.deviceUserId, device: deviceBody(org, device) }))
  )
}

/** The users of a device; links to users who are gone are left out. */
export function deviceUsers(org: Org, device: SandboxDevice): Json[] {
  return device.users.flatMap(({ userId, created, managementStatus }) => {
    const user = org.users.get(userId)
    return user ? [{ created, managementStatus, screenLockType: 'BIOMETRIC', user: userBody(org, user) }] : []
  })
}

/** A factor. A pending TOTP shows its live secret, as Okta's does (facts appendix A). */
export function factorBody(org: Org, userId: string, factor: SandboxFactor): Json {
  const { deviceId: _ours, sharedSecret, ...shown } = factor
  const activation = { timeStep: 30, sharedSecret, encoding: 'base32', keyLength: 16 }
  return {
    ...shown,
    ...(sharedSecret === undefined ? {} : { _embedded: { activation } }),
    _links: {
      self: { href: `${org.url}/api/v1/users/${userId}/factors/${factor.id}`, hints: { allow: ['GET', 'DELETE'] } }
    }
  }
}

export function enrollmentBody(org: Org, userId: string, enrollment: Enrollment): Json {
  const href = `${org.url}/api/v1/users/${userId}/authenticator-enrollments/${enrollment.id}`
  return { ...enrollment, nickname: null, _links: { self: { href, hints: { allow: ['GET', 'DELETE'] } } } }
}

/** An admin role of a user. */
export function roleBody(org: Org, user: SandboxUser, role: SandboxUser['roles'][number]): Json {
  return {
    ...role,
    created: user.created,
    lastUpdated: user.created,
    _links: { assignee: { href: `${org.url}/api/v1/users/${user.id}` } }
  }
}

/** The user's risk level by Identity Threat Protection. */
export function riskBody(org: Org, user: SandboxUser): Json {
  const href = `${org.url}/api/v1/users/${user.id}`
  const _links = {
    self: { href: `${href}/risk`, hints: { allow: ['GET'] } },
    user: { href, hints: { allow: ['GET'] } }
  }
  return { ...user.risk, _links }
}

export function groupBody(org: Org, group: SandboxGroup): Json {
  return {
    id: group.id,
    created: group.created,
    lastUpdated: group.created,
    lastMembershipUpdated: group.created,
    objectClass: ['okta:user_group'],
    type: group.type,
    profile: group.profile,
    _links: { users: { href: `${org.url}/api/v1/groups/${group.id}/users` } }
  }
}

/** An event hook, without the secret: `authScheme.value` is write-only (facts §1.7). */
export function hookBody(org: Org, hook: SandboxHook): Json {
  const self = `${org.url}/api/v1/eventHooks/${hook.id}`
  const { config } = hook.channel
  const { type, key } = config.authScheme
  return {
    ...hook,
    channel: { ...hook.channel, config: { ...config, method: 'POST', authScheme: { type, key } } },
    _links: {
      self: { href: self },
      deactivate: { href: `${self}/lifecycle/deactivate` },
      verify: { href: `${self}/lifecycle/verify` }
    }
  }
}
