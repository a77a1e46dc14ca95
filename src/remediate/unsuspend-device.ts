/** Lifts the suspension of the one device that the failed enrollment came from (facts §3.2, §6.2 C8). */
import { type Device, known } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import { NEEDS_EVERY_GUARD, remediation, stillStands } from './preconditions.ts'

/** The user's devices that a failure names by id or serial number. Many devices share a model, so it proves nothing. */
function failedDevices(situation: Situation): readonly Device[] {
  const ids = new Set(situation.failures.flatMap((failure) => failure.device.id ?? []))
  const serials = new Set(situation.failures.flatMap((failure) => failure.device.serialNumber ?? []))
  return (known(situation.evidence.devices) ?? []).filter(
    (device) => ids.has(device.id) || (device.serialNumber !== null && serials.has(device.serialNumber))
  )
}

function suspendedDevices(situation: Situation): readonly Device[] {
  return failedDevices(situation).filter((device) => device.status === 'SUSPENDED')
}

export const unsuspendDevice = remediation({
  id: 'unsuspend_device',
  title: 'Unsuspend the device',
  call: 'POST /api/v1/devices/{id}/lifecycle/unsuspend',
  permission: 'okta.devices.lifecycle.unsuspend',
  undo: 'Suspend the device again: Directory > Devices > the device > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: ['user', 'devices'],
  changes: ['devices'],
  needsTakeoverWindow: true,
  plan(user, situation) {
    if (user.status !== 'ACTIVE') return `the user is ${user.status}, not ACTIVE`
    const [device, ...others] = suspendedDevices(situation)
    if (!device) return 'no suspended device of the user matches a failure by id or serial number'
    if (others.length > 0) {
      return `${others.length + 1} suspended devices match; a person must say which one is meant`
    }
    return device.jailbroken === true
      ? `the device ${device.name ?? device.id} is jailbroken or rooted`
      : ['unsuspendDevice', device.id]
  },
  landed(_, situation, intendedAt) {
    const suspended = suspendedDevices(situation)
    if (suspended.length === 1 && suspended[0]) return stillStands(suspended[0].lastUpdatedAt, intendedAt)
    const devices = failedDevices(situation)
    return devices.length > 0 && devices.every((device) => device.status === 'ACTIVE') ? 'done' : 'unknown'
  },
  proof:
    'Reading the devices again shows the device ACTIVE; it is effective once the user enrolls in Okta Verify on it.'
})
