/** Ordinary events around this problem stop no harmless repair; what looks like a takeover stops everything (facts §6.1a). */
import t from 'tap'
import { decide } from '../../src/decide/decide.ts'
import { caseFacts } from '../../src/decide/facts.ts'
import { checkGuards, findingsFor } from '../../src/decide/guards/guards.ts'
import { SIGNALS } from '../../src/decide/guards/signals.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import type { LogEntry, OktaUser } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import type { GuardId, RepairKind } from '../../src/domain/vocabulary.ts'
import {
  aFactor,
  aFailure,
  ago,
  aNewUser,
  anEntry,
  anInput,
  aPolicy,
  aUser,
  KILLED,
  knownEvidence,
  NO_CONTROLS,
  SPARSE_CONTEXT,
  USER_ID,
  USUAL_SIGN_IN,
  unknownItem,
  withItem
} from './build.ts'

/** The same place, three weeks ago. */
const SIGN_IN_BEFORE = anEntry('user.session.start', { at: ago(21 * DAY_MS), actorId: USER_ID })
const ORPHAN = aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(HOUR_MS) })

/** Somebody with an unfinished enrollment, and this past. */
function orphan(history: readonly LogEntry[], user: Partial<OktaUser> = {}): DecideInput {
  const all = [...history, USUAL_SIGN_IN, SIGN_IN_BEFORE]
  return anInput({ evidence: knownEvidence({ user: aUser(user), factors: [ORPHAN], history: all }) })
}

function state(kind: RepairKind, id: GuardId, input: DecideInput): string | undefined {
  return findingsFor(kind, checkGuards(input, caseFacts(input))).find((found) => found.id === id)?.state
}

const self = { actorId: USER_ID }
const hr = { actorId: '0oaHR', actorType: 'PublicClientAppEntity' }
const missed = (count: number, overrides: Partial<LogEntry> = {}, apartMs = 10 * HOUR_MS) =>
  Array.from({ length: count }, (_, i) =>
    anEntry('user.authentication.auth_via_mfa', {
      ...self,
      uuid: `missed-${i}`,
      result: 'UNANSWERED',
      at: ago(HOUR_MS + i * apartMs),
      ...overrides
    })
  )

const ORDINARY: readonly (readonly [string, GuardId, DecideInput])[] = [
  ['the user signed out at another vendor', 'G7', orphan([anEntry('caep.session-revoked:user')])],
  [
    'HR changed the department three days ago',
    'G6',
    orphan([anEntry('user.account.update_profile', { ...hr, at: ago(3 * DAY_MS), changedAttributes: ['department'] })])
  ],
  [
    'the user removed Okta Verify an hour ago, as the article says',
    'G6',
    orphan([anEntry('user.mfa.factor.deactivate', self)])
  ],
  [
    'the help desk reset the factors two days ago',
    'G6',
    orphan([
      anEntry('user.mfa.factor.reset_all', { at: ago(2 * DAY_MS) }),
      anEntry('user.mfa.factor.deactivate', { at: ago(2 * DAY_MS - MINUTE_MS) })
    ])
  ],
  [
    'a new hire chose a first password yesterday',
    'G6',
    orphan([anEntry('user.account.update_password', { ...self, country: null, at: ago(22 * DAY_MS) })], {
      createdAt: ago(22.5 * DAY_MS),
      passwordChangedAt: ago(22 * DAY_MS)
    })
  ],
  [
    'the user changed the password, and nothing else',
    'G6',
    orphan([anEntry('user.account.update_password', self)], { passwordChangedAt: ago(HOUR_MS) })
  ],
  ['a password was changed elsewhere, and nothing else', 'G6', orphan([], { passwordChangedAt: ago(HOUR_MS) })],
  ['three verifications failed since the old phone is gone', 'G7', orphan(missed(3))],
  ['three step-ups failed before the enrollment', 'G7', orphan(missed(3, { factorIntent: 'CREDENTIAL_ENROLLMENT' }))]
]

