/** What the facts say about an account and its failures, and that what was not read stays unknown. */
import t from 'tap'
import { caseFacts, mayHaveHappened } from '../../src/decide/facts.ts'
import { recoveredSince } from '../../src/decide/recovery.ts'
import { unreadEvidence } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import {
  absentItem,
  aFactor,
  aFailure,
  ago,
  anAction,
  anEnrollment,
  anEntry,
  anInput,
  aPolicyWithGuards,
  aSignal,
  aUser,
  knownEvidence,
  NOW,
  QUIET_RECENT,
  unknownItem,
  withItem
} from './build.ts'

t.test('without evidence nothing about the account is known, and the reason is kept', async (t) => {
  const facts = caseFacts(anInput({ evidence: unreadEvidence(NOW, 'Okta was down') }))
  t.equal(facts.statusKnown, false)
  t.equal(facts.statusGap, 'Okta was down')
  for (const key of [
    'userStatus',
    'provider',
    'blocked',
    'everUsed',
    'hasActiveOktaVerify',
    'orphanedEnrollment',
    'otherStrongFactor',
    'recoveredSince',
    'oldPhoneLikely',
    'deviceBlocked',
    'sharedDevice',
    'jailbroken',
    'signOnDenied',
    'migrationStarted'
  ] as const) {
    t.equal(facts[key], undefined, `${key} is not known`)
  }
})

t.test('a status this version does not know is no status', async (t) => {
  const facts = caseFacts(anInput({ evidence: knownEvidence({ user: aUser({ status: 'unknown' }) }) }))
  t.equal(facts.userStatus, undefined)
  t.equal(facts.statusKnown, false)
  t.match(facts.statusGap, /does not know/)
})

t.test('the account is described', async (t) => {
  const user = aUser({
    transitioningTo: 'ACTIVE',
    provider: null,
    createdAt: ago(DAY_MS),
    lastLoginAt: null,
    passwordChangedAt: null
  })
  const evidence = knownEvidence({ user, blocks: [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] })
  const facts = caseFacts(anInput({ evidence }))
  t.match(facts, { transitioning: true, everUsed: false, createdAgoMs: DAY_MS, blocked: true })
  t.equal(facts.provider, undefined)
  t.equal(facts.unknownDevicesBlocked, false)
  t.equal(caseFacts(anInput({ evidence: knownEvidence({ user: aUser({ createdAt: null }) }) })).createdAgoMs, undefined)
})

t.test('of several failures the surest counts, and any mention of an error', async (t) => {
  const failures = [
    aFailure({ uuid: 'a', confidence: 'medium', invalidToken: false }),
    aFailure({ uuid: 'b', confidence: 'low', invalidToken: true, policyRefusal: true })
  ]
  t.match(caseFacts(anInput({ failures })), { confidence: 'medium', invalidToken: true, policyRefusal: true })
  t.equal(caseFacts(anInput({ failures: [] })).confidence, undefined)
  t.equal(caseFacts(anInput({ failures: [] })).recoveredSince, undefined)
})

t.test('who suspended the user comes from the newest suspension in the log', async (t) => {
  const user = aUser({ status: 'SUSPENDED', statusChangedAt: ago(2 * HOUR_MS) })
  const suspend = anEntry('user.lifecycle.suspend', { at: ago(2 * HOUR_MS), actorId: '00uHR', transactionType: 'JOB' })
  const older = anEntry('user.lifecycle.suspend', { uuid: 'older', at: ago(9 * DAY_MS), actorId: '00uOLD' })
  const policy = aPolicyWithGuards({ trustedActorIds: ['00uHR'] })
  const facts = (history: ReturnType<typeof anEntry>[]) =>
    caseFacts(anInput({ policy, evidence: knownEvidence({ user, history }) }))

  const found = facts([older, suspend])
  t.match(found.suspendedBy, { actorId: '00uHR', at: ago(2 * HOUR_MS), transactionType: 'JOB' })
  t.equal(found.suspenderTrusted, true)
  t.equal(found.suspendedForMs, 2 * HOUR_MS)
  t.equal(facts([{ ...suspend, actorId: '00uEVE' }]).suspenderTrusted, false, 'not on the list')
  t.equal(facts([{ ...suspend, actorId: null }]).suspenderTrusted, false, 'nobody named')

  for (const [why, history] of [
    ['the log is empty', []],
    ['it is about somebody else', [{ ...suspend, targetIds: ['00uOTHER'] }]],
    ['it failed', [{ ...suspend, result: 'FAILURE' }]],
    ['it is older than the status: the log lags', [older]],
    ['it was lifted since', [anEntry('user.lifecycle.unsuspend', { at: ago(HOUR_MS) }), suspend]]
  ] as const) {
    t.equal(facts([...history]).suspendedBy, undefined, why)
    t.equal(facts([...history]).suspenderTrusted, undefined, why)
    t.equal(facts([...history]).suspendedForMs, 2 * HOUR_MS, `${why}; the status still tells how long`)
  }
  const undated = knownEvidence({ user: { ...user, statusChangedAt: null }, history: [] })
  t.equal(caseFacts(anInput({ evidence: undated })).suspendedForMs, undefined)
})

