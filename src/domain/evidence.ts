/**
 * What was read about a user in Okta, each item with its source and time. Written by `okta/`, read by `decide/`.
 * Nothing here has Okta's own shape: `okta/reads/translate.ts` maps unknown values to `'unknown'` (facts §3.1).
 */
import type { Instant, Platform } from './vocabulary.ts'

/** The sources of evidence about a user (facts §3.1, §3.4). */
export const EVIDENCE_SOURCES = [
  'user', // GET /users/{id}
  'blocks', // GET /users/{id}/blocks
  'devices', // GET /users/{id}/devices
  'device_users', // GET /devices/{id}/users, only for devices that look suspicious
  'factors', // GET /users/{id}/factors
  'enrollments', // GET /users/{id}/authenticator-enrollments
  'roles', // GET /users/{id}/roles
  'risk', // GET /users/{id}/risk
  'groups', // GET /users/{id}/groups
  'history' // GET /logs, the bounded query of facts §3.4
] as const
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number]

/**
 * One item. `absent`: the policy declares that the org has no such source, so its guards are skipped, with a sentence.
 * `unknown`: the read failed, was not permitted or was deferred; never the same as absent (facts §6.1).
 */
export type Item<V> =
  | (LogReach & {
      readonly state: 'known'
      readonly at: Instant
      readonly value: V
      readonly requestId: string | null
      /** Read together with other cases, possibly from a list that lags: read again before a write. */
      readonly shared?: true
    })
  | {
      readonly state: 'absent'
      readonly at: Instant
      readonly because: string
      /** Not read because no list of the policy needs it. For a policy that needs it, it counts as unknown. */
      readonly unused?: true
    }
  | {
      readonly state: 'unknown'
      readonly at: Instant
      readonly because: string
      /** A retry may succeed (429, 5xx, timeout); false for 403 and the like. */
      readonly retryable: boolean
      /** No call was made: a rate limit is used up or Okta is unavailable until then. Waiting does not count as a failed attempt. */
      readonly heldUntil?: Instant
      /** Deferred, to save Okta calls: the decision did not need it so far. */
      readonly spared?: true
    }

/** How far back a log was read that has more entries than are read; both unset when it was read to its start. */
export interface LogReach {
  /** Older entries were not read. */
  readonly completeSince?: Instant
  /** Older successful verifications were not read. */
  readonly signInsSince?: Instant
}

export type UserStatus =
  | 'ACTIVE'
  | 'DEPROVISIONED'
  | 'LOCKED_OUT'
  | 'PASSWORD_EXPIRED'
  | 'PROVISIONED'
  | 'RECOVERY'
  | 'STAGED'
  | 'SUSPENDED'
  /** Okta answered 404: there is no such user (facts §6.2 C6). */
  | 'MISSING'
  /** A status unknown to this version. Never treated as ACTIVE. */
  | 'unknown'

export interface OktaUser {
  readonly id: string
  readonly status: UserStatus
  /** Set while Okta changes the user's status. */
  readonly transitioningTo: string | null
  readonly login: string | null
  readonly name: string | null
  readonly email: string | null
  /** The preferred language, or that of the locale; left out when Okta has neither. */
  readonly language?: string
  /** `OKTA`, `ACTIVE_DIRECTORY`, `LDAP`, `FEDERATION`, `IMPORT`, `SOCIAL`: who owns the credentials. */
  readonly provider: string | null
  /** The manager as the profile names them: Okta's id or a login. */
  readonly managerId?: string | null
  readonly createdAt: Instant | null
  readonly activatedAt: Instant | null
  readonly statusChangedAt: Instant | null
  readonly lastLoginAt: Instant | null
  readonly passwordChangedAt: Instant | null
}

export interface UserBlock {
  readonly type: string
  readonly appliesTo: string
}

export interface Device {
  readonly id: string
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'DEACTIVATED' | 'CREATED' | 'unknown'
  readonly name: string | null
  readonly platform: Platform
  readonly model: string | null
  readonly osVersion: string | null
  readonly serialNumber: string | null
  readonly managed: boolean | null
  readonly jailbroken: boolean | null
  readonly createdAt: Instant | null
  readonly lastUpdatedAt: Instant | null
}

/** Who else uses a device: more than one user means shared, handed over, or an attacker's (facts §3.1). */
export interface DeviceUsers {
  readonly deviceId: string
  readonly userIds: readonly string[]
}

export interface Factor {
  readonly id: string
  /** Okta's `factorType`, such as `push`, `signed_nonce`, `token:software:totp`, `webauthn`. */
  readonly type: string
  readonly provider: string
  /** Provider OKTA and one of push, signed_nonce, token:software:totp (facts §3.1). */
  readonly isOktaVerify: boolean
  readonly status: string
  readonly createdAt: Instant | null
  readonly lastUpdatedAt: Instant | null
  readonly deviceName: string | null
  readonly platform: Platform
}

