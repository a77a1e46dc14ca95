/** Situations for the remediation tests: one that is known and harmless, and arbitrary ones. */

import type { Device, Evidence, EvidenceValues, Factor, Item, LogEntry, OktaUser } from '../../src/domain/evidence.ts'
import type { Situation } from '../../src/domain/remediation.ts'
import { plus } from '../../src/domain/time.ts'
import type { Failure } from '../../src/domain/vocabulary.ts'
import { fc } from '../support/properties.ts'

export const NOW = '2026-06-15T12:00:00.000Z'
export const USER_ID = '00u1fixture0000000d7'

export function ago(ms: number): string {
  return plus(NOW, -ms)
}

export function seen<V>(value: V): Item<V> {
  return { state: 'known', at: NOW, value, requestId: 'req-1' }
}

export function user(patch: Partial<OktaUser> = {}): OktaUser {
  return {
    id: USER_ID,
    status: 'ACTIVE',
    transitioningTo: null,
    login: 'anna@example.com',
    name: 'Anna Example',
    email: 'anna@example.com',
    provider: 'OKTA',
    createdAt: ago(40 * 86_400_000),
    activatedAt: null,
    statusChangedAt: ago(3_600_000),
    lastLoginAt: null,
    passwordChangedAt: null,
    ...patch
  }
}

export function factor(patch: Partial<Factor> = {}): Factor {
  return {
    id: 'opf1',
    type: 'push',
    provider: 'OKTA',
    isOktaVerify: true,
    status: 'PENDING_ACTIVATION',
    createdAt: ago(3_600_000),
    lastUpdatedAt: null,
    deviceName: null,
    platform: 'IOS',
    ...patch
  }
}

export function device(patch: Partial<Device> = {}): Device {
  return {
    id: 'guo1',
    status: 'ACTIVE',
    name: 'Phone',
    platform: 'IOS',
    model: 'iPhone14,2',
    osVersion: '18.1',
    serialNumber: null,
    managed: true,
    jailbroken: false,
    createdAt: ago(86_400_000),
    lastUpdatedAt: ago(3_600_000),
    ...patch
  }
}

export function logEntry(patch: Partial<LogEntry> = {}): LogEntry {
  return {
    uuid: 'log-1',
    eventType: 'user.lifecycle.reactivate',
    at: ago(60_000),
    result: 'SUCCESS',
    reason: null,
    actorId: 'admin',
    actorType: 'User',
    actorLogin: 'admin@example.com',
    transactionType: 'WEB',
    ip: null,
    country: null,
    targetIds: [USER_ID],
    factorIntent: null,
    changedAttributes: null,
    isOktaVerify: false,
    threat: false,
    ...patch
  }
}

export function failure(patch: Partial<Failure> = {}): Failure {
  return {
    kind: 'failure',
    uuid: 'failure-1',
    eventType: 'user.mfa.factor.activate',
    publishedAt: ago(120_000),
    receivedAt: ago(119_000),
    source: 'hook',
    subject: { id: USER_ID, login: 'anna@example.com', name: 'Anna Example' },
    actor: { id: USER_ID, type: 'User', login: 'anna@example.com' },
    result: 'FAILURE',
    reason: 'invalidToken',
    transactionId: 'tx-1',
    device: {
      id: 'guo1',
      name: null,
      platform: 'IOS',
      osVersion: null,
      model: null,
      serialNumber: null,
      managed: null,
      jailbroken: null
    },
    context: {
      ip: null,
      country: null,
      asNumber: null,
      anonymizer: 'unknown',
      threat: 'unknown',
      unusual: 'unknown',
      risk: 'unknown',
      appVersion: null
    },
    confidence: 'high',
    invalidToken: true,
    policyRefusal: false,
    actedForAnother: false,
    preview: false,
    ...patch
  }
}

/** Everything known and empty, but for what is given. */
export function evidenceWith(values: Partial<EvidenceValues> = {}): Evidence {
  return {
    user: seen(values.user ?? user()),
    blocks: seen(values.blocks ?? []),
    devices: seen(values.devices ?? []),
    device_users: seen(values.device_users ?? []),
    factors: seen(values.factors ?? []),
    enrollments: seen(values.enrollments ?? []),
    roles: seen(values.roles ?? []),
    risk: seen(values.risk ?? { level: 'LOW', reason: null }),
    groups: seen(values.groups ?? []),
    history: seen(values.history ?? [])
  }
}

