/** Which factors of a user may verify the caller, and what counts for an approval. */
import t from 'tap'
import {
  type CalledCase,
  callerProof,
  factorChoices,
  needsSecondOperator,
  whyNoChallenge
} from '../../src/decide/caller.ts'
import { decide } from '../../src/decide/decide.ts'
import { verificationRows } from '../../src/decide/decision-table.ts'
import type { Decision } from '../../src/domain/decision.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import { CHALLENGE_KINDS, type Challenge, type ChallengeKind } from '../../src/domain/verification.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import {
  absentItem,
  aDevice,
  aFactor,
  aFailure,
  ago,
  anEntry,
  anEventDevice,
  anInput,
  aPolicy,
  knownEvidence,
  NOW,
  USER_ID,
  unknownItem
} from './build.ts'

const PHONE = aDevice()
const TABLET = aDevice({ id: 'guoTABLET', name: 'Dana iPad', model: 'iPad13,1', serialNumber: 'SER2' })
const FACTORS = [
  aFactor({ id: 'opfPHONE', deviceName: 'Dana iPhone' }),
  aFactor({ id: 'opfTABLET', deviceName: 'Dana iPad' }),
  aFactor({ id: 'mbl1', type: 'sms', isOktaVerify: false, deviceName: null, platform: 'unknown' }),
  aFactor({ id: 'emf1', type: 'email', isOktaVerify: false, deviceName: null, platform: 'unknown' })
]
const MAC_FAILS = [aFailure({ device: anEventDevice({ platform: 'MACOS' }) })]
const ALL = { kinds: ['push', 'sms', 'email', 'manager'] } as const
const NEED = { least: 'medium', countsForMs: 15 * MINUTE_MS } as const

function called(over: Partial<CalledCase> = {}, history = [anEntry('user.session.start')]): CalledCase {
  return {
    id: 'RE-1',
    user: { id: USER_ID, login: null, name: null },
    openedAt: ago(HOUR_MS),
    failures: [aFailure({ device: anEventDevice({ platform: 'IOS', model: PHONE.model, name: PHONE.name }) })],
    decision: null,
    evidence: knownEvidence({ factors: FACTORS, devices: [PHONE, TABLET], history }),
    ...over
  }
}

function passed(over: Partial<Challenge> = {}): Challenge {
  return {
    ...{
      id: 'RE-1/challenge/1',
      kind: 'email',
      factorId: 'emf1',
      factor: 'mail to the address on file',
      userId: USER_ID
    },
    ...{ strength: 'medium', state: 'passed', by: { name: 'ana', operatorId: 'x', provider: null }, wrongCodes: 0 },
    ...{ askedAt: ago(3 * MINUTE_MS), sentAt: ago(3 * MINUTE_MS), at: ago(MINUTE_MS), expiresAt: NOW, pollAt: null },
    ...{ transactionId: null, number: null, because: '', requestIds: [] },
    ...over
  } as Challenge
}

const summary = (c: CalledCase, policy: Parameters<typeof factorChoices>[1] = ALL) =>
  factorChoices(c, policy, NOW).map(({ factorId, strength, refused }) => [factorId, strength, refused])

t.test('each kind proves at best what its row says, and a new factor is weak', async (t) => {
  const best = (kind: ChallengeKind, createdAt: Instant) => {
    const factors = FACTORS.map((factor) => ({ ...factor, createdAt }))
    const evidence = knownEvidence({ factors, devices: [PHONE, TABLET], history: [anEntry('user.session.start')] })
    return factorChoices(called({ evidence, failures: MAC_FAILS }), { kinds: [kind] }, NOW).at(-1)?.strength
  }
  const proves = Object.fromEntries(verificationRows().map((row) => [row.way, row.proves]))
  for (const kind of CHALLENGE_KINDS) {
    t.equal(best(kind, ago(100 * DAY_MS)), proves[kind], kind)
    t.equal(best(kind, ago(DAY_MS)), 'weak', `${kind}, added yesterday`)
  }
})

t.test('never the device that fails, and nothing while the policy allows no kind', async (t) => {
  t.strictSame(summary(called()), [
    ['opfPHONE', 'strong', 'It is on the device that fails, or may be.'],
    ['opfTABLET', 'strong', null],
    ['mbl1', 'weak', null],
    ['emf1', 'medium', null],
    [null, 'weak', 'Okta’s profile of the user names no manager (managerId).']
  ])
  t.strictSame(summary(called(), { kinds: [] }), [])
  const unnamed = called({ failures: [aFailure({ device: anEventDevice({ platform: 'unknown' }) })] })
  t.ok(
    summary(unnamed, { kinds: ['push'] }).every(([, , refused]) => refused !== null),
    'a failure that names no device may be of any'
  )
})

