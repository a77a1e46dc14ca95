/** The lifecycle writes on devices (facts §3.2), with what they do to links and factors. */
import { notFound, wrongTransition } from '../server/errors.ts'
import { isOktaVerify } from './enrollments.ts'
import { actedBy, deviceTarget } from './log-event.ts'
import type { Caller, SandboxDevice, SandboxFactor } from './model.ts'
import type { Org } from './org.ts'

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
  if (!device) throw notFound(deviceId, 'Device')
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
