/** Lifts the suspension of the one device that the failed enrollment came from (facts §3.2, §6.2 C8). */
import { type Device, known } from '../domain/evidence.ts'
import type { OktaWriter } from '../domain/okta.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { mustNotPerform, NEEDS_EVERY_GUARD, notKnown, settledUser, stillStands } from './preconditions.ts'

const NEEDS = ['user', 'devices'] as const

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

function refuses(situation: Situation): string | null {
  const missing = notKnown(situation.evidence, NEEDS)
  if (missing) return missing
  const user = settledUser(situation)
  if ('refused' in user) return user.refused
  if (user.status !== 'ACTIVE') return `the user is ${user.status}, not ACTIVE`
  const devices = suspendedDevices(situation)
  if (devices.length === 0) return 'no suspended device of the user matches a failure by id or serial number'
  if (devices.length > 1) return `${devices.length} suspended devices match; a person must say which one is meant`
  return devices[0]?.jailbroken === true ? `the device ${devices[0].id} is jailbroken or rooted` : null
}

async function perform(okta: OktaWriter, situation: Situation) {
  const because = refuses(situation)
  if (because) throw mustNotPerform(because)
  const device = suspendedDevices(situation)[0]
  if (!device) throw mustNotPerform('there is no device to unsuspend')
  return [await okta.unsuspendDevice(device.id)]
}

function landed(situation: Situation, intendedAt: Instant): 'done' | 'undone' | 'unknown' {
  if ('refused' in settledUser(situation)) return 'unknown'
  const suspended = suspendedDevices(situation)
  if (suspended.length === 1 && suspended[0]) return stillStands(suspended[0].lastUpdatedAt, intendedAt)
  const devices = failedDevices(situation)
  return devices.length > 0 && devices.every((device) => device.status === 'ACTIVE') ? 'done' : 'unknown'
}

export const unsuspendDevice: Remediation = {
  id: 'unsuspend_device',
  title: 'Unsuspend the device',
  call: 'POST /api/v1/devices/{id}/lifecycle/unsuspend',
  permission: 'okta.devices.lifecycle.unsuspend',
  undo: 'Suspend the device again: Directory > Devices > the device > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: NEEDS,
  changes: ['devices'],
  needsTakeoverWindow: true,
  refuses,
  perform,
  landed,
  proof:
    'Reading the devices again shows the device ACTIVE; it is effective once the user enrolls in Okta Verify on it.'
}
