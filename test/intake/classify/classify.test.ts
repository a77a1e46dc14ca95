import t from 'tap'
import { plus } from '../../../src/domain/time.ts'
import { compileClassifier } from '../../../src/intake/classify/classify.ts'
import {
  anEvent,
  arrived,
  brief,
  GOOGLE,
  NOW,
  OKTA_VERIFY,
  OWN_ID,
  read,
  readFailure,
  SETTINGS,
  USER,
  withDebug
} from '../build.ts'

const OV = [USER, OKTA_VERIFY]
const failed = (reason: string | null) => ({ result: 'FAILURE', reason })
const succeeded = (reason: string | null = null) => ({ result: 'SUCCESS', reason })
const ofType = (eventType: string, over = {}) => anEvent({ eventType, ...over })

t.test('the success of a device that is not active proves no enrollment', async (t) => {
  const device = (deviceStatus: unknown) => ({ id: 'guoPHONE', type: 'UDDevice', detailEntry: { deviceStatus } })
  for (const eventType of ['device.enrollment.create', 'device.user.add']) {
    for (const status of ['CREATED', 'SUSPENDED', 'DEACTIVATED']) {
      const reading = read(ofType(eventType, { outcome: succeeded(), target: [device(status), USER] }))
      t.match(reading, { kind: 'recovery', unfinished: true }, `${eventType} ${status}`)
    }
    for (const status of ['ACTIVE', null, 'unknown']) {
      const reading = read(ofType(eventType, { outcome: succeeded(), target: [device(status), USER] }))
      t.equal(reading.kind === 'recovery' && reading.unfinished === undefined, true, `${eventType} ${status}`)
    }
  }
})

t.test('each candidate type reads as the table of facts §2.1 says', async (t) => {
  const stepUp = { debugContext: { debugData: { factorIntent: 'CREDENTIAL_ENROLLMENT' } } }
  const signIn = { debugContext: { debugData: { factorIntent: 'LOGIN', factor: 'OKTA_VERIFY_PUSH' } } }
  const rows: [string, Record<string, unknown>, string][] = [
    ['user.mfa.factor.activate', { target: OV }, 'failure medium'],
    ['user.mfa.factor.activate', { target: OV, outcome: succeeded() }, 'recovery'],
    ['user.mfa.factor.update', { target: OV }, 'failure medium'],
    ['device.enrollment.create', {}, 'failure medium'],
    ['device.enrollment.create', { outcome: succeeded() }, 'recovery'],
    ['device.user.add', {}, 'failure medium'],
    ['device.user.add', { outcome: succeeded() }, 'recovery'],
    ['user.authentication.auth_via_mfa', stepUp, 'failure low'],
    ['user.authentication.auth_via_mfa', signIn, 'signal'],
    ['user.authentication.auth_via_mfa', { ...signIn, outcome: { result: 'UNANSWERED' } }, 'signal'],
    ['user.authentication.auth_via_mfa', { ...signIn, outcome: { result: 'ABANDONED' } }, 'signal'],
    ['user.authentication.auth_via_mfa', { ...stepUp, outcome: { result: 'ABANDONED' } }, 'signal'],
    ['user.authentication.auth_via_mfa', { ...stepUp, outcome: {} }, 'signal'],
    ['user.authentication.auth_via_mfa', { ...signIn, outcome: succeeded() }, 'skipped succeeded_elsewhere'],
    ['user.mfa.promote_enrollment', { target: OV }, 'skipped not_listed'],
    ['user.mfa.okta_verify.deny_push', { target: OV }, 'skipped not_listed'],
    ['system.push.send_factor_verify_push', { target: OV }, 'skipped not_listed'],
    ['device.token.enrollment.create', {}, 'signal'],
    ['security.threat.detected', {}, 'signal'],
    ['application.policy.sign_on.deny_access', { outcome: { result: 'DENY' } }, 'signal'],
    ['user.lifecycle.suspend', { outcome: succeeded() }, 'signal'],
    ['user.session.start', { outcome: succeeded() }, 'skipped not_listed']
  ]
  for (const [type, over, expected] of rows) {
    t.equal(brief(read(ofType(type, over))), expected, `${type} ${JSON.stringify(over)}`)
  }
})

t.test('item 1: our own events are echoes, whatever they say', async (t) => {
  const own = { id: OWN_ID, type: 'PublicClientAppEntity' }
  t.equal(brief(read(anEvent({ actor: own, target: OV }))), 'skipped own_echo')
  t.equal(brief(read(anEvent({ client: { id: OWN_ID }, target: OV }))), 'skipped own_echo')
  t.equal(brief(read(ofType('user.lifecycle.unsuspend', { actor: own }))), 'skipped own_echo')
  const nobody = compileClassifier({ ...SETTINGS, ownIds: [''] })
  t.equal(brief(nobody(arrived(anEvent({ actor: { id: '' }, target: OV })))), 'failure medium')
})

