/** When the steps go to the user first, and each reason alone that keeps them with people. */
import t from 'tap'
import { DEFAULT_GUIDE } from '../../src/config/policy/policy.ts'
import { decide } from '../../src/decide/decide.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import type { EvidenceValues } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import {
  aDevice,
  aFactor,
  aFailure,
  ago,
  anEntry,
  anEventDevice,
  anInput,
  anUnprovedInput,
  aPolicy,
  aPolicyWithGuards,
  aSignal,
  aUser,
  KILLED,
  knownEvidence,
  LOGIN,
  NO_CONTROLS,
  USER_ID,
  USUAL_SIGN_IN,
  unknownItem,
  withItem
} from './build.ts'

const GUIDING = aPolicy({ guideCauses: DEFAULT_GUIDE.causes })

function verdict(over: Partial<DecideInput> = {}) {
  return decide(anInput({ policy: GUIDING, ...over })).decision
}

const withEvidence = (values: Partial<EvidenceValues>) => verdict({ evidence: knownEvidence(values) })

t.test('a listed cause whose steps are the user’s goes to the user first', async (t) => {
  t.match(verdict(), { kind: 'guide', rule: 'app_state_stale', mode: 'auto', because: /Only the user/ })
  t.match(withEvidence({ user: aUser({ status: 'PASSWORD_EXPIRED' }) }), { kind: 'guide', rule: 'password_expired' })
  t.match(verdict({ policy: aPolicy() }), { kind: 'ticket' }, 'not without a channel')
  const others = aPolicy({ guideCauses: ['iphone15_ios17'] })
  t.match(verdict({ policy: others }), { kind: 'ticket' }, 'not for other causes')
  t.match(withEvidence({ user: aUser({ status: 'STAGED' }) }), { kind: 'ticket', rule: 'account_staged' })
})

t.test('what a user does in an ordinary week keeps nobody from getting the steps', async (t) => {
  const reset = anEntry('user.mfa.factor.deactivate', { at: ago(HOUR_MS), actorId: USER_ID })
  t.match(withEvidence({ history: [reset, USUAL_SIGN_IN] }), { kind: 'guide' })
})

const AGAINST: readonly (readonly [string, Partial<DecideInput>])[] = [
  [
    'an admin',
    {
      evidence: knownEvidence({
        roles: [{ id: 'r', type: 'ORG_ADMIN', label: 'Admin', assignmentType: 'USER' }] as never
      })
    }
  ],
  ['roles that cannot be read', { evidence: withItem(knownEvidence(), 'roles', unknownItem()) }],
  [
    'a protected person',
    { policy: { ...aPolicyWithGuards({ protectedUsers: [LOGIN] }), guideCauses: DEFAULT_GUIDE.causes } }
  ],
  ['high risk', { evidence: knownEvidence({ risk: { level: 'HIGH', reason: null } }) }],
  [
    'a report by the user',
    { evidence: knownEvidence({ history: [anEntry('user.account.report_suspicious_activity_by_enduser')] }) }
  ],
  ['an answer “this was not me” last week', { notMeAt: ago(7 * DAY_MS) }],
  [
    'an address changed lately',
    { evidence: knownEvidence({ history: [anEntry('user.account.update_primary_email', { at: ago(6 * DAY_MS) })] }) }
  ],
  ['a profile changed meanwhile', { signals: [aSignal('user.account.update_profile')] }],
  ['no address', { evidence: knownEvidence({ user: aUser({ email: null }) }) }],
  ['a preview', { failures: [aFailure({ preview: true })] }],
  ['old news', { failures: [aFailure({ publishedAt: ago(2 * HOUR_MS) })] }],
  ['nobody named by id', { subject: { id: null, login: LOGIN, name: null } }],
  ['the ceiling', { policy: { ...GUIDING, ceiling: 'propose' } }],
  ['the kill switch', { controls: { ...NO_CONTROLS, kill: KILLED } }],
  [
    'a paused rule',
    { controls: { ...NO_CONTROLS, rules: { app_state_stale: { paused: { because: 'drill', by: 'olga' } } } } }
  ],
  ['a storm', { inStorm: true }],
  ['having had the steps', { guide: 'over' }]
]

