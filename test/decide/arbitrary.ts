/** Arbitrary inputs for deciding: every source in all three states, odd values included, quiet values likely enough to act. */

import { RULES } from '../../src/decide/rules.ts'
import type { Controls, DecideInput, Recent } from '../../src/domain/decision.ts'
import type { Evidence, EvidenceSource, EvidenceValues, Item, UserStatus } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import {
  type EventContext,
  type EventDevice,
  type Failure,
  MODES,
  REMEDIATION_IDS
} from '../../src/domain/vocabulary.ts'
import { fc } from '../support/properties.ts'
import {
  aDevice,
  aFactor,
  aFailure,
  ago,
  anAction,
  anEnrollment,
  anEntry,
  anEventDevice,
  aPolicy,
  aSignal,
  aUser,
  NOW,
  QUIET_RECENT,
  SPARSE_CONTEXT,
  USER_ID
} from './build.ts'

const MODE = fc.constantFrom(...MODES)
/** Likely the first, sometimes any other. */
function mostly<V>(likely: V, ...others: readonly V[]): fc.Arbitrary<V> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(likely) },
    { weight: 1, arbitrary: fc.constantFrom(likely, ...others) }
  )
}
const TIME = fc.oneof(
  fc.integer({ min: -HOUR_MS, max: 120 * DAY_MS }).map(ago),
  fc.constantFrom(ago(0), ago(MINUTE_MS), ago(20 * MINUTE_MS), ago(90 * DAY_MS))
)
const OPTIONAL_TIME = fc.option(fc.oneof({ weight: 9, arbitrary: TIME }, fc.constant('not a time')), { nil: null })
const BOOL = fc.option(fc.boolean(), { nil: null })
const TEXT = fc.option(fc.string({ maxLength: 8 }), { nil: null })
const ID = fc.constantFrom(USER_ID, '00uADMIN', '00uHR', 'guoPHONE', '__proto__', '')
const MODEL = fc.constantFrom(null, 'iPhone14,5', 'iPhone15,4', 'iPhone17,1')
const PLATFORM = fc.constantFrom('IOS', 'ANDROID', 'unknown')

const STATUSES: readonly UserStatus[] = [
  'ACTIVE',
  'PROVISIONED',
  'SUSPENDED',
  'LOCKED_OUT',
  'STAGED',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'DEPROVISIONED',
  'MISSING',
  'unknown'
]

const USER = fc
  .record({
    status: fc.constantFrom('ACTIVE', 'PROVISIONED', 'SUSPENDED', ...STATUSES),
    transitioningTo: mostly<string | null>(null, 'ACTIVE'),
    login: TEXT,
    provider: fc.constantFrom('OKTA', 'LDAP', null),
    createdAt: OPTIONAL_TIME,
    activatedAt: fc.option(OPTIONAL_TIME, { nil: null }),
    statusChangedAt: mostly<string | null>(null, ago(HOUR_MS), ago(40 * DAY_MS)),
    lastLoginAt: mostly<string | null>(null, ago(DAY_MS)),
    passwordChangedAt: mostly<string | null>(null, ago(DAY_MS), ago(90 * DAY_MS))
  })
  .map((user) => aUser(user as Partial<EvidenceValues['user']>))

const DEVICE = fc
  .record({
    id: ID,
    status: mostly('ACTIVE', 'SUSPENDED', 'DEACTIVATED', 'CREATED', 'unknown'),
    platform: PLATFORM,
    model: MODEL,
    serialNumber: TEXT,
    managed: BOOL,
    jailbroken: mostly<boolean | null>(null, true, false),
    osVersion: fc.constantFrom(null, '17.1', '18', ''),
    createdAt: OPTIONAL_TIME,
    lastUpdatedAt: OPTIONAL_TIME
  })
  .map((device) => aDevice(device as Partial<EvidenceValues['devices'][number]>))

const FACTOR = fc
  .record({
    type: fc.constantFrom('push', 'signed_nonce', 'token:software:totp', 'webauthn', 'sms'),
    changedAttributes: fc.constantFrom(null, ['department'], ['email']),
    isOktaVerify: fc.boolean(),
    status: fc.constantFrom('ACTIVE', 'PENDING_ACTIVATION', 'PENDING_ACTIVATION', 'EXPIRED', 'odd'),
    createdAt: OPTIONAL_TIME,
    deviceName: TEXT,
    platform: PLATFORM
  })
  .map((factor) => aFactor(factor as Parameters<typeof aFactor>[0]))