t.test('item 2: only the listed results are no failure', async (t) => {
  const rows: [unknown, string][] = [
    ['SUCCESS', 'recovery'],
    ['success', 'recovery'],
    ['ALLOW', 'skipped succeeded_elsewhere'],
    ['SKIPPED', 'skipped succeeded_elsewhere'],
    ['DEFERRED', 'skipped succeeded_elsewhere'],
    ['SCHEDULED', 'skipped succeeded_elsewhere'],
    ['FAILURE', 'failure medium'],
    ['DENY', 'failure medium'],
    ['CHALLENGE', 'failure medium'],
    ['RATE_LIMIT', 'failure medium'],
    ['ABANDONED', 'failure medium'],
    ['UNANSWERED', 'failure medium'],
    ['UNKNOWN', 'failure medium'],
    ['', 'failure low'],
    [undefined, 'failure low'],
    [null, 'failure low'],
    [{}, 'failure low']
  ]
  for (const [result, expected] of rows) {
    t.equal(brief(read(anEvent({ outcome: { result }, target: OV }))), expected, JSON.stringify(result))
  }
})

t.test('item 3: Okta Verify is recognised wherever it is named', async (t) => {
  const rows: Record<string, unknown>[] = [
    anEvent({ target: [USER, { ...OKTA_VERIFY, displayName: 'Okta Verify FastPass' }] }),
    anEvent({ target: [{ ...OKTA_VERIFY, displayName: 'OKTA VERIFY' }, USER] }),
    withDebug({ authenticatorKey: 'okta_verify' }),
    withDebug({ authenticatorKey: 'okta_verify_fastpass' }),
    withDebug({ factor: 'OKTA_VERIFY_PUSH' }),
    withDebug({ factor: 'SIGNED_NONCE' }),
    withDebug({ factor: 'OKTA_SOFT_TOKEN' }),
    withDebug({ factor: 'SOFT_TOKEN' }),
    withDebug({ requestUri: '/idp/authenticators' }),
    withDebug({ requestUri: '/idp/myaccount/app-authenticators/aut1/methods' }),
    anEvent({ outcome: failed('User set up SIGNED_NONCE factor') }),
    anEvent({ outcome: failed('Okta Verify enrollment failed') }),
    ofType('device.enrollment.create'),
    ofType('device.user.add')
  ]
  for (const row of rows) t.equal(brief(read(row)), 'failure medium', JSON.stringify(row))
})

t.test('another authenticator is skipped, and what may be Okta Verify is a weak failure', async (t) => {
  const rows: [Record<string, unknown>, string][] = [
    [anEvent({ target: [USER, GOOGLE] }), 'skipped not_okta_verify'],
    [withDebug({ factor: 'GOOGLE_OTP' }), 'skipped not_okta_verify'],
    [withDebug({ authenticatorKey: 'okta_email' }), 'skipped not_okta_verify'],
    [anEvent({ outcome: failed('User set up EMAIL_FACTOR factor') }), 'skipped not_okta_verify'],
    [anEvent({ target: [USER, GOOGLE], outcome: failed('E0000011') }), 'skipped not_okta_verify, near miss'],
    [anEvent(), 'failure low'],
    [withDebug({ factor: 'TOKEN_SOFTWARE_TOTP' }), 'failure low'],
    [withDebug({ factor: 'unknown' }), 'failure low'],
    [anEvent({ target: [USER, { ...OKTA_VERIFY, displayName: 'FastPass' }] }), 'failure low'],
    [anEvent({ target: [{ ...USER, displayName: 'Okta Verify' }] }), 'failure low'],
    [anEvent({ target: [USER, GOOGLE, OKTA_VERIFY] }), 'failure medium'],
    [anEvent({ target: [USER, GOOGLE], outcome: succeeded() }), 'skipped succeeded_elsewhere'],
    [anEvent({ outcome: succeeded() }), 'skipped succeeded_elsewhere']
  ]
  for (const [row, expected] of rows) t.equal(brief(read(row)), expected, JSON.stringify(row))
})

