/** The state of the simulated Okta org, in Okta's own words and shapes (facts appendix A). Types only. */

export interface SandboxUser {
  id: string
  status: string
  transitioningToStatus: string | null
  created: string
  activated: string | null
  statusChanged: string | null
  lastLogin: string | null
  lastUpdated: string
  passwordChanged: string | null
  profile: {
    login: string
    email: string
    firstName: string
    lastName: string
    mobilePhone: string | null
    secondEmail: string | null
  }
  providerType: 'OKTA' | 'ACTIVE_DIRECTORY' | 'LDAP' | 'FEDERATION' | 'IMPORT' | 'SOCIAL'
  blocks: { type: string; appliesTo: string }[]
  groupIds: string[]
  roles: { id: string; type: string; label: string; assignmentType: string; status: string }[]
  risk: { riskLevel: 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE'; reason?: string }
  factors: SandboxFactor[]
}

export interface SandboxFactor {
  id: string
  factorType: string
  provider: string
  vendorName: string
  status: string
  created: string
  lastUpdated: string
  profile: Record<string, unknown>
  /** Only on pending TOTP: a live secret that must never leave `okta/` (facts appendix A). */
  sharedSecret?: string
  /** The device an Okta Verify method lives on, when any. */
  deviceId: string | null
}

export interface SandboxDevice {
  id: string
  status: 'ACTIVE' | 'SUSPENDED' | 'DEACTIVATED' | 'CREATED'
  created: string
  lastUpdated: string
  profile: {
    displayName: string
    platform: 'IOS' | 'ANDROID' | 'MACOS' | 'WINDOWS'
    registered: boolean
    model?: string
    manufacturer?: string
    osVersion?: string
    serialNumber?: string
    managed?: boolean
    secureHardwarePresent?: boolean
    diskEncryptionType?: string
    integrityJailbreak?: boolean
  }
  /** Users with a link to this device, with the time of the link. */
  users: { userId: string; deviceUserId: string; created: string; managementStatus: 'MANAGED' | 'NOT_MANAGED' }[]
}

/** A System Log entry; the same object goes out through a hook, with `client.ipChain` moved (facts §1.2). */
export interface SandboxLogEvent {
  uuid: string
  published: string
  eventType: string
  [key: string]: unknown
}

export interface SandboxHook {
  id: string
  name: string
  status: 'ACTIVE' | 'INACTIVE'
  verificationStatus: 'UNVERIFIED' | 'VERIFIED'
  events: { type: 'EVENT_TYPE'; items: string[]; filter?: unknown }
  channel: {
    type: 'HTTP'
    version: '1.0.0'
    config: {
      uri: string
      headers: { key: string; value: string }[]
      authScheme: { type: 'HEADER'; key: string; value: string }
    }
  }
  created: string
  lastUpdated: string
}

/** Sent to a factor of a user (Management API 2026.06.3, `verifyFactor`). */
export interface SandboxChallenge {
  readonly transactionId: string
  readonly userId: string
  readonly factorId: string
  readonly factorType: 'push' | 'sms' | 'email'
  /** The number to choose in the app; null for a plain push. */
  readonly number: number | null
  /** Of SMS and mail; empty once it was used. */
  code: string
  readonly sentAt: string
  readonly expiresAt: string
  /** `TIMEOUT` follows from the time. */
  result: 'WAITING' | 'SUCCESS' | 'REJECTED'
}

/** A fault on demand, matched against `METHOD /path`; the newest match wins. */
export interface Fault {
  id: string
  method: string | '*'
  /** Matched against the path without query, `*` stands for one segment. */
  path: string
  /**
   * Answer with this status and Okta's error body; `drop` closes the connection; `hang` never answers; `normal` answers
   * as ever, only later (`delayMs`). `concurrency` gives a 429 the headers of the org-wide concurrency limit (facts §3.3).
   */
  answer: { status: number; errorCode?: string; concurrency?: boolean } | 'drop' | 'hang' | 'normal'
  /** Perform the write before answering wrongly: the ambiguous case. A delay then comes between the two. */
  afterEffect?: boolean
  /** In real milliseconds, whatever the org's clock says. */
  delayMs?: number
  /** How many times, then it is gone; null for ever. */
  times: number | null
}

export interface SandboxGroup {
  id: string
  profile: { name: string; description: string }
  /** Only the group Everyone is `BUILT_IN`. */
  type: 'OKTA_GROUP' | 'BUILT_IN'
  created: string
}

/** A write that took effect. Refused calls are not here, so counting these counts what really changed in the org. */
export interface SandboxWrite {
  at: string
  method: string
  /** The path without query. */
  path: string
  userId: string | null
  deviceId: string | null
  /** `unsuspend`, `unlock`, `reactivate`, `unenroll_factor`, `device.unsuspend`, … */
  action: string
  /** The status that the client received; null when a fault dropped or hung the answer. */
  status: number | null
  /** The client received the success. False is the ambiguous case: done, and not known to be done. */
  ok: boolean
  clientId: string | null
}

/** Who acts in the org: a service app, an admin behind an API token, or Okta itself. */
export interface Caller {
  id: string
  type: 'PublicClientAppEntity' | 'User' | 'SystemPrincipal'
  alternateId: string
  displayName: string
  /** The OAuth client behind the call; null for API tokens and for Okta itself. */
  clientId: string | null
  ipAddress: string | null
  userAgent: string | null
}
