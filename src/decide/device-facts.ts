/** Facts about the user's devices, Okta Verify enrollments and other factors (facts §3.1, §4). Pure. */
import type { Case } from '../domain/case.ts'
import type { DecideInput } from '../domain/decision.ts'
import { type Device, type Evidence, type Factor, known } from '../domain/evidence.ts'
import { plus, showInstant } from '../domain/time.ts'
import { type EventDevice, type Failure, type Instant, PLATFORM_NAMES, type Platform } from '../domain/vocabulary.ts'
import { isRecent, subjectIdOf } from './entries.ts'
import { isFailedDevice, OKTA_VERIFY_KEY } from './recovery.ts'

/* Facts about the failing phone and the user's earlier phones (facts §4). Pure. */

/** How a device was recognised. A model is shared by many phones, so it never suffices for a write. */
type MatchedBy = 'exact' | 'model'

const WAYS: readonly (readonly [MatchedBy, (device: Device, event: EventDevice) => boolean])[] = [
  ['exact', (device, event) => event.id === device.id],
  ['exact', (device, event) => event.serialNumber !== null && event.serialNumber === device.serialNumber],
  ['model', (device, event) => event.model !== null && event.model === device.model]
]

/** The user's devices that match a failure: by id, else by serial number, else by model (facts §4, *device blocked*). */
export function matchedDevices(devices: readonly Device[], failures: readonly Failure[]): readonly Device[] {
  return match(devices, failures)?.devices ?? []
}

function match(devices: readonly Device[], failures: readonly Failure[]) {
  for (const [by, isSame] of WAYS) {
    const found = devices.filter((device) => failures.some((failure) => isSame(device, failure.device)))
    if (found.length > 0) return { by, devices: found }
  }
  return undefined
}

/** The platform of the failing device: as the newest event names it, otherwise by the device record. */
export function failingPlatform({ failures, evidence }: Pick<Case, 'failures' | 'evidence'>): Platform {
  const listed = matchedDevices((evidence && known(evidence.devices)) ?? [], failures)
  const named = [...listed, ...failures.map(({ device }) => device)].filter(({ platform }) => platform !== 'unknown')
  return named.at(-1)?.platform ?? 'unknown'
}

/** The failing device was recognised by its id or serial number, not by its model alone. */
export function deviceExact(input: DecideInput): boolean | undefined {
  const by = match(known(input.evidence.devices) ?? [], input.failures)?.by
  return by && by === 'exact'
}

/** Whether any failure identifies its device in some way. */
function namesDevice(failures: readonly Pick<Failure, 'device'>[]): boolean {
  return failures.some(({ device }) => device.id !== null || device.serialNumber !== null || device.model !== null)
}

/** The failing device's block. Among several matches a deactivated one decides, since only a person can resolve that. */
export function deviceBlocked(input: DecideInput): 'SUSPENDED' | 'DEACTIVATED' | 'none' | undefined {
  const { devices } = input.evidence
  if (devices.state === 'absent') return 'none'
  if (devices.state === 'unknown') return undefined
  // A status unknown to this version may be a block too: unknown is not clear.
  const mayBlock = ({ status }: Device) => status === 'SUSPENDED' || status === 'DEACTIVATED' || status === 'unknown'
  if (!devices.value.some(mayBlock)) return 'none'
  // The user has a blocked device, but it is not known whether that one failed.
  if (!namesDevice(input.failures)) return undefined
  const statuses = matchedDevices(devices.value, input.failures).map((device) => device.status)
  if (statuses.includes('DEACTIVATED')) return 'DEACTIVATED'
  if (statuses.includes('SUSPENDED')) return 'SUSPENDED'
  return statuses.includes('unknown') ? undefined : 'none'
}

/** Another user shares one of the suspicious devices; undefined when not read. */
export function sharedDevice(input: DecideInput): boolean | undefined {
  const subjectId = subjectIdOf(input)
  return known(input.evidence.device_users)?.some(({ userIds }) => userIds.some((userId) => userId !== subjectId))
}

