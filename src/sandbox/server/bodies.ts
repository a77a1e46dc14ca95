/** The org's state in the shapes Okta answers with (facts appendix A), without links, which nobody follows. */
import type { SandboxDevice, SandboxFactor, SandboxGroup, SandboxHook, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'

type Json = Record<string, unknown>

/** A user; `withBlocks` adds what `?expand=blocks` embeds. */
export function userBody(user: SandboxUser, withBlocks = false): Json {
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
    ...(withBlocks ? { _embedded: { blocks: user.blocks } } : {})
  }
}

export function deviceBody(device: SandboxDevice): Json {
  return {
    id: device.id,
    status: device.status,
    created: device.created,
    lastUpdated: device.lastUpdated,
    profile: device.profile,
    resourceId: device.id,
    resourceDisplayName: { value: device.profile.displayName, sensitive: false },
    resourceType: 'UDDevice',
    resourceAlternateId: null
  }
}

/** The devices a user is linked to, as `GET /users/{id}/devices` lists them. */
export function userDevices(org: Org, userId: string): Json[] {
  return [...org.devices.values()].flatMap((device) =>
    device.users
      .filter((link) => link.userId === userId)
      .map((link) => ({ created: link.created, deviceUserId: link.deviceUserId, device: deviceBody(device) }))
  )
}

/** The users of a device; links to users who are gone are left out. */
export function deviceUsers(org: Org, device: SandboxDevice): Json[] {
  return device.users.flatMap(({ userId, created, managementStatus }) => {
    const user = org.users.get(userId)
    return user ? [{ created, managementStatus, screenLockType: 'BIOMETRIC', user: userBody(user) }] : []
  })
}

/** A factor. A pending TOTP shows its live secret, as Okta's does (facts appendix A). */
export function factorBody(factor: SandboxFactor): Json {
  const { deviceId: _ours, sharedSecret, ...shown } = factor
  const activation = { timeStep: 30, sharedSecret, encoding: 'base32', keyLength: 16 }
  return { ...shown, ...(sharedSecret === undefined ? {} : { _embedded: { activation } }) }
}

export function groupBody({ id, created, type, profile }: SandboxGroup): Json {
  return {
    ...{ id, created, type, profile },
    lastUpdated: created,
    lastMembershipUpdated: created,
    objectClass: ['okta:user_group']
  }
}

/** An event hook, without the secret: `authScheme.value` is write-only (facts §1.7). */
export function hookBody(hook: SandboxHook): Json {
  const { config } = hook.channel
  const { type, key } = config.authScheme
  return { ...hook, channel: { ...hook.channel, config: { ...config, method: 'POST', authScheme: { type, key } } } }
}
