/** Each cause from its facts, their order, and what is said about each. */
import t from 'tap'
import { CAUSES, considerCauses } from '../../src/decide/causes.ts'
import type { Facts } from '../../src/decide/facts.ts'
import { caseFacts } from '../../src/decide/facts.ts'
import { unreadEvidence } from '../../src/domain/evidence.ts'
import { CAUSE_IDS, type CauseId, type Confidence } from '../../src/domain/vocabulary.ts'
import { aDevice, aFailure, anEventDevice, anInput, aUser, knownEvidence, NOW } from './build.ts'

const ACTIVE: Facts = { statusKnown: true, userStatus: 'ACTIVE' }
const STALE: Facts = { ...ACTIVE, invalidToken: true, hasActiveOktaVerify: false, deviceBlocked: 'none' }

/** The event gives no reason, and everything in Okta was read and blocks nothing. */
const CLEAR: Facts = {
  ...{ ...STALE, invalidToken: false, blocked: false, orphanedEnrollment: false },
  ...{ policyRefusal: false, signOnDenied: false }
}

/** Facts that point to a cause, how surely, and the words that say so. */
const POINTING: readonly (readonly [CauseId, Confidence, Facts, RegExp])[] = [
  ['account_deactivated', 'high', { statusKnown: true, userStatus: 'DEPROVISIONED' }, /DEPROVISIONED/],
  ['account_deactivated', 'high', { statusKnown: true, userStatus: 'MISSING' }, /no such user/],
  ['account_suspended', 'high', { statusKnown: true, userStatus: 'SUSPENDED' }, /does not show who suspended/],
  ['account_locked_out', 'high', { statusKnown: true, userStatus: 'LOCKED_OUT' }, /LOCKED_OUT/],
  ['activation_pending', 'high', { statusKnown: true, userStatus: 'PROVISIONED' }, /PROVISIONED/],
  ['account_staged', 'high', { statusKnown: true, userStatus: 'STAGED' }, /STAGED/],
  ['account_recovery', 'high', { statusKnown: true, userStatus: 'RECOVERY' }, /password reset/],
  ['password_expired', 'high', { statusKnown: true, userStatus: 'PASSWORD_EXPIRED' }, /expired/],
  ['sign_in_blocked', 'high', { ...ACTIVE, blocked: true }, /sign-in block/],
  ['device_suspended', 'high', { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: true }, /device of the failure/],
  ['device_suspended', 'medium', { ...ACTIVE, deviceBlocked: 'SUSPENDED', deviceExact: false }, /same model/],
  ['device_deactivated', 'high', { ...ACTIVE, deviceBlocked: 'DEACTIVATED', deviceExact: true }, /reported lost/],
  ['device_deactivated', 'medium', { ...ACTIVE, deviceBlocked: 'DEACTIVATED', deviceExact: false }, /same model/],
  ['device_jailbroken', 'high', { ...ACTIVE, jailbroken: true }, /modified/],
  ['policy_denied', 'high', { ...ACTIVE, policyRefusal: true }, /policy refusal/],
  ['policy_denied', 'low', { ...ACTIVE, signOnDenied: true, invalidToken: false }, /application policy/],
  ['enrollment_orphaned', 'high', { ...ACTIVE, orphanedEnrollment: true }, /none of its Okta Verify/],
  ['device_replaced', 'medium', { ...ACTIVE, oldPhoneLikely: true }, /no longer used/],
  ['iphone15_ios17', 'medium', { ...ACTIVE, ios17Iphone15: true }, /iPhone 15 with iOS 17/],
  ['app_state_stale', 'medium', STALE, /refused as invalid/],
  ['app_state_stale', 'medium', { ...STALE, hasActiveOktaVerify: true, worksOnlyElsewhere: true }, /another kind/],
  ['app_state_stale', 'low', CLEAR, /gives no reason/],
  ['app_state_stale', 'low', { ...CLEAR, hasActiveOktaVerify: true, worksOnlyElsewhere: true }, /gives no reason/],
  ['unknown', 'low', ACTIVE, /cannot show/],
  ['unknown', 'low', {}, /it was not read/]
]

for (const [id, confidence, facts, words] of POINTING) {
  t.test(`${id} from ${JSON.stringify(facts)}`, async (t) => {
    const [first] = considerCauses(facts)
    t.equal(first.id, id)
    t.equal(first.confidence, confidence)
    t.match(first.because.join(' '), words)
  })
}

t.test('an event without a reason is explained by what is left only when all the rest was read', async (t) => {
  for (const fact of Object.keys(CLEAR) as (keyof Facts)[]) {
    const [first] = considerCauses({ ...CLEAR, [fact]: undefined })
    t.equal(first.id, 'unknown', `without ${fact}`)
  }
  t.equal(considerCauses({ ...CLEAR, hasActiveOktaVerify: true })[0].id, 'unknown', 'it works on such a device')
})

