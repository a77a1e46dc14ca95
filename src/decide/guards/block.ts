/** Guards about who set a block, and about devices: G9, G11, G17 (facts §6.1). Pure. */
import type { LogEntry } from '../../domain/evidence.ts'
import { matchedDevices, oktaVerifyInUse } from '../device-facts.ts'
import {
  type BlockKind,
  blockOrigin,
  DEVICE_BLOCK,
  notRoutine,
  subjectIdOf,
  USER_LOCK,
  USER_SUSPENSION
} from '../entries.ts'
import { actorName, eventWords } from '../event-names.ts'
import { clear, type GuardContext, type GuardResult, guardUnknown, onSource, tripped, worst } from './guard-result.ts'

/** G9: the block was set by a person, or by an actor that is not listed as routine. Applies only when something is blocked. */
export function blockedByUnknown(ground: GuardContext): GuardResult {
  return worst(accountBlock(ground), deviceBlock(ground))
}

function accountBlock(ground: GuardContext): GuardResult {
  const subjectId = subjectIdOf(ground.input)
  const account = onSource(ground, 'user', ({ status, statusChangedAt }, at) => {
    if (status === 'SUSPENDED') return originFinding(ground, USER_SUSPENSION, subjectId, statusChangedAt, 'suspended')
    if (status === 'LOCKED_OUT') return originFinding(ground, USER_LOCK, subjectId, statusChangedAt, 'locked')
    if (status === 'unknown')
      return guardUnknown(`The account has a status that this version does not know (read ${at}).`)
    return clear(`The account is neither suspended nor locked (read ${at}).`)
  })
  const blocks = onSource(ground, 'blocks', (value, at) =>
    value.length > 0
      ? originFinding(ground, USER_LOCK, subjectId, null, 'blocked')
      : clear(`Nothing blocks the sign-in (read ${at}).`)
  )
  return worst(account, blocks)
}

function deviceBlock(ground: GuardContext): GuardResult {
  const { facts, input } = ground
  return onSource(ground, 'devices', (devices, at) => {
    if (facts.deviceBlocked === 'none') return clear(`The failing device is not blocked (read ${at}).`)
    if (facts.deviceBlocked === undefined) {
      return guardUnknown(`The user has a blocked device and no event says which device failed (read ${at}).`)
    }
    const blocked = matchedDevices(devices, input.failures).filter((device) => device.status === facts.deviceBlocked)
    const findings = blocked.map((device) =>
      originFinding(ground, DEVICE_BLOCK, device.id, null, 'blocked, as a device')
    )
    return worst(clear(`The failing device is ${facts.deviceBlocked} (read ${at}).`), ...findings)
  })
}

/** An actor that is not found never clears the guard, whether the log was read, failed, or is declared absent (facts §6.1 G9). */
function originFinding(
  { entries, input }: GuardContext,
  kind: BlockKind,
  targetId: string | null,
  statusChangedAt: string | null,
  what: string
): GuardResult {
  const origin: LogEntry | undefined = blockOrigin(entries, kind, targetId, statusChangedAt)
  if (!origin) return guardUnknown(`The System Log does not show who ${what} it (read ${input.evidence.history.at}).`)
  const objection = notRoutine(origin, entries, input)
  if (objection) return tripped(`Block: ${objection}.`)
  return clear(`Block: ${eventWords(origin)} at ${origin.at} by ${actorName(origin)}, a trusted actor.`)
}

/** G11: the device is shared, modified, or not managed although the policy requires it. */
export function unfitDevice(ground: GuardContext): GuardResult {
  const { facts, input } = ground
  const shared = onSource(ground, 'device_users', (_, at) =>
    facts.sharedDevice
      ? tripped(`Another user shares the device (read ${at}).`)
      : clear(`No other user shares the device (read ${at}).`)
  )
  const modified = facts.jailbroken
    ? tripped(`The device is jailbroken or rooted (checked ${input.now}).`)
    : onSource(ground, 'devices', (_, at) => clear(`No device is known to be modified (read ${at}).`))
  if (!input.policy.guards.requireManagedDevices) return worst(shared, modified)
  return worst(shared, modified, managedDevice(ground))
}

function managedDevice({ facts, input }: GuardContext): GuardResult {
  const { now } = input
  if (facts.unmanagedDevice === false) return clear(`The device is managed (checked ${now}).`)
  if (facts.unmanagedDevice) return tripped(`The device is not managed, as the policy requires (checked ${now}).`)
  return guardUnknown(`Nothing says whether the device is managed, as the policy requires (checked ${now}).`)
}

/** G17: the removal of an old phone's enrollment takes along devices in use. Each is named, and overridden with a reason. */
export function deviceInUse({ facts, input }: GuardContext): GuardResult {
  const { now } = input
  if (facts.oldPhoneLikely !== true) return clear(`No enrollment of an old phone would be removed (checked ${now}).`)
  const inUse = oktaVerifyInUse(input)
  if (inUse === undefined)
    return guardUnknown(`It is not known on which devices Okta Verify is in use (checked ${now}).`)
  if (inUse.length === 0) return clear(`No other device with Okta Verify is in use (checked ${now}).`)
  return tripped(`Okta Verify would also be removed from devices in use: ${inUse.join('; ')}.`)
}