/** By the event or the device record. When the event names no device, any device in use counts. */
export function jailbroken(input: DecideInput): boolean | undefined {
  const said = [
    ...input.failures.map((failure) => failure.device.jailbroken),
    ...failingDevices(input).map((device) => device.jailbroken)
  ]
  return anyTrue(said)
}

/** The failing device is not managed; undefined when not known. */
export function unmanagedDevice(input: DecideInput): boolean | undefined {
  const said = [
    ...input.failures.map((failure) => failure.device.managed),
    ...failingDevices(input).map((device) => device.managed)
  ]
  return anyTrue(said.map((managed) => (managed === null ? null : !managed)))
}

/** Device records of the failing device; all devices in use when the event names none. */
function failingDevices(input: DecideInput): readonly Device[] {
  const devices = known(input.evidence.devices) ?? []
  if (namesDevice(input.failures)) return matchedDevices(devices, input.failures)
  return devices.filter((device) => device.status !== 'DEACTIVATED')
}

function anyTrue(said: readonly (boolean | null)[]): boolean | undefined {
  if (said.includes(true)) return true
  return said.includes(false) ? false : undefined
}

/** iPhone 15, 15 Plus, 15 Pro, 15 Pro Max. iPhone15,2 and 15,3 are iPhone 14 Pro: never match on the prefix (facts §2.2). */
const IPHONE_15_MODELS: readonly string[] = ['iPhone15,4', 'iPhone15,5', 'iPhone16,1', 'iPhone16,2']

/** The article's option 4: an iPhone 15 with iOS 17 (facts §4). */
export function ios17Iphone15({ failures, evidence }: Pick<Case, 'failures' | 'evidence'>): boolean | undefined {
  const phones = [
    ...failures.map((failure) => failure.device),
    ...matchedDevices((evidence && known(evidence.devices)) ?? [], failures)
  ]
  return anyTrue(
    phones.map(({ model, osVersion }) => {
      if (model === null || osVersion === null) return null
      return IPHONE_15_MODELS.includes(model) && osVersion.split('.')[0] === '17'
    })
  )
}

/** Methods with keys that are bound to one device; TOTP can be copied (facts §0.4). */
const DEVICE_BOUND: readonly string[] = ['push', 'signed_nonce']

/**
 * An active Okta Verify enrollment is on a device of the failing platform that is no longer used, or that the failing device
 * has replaced (facts §4, *old phone likely*). An idle laptop, or a phone in use beside a new tablet, is not a replaced phone.
 * The API cannot show a restore from backup.
 */
export function oldPhoneLikely(input: DecideInput): boolean | undefined {
  const factors = known(input.evidence.factors)
  const devices = known(input.evidence.devices)
  if (!factors || !devices) return undefined
  if (failingPlatforms(input).size === 0) return undefined
  const active = activeOktaVerify(factors).filter(({ type }) => DEVICE_BOUND.includes(type))
  return active.some((factor) => {
    const homes = homesOf(factor, devices)
    return homes.length > 0 && homes.every((home) => isOldPhone(home, input))
  })
}

function activeOktaVerify(factors: readonly Factor[]): readonly Factor[] {
  return factors.filter(({ isOktaVerify, status }) => isOktaVerify && status === 'ACTIVE')
}

function failingPlatforms(input: DecideInput): ReadonlySet<Platform> {
  const matched = matchedDevices(known(input.evidence.devices) ?? [], input.failures)
  const named = [...input.failures.map(({ device }) => device), ...matched].map(({ platform }) => platform)
  return new Set(named.filter((platform) => platform !== 'unknown'))
}

/** The devices that may hold an enrollment: by name, otherwise by platform. Factors have no device id. */
function homesOf(factor: Factor, devices: readonly Device[]): readonly Device[] {
  const byName = devices.filter((device) => device.name !== null && device.name === factor.deviceName)
  return byName.length > 0 ? byName : devices.filter((device) => samePlatform(device.platform, factor.platform))
}

function samePlatform(a: Platform, b: Platform): boolean {
  return a !== 'unknown' && a === b
}

