/** The lifecycle writes that Reenroll makes on users and devices, and those of admins in its tests, each with Okta's state check, its effect and the log entry it leaves (facts §3.2). */
import { notInThisStatus, objectNotFound, SimError, validationFailed, wrongTransition } from '../server/errors.ts'
import { isOktaVerify } from './enrollments.ts'
import { actedBy, deviceTarget, userTarget } from './log-event.ts'
import type { Caller, SandboxUser } from './model.ts'
import type { Org } from './org.ts'

/** Lifts the suspension of a device; its Okta Verify factors come back. The status word of theirs is our assumption. */
export function endSuspension(org: Org, deviceId: string, caller: Caller): void {
  const device = org.devices.get(deviceId)
  if (!device) throw objectNotFound(deviceId, 'Device')
  if (device.status !== 'SUSPENDED') throw wrongTransition(device.status, 'unsuspend')
  device.status = 'ACTIVE'
  device.lastUpdated = org.clock()
  for (const factor of [...org.users.values()].flatMap(({ factors }) => factors)) {
    if (factor.deviceId !== device.id || !isOktaVerify(factor) || factor.status !== 'INACTIVE') continue
    factor.status = 'ACTIVE'
    factor.lastUpdated = org.clock()
  }
  org.record({ eventType: 'device.lifecycle.unsuspend', ...actedBy(caller), target: [deviceTarget(device)] })
}

interface UserAction {
  /** Throws Okta's refusal when the user's state does not allow the action. */
  readonly check: (user: SandboxUser) => void
  readonly effect: (user: SandboxUser) => void
  readonly eventType: string
  /** Hands out a token when no mail is asked for. */
  readonly mails?: true
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
    mails: true
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
  sendEmail: boolean
): Record<string, string> {
  const action: UserAction = USER_ACTIONS[name]
  const user = org.users.get(userId)
  if (!user) throw objectNotFound(userId, 'User')
  action.check(user)
  const before = user.status
  action.effect(user)
  user.lastUpdated = org.clock()
  if (user.status !== before) user.statusChanged = user.lastUpdated
  org.record({ eventType: action.eventType, ...actedBy(caller), target: [userTarget(user)] })
  if (!action.mails || sendEmail) return {}
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
