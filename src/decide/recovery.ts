/**
 * Whether the user enrolled Okta Verify on the failing device: by an event, or by what was read. A laptop that enrolls proves
 * nothing about a phone. When a failure names no device, its platform decides. Pure.
 */
import type { Case } from '../domain/case.ts'
import {
  type AuthenticatorEnrollment,
  type Device,
  type Evidence,
  type Factor,
  known,
  readBackTo
} from '../domain/evidence.ts'
import { MINUTE_MS, msBetween } from '../domain/time.ts'
import type { DeviceNames, Failure, Instant, Ternary } from '../domain/vocabulary.ts'

/**
 * Whether the device that failed is this other one. Another id alone proves nothing: an app that is installed again may get
 * a new one.
 */
export function isFailedDevice(failed: DeviceNames, other: DeviceNames): Ternary {
  if (failed.id !== null && failed.id === other.id) return 'yes'
  if (failed.serialNumber !== null && other.serialNumber !== null) {
    return failed.serialNumber === other.serialNumber ? 'yes' : 'no'
  }
  if (failed.platform !== 'unknown' && other.platform !== 'unknown' && failed.platform !== other.platform) return 'no'
  for (const key of ['model', 'name'] as const) {
    if (failed[key] !== null && other[key] !== null) return failed[key] === other[key] ? 'yes' : 'no'
  }
  if (isNamed(failed)) return 'unknown'
  // The failure names no device: its platform decides, or without one any device.
  return failed.platform === 'unknown' || other.platform === failed.platform ? 'yes' : 'unknown'
}

function isNamed({ id, name, model, serialNumber }: DeviceNames): boolean {
  return [id, name, model, serialNumber].some((value) => value !== null)
}

/** The failing devices of a case, each with its newest failure. */
export interface FailedDevice {
  readonly device: DeviceNames
  readonly since: Instant
}

/** Failures that may be of the same device count as one device. */
export function failedDevices(failures: readonly Failure[]): readonly FailedDevice[] {
  const groups: FailedDevice[] = []
  for (const { device, publishedAt } of failures) {
    const at = groups.findIndex((group) => isFailedDevice(group.device, device) !== 'no')
    const group = groups[at]
    if (!group) groups.push({ device, since: publishedAt })
    else {
      const [, since = publishedAt] = [group.since, publishedAt].sort()
      groups[at] = { device: isNamed(group.device) ? group.device : device, since }
    }
  }
  return groups
}

/** Whether an enrollment at that moment on that device is the recovery of every failing device. */
export function recovers(
  failures: readonly Failure[],
  at: Instant,
  device: DeviceNames,
  worked: readonly DeviceNames[] = []
): Ternary {
  return all(
    failedDevices(failures).map((failed) => (at >= failed.since ? enrolledOn(failed.device, device, worked) : 'no'))
  )
}

/**
 * Whether this enrollment is that of the failing device. A failure that names no device may be of any of its platform, but a
 * device on which Okta Verify worked before may only have renewed its enrollment.
 */
function enrolledOn(failed: DeviceNames, enrolled: DeviceNames | null, worked: readonly DeviceNames[]): Ternary {
  const answer = enrolled ? isFailedDevice(failed, enrolled) : anyDevice(failed)
  if (answer !== 'yes' || isNamed(failed) || worked.length === 0) return answer
  return enrolled && worked.every((device) => isFailedDevice(device, enrolled) === 'no') ? 'yes' : 'unknown'
}

/** The devices on which Okta Verify is active; undefined when the factors are not known. */
export function workingDevices({ devices, factors }: Evidence): readonly DeviceNames[] | undefined {
  return known(factors)
    ?.filter(({ isOktaVerify, status }) => isOktaVerify && status === 'ACTIVE')
    .flatMap((factor) => deviceOfFactor(factor, known(devices) ?? []) ?? [])
}

/** Those on which it worked before the failures; none once it was removed from all of them. */
export function workedBefore({ actions, worked = [] }: Pick<Case, 'actions' | 'worked'>): readonly DeviceNames[] {
  const removed = actions.some(
    ({ remediation, state }) =>
      state === 'done' && (remediation === 'remove_orphaned_enrollment' || remediation === 'remove_replaced_enrollment')
  )
  return removed ? [] : worked
}