const TAKEOVER: readonly (readonly [string, GuardId, DecideInput])[] = [
  [
    'the mail address was changed yesterday by update_profile',
    'G6',
    orphan([anEntry('user.account.update_profile', { ...hr, at: ago(DAY_MS), changedAttributes: ['email', 'city'] })])
  ],
  ['the primary mail address was changed', 'G6', orphan([anEntry('user.account.update_primary_email', self)])],
  [
    'a person changed the profile, and the log does not say what',
    'G6',
    orphan([anEntry('user.account.update_profile', self)])
  ],
  [
    'an application changed the profile, and the log does not say what',
    'G6',
    orphan([anEntry('user.account.update_profile', hr)])
  ],
  [
    'password and factors were changed within a day',
    'G6',
    orphan([
      anEntry('user.account.update_password', self),
      anEntry('user.mfa.factor.reset_all', { at: ago(20 * HOUR_MS) })
    ])
  ],
  [
    'the account shows a new password, and factors were removed within a day',
    'G6',
    orphan([anEntry('user.mfa.factor.deactivate', self)], { passwordChangedAt: ago(20 * HOUR_MS) })
  ],
  [
    'factors were removed twice',
    'G6',
    orphan([
      anEntry('user.mfa.factor.deactivate', self),
      anEntry('user.mfa.factor.deactivate', { ...self, at: ago(5 * DAY_MS) })
    ])
  ],
  ['an application removed the factors', 'G6', orphan([anEntry('user.mfa.factor.reset_all', hr)])],
  [
    'the user removed factors from abroad',
    'G6',
    orphan([anEntry('user.mfa.factor.deactivate', { ...self, country: 'Atlantis' })])
  ],
  [
    'an unnamed actor removed factors, and a reset failed',
    'G6',
    orphan([anEntry('user.mfa.factor.deactivate', { result: 'FAILURE', actorId: null, actorLogin: null })])
  ],
  [
    'a password reset was tried and failed',
    'G6',
    orphan([anEntry('user.account.reset_password', { ...self, result: 'FAILURE' })])
  ],
  ['four pushes, one of them rejected by the user', 'G7', orphan(missed(1, { reason: 'OV_RESPONSE_DENY' }))],
  ['ten failed verifications within an hour', 'G7', orphan(missed(10, {}, 5 * MINUTE_MS))],
  ['verifications failed from abroad', 'G7', orphan(missed(3, { country: 'Atlantis' }))],
  ['a single verification failed from abroad', 'G7', orphan(missed(1, { country: 'Atlantis' }))],
  ['another vendor revoked the sessions', 'G7', orphan([anEntry('caep.session-revoked:policy')])],
  ['another vendor revoked a session and gave no reason', 'G7', orphan([anEntry('caep.session-revoked')])],
  ['another vendor lowered the assurance level', 'G7', orphan([anEntry('caep.assurance-level-change:decrease')])],
  [
    'another vendor’s event has an unknown meaning',
    'G7',
    orphan([anEntry('caep.device-compliance-change:unheard-of')])
  ],
  ['another vendor raised the risk level', 'G7', orphan([anEntry('caep.risk-level-change:medium')])],
  ['another vendor disabled the account', 'G7', orphan([anEntry('risc.account-disabled')])],
  ['a credential was changed at another vendor', 'G6', orphan([anEntry('caep.credential-change')])],
  ['the recovery was changed at another vendor', 'G6', orphan([anEntry('risc.recovery-information-changed')])],
  ['verifications failed, and nobody knows where', 'G7', orphan(missed(3, { country: null }))]
]

t.test('what is ordinary around this problem stops no harmless repair', async (t) => {
  for (const [name, id, input] of ORDINARY) {
    t.equal(state('harmless', id, input), 'clear', name)
    t.match(decide(input).decision, { kind: 'remediate', mode: 'auto', stoppedBy: [] }, name)
  }
})

t.test('what is ordinary still stops a write that lowers protection', async (t) => {
  const recent = ORDINARY.filter(([name]) => !name.includes('first password'))
  for (const [name, id, input] of recent) t.equal(state('lowering', id, input), 'tripped', name)
})

t.test('what looks like a takeover stops both kinds', async (t) => {
  for (const [name, id, input] of TAKEOVER) {
    t.equal(state('lowering', id, input), 'tripped', name)
    t.equal(state('harmless', id, input), 'tripped', name)
    t.match(decide(input).decision, { kind: 'ticket', stoppedBy: [id] }, name)
  }
})

t.test('a first password of today, before anything else the user did', async (t) => {
  const user = aNewUser({ status: 'ACTIVE', passwordChangedAt: ago(HOUR_MS) })
  const history = [anEntry('user.account.update_password', { ...self, country: null })]
  const input = anInput({ evidence: knownEvidence({ user, factors: [ORPHAN], history }) })
  t.equal(state('harmless', 'G6', input), 'clear')
  t.equal(state('lowering', 'G6', input), 'tripped')
})