t.test('an SMS likely lands on the phone that fails, so it is weak unless that is no phone', async (t) => {
  const sms = (device: Parameters<typeof anEventDevice>[0]) =>
    factorChoices(called({ failures: [aFailure({ device: anEventDevice(device) })] }), { kinds: ['sms'] }, NOW)[0]
      ?.strength
  for (const platform of ['IOS', 'ANDROID', 'unknown'] as const)
    t.equal(sms({ platform, model: null }), 'weak', platform)
  for (const platform of ['MACOS', 'WINDOWS'] as const) t.equal(sms({ platform, model: null }), 'medium', platform)
  t.equal(sms({ platform: 'IOS', model: 'iPad13,1' }), 'medium', 'a tablet')
})

t.test('a push of a company’s own app is on a device too', async (t) => {
  const own = (deviceName: string | null) =>
    aFactor({ id: 'opfOWN', provider: 'CUSTOM', isOktaVerify: false, deviceName, platform: 'unknown' })
  const refusedOn = (deviceName: string | null) =>
    summary(called({ evidence: knownEvidence({ factors: [own(deviceName)], devices: [PHONE, TABLET] }) }), {
      kinds: ['push']
    })[0]?.[2]
  t.match(refusedOn('Dana iPhone'), /on the device that fails/)
  t.match(refusedOn(null), /on the device that fails/, 'or may be')
  t.equal(refusedOn('Dana iPad'), null)
})

t.test('never a factor that the repair removes', async (t) => {
  const decision = { remediation: 'remove_replaced_enrollment' } as Decision
  t.strictSame(summary(called({ decision }), { kinds: ['push'] }), [
    ['opfPHONE', 'strong', 'The repair removes it.'],
    ['opfTABLET', 'strong', 'The repair removes it.']
  ])
})

t.test('a factor that an attacker may just have set proves little', async (t) => {
  const strengths = (c: CalledCase) => factorChoices(c, ALL, NOW).map(({ strength }) => strength)
  const moved = anEntry('user.account.update_profile', { changedAttributes: ['mobilePhone'], at: ago(DAY_MS) })
  t.strictSame(strengths(called({}, [moved])), ['strong', 'strong', 'weak', 'weak', 'weak'])
  const unclear = anEntry('user.account.update_profile', { changedAttributes: null, at: ago(DAY_MS) })
  t.strictSame(strengths(called({}, [unclear])).slice(2, 4), ['weak', 'weak'])
  const other = anEntry('user.account.update_profile', { changedAttributes: ['department'], at: ago(DAY_MS) })
  t.strictSame(strengths(called({ failures: MAC_FAILS }, [other])).slice(2, 4), ['medium', 'medium'])
  const young = FACTORS.map((factor) => ({ ...factor, createdAt: ago(DAY_MS) }))
  const evidence = knownEvidence({ factors: young, devices: [PHONE, TABLET] })
  t.strictSame(strengths(called({ evidence })), ['weak', 'weak', 'weak', 'weak', 'weak'])
  const unread = { ...knownEvidence({ factors: FACTORS, devices: [PHONE, TABLET] }), history: unknownItem() }
  t.strictSame(strengths(called({ evidence: unread })).slice(1, 4), ['strong', 'weak', 'weak'])
})