/** Types whose success is an enrollment of Okta Verify; the first type covers any authenticator (facts §2.1). */
const ENROLLED_TYPES: readonly string[] = ['user.mfa.factor.activate', 'device.enrollment.create', 'device.user.add']
/** The key under which authenticator enrollments list Okta Verify, also after the 2026 split (facts §3.1). */
export const OKTA_VERIFY_KEY = 'okta_verify'

/** An enrollment of Okta Verify, with its device as far as known. */
interface Enrolled {
  readonly at: Instant
  readonly device: DeviceNames | null
}

/**
 * Whether every failing device has enrolled since its newest failure, by the factors, the enrollments or the log. "No" needs
 * every source that the org has; a failed read, or an enrollment on a device that is not known, makes it unknown.
 */
export function recoveredSince(
  evidence: Evidence,
  failures: readonly Failure[],
  worked: readonly DeviceNames[] = []
): Ternary {
  if (failures.length === 0) return 'unknown'
  const enrolled = enrolledDevices(evidence)
  const proved = all(
    failedDevices(failures).map(({ device, since }) =>
      any(enrolled.filter(({ at }) => at > since).map((one) => enrolledOn(device, one.device, worked)))
    )
  )
  if (proved !== 'no') return proved
  const { factors, enrollments, history } = evidence
  // An enrollment older than what was read of a long log would not be found.
  const isRead = history.state !== 'known' || failedDevices(failures).every(({ since }) => readBackTo(history, since))
  const states = [factors.state, enrollments.state, isRead ? history.state : 'unknown']
  return states.includes('unknown') || !states.includes('known') ? 'unknown' : 'no'
}

/** An enrollment without a device proves something only for a failure without one. */
function anyDevice(failed: DeviceNames): Ternary {
  return isNamed(failed) || failed.platform !== 'unknown' ? 'unknown' : 'yes'
}

function enrolledDevices(evidence: Evidence): readonly Enrolled[] {
  const devices = known(evidence.devices) ?? []
  const factors = (known(evidence.factors) ?? []).filter(
    ({ isOktaVerify, status }) => isOktaVerify && status === 'ACTIVE'
  )
  const listed = (known(evidence.enrollments) ?? []).filter(
    ({ key, status }) => key === OKTA_VERIFY_KEY && status === 'ACTIVE'
  )
  const logged = (known(evidence.history) ?? []).filter(
    ({ eventType, isOktaVerify, result, unfinished }) =>
      ENROLLED_TYPES.includes(eventType) &&
      (isOktaVerify || eventType.startsWith('device.')) &&
      result === 'SUCCESS' &&
      !unfinished
  )
  const byFactor = factors.flatMap((factor) => enrolledAt(factor, deviceOfFactor(factor, devices)))
  const others = [
    ...logged.map(({ at, targetIds }) => ({ at, device: devices.find(({ id }) => targetIds.includes(id)) ?? null })),
    ...listed.flatMap((enrollment) => enrolledAt(enrollment, null))
  ]
  // What names no device and appeared with a factor is that factor's enrollment.
  const ownDevice = ({ at, device }: Enrolled) =>
    device !== null || byFactor.every((factor) => Math.abs(msBetween(factor.at, at)) > SAME_ENROLLMENT_MS)
  return [...byFactor, ...others.filter(ownDevice)]
}

/** A factor, its authenticator enrollment and its log entry appear almost at the same time. */
const SAME_ENROLLMENT_MS = 2 * MINUTE_MS

function enrolledAt({ createdAt }: Factor | AuthenticatorEnrollment, device: DeviceNames | null): readonly Enrolled[] {
  return createdAt === null ? [] : [{ at: createdAt, device }]
}

/** The listed device with the factor's device name, otherwise what the factor itself says. */
export function deviceOfFactor({ deviceName, platform }: Factor, devices: readonly Device[]): DeviceNames | null {
  const listed = deviceName === null ? [] : devices.filter(({ name }) => name === deviceName)
  if (listed.length === 1 && listed[0]) return listed[0]
  if (deviceName === null && platform === 'unknown') return null
  return { id: null, name: deviceName, platform, model: null, serialNumber: null }
}

/** Yes when all are, no when one is not. */
function all(answers: readonly Ternary[]): Ternary {
  if (answers.includes('no')) return 'no'
  return answers.includes('unknown') ? 'unknown' : 'yes'
}

/** Yes when one is, no when none is. */
function any(answers: readonly Ternary[]): Ternary {
  if (answers.includes('yes')) return 'yes'
  return answers.includes('unknown') ? 'unknown' : 'no'
}
