/** A person's own report, after a sign-in: what it proves, and what attackers who sign in too get from it. */
import t from 'tap'
import { decide } from '../../src/decide/decide.ts'
import { signedInStrongly } from '../../src/decide/own-report.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import type { EvidenceValues, LogEntry } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import type { Failure, ProvedSignIn } from '../../src/domain/vocabulary.ts'
import {
  aDevice,
  aFactor,
  aFailure,
  ago,
  anEntry,
  anEventDevice,
  anUnprovedInput,
  aPolicy,
  aUser,
  knownEvidence,
  SPARSE_CONTEXT,
  USER_ID
} from './build.ts'

const own = (signIn: Partial<ProvedSignIn> = {}, over: Partial<Failure> = {}) =>
  aFailure({
    eventType: 'reenroll.report',
    source: 'self',
    publishedAt: ago(MINUTE_MS),
    receivedAt: ago(MINUTE_MS),
    context: SPARSE_CONTEXT,
    device: anEventDevice({ platform: 'IOS' }),
    signIn: { at: ago(3 * MINUTE_MS), amr: ['pwd'], acr: null, ...signIn },
    ...over
  })

const by = (eventType: string, agoMs: number, over: Partial<LogEntry> = {}) =>
  anEntry(eventType, { at: ago(agoMs), actorId: USER_ID, ...over })
const HOME = by('user.authentication.auth_via_mfa', 5 * DAY_MS)
const SIGN_IN = by('user.authentication.auth_via_mfa', 3 * MINUTE_MS, { uuid: 'sign-in' })

/** Nothing of it is in the System Log: the report itself is the only trace of the failure. */
const input = (
  values: Partial<EvidenceValues>,
  failures: readonly Failure[] = [own()],
  over: Partial<DecideInput> = {}
): DecideInput =>
  anUnprovedInput({ failures, evidence: knownEvidence({ history: [SIGN_IN, HOME], ...values }), ...over })

const PENDING = { factors: [aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(2 * HOUR_MS) })] }
const orphanedWith = (...history: readonly LogEntry[]) => input({ ...PENDING, history: [...history, SIGN_IN, HOME] })

t.test('a failure that only its subject reports is repaired like one that Okta reports', async (t) => {
  t.match(decide(input(PENDING)).decision, {
    kind: 'remediate',
    mode: 'auto',
    remediation: 'remove_orphaned_enrollment',
    stoppedBy: []
  })
})

t.test('nothing is written before the log shows where the sign-in came from', async (t) => {
  const unseen = { ...PENDING, history: [HOME] }
  t.match(decide(input(unseen)).decision, { kind: 'ticket', proofLookAt: /./, stoppedBy: ['G13'] }, 'the log lags')
  const old = { publishedAt: ago(7 * MINUTE_MS), receivedAt: ago(7 * MINUTE_MS) }
  const late = decide(input(unseen, [own({ at: ago(8 * MINUTE_MS) }, old)]))
  t.match(late.decision, { kind: 'ticket', proofLookAt: undefined, unproved: undefined, stoppedBy: ['G13'] })
  t.match(late.guards.find(({ id }) => id === 'G13')?.because, /Nobody knows where it came from/)
  const nowhere = input({ ...PENDING, history: [{ ...SIGN_IN, country: null }, HOME] })
  t.match(decide(nowhere).decision, { kind: 'ticket', stoppedBy: ['G13'] }, 'an entry without a place')
  const event = aFailure({ publishedAt: ago(2 * MINUTE_MS), receivedAt: ago(2 * MINUTE_MS) })
  t.equal(decide(input(unseen, [own(), event])).decision.kind, 'ticket', 'nor does an event from the hook')
})

