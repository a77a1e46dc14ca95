/** The lifecycle writes on users and devices, each with Okta's state check, its effect and the log entry it leaves (facts §3.2). */
import { notInThisStatus, objectNotFound, SimError, validationFailed, wrongTransition } from '../server/errors.ts'
import { isOktaVerify } from './enrollments.ts'
import { actedBy, deviceTarget, userTarget } from './log-event.ts'
import type { Caller, SandboxDevice, SandboxFactor, SandboxUser } from './model.ts'
import type { Org } from './org.ts'

/* The lifecycle writes on devices (facts §3.2), with what they do to links and factors. */

interface DeviceAction {
  readonly from: readonly SandboxDevice['status'][]
  readonly effect: (org: Org, device: SandboxDevice) => void
  readonly eventType: string
}

/** The lifecycle actions by the last segment of their path, and `delete`. */
export const DEVICE_ACTIONS = {
  suspend: {
    from: ['ACTIVE'],
    effect: (org, device) => {
      device.status = 'SUSPENDED'
      // Unsuspending brings the factors back, so suspending takes them; the status word is our assumption.
      setFactors(org, device, 'ACTIVE', 'INACTIVE')
    },
    eventType: 'device.lifecycle.suspend'
  },
  unsuspend: {
    from: ['SUSPENDED'],
    effect: (org, device) => {
      device.status = 'ACTIVE'
      setFactors(org, device, 'INACTIVE', 'ACTIVE')
    },
    eventType: 'device.lifecycle.unsuspend'
  },
  activate: {
    from: ['DEACTIVATED'],
    effect: (_org, device) => {
      device.status = 'ACTIVE'
    },
    eventType: 'device.lifecycle.activate'
  },
  deactivate: {
    from: ['ACTIVE', 'SUSPENDED', 'CREATED'],
    effect: (org, device) => {
      device.status = 'DEACTIVATED'
      removeFactors(org, device)
      device.users = []
    },
    eventType: 'device.lifecycle.deactivate'
  },
  delete: {
    from: ['DEACTIVATED'],
    effect: (org, device) => {
      org.devices.delete(device.id)
    },
    eventType: 'device.lifecycle.delete'
  }
} as const satisfies Record<string, DeviceAction>

export type DeviceActionName = keyof typeof DEVICE_ACTIONS

/** Performs a lifecycle action; Okta answers 204 to each. */
export function performDeviceAction(org: Org, name: DeviceActionName, deviceId: string, caller: Caller): void {
  const action: DeviceAction = DEVICE_ACTIONS[name]
  const device = org.devices.get(deviceId)
  if (!device) throw objectNotFound(deviceId, 'Device')
  if (!action.from.includes(device.status)) throw wrongTransition(device.status, name)
  action.effect(org, device)
  device.lastUpdated = org.clock()
  org.record({ eventType: action.eventType, ...actedBy(caller), target: [deviceTarget(device)] })
}

function* factorsOn(org: Org, device: SandboxDevice): Generator<SandboxFactor> {
  for (const user of org.users.values()) {
    for (const factor of user.factors) if (factor.deviceId === device.id && isOktaVerify(factor)) yield factor
  }
}

function setFactors(org: Org, device: SandboxDevice, from: string, to: string): void {
  for (const factor of factorsOn(org, device)) {
    if (factor.status !== from) continue
    factor.status = to
    factor.lastUpdated = org.clock()
  }
}

function removeFactors(org: Org, device: SandboxDevice): void {
  const gone = new Set(factorsOn(org, device))
  for (const user of org.users.values()) user.factors = user.factors.filter((factor) => !gone.has(factor))
}

interface UserAction {
  /** Throws Okta's refusal when the user's state does not allow the action. */
  readonly check: (user: SandboxUser) => void
  readonly effect: (user: SandboxUser) => void
  readonly eventType: string
  /** Whether `sendEmail` counts, and its default; such actions hand out a token when no mail is sent. */
  readonly mail?: { readonly byDefault: boolean }
}

function onlyIn(statuses: readonly string[], refusal: () => SimError) {
  return (user: SandboxUser) => {
    if (!statuses.includes(user.status)) throw refusal()
  }
}

