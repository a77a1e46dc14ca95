/**
 * Okta's JSON about a user as our evidence types. Pure, and never throws: what it does not know becomes `'unknown'` or
 * null, and an answer it cannot read at all becomes null. Fields are picked one by one, so nothing Okta adds slips through.
 */
import type { AdminRole, Block, Group, OktaUser, UserRisk, UserStatus } from '../evidence.ts'
import { readInstant } from '../time.ts'
import { isRecord, listOf, recordOf, textOf, wordOf } from './loose.ts'

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
  return {
    id,
    status: wordOf(user.status, USER_STATUSES),
    transitioningTo: textOf(user.transitioningToStatus),
    login: textOf(profile.login),
    name: nameOf(profile),
    email: textOf(profile.email),
    provider: textOf(recordOf(recordOf(user.credentials).provider).type),
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
export function toEmbeddedBlocks(body: unknown): readonly Block[] | null {
  return toBlocks(recordOf(recordOf(body)._embedded).blocks)
}

/** `GET /api/v1/users/{id}/blocks`. */
export function toBlocks(body: unknown): readonly Block[] | null {
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

/** `GET /api/v1/users/{userId}/risk`. */
export function toRisk(body: unknown): UserRisk | null {
  if (!isRecord(body)) return null
  return { level: wordOf(body.riskLevel, ['HIGH', 'MEDIUM', 'LOW', 'NONE'] as const), reason: textOf(body.reason) }
}

/** `GET /api/v1/users/{id}/groups`. */
export function toGroups(body: unknown): readonly Group[] | null {
  return listOf(body, (element) => {
    const group = recordOf(element)
    const id = textOf(group.id)
    return id === null ? null : { id, name: textOf(recordOf(group.profile).name) }
  })
}