export interface AuthenticatorEnrollment {
  readonly id: string
  readonly key: string
  readonly status: string
  readonly name: string | null
  readonly createdAt: Instant | null
  readonly lastUpdatedAt: Instant | null
}

export interface AdminRole {
  readonly type: string
  readonly label: string | null
  readonly assignment: string | null
}

export interface UserRisk {
  readonly level: 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE' | 'unknown'
  readonly reason: string | null
}

export interface OktaGroup {
  readonly id: string
  readonly name: string | null
}

/** One System Log entry about the user, reduced to what guards and provenance need. */
export interface LogEntry {
  readonly uuid: string
  readonly eventType: string
  readonly at: Instant
  readonly result: string | null
  readonly reason: string | null
  readonly actorId: string | null
  readonly actorType: string | null
  readonly actorLogin: string | null
  /** Okta's display name of the actor; entries that were stored before do not have it. */
  readonly actorName?: string | null
  readonly transactionType: string | null
  readonly ip: string | null
  readonly country: string | null
  readonly targetIds: readonly string[]
  /** Of `user.authentication.auth_via_mfa`: LOGIN, CREDENTIAL_ENROLLMENT, … (facts §2.1). */
  readonly factorIntent: string | null
  /** Of a profile change: the attributes, or null when the entry does not name them (facts §1.5). */
  readonly changedAttributes: readonly string[] | null
  /** The entry names Okta Verify as target, factor or reason (facts §2.4 item 3). */
  readonly isOktaVerify: boolean
  /** A device among the targets is not active: the device is known, but nothing is enrolled on it yet (facts §2.2). */
  readonly unfinished?: true
  /** The entry's threat or anonymiser fields are set (facts §6.1 G4). */
  readonly threat: boolean
}

/** The value type of each source. */
export interface EvidenceValues {
  readonly user: OktaUser
  readonly blocks: readonly UserBlock[]
  readonly devices: readonly Device[]
  readonly device_users: readonly DeviceUsers[]
  readonly factors: readonly Factor[]
  readonly enrollments: readonly AuthenticatorEnrollment[]
  readonly roles: readonly AdminRole[]
  readonly risk: UserRisk
  readonly groups: readonly OktaGroup[]
  readonly history: readonly LogEntry[]
}

/** Everything read for one decision. A source that was not read is `unknown`, never missing. */
export type Evidence = { readonly [S in EvidenceSource]: Item<EvidenceValues[S]> }

/** The value of a known item; undefined when absent or unknown. */
export function known<V>(item: Item<V>): V | undefined {
  return item.state === 'known' ? item.value : undefined
}

/** Whether no call was made for it, because the decision did not need it so far. */
export function isDeferred(item: Item<unknown>): boolean {
  return item.state === 'unknown' && item.spared === true
}

/** Whether anything was left unread on purpose. */
export function hasDeferred({ evidence }: { readonly evidence: Evidence | null }): boolean {
  return evidence !== null && Object.values(evidence).some(isDeferred)
}

/** Whether the log was read back to `since`, so that an entry not found did not happen. Not when it is unknown or absent. */
export function readBackTo(history: Item<unknown>, since: Instant): boolean {
  return history.state === 'known' && (history.completeSince === undefined || history.completeSince <= since)
}

/** Evidence that was not read: every source unknown, for this reason. */
export function unreadEvidence(at: Instant, because: string): Evidence {
  const item = { state: 'unknown', at, because, retryable: false } as const
  return Object.fromEntries(EVIDENCE_SOURCES.map((source) => [source, item])) as unknown as Evidence
}

/** `old`, with the sources that were read again taken from `fresh`. */
export function mergeEvidence(old: Evidence, fresh: Evidence, sources: readonly EvidenceSource[]): Evidence {
  return { ...old, ...Object.fromEntries(sources.map((source) => [source, fresh[source]])) }
}

/** When the last of these sources may be read; null when none is rate limited. */
export function retryAt(evidence: Evidence, sources: readonly EvidenceSource[] = EVIDENCE_SOURCES): Instant | null {
  return sources.reduce<Instant | null>((latest, source) => {
    const item = evidence[source]
    const until = item.state === 'unknown' ? item.heldUntil : undefined
    return until !== undefined && (latest === null || until > latest) ? until : latest
  }, null)
}

/** Whether a read failed in a way that a retry may fix. */
export function hasFailed(evidence: Evidence): boolean {
  return EVIDENCE_SOURCES.some((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.retryable && item.heldUntil === undefined
  })
}
