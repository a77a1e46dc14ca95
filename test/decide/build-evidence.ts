/** Builders of evidence for tests of deciding: everything known and quiet, to be changed one thing at a time. */
import type {
  AuthenticatorEnrollment,
  Device,
  Evidence,
  EvidenceSource,
  EvidenceValues,
  Factor,
  Item,
  LogEntry,
  OktaUser
} from '../../src/domain/evidence.ts'
import { DAY_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'

export const NOW: Instant = '2026-06-15T14:05:00.000Z'
export const USER_ID = '00uDANA'
export const LOGIN = 'dana@example.com'

/** The moment `ms` before NOW. */
export function ago(ms: number): Instant {
  return plus(NOW, -ms)
}

function knownItem<V>(value: V): Item<V> {
  return { state: 'known', at: NOW, value, requestId: 'req1' }
}
export function absentItem(because = 'not licensed'): Item<never> {
  return { state: 'absent', at: NOW, because }
}
export function unknownItem(because = 'Okta answered 403'): Item<never> {
  return { state: 'unknown', at: NOW, because, retryable: false }
}

export function aUser(overrides: Partial<OktaUser> = {}): OktaUser {
  return {
    id: USER_ID,
    status: 'ACTIVE',
    transitioningTo: null,
    login: LOGIN,
    name: 'Dana Example',
    email: LOGIN,
    provider: 'OKTA',
    createdAt: ago(400 * DAY_MS),
    activatedAt: ago(399 * DAY_MS),
    statusChangedAt: ago(399 * DAY_MS),
    lastLoginAt: ago(DAY_MS),
    passwordChangedAt: ago(100 * DAY_MS),
    ...overrides
  }
}

/** A user who was created three days ago and never signed in; Okta sets `activated` when the activation starts. */
export function aNewUser(overrides: Partial<OktaUser> = {}): OktaUser {
  return aUser({
    status: 'PROVISIONED',
    createdAt: ago(3 * DAY_MS),
    activatedAt: ago(3 * DAY_MS),
    statusChangedAt: ago(3 * DAY_MS),
    lastLoginAt: null,
    passwordChangedAt: null,
    ...overrides
  })
}

export function aDevice(overrides: Partial<Device> = {}): Device {
  return {
    id: 'guoPHONE',
    status: 'ACTIVE',
    name: 'Dana iPhone',
    platform: 'IOS',
    model: 'iPhone14,5',
    osVersion: '18.4',
    serialNumber: 'SER1',
    managed: true,
    jailbroken: false,
    createdAt: ago(300 * DAY_MS),
    lastUpdatedAt: ago(DAY_MS),
    ...overrides
  }
}

export function aFactor(overrides: Partial<Factor> = {}): Factor {
  return {
    id: 'opf1',
    type: 'push',
    provider: 'OKTA',
    isOktaVerify: true,
    status: 'ACTIVE',
    createdAt: ago(300 * DAY_MS),
    lastUpdatedAt: ago(DAY_MS),
    deviceName: 'Dana iPhone',
    platform: 'IOS',
    ...overrides
  }
}

export function anEnrollment(overrides: Partial<AuthenticatorEnrollment> = {}): AuthenticatorEnrollment {
  return {
    id: 'pfd1',
    key: 'okta_verify',
    status: 'ACTIVE',
    name: 'Okta Verify',
    createdAt: ago(300 * DAY_MS),
    lastUpdatedAt: ago(DAY_MS),
    ...overrides
  }
}

/** A log entry an hour ago about the user, by an admin. */
export function anEntry(eventType: string, overrides: Partial<LogEntry> = {}): LogEntry {
  return {
    uuid: `log-${eventType}-${overrides.at ?? ''}-${overrides.uuid ?? ''}`,
    eventType,
    at: ago(60 * MINUTE_MS),
    result: 'SUCCESS',
    reason: null,
    actorId: '00uADMIN',
    actorType: 'User',
    actorLogin: 'admin@example.com',
    transactionType: 'WEB',
    ip: '203.0.113.9',
    country: 'United States',
    targetIds: [USER_ID],
    factorIntent: null,
    changedAttributes: null,
    isOktaVerify: false,
    threat: false,
    ...overrides
  }
}

/** The user signed in yesterday, at home. */
export const USUAL_SIGN_IN = anEntry('user.authentication.auth_via_mfa', { at: ago(DAY_MS), actorId: USER_ID })

const QUIET: EvidenceValues = {
  user: aUser(),
  blocks: [],
  devices: [],
  device_users: [],
  factors: [],
  enrollments: [],
  roles: [],
  risk: { level: 'LOW', reason: null },
  groups: [{ id: '00gALL', name: 'Everyone' }],
  history: [USUAL_SIGN_IN]
}

/** Everything known and quiet, except the values given. */
export function knownEvidence(values: Partial<EvidenceValues> = {}): Evidence {
  const all = { ...QUIET, ...values }
  return Object.fromEntries(Object.entries(all).map(([source, value]) => [source, knownItem(value)])) as Evidence
}

/** `evidence` with one source replaced, typically by `absentItem()` or `unknownItem()`. */
export function withItem(evidence: Evidence, source: EvidenceSource, item: Item<never>): Evidence {
  return { ...evidence, [source]: item }
}