t.test('every cause has one row, one that points to it above, and `unknown` is the last', async (t) => {
  const rows = CAUSES.map((cause) => cause.id)
  t.same([...rows].sort(), [...CAUSE_IDS].sort())
  t.equal(rows.at(-1), 'unknown')
  t.ok(
    CAUSES.at(-1)?.signs.every((sign) => sign.holds({})),
    'which always applies'
  )
  t.same(new Set(POINTING.map(([id]) => id)), new Set(CAUSE_IDS))
})

t.test('account beats device, device beats the state of the app, and all that applies is considered', async (t) => {
  const all: Facts = {
    ...STALE,
    blocked: true,
    deviceBlocked: 'SUSPENDED',
    deviceExact: true,
    jailbroken: true,
    orphanedEnrollment: true,
    oldPhoneLikely: true,
    ios17Iphone15: true
  }
  t.same(
    considerCauses(all).map((cause) => cause.id),
    [
      'sign_in_blocked',
      'device_suspended',
      'device_jailbroken',
      'enrollment_orphaned',
      'device_replaced',
      'iphone15_ios17',
      'unknown'
    ]
  )
  const suspended = considerCauses({ ...all, userStatus: 'SUSPENDED' }).map((cause) => cause.id)
  t.same(suspended, ['account_suspended', 'device_suspended', 'device_jailbroken', 'iphone15_ios17', 'unknown'])
})

t.test('the app is blamed only when nothing in Okta is in the way', async (t) => {
  for (const [why, facts] of [
    ['no invalid token', { ...STALE, invalidToken: false }],
    ['an active Okta Verify', { ...STALE, hasActiveOktaVerify: true }],
    ['unread enrollments', { ...STALE, hasActiveOktaVerify: undefined }],
    ['unread devices', { ...STALE, deviceBlocked: undefined }]
  ] as const) {
    t.equal(considerCauses(facts)[0].id, 'unknown', why)
  }
})

t.test('a refused sign-in does not hide an invalid token', async (t) => {
  t.equal(considerCauses({ ...STALE, signOnDenied: true })[0].id, 'app_state_stale')
})

t.test('without the status of the account nothing else is claimed, and the reason is told', async (t) => {
  const evidence = { ...knownEvidence({ devices: [aDevice({ jailbroken: true })] }) }
  const unread = unreadEvidence(NOW, 'Okta answered 503')
  const input = anInput({
    evidence: { ...evidence, user: unread.user },
    failures: [aFailure({ policyRefusal: true, device: anEventDevice({ jailbroken: true }) })]
  })
  const considered = considerCauses(caseFacts(input))
  t.same(
    considered.map((cause) => cause.id),
    ['unknown']
  )
  t.match(considered[0].because[0], 'could not be read: Okta answered 503')
  const odd = caseFacts(anInput({ evidence: knownEvidence({ user: aUser({ status: 'unknown' }) }) }))
  t.match(considerCauses(odd)[0].because[0], /does not know/)
})

t.test('supporting signs are told too', async (t) => {
  const suspendedBy = { actorId: '00uHR', actorLogin: 'hr-sync', at: NOW, transactionType: 'JOB' }
  const because = (facts: Facts) => considerCauses({ statusKnown: true, ...facts })[0].because.join(' ')
  t.match(because({ userStatus: 'SUSPENDED', suspendedBy }), `Suspended by hr-sync at ${NOW}.`)
  t.match(because({ userStatus: 'SUSPENDED', suspendedBy, suspenderTrusted: true }), /the policy trusts/)
  t.match(
    because({ userStatus: 'SUSPENDED', suspendedBy: { ...suspendedBy, actorLogin: null } }),
    /by an unnamed actor/
  )
  const anApp = { ...suspendedBy, actorLogin: '0oaHrSync0000000001x', actorName: 'HR Sync' }
  t.match(because({ userStatus: 'SUSPENDED', suspendedBy: anApp }), /by HR Sync at/, 'the login of an app is its id')
  const nobody = { ...suspendedBy, actorLogin: null, actorId: null }
  t.match(because({ userStatus: 'SUSPENDED', suspendedBy: nobody }), /an unnamed actor/)
  t.match(because({ userStatus: 'LOCKED_OUT', transitioning: true }), /moving the account/)
  const created = { userStatus: 'PROVISIONED', createdAgoMs: 86_400_000 } as const
  t.match(because({ ...created, everUsed: false }), /24 h ago and has never been used/)
  t.match(because({ ...created, everUsed: true }), /has been used before/)
  const replaced = { ...ACTIVE, oldPhoneLikely: true, migrationStarted: true, otherStrongFactor: true }
  t.match(because(replaced), /transfer to another device.*another strong factor/)
})

t.test('people who need Okta Verify collect app denials: an unfinished enrollment is more certain', async (t) => {
  const facts: Facts = { ...STALE, invalidToken: false, signOnDenied: true, orphanedEnrollment: true }
  t.match(considerCauses(facts), [
    { id: 'enrollment_orphaned', confidence: 'high' },
    { id: 'policy_denied', confidence: 'low' },
    { id: 'unknown' }
  ])
})