/** A device of the failing platform, not the failing one, that is no longer used or that the failing one has replaced. */
function isOldPhone(home: Device, input: DecideInput): boolean {
  const { failures, now, policy } = input
  if (!failingPlatforms(input).has(home.platform)) return false
  if (failures.some(({ device }) => isFailedDevice(device, home) === 'yes' && namesDevice([{ device }]))) return false
  // `lastUpdated` changes with every authentication signal of a device (facts §3.1).
  const { lastUpdatedAt } = home
  if (lastUpdatedAt === null) return false
  if (!isRecent(lastUpdatedAt, policy.causes.oldDeviceMs, now)) return true
  return failures.some(({ device, publishedAt }) => {
    const listed = (known(input.evidence.devices) ?? []).find((other) => isFailedDevice(device, other) === 'yes')
    const since = listed?.createdAt ?? publishedAt
    const isNew = isRecent(since, policy.causes.newDeviceMs, now)
    return isNew && sameKind(home, listed ?? device) && differs(home, listed ?? device) && lastUpdatedAt < since
  })
}

type Hardware = Pick<Device, 'model' | 'serialNumber' | 'platform'>

/** Both phones, or both tablets. Only Apple's models say which they are; other devices are compared by platform. */
function sameKind(a: Hardware, b: Hardware): boolean {
  const kind = ({ model }: Hardware) => /^(iPhone|iPad)/.exec(model ?? '')?.[1]
  return samePlatform(a.platform, b.platform) && kind(a) === kind(b)
}

/** Two different pieces of hardware, as far as known. */
function differs(a: Hardware, b: Hardware): boolean {
  const model = a.model !== null && b.model !== null && a.model !== b.model
  return model || (a.serialNumber !== null && b.serialNumber !== null && a.serialNumber !== b.serialNumber)
}

/* What a removal of Okta Verify takes along: all methods on all devices (facts §0.4). */

const METHODS: Readonly<Record<string, string>> = {
  push: 'push',
  signed_nonce: 'FastPass',
  'token:software:totp': 'one-time codes'
}

/** Every device with its Okta Verify methods, in words; empty when the factors are not known. */
export function oktaVerifyOnDevices(input: DecideInput): readonly string[] {
  const factors = (known(input.evidence.factors) ?? []).filter(({ isOktaVerify }) => isOktaVerify)
  return onDevices(factors, input)
}

/** Devices in use with an active Okta Verify enrollment, other than the old phone; undefined when not known. */
export function oktaVerifyInUse(input: DecideInput): readonly string[] | undefined {
  const factors = known(input.evidence.factors)
  const devices = known(input.evidence.devices)
  if (!factors || !devices) return undefined
  const inUse = activeOktaVerify(factors).filter((factor) => {
    const homes = homesOf(factor, devices)
    // A method without a device of its own, such as one-time codes, goes with the device-bound ones.
    if (homes.length === 0) return DEVICE_BOUND.includes(factor.type)
    return !homes.every((home) => isOldPhone(home, input) || isIdle(home, input))
  })
  return onDevices(inUse, input)
}

function isIdle({ lastUpdatedAt }: Device, { now, policy }: DecideInput): boolean {
  return lastUpdatedAt !== null && !isRecent(lastUpdatedAt, policy.causes.oldDeviceMs, now)
}

function onDevices(factors: readonly Factor[], input: DecideInput): readonly string[] {
  const devices = known(input.evidence.devices) ?? []
  const methods = new Map<string, Set<string>>()
  for (const factor of factors) {
    const [home] = homesOf(factor, devices)
    const name = home?.name ?? factor.deviceName ?? 'a device without a name'
    const platform = home?.platform ?? factor.platform
    const seen = home?.lastUpdatedAt ? `, last seen ${showInstant(home.lastUpdatedAt)}` : ''
    const device = `${name} (${platform === 'unknown' ? 'platform not known' : PLATFORM_NAMES[platform]}${seen})`
    methods.set(device, (methods.get(device) ?? new Set()).add(METHODS[factor.type] ?? factor.type))
  }
  return [...methods].map(([device, used]) => `${device}: ${[...used].join(', ')}`)
}

/**
 * Whether any Okta Verify is active. "None" needs both lists, since the factor list hides what the enrollment policy does
 * not allow (facts §0.10). A list that is declared absent is not needed.
 */