t.test('what counts: of this user and case, in time, strong enough, and for one proposal', async (t) => {
  const proof = (c: CalledCase, least: 'weak' | 'medium' | 'strong' = 'medium', hash = 'h1') =>
    callerProof(c, { ...NEED, least }, hash, NOW)
  t.match(proof(called({ challenges: [passed()] })), { by: 'email', strength: 'medium' })
  const refused: readonly (readonly [string, CalledCase, ('strong' | 'medium')?])[] = [
    ['nobody was verified', called()],
    ['it expired', called({ challenges: [passed({ at: ago(16 * MINUTE_MS) })] })],
    ['it is of a later time than now', called({ challenges: [passed({ at: ago(-MINUTE_MS) })] })],
    ['of another user', called({ challenges: [passed({ userId: '00uOTHER' })] })],
    ['of another case', called({ challenges: [passed({ id: 'RE-2/challenge/1' })] })],
    ['too weak', called({ challenges: [passed()] }), 'strong'],
    ['used for another proposal', called({ challenges: [passed()], usedProofs: [{ id: passed().id, hash: 'h0' }] })],
    ['the factor is gone', called({ challenges: [passed({ factorId: 'mbl0' })] })],
    ['not passed', called({ challenges: [passed({ state: 'failed' })] })],
    ['not by Okta’s log', called({ challenges: [] }, [])]
  ]
  for (const [why, c, least] of refused) t.match(proof(c, least), { missing: /must be verified first/ }, why)
  const refusedLater = called({ challenges: [passed(), passed({ id: 'RE-1/challenge/2', state: 'rejected' })] })
  t.match(proof(refusedLater), { missing: /refused/ })
  const usedHere = called({ challenges: [passed()], usedProofs: [{ id: passed().id, hash: 'h1' }] })
  t.match(proof(usedHere), { by: 'email' }, 'the same proposal may be approved by a second person')
  const moved = anEntry('user.account.update_primary_email', { at: ago(DAY_MS) })
  t.match(proof(called({ challenges: [passed()] }, [moved])), { missing: /The last one is weak/ })
})

t.test('Okta’s identity check of this user is strong', async (t) => {
  const entry = (over: Parameters<typeof anEntry>[1]) =>
    called({}, [anEntry('user.identity_verification', { actorId: USER_ID, at: ago(MINUTE_MS), ...over })])
  const proof = (c: CalledCase) => callerProof(c, { ...NEED, least: 'strong' }, 'h1', NOW)
  for (const result of ['ALLOW', 'SUCCESS']) t.match(proof(entry({ result })), { by: 'identity_check' }, result)
  t.match(proof(entry({ result: 'DENY' })), { missing: /./ })
  t.match(proof(entry({ result: 'ALLOW', actorId: '00uOTHER' })), { missing: /./ }, 'of another person')
  t.match(proof(entry({ result: 'ALLOW', at: ago(2 * HOUR_MS) })), { missing: /./ }, 'before the case')
})

t.test('three challenges an hour, and a second operator for administrators', async (t) => {
  const sent = (minutes: number) => ({ at: ago(minutes * MINUTE_MS), rejected: false })
  const over = { challengedBefore: [sent(50), sent(30)], challenges: [passed({ sentAt: ago(MINUTE_MS) })] }
  t.match(whyNoChallenge(called(over), NOW), /3 challenges were sent/)
  t.equal(whyNoChallenge(called({ ...over, challengedBefore: [sent(61), sent(30)] }), NOW), null)
  t.match(whyNoChallenge(called({ user: { id: null, login: 'dana', name: null } }), NOW), /Okta’s id/)
  t.match(whyNoChallenge(called({ evidence: null }), NOW), /not been read/)
  t.equal(needsSecondOperator(called()), false)
  const admin = [{ type: 'ORG_ADMIN', label: null, assignment: 'USER' }]
  for (const evidence of [knownEvidence({ roles: admin }), { ...knownEvidence(), roles: unknownItem() }]) {
    t.equal(needsSecondOperator(called({ evidence })), true)
  }
})

t.test('a repair that needs a verified caller is never automatic', async (t) => {
  const orphan = aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(40 * MINUTE_MS), lastUpdatedAt: null })
  const evidence = { ...knownEvidence({ factors: [orphan], devices: [] }), enrollments: absentItem() }
  const verdict = (neededFor: readonly 'remove_orphaned_enrollment'[]) =>
    decide(
      anInput({
        evidence,
        policy: aPolicy({
          verification: { kinds: [], neededFor, perHour: 20, perOperator: 20, startedBy: 'approver', ...NEED }
        })
      })
    ).decision
  t.match(verdict([]), { kind: 'remediate', mode: 'auto', verifiedCaller: undefined })
  t.match(verdict(['remove_orphaned_enrollment']), { kind: 'remediate', mode: 'propose', verifiedCaller: NEED })
})

t.test('a challenge that the user refused stops every repair', async (t) => {
  const guards = decide(anInput({ refusedChallenges: [ago(MINUTE_MS)] })).guards
  t.match(
    guards.find(({ id }) => id === 'G7'),
    { state: 'tripped', because: /rejected a verification/ }
  )
})