export function situationWith(values: Partial<EvidenceValues> = {}, patch: Partial<Situation> = {}): Situation {
  return { userId: USER_ID, failures: [failure()], evidence: evidenceWith(values), now: NOW, ...patch }
}

/** Times on both sides of every bound that the remediations know. */
const times = fc.constantFrom(null, ago(5 * 86_400_000), ago(3_600_000), ago(60_000), plus(NOW, 60_000))
const users = fc.record({
  id: fc.constantFrom(USER_ID, USER_ID, USER_ID, '00uother'),
  status: fc.constantFrom(
    ...(['ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'LOCKED_OUT', 'PROVISIONED', 'RECOVERY', 'unknown'] as const)
  ),
  transitioningTo: fc.constantFrom(null, null, 'ACTIVE'),
  provider: fc.constantFrom('OKTA', 'OKTA', 'ACTIVE_DIRECTORY', null),
  email: fc.constantFrom('anna@example.com', null),
  activatedAt: times,
  statusChangedAt: times
})
const factors = fc
  .record({
    id: fc.constantFrom('opf1', 'opf2', 'opf3'),
    type: fc.constantFrom('push', 'signed_nonce', 'token:software:totp', 'webauthn', 'webauthn', 'odd'),
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'PENDING_ACTIVATION', 'EXPIRED', 'SOMETHING_NEW'),
    createdAt: times
  })
  .map((patch) => ({ ...patch, isOktaVerify: patch.type !== 'webauthn' && patch.type !== 'odd' }))
const devices = fc.record({
  id: fc.constantFrom('guo1', 'guo2'),
  status: fc.constantFrom(...(['ACTIVE', 'SUSPENDED', 'DEACTIVATED', 'unknown'] as const)),
  jailbroken: fc.constantFrom(true, false, null),
  lastUpdatedAt: times
})
const enrollments = fc.record({
  id: fc.constant('pfd1'),
  key: fc.constantFrom('okta_verify', 'okta_password'),
  status: fc.constantFrom('ACTIVE', 'PENDING_ACTIVATION'),
  name: fc.constant(null),
  createdAt: times,
  lastUpdatedAt: fc.constant(null)
})
const entries = fc.record({
  eventType: fc.constantFrom('user.lifecycle.reactivate', 'user.account.update_primary_email', 'user.session.start'),
  at: fc.constantFrom(ago(5 * 86_400_000), ago(60_000), plus(NOW, 60_000)),
  result: fc.constantFrom('SUCCESS', 'FAILURE', null),
  targetIds: fc.constantFrom([USER_ID], [])
})

function known<V>(values: fc.Arbitrary<V>): fc.Arbitrary<Item<V>> {
  return fc.oneof(
    { weight: 8, arbitrary: values.map((value) => seen(value)) },
    { weight: 1, arbitrary: fc.constant({ state: 'absent', at: NOW, because: 'declared absent' } as const) },
    {
      weight: 1,
      arbitrary: fc.constant({ state: 'unknown', at: NOW, because: 'Okta answered 500', retryable: true } as const)
    }
  )
}

/** Any evidence, weighted so that each remediation sometimes may proceed. */
const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    user: known(users.map(user)),
    blocks: known(
      fc.array(
        fc.record({ type: fc.constant('DEVICE_BASED'), appliesTo: fc.constantFrom('UNKNOWN_DEVICES', 'ANY_DEVICES') }),
        { maxLength: 2 }
      )
    ),
    devices: known(fc.array(devices.map(device), { maxLength: 3 })),
    factors: known(fc.array(factors.map(factor), { maxLength: 4 })),
    enrollments: known(fc.array(enrollments, { maxLength: 2 })),
    history: known(fc.array(entries.map(logEntry), { maxLength: 3 }))
  })
  .map((items) => ({ ...evidenceWith(), ...items }))

export const anySituation: fc.Arbitrary<Situation> = fc.record({
  userId: fc.constantFrom(USER_ID, USER_ID, USER_ID, ''),
  failures: fc
    .array(fc.constantFrom('guo1', 'guo2', null), { maxLength: 3 })
    .map((ids) => ids.map((id) => failure({ device: { ...failure().device, id } }))),
  evidence: anyEvidence,
  now: fc.constant(NOW)
})