t.test(
  'in an org of Classic Engine the start of a session shows the place of the sign-in, and no factor',
  async (t) => {
    const session = (over: Partial<LogEntry> = {}) =>
      by('user.session.start', 3 * MINUTE_MS, { uuid: 'session', ...over })
    const home = by('user.session.start', 5 * DAY_MS)
    const from = (...history: readonly LogEntry[]) => decide(input({ ...PENDING, history }))
    t.match(from(session(), home).decision, { kind: 'remediate', mode: 'auto', stoppedBy: [] })
    t.match(from(session({ country: 'Atlantis' }), home).decision, { kind: 'ticket', stoppedBy: ['G5'] })
    t.match(from(session({ country: null }), home).decision, { kind: 'ticket', stoppedBy: ['G13'] })
    t.match(from(session({ result: 'FAILURE' }), home).decision, { kind: 'ticket', stoppedBy: ['G13'] })
    const passkey = { factors: [aFactor({ id: 'fwf1', type: 'webauthn', createdAt: ago(400 * DAY_MS) })] }
    t.equal(signedInStrongly(input({ ...passkey, history: [session(), home] })), false, 'a password, by the id token')
  }
)

t.test('help-desk reports stay what they were: claims of somebody else', async (t) => {
  t.match(decide(input(PENDING, [own({}, { source: 'report', confidence: 'medium' })])).decision, {
    kind: 'ticket',
    stoppedBy: ['G13']
  })
})

const PASSKEY = aFactor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, createdAt: ago(90 * DAY_MS) })
const oldPhone = (key = PASSKEY): Partial<EvidenceValues> => ({
  devices: [aDevice({ lastUpdatedAt: ago(60 * DAY_MS) })],
  factors: [aFactor(), key]
})

/** Who signs in too, and the guard that stops each. */
const ATTACKERS: Readonly<Record<string, readonly [string, DecideInput]>> = {
  'an hour after the help desk reset the password': [
    'G6',
    orphanedWith(by('user.account.reset_password', HOUR_MS, { actorId: '00uHELP', actorType: 'User' }))
  ],
  'an hour after the help desk reset the factors': [
    'G6',
    orphanedWith(by('user.mfa.factor.reset_all', HOUR_MS, { actorId: '00uHELP', actorType: 'User' }))
  ],
  'an hour after the password changed, by the account alone': [
    'G6',
    input({ ...PENDING, user: aUser({ passwordChangedAt: ago(HOUR_MS) }) })
  ],
  'who wore the user down with pushes': [
    'G7',
    orphanedWith(
      ...[5, 10, 15].map((minutes) =>
        by('user.authentication.auth_via_mfa', minutes * MINUTE_MS, { uuid: `push-${minutes}`, result: 'UNANSWERED' })
      )
    )
  ],
  'from a country where the user never is': [
    'G5',
    input({ ...PENDING, history: [{ ...SIGN_IN, country: 'Atlantis' }, HOME] })
  ],
  'who has been there since this morning': [
    'G5',
    input({
      ...PENDING,
      history: [{ ...SIGN_IN, country: 'Atlantis' }, by('user.account.x', 9 * HOUR_MS, { country: 'Atlantis' }), HOME]
    })
  ],
  'from abroad while the user is at work': [
    'G5',
    input({
      ...PENDING,
      history: [by('user.authentication.sso', 2 * MINUTE_MS), { ...SIGN_IN, country: 'Atlantis' }, HOME]
    })
  ],
  'through an anonymizer': ['G4_event', input({ ...PENDING, history: [{ ...SIGN_IN, threat: true }, HOME] })]
}

for (const [who, [guard, attack]] of Object.entries(ATTACKERS)) {
  t.test(`an attacker signs in ${who}`, async (t) => {
    const { decision } = decide(attack)
    t.equal(decision.kind, 'ticket')
    t.ok(
      decision.stoppedBy.some((id) => id === guard),
      `${guard} of ${decision.stoppedBy.join(', ')}`
    )
  })
}

t.test(
  'an attacker signs in with a passkey that they added an hour ago: a person is asked, with the reason',
  async (t) => {
    const added = oldPhone({ ...PASSKEY, createdAt: ago(HOUR_MS) })
    const signIn = own({ amr: ['pwd', 'pop'] })
    const guided = aPolicy({ guideCauses: ['device_replaced'], pageCauses: ['device_replaced'] })
    for (const policy of [aPolicy(), guided])
      t.match(decide(input(added, [signIn], { policy })).decision, { mode: 'propose', overridesNeeded: ['G6'] })
  }
)