/** The lifecycle actions by the last segment of their path. */
export const USER_ACTIONS = {
  unsuspend: {
    check: onlyIn(['SUSPENDED'], () => validationFailed('unsuspend', 'Cannot unsuspend a user that is not suspended')),
    effect: (user) => setStatus(user, 'ACTIVE'),
    eventType: 'user.lifecycle.unsuspend'
  },
  suspend: {
    check: onlyIn(['ACTIVE'], () => validationFailed('suspend', 'Cannot suspend a user that is not active')),
    effect: (user) => setStatus(user, 'SUSPENDED'),
    eventType: 'user.lifecycle.suspend'
  },
  unlock: {
    check: checkUnlock,
    effect: (user) => {
      setStatus(user, 'ACTIVE')
      user.blocks = []
    },
    // `user.account.unlock` is the automatic one; an API call is an admin's (event-types.csv).
    eventType: 'user.account.unlock_by_admin'
  },
  reactivate: {
    check: onlyIn(['PROVISIONED', 'RECOVERY'], notInThisStatus),
    effect: () => {},
    eventType: 'user.lifecycle.reactivate',
    mail: { byDefault: false }
  },
  activate: {
    check: checkActivate,
    effect: (user) => setStatus(user, user.passwordChanged === null ? 'PROVISIONED' : 'ACTIVE'),
    eventType: 'user.lifecycle.activate',
    mail: { byDefault: true }
  },
  deactivate: {
    check: onlyOutside('DEPROVISIONED'),
    effect: (user) => {
      setStatus(user, 'DEPROVISIONED')
      // The password is deleted for good (facts §5).
      user.passwordChanged = null
    },
    eventType: 'user.lifecycle.deactivate'
  },
  reset_factors: {
    check: onlyOutside('DEPROVISIONED'),
    effect: (user) => {
      user.factors = []
    },
    eventType: 'user.mfa.factor.reset_all'
  }
} as const satisfies Record<string, UserAction>

export type UserActionName = keyof typeof USER_ACTIONS

/** Performs a lifecycle action and gives Okta's 200 body: empty, or the activation token when no mail was asked for. */
export function performUserAction(
  org: Org,
  name: UserActionName,
  userId: string,
  caller: Caller,
  sendEmail?: boolean
): Record<string, string> {
  const action: UserAction = USER_ACTIONS[name]
  const user = org.users.get(userId)
  if (!user) throw objectNotFound(userId, 'User')
  action.check(user)
  const before = user.status
  action.effect(user)
  user.lastUpdated = org.clock()
  if (user.status !== before) user.statusChanged = user.lastUpdated
  // Set when the activation starts, not when it ends (facts §3.1).
  if (name === 'activate') user.activated = user.lastUpdated
  org.record({ eventType: action.eventType, ...actedBy(caller), target: [userTarget(user)] })
  if (!action.mail || (sendEmail ?? action.mail.byDefault)) return {}
  // Without a mail Okta hands the live activation link to the caller (facts §3.2).
  const activationToken = org.ids.token(20)
  return { activationUrl: `${org.url}/welcome/${activationToken}`, activationToken }
}

function setStatus(user: SandboxUser, status: string): void {
  user.status = status
  user.transitioningToStatus = null
}

function onlyOutside(status: string) {
  return (user: SandboxUser) => {
    if (user.status === status) throw notInThisStatus()
  }
}

function checkUnlock(user: SandboxUser): void {
  const locked = user.status === 'LOCKED_OUT' || (user.status === 'ACTIVE' && user.blocks.length > 0)
  // Only for credentials Okta owns; a directory unlocks its own accounts (facts §3.2).
  if (!locked || user.providerType !== 'OKTA') {
    throw new SimError(403, 'E0000032', 'Unlock is not allowed for this user.')
  }
}

function checkActivate(user: SandboxUser): void {
  if (user.transitioningToStatus !== null) {
    throw new SimError(409, 'E0000112', 'Cannot activate this user because they are still being activated.')
  }
  if (user.status === 'ACTIVE') {
    throw new SimError(403, 'E0000016', 'Activation failed because the user is already active')
  }
  if (user.status !== 'STAGED' && user.status !== 'DEPROVISIONED') throw notInThisStatus()
}
