/**
 * Okta's JSON as our evidence types. Pure, and never throws: what it does not know becomes `'unknown'` or null, and an answer
 * it cannot read at all becomes null. Fields are picked one by one, so nothing Okta adds slips through;
 * `test/okta/recorded/fields.ts` has a row for each.
 */
import type {
  AdminRole,
  AuthenticatorEnrollment,
  Device,
  Factor,
  OktaGroup,
  OktaUser,
  UserBlock,
  UserRisk,
  UserStatus
} from '../../domain/evidence.ts'
import { flagOf, isRecord, type Json, listOf, recordOf, textOf, wordOf } from '../../domain/json.ts'
import { readInstant } from '../../domain/time.ts'
import { PLATFORMS, type Platform } from '../../domain/vocabulary.ts'

const USER_STATUSES = [
  'ACTIVE',
  'DEPROVISIONED',
  'LOCKED_OUT',
  'PASSWORD_EXPIRED',
  'PROVISIONED',
  'RECOVERY',
  'STAGED',
  'SUSPENDED'
] as const satisfies readonly UserStatus[]

/** `GET /api/v1/users/{id}` (facts §3.1). */
export function toUser(body: unknown): OktaUser | null {
  const user = recordOf(body)
  const id = textOf(user.id)
  if (id === null) return null
  const profile = recordOf(user.profile)
  const language = textOf(profile.preferredLanguage) ?? textOf(profile.locale)
  return {
    id,
    status: wordOf(user.status, USER_STATUSES),
    transitioningTo: textOf(user.transitioningToStatus),
    login: textOf(profile.login),
    name: nameOf(profile),
    email: textOf(profile.email),
    ...(language === null ? {} : { language }),
    provider: textOf(recordOf(recordOf(user.credentials).provider).type),
    managerId: textOf(profile.managerId),
    createdAt: readInstant(user.created),
    activatedAt: readInstant(user.activated),
    statusChangedAt: readInstant(user.statusChanged),
    lastLoginAt: readInstant(user.lastLogin),
    passwordChangedAt: readInstant(user.passwordChanged)
  }
}

function nameOf(profile: Readonly<Record<string, unknown>>): string | null {
  const parts = [textOf(profile.firstName), textOf(profile.lastName)].filter((part) => part !== null)
  return parts.length > 0 ? parts.join(' ') : textOf(profile.displayName)
}

/** What is known of a user Okta does not have (facts §6.2 C6). */
export function missingUser(id: string): OktaUser {
  return { ...NOTHING_KNOWN, id }
}

const NOTHING_KNOWN: Omit<OktaUser, 'id'> = {
  status: 'MISSING',
  transitioningTo: null,
  login: null,
  name: null,
  email: null,
  provider: null,
  createdAt: null,
  activatedAt: null,
  statusChangedAt: null,
  lastLoginAt: null,
  passwordChangedAt: null
}

/** The blocks that `?expand=blocks` embeds in a user; null when the answer carries none, not even an empty list. */
export function toEmbeddedBlocks(body: unknown): readonly UserBlock[] | null {
  return toBlocks(recordOf(recordOf(body)._embedded).blocks)
}

/** `GET /api/v1/users/{id}/blocks`. */
export function toBlocks(body: unknown): readonly UserBlock[] | null {
  return listOf(body, (element) => {
    if (!isRecord(element)) return null
    return { type: textOf(element.type) ?? 'unknown', appliesTo: textOf(element.appliesTo) ?? 'unknown' }
  })
}

/** `GET /api/v1/users/{userId}/roles`. A role of unknown type is still a role. */
export function toRoles(body: unknown): readonly AdminRole[] | null {
  return listOf(body, (element) => {
    if (!isRecord(element)) return null
    const { type, label, assignmentType } = element
    return { type: textOf(type) ?? 'unknown', label: textOf(label), assignment: textOf(assignmentType) }
  })
}

/** `GET /api/v1/iam/assignees/users`: ids of users who hold a role. */
export function toAssignees(page: unknown): readonly string[] | null {
  return listOf(recordOf(page).value, (element) => textOf(recordOf(element).id))
}

/** That list has its next page in the body. */
export function nextAssignees(page: unknown): string | null {
  return textOf(recordOf(recordOf(recordOf(page)._links).next).href)
}

/** `GET /api/v1/users/{userId}/risk`. */
export function toRisk(body: unknown): UserRisk | null {
  if (!isRecord(body)) return null
  return { level: wordOf(body.riskLevel, ['HIGH', 'MEDIUM', 'LOW', 'NONE'] as const), reason: textOf(body.reason) }
}

/** `GET /api/v1/users/{id}/groups`. */
export function toGroups(body: unknown): readonly OktaGroup[] | null {
  return listOf(body, (element) => {
    const group = recordOf(element)
    const id = textOf(group.id)
    return id === null ? null : { id, name: textOf(recordOf(group.profile).name) }
  })
}

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

/** `GET /api/v1/devices?expand=userSummary`: the users of each device. */
export function toDeviceUsers(page: unknown): readonly (readonly [string, readonly string[]])[] | null {
  return listOf(page, (element) => {
    const device = recordOf(element)
    const id = textOf(device.id)
    const userIds = toUserIds(recordOf(device._embedded).users)
    return id !== null && userIds !== null ? ([id, userIds] as const) : null
  })
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