const ENTRY = fc
  .record({
    uuid: fc.uuid(),
    eventType: fc.constantFrom(
      'user.session.start',
      'user.lifecycle.suspend',
      'user.lifecycle.activate',
      'user.lifecycle.deactivate',
      'user.account.lock',
      'user.account.reset_password',
      'user.account.update_profile',
      'user.account.privilege.grant',
      'user.risk.detect',
      'user.authentication.auth_via_mfa',
      'user.mfa.factor.activate',
      'user.mfa.factor.deactivate',
      'device.lifecycle.suspend',
      'security.threat.detected'
    ),
    at: fc.oneof({ weight: 9, arbitrary: TIME }, fc.constant('not a time')),
    result: fc.constantFrom('SUCCESS', 'FAILURE', 'DENY', null),
    actorId: fc.option(ID, { nil: null }),
    actorLogin: TEXT,
    country: fc.constantFrom(null, 'United States', 'Atlantis'),
    targetIds: fc.array(ID, { maxLength: 2 }),
    factorIntent: fc.constantFrom(null, 'LOGIN', 'CREDENTIAL_RECOVERY'),
    isOktaVerify: fc.boolean(),
    threat: mostly(false, true)
  })
  .map(({ eventType, ...entry }) => anEntry(eventType, entry))

/** Rarely many: a full log trips some guard nearly always. */
const few = <V>(value: fc.Arbitrary<V>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<V[]>([]) }, fc.array(value, { maxLength: 3 }))

const VALUES: { readonly [S in EvidenceSource]: fc.Arbitrary<EvidenceValues[S]> } = {
  user: USER,
  blocks: mostly<EvidenceValues['blocks']>([], [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }]),
  devices: few(DEVICE),
  device_users: few(fc.record({ deviceId: ID, userIds: fc.array(ID, { maxLength: 2 }) })),
  factors: few(FACTOR),
  enrollments: few(
    fc
      .record({
        key: fc.constantFrom('okta_verify', 'phone_number'),
        createdAt: OPTIONAL_TIME,
        status: fc.constantFrom('ACTIVE', 'INACTIVE')
      })
      .map(anEnrollment)
  ),
  roles: mostly<EvidenceValues['roles']>([], [{ type: 'CUSTOM', label: null, assignment: null }]),
  risk: mostly<EvidenceValues['risk']['level']>('LOW', 'HIGH', 'MEDIUM', 'NONE', 'unknown').map((level) => ({
    level,
    reason: null
  })),
  groups: few(fc.oneof(fc.record({ id: ID, name: TEXT }), fc.constant({ id: '00gALL', name: 'Everyone' }))),
  history: few(ENTRY)
}

function item<V>(value: fc.Arbitrary<V>): fc.Arbitrary<Item<V>> {
  return fc.oneof(
    { weight: 20, arbitrary: value.map((v): Item<V> => ({ state: 'known', at: NOW, value: v, requestId: null })) },
    { weight: 1, arbitrary: fc.constant<Item<V>>({ state: 'absent', at: NOW, because: 'not licensed' }) },
    { weight: 1, arbitrary: fc.constant<Item<V>>({ state: 'unknown', at: NOW, because: '403', retryable: false }) }
  )
}

const EVIDENCE: fc.Arbitrary<Evidence> = fc.record({
  user: item(VALUES.user),
  blocks: item(VALUES.blocks),
  devices: item(VALUES.devices),
  device_users: item(VALUES.device_users),
  factors: item(VALUES.factors),
  enrollments: item(VALUES.enrollments),
  roles: item(VALUES.roles),
  risk: item(VALUES.risk),
  groups: item(VALUES.groups),
  history: item(VALUES.history)
})

const CONTEXT: fc.Arbitrary<EventContext> = fc
  .record({
    country: fc.constantFrom(null, 'United States', 'Atlantis'),
    anonymizer: mostly<EventContext['anonymizer']>('unknown', 'no', 'yes'),
    threat: mostly<EventContext['threat']>('unknown', 'no', 'yes'),
    unusual: mostly<EventContext['unusual']>('unknown', 'no', 'yes'),
    risk: mostly<EventContext['risk']>('unknown', 'LOW', 'MEDIUM', 'HIGH')
  })
  .map((context) => ({ ...SPARSE_CONTEXT, ...context }))