t.test('a signal tells as much as the log, and the log wins over our copy of the same event', async (t) => {
  const user = aUser({ status: 'SUSPENDED', statusChangedAt: null })
  const actor = { id: '00uADMIN', type: 'User', login: 'admin@example.com' }
  const signal = aSignal('user.lifecycle.suspend', { actor })
  const evidence = knownEvidence({ user, history: [] })
  t.match(caseFacts(anInput({ evidence, signals: [signal] })).suspendedBy, {
    actorId: '00uADMIN',
    transactionType: null
  })
  const entry = anEntry('user.lifecycle.suspend', { uuid: signal.uuid, transactionType: 'JOB' })
  const both = anInput({
    evidence: knownEvidence({ user, history: [{ ...entry, uuid: signal.uuid }] }),
    signals: [signal]
  })
  t.equal(caseFacts(both).suspendedBy?.transactionType, 'JOB')
})

t.test(
  'a suspension by a listed actor is not routine after a lock or a failed recovery in the hour before',
  async (t) => {
    const suspendedAt = ago(2 * HOUR_MS)
    const user = aUser({ status: 'SUSPENDED', statusChangedAt: suspendedAt })
    const suspend = anEntry('user.lifecycle.suspend', {
      at: suspendedAt,
      actorId: '00uOKTA',
      actorLogin: 'system@okta.com'
    })
    const benign = (before: ReturnType<typeof anEntry>) =>
      caseFacts(
        anInput({
          policy: aPolicyWithGuards({ trustedActorIds: ['00uOKTA'] }),
          evidence: knownEvidence({ user, history: [suspend, before] })
        })
      ).suspenderTrusted
    const at = ago(2 * HOUR_MS + 30 * MINUTE_MS)
    const mfa = { at, factorIntent: 'CREDENTIAL_RECOVERY', result: 'FAILURE' }
    for (const trouble of [
      anEntry('user.account.lock', { at }),
      anEntry('user.account.lock.limit', { at }),
      anEntry('user.account.use_token', { at }),
      anEntry('user.mfa.attempt_bypass', { at }),
      anEntry('user.account.reset_password', { at, result: 'FAILURE' }),
      anEntry('user.authentication.auth_via_mfa', mfa)
    ]) {
      t.equal(benign(trouble), false, trouble.eventType)
    }
    t.equal(benign(anEntry('user.account.lock', { at: ago(4 * HOUR_MS) })), true, 'longer before')
    t.equal(benign(anEntry('user.account.lock', { at: ago(HOUR_MS) })), true, 'after it')
    t.equal(benign(anEntry('user.account.reset_password', { at })), true, 'a reset that worked')
    t.equal(benign(anEntry('user.authentication.auth_via_mfa', { ...mfa, factorIntent: 'LOGIN' })), true, 'a sign-in')
    const listedByLogin = anInput({
      policy: aPolicyWithGuards({ trustedActorIds: ['system@okta.com'] }),
      evidence: knownEvidence({ user, history: [suspend] })
    })
    t.equal(caseFacts(listedByLogin).suspenderTrusted, false, 'a login never makes an actor routine')
  }
)