export function hasActiveOktaVerify(evidence: Evidence): boolean | undefined {
  const factors = known(evidence.factors)
  const enrollments = known(evidence.enrollments)
  if (factors?.some((factor) => factor.isOktaVerify && factor.status === 'ACTIVE')) return true
  if (enrollments?.some(({ key, status }) => key === OKTA_VERIFY_KEY && status === 'ACTIVE')) return true
  if (evidence.factors.state === 'unknown' || evidence.enrollments.state === 'unknown') return undefined
  return factors || enrollments ? false : undefined
}

/**
 * Every active Okta Verify enrollment is on a computer while a phone fails, or the reverse. Okta Verify can be on several
 * devices (facts §11), so these enrollments are not in the way. Undefined when a device of either side is not known.
 */
export function worksOnlyElsewhere(input: DecideInput): boolean | undefined {
  const factors = known(input.evidence.factors)
  const devices = known(input.evidence.devices)
  const failing = new Set([...failingPlatforms(input)].map(isComputer))
  if (!factors || !devices || failing.size !== 1) return undefined
  // One-time codes have no device and go with the other methods.
  const active = activeOktaVerify(factors).filter(({ type }) => DEVICE_BOUND.includes(type))
  const homes = active.map((factor) => homesOf(factor, devices))
  if (homes.some((found) => found.length === 0)) return undefined
  return (
    homes.length > 0 &&
    homes.flat().every(({ platform }) => platform !== 'unknown' && !failing.has(isComputer(platform)))
  )
}

export function isComputer(platform: Platform): boolean {
  return platform === 'MACOS' || platform === 'WINDOWS'
}

/** Statuses of a factor that nobody can sign in with: not finished, or retired (facts §4, *orphaned enrollment*). */
const ORPHAN_STATUSES: readonly string[] = ['PENDING_ACTIVATION', 'EXPIRED', 'INACTIVE', 'NOT_SETUP', 'DISABLED']

/**
 * There are Okta Verify factors, none is usable, and the newest is not still being created. Only then is the removal of
 * one harmless, although it removes the others too (facts §0.4).
 */
export function orphanedEnrollment(input: DecideInput): boolean | undefined {
  const ripe = orphansRipeAt(input)
  if (ripe === undefined) return undefined
  return ripe !== 'never' && ripe <= input.now
}

/**
 * When the user's unfinished enrollments are old enough to count as orphaned: by the newest, since a younger one may be the
 * one that the user is making right now. `never` when some are usable or there are none; undefined when not known.
 */
export function orphansRipeAt(input: DecideInput): Instant | 'never' | undefined {
  const { devices, enrollments, factors } = input.evidence
  if (factors.state !== 'known' || enrollments.state === 'unknown' || devices.state === 'unknown') return undefined
  const oktaVerify = factors.value.filter((factor) => factor.isOktaVerify)
  const listed = (known(enrollments) ?? []).filter(({ key }) => key === OKTA_VERIFY_KEY)
  const all = [...oktaVerify, ...listed]
  const allOrphans = all.every(({ status }) => ORPHAN_STATUSES.includes(status))
  // Methods of a suspended device work again after its unsuspension (facts §3.2).
  const mayComeBack = known(devices)?.some(({ status }) => status === 'SUSPENDED') ?? false
  if (oktaVerify.length === 0 || !allOrphans || mayComeBack) return 'never'
  const created = all.map(({ createdAt }) => createdAt)
  if (created.includes(null)) return undefined
  const newest = created
    .filter((at) => at !== null)
    .sort()
    .at(-1)
  if (newest === undefined || Number.isNaN(Date.parse(newest))) return undefined
  return plus(newest, input.policy.causes.orphanAgeMs)
}

/** Factors that resist phishing or are separate hardware (facts §4, *other strong factor*). */
const STRONG_TYPES: readonly string[] = ['webauthn', 'u2f', 'token:hardware']

/** The user has another strong factor, so the loss of Okta Verify does not weaken the account (facts §0.5). */
export function otherStrongFactor(evidence: Evidence): boolean | undefined {
  return known(evidence.factors)?.some(isStrongFactor)
}

export function isStrongFactor({ status, type }: Factor): boolean {
  return status === 'ACTIVE' && STRONG_TYPES.includes(type)
}