t.test('the first password of a new account is no reset', async (t) => {
  const user = aUser({
    createdAt: ago(3 * HOUR_MS),
    passwordChangedAt: ago(2 * HOUR_MS),
    lastLoginAt: ago(2 * HOUR_MS)
  })
  const history = [SIGN_IN, by('user.account.update_password', 2 * HOUR_MS)]
  t.notOk(decide(input({ ...PENDING, user, history })).decision.stoppedBy.includes('G6'))
})

const RULE = 'device_replaced_by_signed_in_user'
const allowed = { policy: aPolicy({ ruleModes: { [RULE]: 'auto' } }) }
const STRONG = { amr: ['pwd', 'pop'] }

t.test(
  'the old enrollment goes by itself only if the policy says so, after another phishing-resistant factor',
  async (t) => {
    const removal = { kind: 'remediate', remediation: 'remove_replaced_enrollment' } as const
    t.match(decide(input(oldPhone(), [own(STRONG)])).decision, { ...removal, rule: RULE, mode: 'propose' })
    t.match(decide(input(oldPhone(), [own(STRONG)], allowed)).decision, { ...removal, rule: RULE, mode: 'auto' })
    const weaker: Readonly<Record<string, readonly Failure[]>> = {
      'a password alone': [own()],
      'a push to Okta Verify': [own({ amr: ['pwd', 'okta_verify', 'swk'] })],
      'Okta FastPass, which would be removed too': [own({ amr: ['okta_verify', 'phr'] })],
      'a code': [own({ amr: ['pwd', 'okta_verify', 'otp', 'mfa'] })],
      'a passkey an hour ago': [own({ ...STRONG, at: ago(HOUR_MS) })],
      'a passkey before the newest attempt': [own(STRONG), aFailure({ publishedAt: ago(1_000), device: own().device })]
    }
    for (const [what, failures] of Object.entries(weaker)) {
      t.notMatch(decide(input(oldPhone(), failures, allowed)).decision, { mode: 'auto', kind: 'remediate' }, what)
    }
    const fresh = oldPhone({ ...PASSKEY, createdAt: ago(2 * HOUR_MS) })
    t.notMatch(
      decide(input(fresh, [own(STRONG)], allowed)).decision,
      { mode: 'auto', kind: 'remediate' },
      'a new passkey'
    )
    const gone = oldPhone({ ...PASSKEY, status: 'INACTIVE' })
    t.equal(signedInStrongly(input(gone, [own(STRONG)])), undefined, 'a passkey that Okta does not list as active')
  }
)

t.test('without the place of the sign-in, lowering repairs wait for a person', async (t) => {
  const placeless = input({ ...oldPhone(), history: [HOME] }, [own(STRONG)], allowed)
  t.match(decide(placeless).decision, { kind: 'ticket', stoppedBy: ['G4_event', 'G5'] })
})

t.test('the person reads the steps on their own page, without any channel and without a ticket', async (t) => {
  const stale: Partial<EvidenceValues> = { factors: [], enrollments: [] }
  t.match(decide(input(stale)).decision, { kind: 'guide', rule: 'app_state_stale' })
  const reported = own({}, { source: 'report', confidence: 'medium', signIn: undefined } as unknown as Partial<Failure>)
  t.match(decide(input(stale, [reported])).decision, { kind: 'ticket' }, 'somebody else’s report')
  const history = [by('user.account.reset_password', HOUR_MS, { actorId: '00uHELP' }), SIGN_IN, HOME]
  t.match(decide(input({ ...stale, history })).decision, { kind: 'ticket' }, 'an hour after a reset')
  const observed = { policy: aPolicy({ ceiling: 'observe' }) }
  t.match(decide(input(stale, [own()], observed)).decision, { kind: 'ticket' }, 'only observing')
})