t.test('item 4: the invalid token is found in reason, message and debug data, in every spelling', async (t) => {
  const rows = [
    anEvent({ target: OV, outcome: failed('invalidToken') }),
    anEvent({ target: OV, outcome: failed('INVALID_TOKEN') }),
    anEvent({ target: OV, outcome: failed('Invalid token provided') }),
    anEvent({ target: OV, displayMessage: 'Operation Failed - invalid-token' }),
    withDebug({ error: 'E0000011' }, { target: OV }),
    withDebug({ nested: { errors: ['E0000011'] } }, { target: OV })
  ]
  for (const row of rows) {
    t.match(readFailure(row), { confidence: 'high', invalidToken: true, policyRefusal: false }, JSON.stringify(row))
  }
  t.match(readFailure(anEvent({ outcome: failed('E0000011') })), { confidence: 'low', invalidToken: true })
  t.match(readFailure(anEvent({ target: OV, outcome: failed('E0000229') })), {
    confidence: 'medium',
    invalidToken: false,
    policyRefusal: true
  })
})

t.test('near misses: a type nobody listed fails with our failure in its words', async (t) => {
  const rows: [Record<string, unknown>, string][] = [
    [ofType('user.oie.enroll', { target: OV }), 'skipped not_listed, near miss'],
    [ofType('user.oie.enroll', { outcome: failed('E0000011') }), 'skipped not_listed, near miss'],
    [ofType('user.oie.enroll', { target: OV, outcome: {} }), 'skipped not_listed, near miss'],
    [ofType('user.oie.enroll', { target: OV, outcome: succeeded() }), 'skipped not_listed'],
    [ofType('user.oie.enroll'), 'skipped not_listed'],
    [ofType('policy.evaluate_sign_on', { target: OV }), 'skipped not_listed']
  ]
  for (const [row, expected] of rows) t.equal(brief(read(row)), expected, JSON.stringify(row))
})

t.test('a signal type is exact, or all below its star', async (t) => {
  const classify = compileClassifier({ ...SETTINGS, signalTypes: ['user.risk.*', 'zone.update'] })
  for (const [type, expected] of [
    ['user.risk.change', 'signal'],
    ['zone.update', 'signal'],
    ['zone.updated', 'skipped not_listed'],
    ['user.riskier', 'skipped not_listed']
  ] as const) {
    t.equal(brief(classify(arrived(ofType(type)))), expected, type)
  }
})

t.test('a preview is a hook event sent long after it happened, or without a time of its own', async (t) => {
  const week = anEvent({ published: plus(NOW, -7 * 24 * 3_600_000) })
  t.equal(readFailure(week).preview, true)
  t.equal(readFailure(anEvent()).preview, false)
  t.equal(
    readFailure(anEvent({ published: plus(NOW, -3_600_000) })).preview,
    false,
    'an hour is still late, not a preview'
  )
  t.equal(readFailure(week, { sentAt: null }).preview, true, 'arrival stands in for the send time')
  t.equal(readFailure(anEvent(), { sentAt: null }).preview, false)
  t.equal(readFailure(anEvent({ published: 'yesterday' })).preview, true)
  t.equal(readFailure(week, { source: 'log' }).preview, false, 'the System Log is read late on purpose')
})

t.test('what is no event at all is unreadable, and a type that is no text is not listed', async (t) => {
  for (const raw of [null, undefined, 7, 'event', true, [], [anEvent()]]) {
    t.same(read(raw), { kind: 'skipped', why: 'unreadable', eventType: null, nearMiss: false })
  }
  for (const eventType of [undefined, null, {}, '', 'unknown']) {
    t.same(read(anEvent({ eventType })), { kind: 'skipped', why: 'not_listed', eventType: null, nearMiss: false })
  }
})

t.test('only a report may call itself one', async (t) => {
  const report = ofType('reenroll.report', { outcome: failed(null) })
  t.equal(brief(read(report, { source: 'report' })), 'failure medium')
  t.equal(brief(read(report)), 'skipped not_listed')
  t.equal(brief(read(ofType('user.session.start'), { source: 'report' })), 'skipped not_listed')
})

t.test('an event of another vendor counts only when it came from there', async (t) => {
  const revoked = ofType('caep.session-revoked:policy', { outcome: succeeded() })
  const brought = (source: 'hook' | 'log' | 'report' | 'ssf', event = revoked) => brief(read(event, { source }))
  t.equal(brought('ssf'), 'signal')
  for (const source of ['hook', 'log', 'report'] as const) t.equal(brought(source), 'skipped not_listed', source)
  t.equal(brought('ssf', ofType('caep.assurance-level-change:increase')), 'skipped not_listed')
  t.equal(
    brought('ssf', ofType('user.mfa.factor.activate', { target: OV })),
    'skipped not_listed',
    'nor is it a failure'
  )
})