t.test('a phished new hire does not get the activation mail at the new address', async (t) => {
  const history = [anEntry('user.account.update_profile', { at: ago(DAY_MS), changedAttributes: ['email'] })]
  const { decision } = decide(anInput({ evidence: knownEvidence({ user: aNewUser(), history }) }))
  t.match(decision, { kind: 'ticket', remediation: 'resend_activation', stoppedBy: ['G6'] })
})

t.test('a reset is not ordinary while nobody knows where the failure came from', async (t) => {
  const input = orphan([anEntry('user.mfa.factor.reset_all')], {})
  const sparse = { ...input, failures: [aFailure({ context: SPARSE_CONTEXT })] }
  t.equal(state('harmless', 'G6', input), 'clear')
  t.equal(state('harmless', 'G6', sparse), 'tripped')
  const signIn = (over: Partial<LogEntry>) =>
    anEntry('user.authentication.auth_via_mfa', {
      uuid: JSON.stringify(over),
      actorId: USER_ID,
      at: ago(20 * MINUTE_MS),
      ...over
    })
  const signedIn = (...since: readonly LogEntry[]) => ({
    ...orphan([...since, anEntry('user.mfa.factor.reset_all')], {}),
    failures: sparse.failures
  })
  t.equal(state('harmless', 'G6', signedIn(signIn({}))), 'clear', 'the user has signed in at home since')
  t.equal(state('harmless', 'G6', signedIn(signIn({ country: null }))), 'tripped', 'the newest sign-in names no place')
  const abroad = signIn({ country: 'Elsewhere', at: ago(30 * MINUTE_MS) })
  t.equal(state('harmless', 'G6', signedIn(signIn({}), abroad)), 'tripped', 'somebody signed in elsewhere')
  t.equal(state('harmless', 'G6', signedIn(signIn({ threat: true }))), 'tripped')
  const unlogged = { ...orphan([], { passwordChangedAt: ago(HOUR_MS) }), failures: sparse.failures }
  t.equal(state('harmless', 'G6', unlogged), 'tripped')
})

t.test('nothing is ordinary when the log or the account could not be read', async (t) => {
  const user = aNewUser({ status: 'ACTIVE', passwordChangedAt: ago(HOUR_MS) })
  const input = anInput({ evidence: knownEvidence({ user, factors: [ORPHAN] }) })
  const noLog = { ...input, evidence: withItem(input.evidence, 'history', unknownItem()) }
  t.equal(state('harmless', 'G6', noLog), 'unknown')
  const reset = orphan([anEntry('user.mfa.factor.reset_all')])
  const noAccount = { ...reset, evidence: withItem(reset.evidence, 'user', unknownItem()) }
  t.equal(state('harmless', 'G6', noAccount), 'tripped')
})

t.test('good news of another vendor, and an old alert, stop nothing', async (t) => {
  const quiet = [
    'caep.assurance-level-change:increase',
    'caep.device-compliance-change:compliant',
    'caep.risk-level-change:low',
    'risc.account-enabled'
  ]
  for (const type of [...quiet, 'constructor', 'caep.session-established']) {
    t.equal(state('lowering', 'G7', orphan([anEntry(type)])), 'clear', type)
  }
  const old = orphan([anEntry('risc.account-disabled', { at: ago(8 * DAY_MS) })])
  t.equal(state('lowering', 'G7', old), 'clear')
})

t.test('a signal that stops a harmless repair stops the others too', async (t) => {
  for (const [id, { stops }] of Object.entries(SIGNALS))
    t.ok(
      stops.some((kind) => kind === 'lowering'),
      id
    )
})

t.test('an enrollment of 20 s ago is decided again when it is old enough; a brake is named', async (t) => {
  const young = aFactor({ id: 'opf2', status: 'PENDING_ACTIVATION', createdAt: ago(20_000) })
  const evidence = knownEvidence({ factors: [ORPHAN, young] })
  const { decision } = decide(anInput({ evidence }))
  t.match(decision, { kind: 'ticket', remediation: null })
  t.equal(decision.decideAgainAt, ago(20_000 - aPolicy().causes.orphanAgeMs))
  const old = anInput({ evidence: knownEvidence({ factors: [ORPHAN] }) })
  t.equal(decide(old).decision.decideAgainAt, undefined)
  t.equal(decide(old).decision.braked, undefined)
  const killed = decide({ ...old, controls: { ...NO_CONTROLS, kill: KILLED } }).decision
  t.match(killed, { kind: 'ticket', braked: true })
})