const EVENT_DEVICE: fc.Arbitrary<EventDevice> = fc.record({
  id: fc.constantFrom(null, null, 'guoPHONE', 'guoNEW'),
  name: TEXT,
  platform: PLATFORM as fc.Arbitrary<EventDevice['platform']>,
  osVersion: fc.constantFrom(null, '17.1', ''),
  model: MODEL,
  serialNumber: TEXT,
  managed: BOOL,
  jailbroken: mostly<boolean | null>(null, true)
})

const FAILURE: fc.Arbitrary<Failure> = fc
  .record({
    uuid: fc.uuid(),
    publishedAt: mostly(ago(MINUTE_MS), ago(HOUR_MS), 'not a time'),
    source: mostly<Failure['source']>('hook', 'log', 'report', 'self'),
    signIn: fc.record({
      at: mostly(ago(MINUTE_MS), ago(HOUR_MS)),
      amr: mostly(['pwd', 'pop'], []),
      acr: fc.constant(null)
    }),
    // Many events name no device; then any enrollment ends the case.
    device: fc.oneof({ weight: 3, arbitrary: fc.constant(anEventDevice()) }, { weight: 1, arbitrary: EVENT_DEVICE }),
    context: CONTEXT,
    confidence: mostly<Failure['confidence']>('high', 'medium', 'low'),
    invalidToken: fc.boolean(),
    policyRefusal: mostly(false, true),
    actedForAnother: mostly(false, true),
    preview: mostly(false, true)
  })
  .map(({ signIn, ...failure }) => aFailure(failure.source === 'self' ? { ...failure, signIn } : failure))

const RECENT: fc.Arbitrary<Recent> = fc
  .record({
    userWrites: mostly(0, 1, 2),
    writesLastHour: mostly(0, 9, 10),
    failingUsers: mostly(1, 5),
    sameIpUsers: mostly(1, 3)
  })
  .map((recent) => ({ ...QUIET_RECENT, ...recent }))

const KILL = { because: 'drill', by: 'olga', at: NOW }

const CONTROLS: fc.Arbitrary<Controls> = fc.record({
  version: fc.nat(),
  kill: mostly<Controls['kill']>(null, { ...KILL, on: true }, { ...KILL, on: false }),
  rules: fc.dictionary(
    fc.constantFrom(...RULES.map((rule) => rule.id), '__proto__'),
    fc.record({ mode: MODE, paused: fc.record({ because: fc.string(), by: fc.string() }) }, { requiredKeys: [] }),
    { maxKeys: 2 }
  ),
  ceiling: mostly<Controls['ceiling']>(null, ...MODES)
})

const ACTION = fc
  .record({
    remediation: fc.constantFrom(...REMEDIATION_IDS),
    state: fc.constantFrom('intended', 'done', 'refused', 'failed', 'unknown')
  })
  .map((action) => anAction(action as Parameters<typeof anAction>[0]))

const POLICY = fc
  .record({
    benign: fc.boolean(),
    strict: mostly(false, true),
    ceiling: mostly(...(MODES.toReversed() as [(typeof MODES)[number]])),
    modes: few(fc.tuple(fc.constantFrom(...RULES.map((rule) => rule.id)), MODE)),
    groups: few(
      fc.tuple(
        fc.constantFrom(...RULES.map((rule) => rule.id)),
        fc.dictionary(fc.constantFrom('Everyone', '00gALL', 'Board', '__proto__'), MODE)
      )
    )
  })
  .map(({ benign, strict, ceiling, modes, groups }) => {
    const { guards } = aPolicy()
    const trustedActorIds = benign ? ['00uHR'] : []
    return aPolicy({
      ceiling,
      ruleModes: Object.fromEntries(modes),
      groupModes: Object.fromEntries(groups),
      guards: { ...guards, trustedActorIds: trustedActorIds, requireManagedDevices: strict }
    })
  })

/** Any input at all. */
export const INPUT: fc.Arbitrary<DecideInput> = fc.record({
  subject: mostly<DecideInput['subject']>(
    { id: USER_ID, login: 'dana@example.com', name: null },
    { id: null, login: null, name: null }
  ),
  failures: fc.oneof(fc.array(FAILURE, { minLength: 1, maxLength: 2 }), fc.array(FAILURE, { maxLength: 3 })),
  signals: few(ENTRY.map((entry) => aSignal(entry.eventType, { uuid: entry.uuid, publishedAt: entry.at }))),
  actions: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, fc.array(ACTION, { maxLength: 3 })),
  evidence: EVIDENCE,
  recent: RECENT,
  controls: CONTROLS,
  inStorm: mostly(false, true),
  policy: POLICY,
  now: fc.constant(NOW)
})