for (const [what, over] of AGAINST)
  t.test(`a ticket instead: ${what}`, async (t) => {
    const decision = verdict(over)
    t.equal(decision.kind, 'ticket')
    if (over.guide !== 'over' && over.subject === undefined) t.match(decision.because, /do not go to the user first/)
  })

const BEGUN = [aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(20_000), lastUpdatedAt: ago(20_000) })]

t.test('somebody who is enrolling right now is not told to start afresh, and nobody gets a ticket yet', async (t) => {
  const ripe = plus(ago(20_000), GUIDING.causes.orphanAgeMs)
  t.match(withEvidence({ factors: BEGUN }), { kind: 'ticket', because: /may still be finished/, enrollingUntil: ripe })
  const unguided = decide(anInput({ policy: aPolicy(), evidence: knownEvidence({ factors: BEGUN }) })).decision
  t.equal(unguided.enrollingUntil, ripe, 'with or without messages to users')
})

t.test('an enrollment under way delays no ticket that people need now', async (t) => {
  const until = (over: Partial<DecideInput>, values: Partial<EvidenceValues> = {}) =>
    verdict({ evidence: knownEvidence({ factors: BEGUN, ...values }), ...over }).enrollingUntil
  t.equal(until({}, { risk: { level: 'HIGH', reason: null } }), undefined, 'a sign of an attack')
  t.equal(until({ inStorm: true }), undefined, 'a storm')
  t.equal(until({ failures: [aFailure({ preview: true })] }), undefined, 'a preview')
  t.equal(until({ failures: [aFailure({ policyRefusal: true })] }), undefined, 'a policy refused it')
  t.equal(until({ failures: [aFailure({ publishedAt: ago(20 * MINUTE_MS) })] }), undefined, 'begun again and again')
  t.equal(until({}, { user: aUser({ status: 'PASSWORD_EXPIRED' }) }), undefined, 'the account stands in the way')
  const sparse = aFactor({ ...BEGUN[0], createdAt: null })
  t.equal(until({}, { factors: [sparse] }), undefined, 'nothing shows when it began')
})

t.test('the steps wait for the proof of the event, and a forged one never gets any', async (t) => {
  const just = aFailure({ publishedAt: ago(MINUTE_MS), receivedAt: ago(MINUTE_MS) })
  const unproved = anUnprovedInput({ policy: GUIDING, failures: [just] })
  t.match(decide(unproved).decision, { kind: 'ticket', proofLookAt: /./ })
  const late = anUnprovedInput({ policy: GUIDING })
  t.match(decide(late).decision, { kind: 'ticket', proofLookAt: undefined })
})

t.test(
  'a replaced phone: with another strong factor the user gets the steps, and a person the proposal afterwards',
  async (t) => {
    const failures = [aFailure({ device: anEventDevice({ platform: 'IOS', model: 'iPhone17,1' }) })]
    const devices = [aDevice({ lastUpdatedAt: ago(60 * DAY_MS) })]
    const key = aFactor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false })
    const only = { failures, evidence: knownEvidence({ devices, factors: [aFactor()] }) }
    const another = { failures, evidence: knownEvidence({ devices, factors: [aFactor(), key] }) }
    t.match(verdict(another), { kind: 'guide', rule: 'device_replaced' })
    t.match(verdict({ ...another, guide: 'over' }), {
      rule: 'device_replaced',
      remediation: 'remove_replaced_enrollment'
    })
    t.match(verdict(only), { kind: 'ticket', rule: 'device_replaced_only_factor' }, 'there is no other way in')
  }
)

t.test('while the user has the steps, their own doing changes nothing, and a sign of an attack ends it', async (t) => {
  const changed = anEntry('user.account.update_password', { at: ago(MINUTE_MS), actorId: USER_ID })
  const user = aUser({ passwordChangedAt: ago(MINUTE_MS) })
  const running = { guide: 'running', failures: [aFailure({ publishedAt: ago(3 * HOUR_MS) })] } as const
  t.match(verdict({ ...running, evidence: knownEvidence({ user, history: [changed, USUAL_SIGN_IN] }) }), {
    kind: 'guide'
  })
  const risky = knownEvidence({ risk: { level: 'HIGH', reason: null } })
  t.match(verdict({ ...running, evidence: risky }), { kind: 'ticket', because: /User risk/ })
})
