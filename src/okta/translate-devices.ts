/** Okta's JSON about devices, factors and enrollments as our evidence types. Pure; see `translate.ts`. */
import type { AuthenticatorEnrollment, Device, Factor } from '../evidence.ts'
import { readInstant } from '../time.ts'
import { PLATFORMS, type Platform } from '../vocabulary.ts'
import { flagOf, type Json, listOf, recordOf, textOf, wordOf } from './loose.ts'

/** `GET /api/v1/users/{userId}/devices`: links, each with its device. */
export function toDevices(body: unknown): readonly Device[] | null {
  return listOf(body, (link) => toDevice(recordOf(link).device))
}

function toDevice(body: unknown): Device | null {
  const device = recordOf(body)
  const id = textOf(device.id)
  if (id === null) return null
  const profile = recordOf(device.profile)
  return {
    id,
    status: deviceStatusOf(device.status),
    name: textOf(profile.displayName),
    platform: toPlatform(profile.platform),
    model: textOf(profile.model),
    osVersion: textOf(profile.osVersion),
    serialNumber: textOf(profile.serialNumber),
    managed: flagOf(profile.managed),
    jailbroken: flagOf(profile.integrityJailbreak),
    createdAt: readInstant(device.created),
    lastUpdatedAt: readInstant(device.lastUpdated)
  }
}

/** The API describes UNSUSPENDED as "returns a suspended device to ACTIVE" (facts §3.1). */
function deviceStatusOf(value: unknown): Device['status'] {
  return value === 'UNSUSPENDED' ? 'ACTIVE' : wordOf(value, ['ACTIVE', 'SUSPENDED', 'DEACTIVATED', 'CREATED'] as const)
}

/** `ANDROID`, `IOS`, `MACOS` or `WINDOWS`, however it is written. */
export function toPlatform(value: unknown): Platform {
  const word = textOf(value)?.toUpperCase()
  return PLATFORMS.find((platform) => platform === word) ?? 'unknown'
}

/** `GET /api/v1/devices/{deviceId}/users`: the ids of its users. */
export function toUserIds(body: unknown): readonly string[] | null {
  return listOf(body, (link) => textOf(recordOf(recordOf(link).user).id))
}

/** The three methods of Okta Verify: push, FastPass and one-time codes (facts §3.1). */
const OKTA_VERIFY_TYPES: readonly string[] = ['push', 'signed_nonce', 'token:software:totp']

/** `GET /api/v1/users/{userId}/factors`. A pending TOTP carries a live secret, which is not taken along (appendix A). */
export function toFactors(body: unknown): readonly Factor[] | null {
  return listOf(body, (element) => {
    const factor = recordOf(element)
    const id = textOf(factor.id)
    if (id === null) return null
    const type = textOf(factor.factorType) ?? 'unknown'
    const provider = textOf(factor.provider) ?? 'unknown'
    const profile = recordOf(factor.profile)
    return {
      id,
      type,
      provider,
      isOktaVerify: provider === 'OKTA' && OKTA_VERIFY_TYPES.includes(type),
      status: textOf(factor.status) ?? 'unknown',
      createdAt: readInstant(factor.created),
      lastUpdatedAt: readInstant(factor.lastUpdated),
      deviceName: textOf(profile.name),
      platform: factorPlatform(profile)
    }
  })
}

/** By its platform, otherwise by its kind of phone, such as `SmartPhone_IPhone`. */
function factorPlatform({ platform, deviceType }: Json): Platform {
  const named = toPlatform(platform)
  if (named !== 'unknown') return named
  const kind = textOf(deviceType) ?? ''
  if (/iphone|ipad/i.test(kind)) return 'IOS'
  return /android/i.test(kind) ? 'ANDROID' : 'unknown'
}

/** `GET /api/v1/users/{userId}/authenticator-enrollments`: a list, whatever the description says (facts §3.1). */
export function toEnrollments(body: unknown): readonly AuthenticatorEnrollment[] | null {
  return listOf(body, (element) => {
    const enrollment = recordOf(element)
    const id = textOf(enrollment.id)
    if (id === null) return null
    return {
      id,
      key: textOf(enrollment.key) ?? 'unknown',
      status: textOf(enrollment.status) ?? 'unknown',
      name: textOf(enrollment.name),
      createdAt: readInstant(enrollment.created),
      lastUpdatedAt: readInstant(enrollment.lastUpdated)
    }
  })
}