t.test(
  'recovery is proved by a newer active enrollment or a success in the log, and denied only by everything',
  async (t) => {
    const failures = [aFailure()]
    const later = ago(MINUTE_MS)
    const answer = (values: Parameters<typeof knownEvidence>[0]) => recoveredSince(knownEvidence(values), failures)
    t.equal(answer({ factors: [aFactor({ createdAt: later })] }), 'yes')
    t.equal(answer({ enrollments: [anEnrollment({ createdAt: later })] }), 'yes')
    const success = { at: later, isOktaVerify: true }
    t.equal(answer({ history: [anEntry('user.mfa.factor.activate', success)] }), 'yes')
    t.equal(answer({ history: [anEntry('device.enrollment.create', { at: later })] }), 'yes')

    t.equal(answer({ factors: [aFactor()], enrollments: [anEnrollment()] }), 'no', 'all are older')
    t.equal(answer({ factors: [aFactor({ createdAt: null })] }), 'no', 'a factor of unknown age')
    t.equal(answer({ factors: [aFactor({ createdAt: later, status: 'PENDING_ACTIVATION' })] }), 'no')
    t.equal(answer({ factors: [aFactor({ createdAt: later, isOktaVerify: false })] }), 'no')
    t.equal(answer({ enrollments: [anEnrollment({ createdAt: later, key: 'phone_number' })] }), 'no')
    t.equal(answer({ history: [anEntry('user.mfa.factor.activate', { at: later })] }), 'no', 'another authenticator')
    t.equal(answer({ history: [anEntry('user.mfa.factor.activate', { ...success, result: 'FAILURE' })] }), 'no')
    t.equal(answer({ history: [anEntry('user.mfa.factor.activate', { ...success, at: ago(HOUR_MS) })] }), 'no')

    const quiet = knownEvidence()
    t.equal(recoveredSince(withItem(quiet, 'enrollments', unknownItem()), failures), 'unknown')
    t.equal(recoveredSince(withItem(quiet, 'enrollments', absentItem()), failures), 'no', 'absent is not waited for')
    const none = ['factors', 'enrollments', 'history'] as const
    t.equal(
      recoveredSince(
        none.reduce((e, source) => withItem(e, source, absentItem()), quiet),
        failures
      ),
      'unknown'
    )
  }
)

t.test('the fact says whether the user enrolled after the newest failure', async (t) => {
  const evidence = knownEvidence({ factors: [aFactor({ createdAt: ago(3 * MINUTE_MS) })] })
  t.equal(caseFacts(anInput({ evidence })).recoveredSince, true)
  const again = [aFailure(), aFailure({ uuid: 'again', publishedAt: ago(MINUTE_MS) })]
  t.equal(caseFacts(anInput({ evidence, failures: again })).recoveredSince, false)
})

t.test('context is found in log and signals, and denied only by a log that was read', async (t) => {
  const history = [anEntry('application.policy.sign_on.deny_access'), anEntry('device.token.enrollment.create')]
  t.match(caseFacts(anInput({ evidence: knownEvidence({ history }) })), { signOnDenied: true, migrationStarted: true })
  const old = history.map((entry) => ({ ...entry, at: ago(9 * DAY_MS) }))
  t.match(caseFacts(anInput({ evidence: knownEvidence({ history: old }) })), {
    signOnDenied: false,
    migrationStarted: false
  })
  const unread = withItem(knownEvidence(), 'history', unknownItem())
  t.equal(caseFacts(anInput({ evidence: unread })).signOnDenied, undefined)
  const signals = [aSignal('application.policy.sign_on.deny_access')]
  t.equal(caseFacts(anInput({ evidence: unread, signals })).signOnDenied, true)
})

t.test('an earlier write counts unless it certainly did not happen', async (t) => {
  for (const state of ['intended', 'done', 'unknown'] as const) t.ok(mayHaveHappened(anAction({ state })), state)
  for (const state of ['refused', 'failed'] as const) t.notOk(mayHaveHappened(anAction({ state })), state)
  t.equal(caseFacts(anInput({ actions: [anAction()] })).repairedBefore, true)
  t.equal(caseFacts(anInput({ recent: { ...QUIET_RECENT, userWrites: 1 } })).repairedBefore, true)
  t.equal(caseFacts(anInput({ actions: [anAction({ state: 'refused' })] })).repairedBefore, false)
})

t.test('a misspelt login in a report is not a deactivated account; an event about nobody is', async (t) => {
  const evidence = knownEvidence({ user: aUser({ status: 'MISSING' }) })
  const subject = { id: null, login: 'typo@example.com', name: null }
  const reported = caseFacts(anInput({ evidence, subject, failures: [aFailure({ source: 'report', subject })] }))
  t.match(reported, { statusKnown: false, statusGap: 'Okta shows nobody with the login of the report' })
  t.equal(reported.userStatus, undefined)
  const logged = caseFacts(anInput({ evidence, subject, failures: [aFailure({ subject })] }))
  t.equal(logged.userStatus, 'MISSING')
})
