/** Challenges of the caller, as operators ask and answer them: who may, when, and what is kept. */
import t from 'tap'
import { answerChallenge, askChallenge, challenged, confirmChallenge } from '../../../src/case/machine/challenges.ts'
import { close, type Refusal } from '../../../src/case/machine/operator-commands.ts'
import { type CaseChange, challengeDueAt, resolve } from '../../../src/case/machine/transitions.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { type Operator, personOf } from '../../../src/domain/operator-commands.ts'
import { MINUTE_MS, plus } from '../../../src/domain/time.ts'
import type { Challenge, VerificationPolicy } from '../../../src/domain/verification.ts'
import { aFactor, aFailure, anEventDevice, knownEvidence, NOW, USER_ID } from '../../decide/build.ts'
import { approver, viewer } from '../../support/operators.ts'
import { aCase } from '../build.ts'

const ANA = approver('ana')
const BEN = approver('ben')
const KINDS = { ...DEFAULT_POLICY.decide.verification, kinds: ['push', 'sms'] } as const
const TABLET = aFactor({ id: 'opfTABLET', deviceName: 'Dana iPad' })
const FACTORS = [TABLET, aFactor({ id: 'mbl1', type: 'sms', isOktaVerify: false })]
const EVIDENCE = knownEvidence({ factors: FACTORS })

const called = (over: Partial<Case> = {}): Case =>
  aCase({
    state: 'awaiting_approval',
    user: { id: USER_ID, login: 'dana@example.com', name: null },
    failures: [aFailure({ device: anEventDevice({ platform: 'ANDROID', name: 'Pixel 9', model: 'Pixel 9' }) })],
    evidence: EVIDENCE,
    ...over
  })

const ask = (c: Case, by: Operator = ANA, factor = 'mbl1') => askChallenge(c, { factor }, by, NOW, KINDS)

function changed(decided: CaseChange | Refusal): Case {
  if (!('next' in decided)) throw new Error(decided.because)
  return decided.next
}

const challengeOf = (c: Case): Challenge => {
  const challenge = c.challenges?.at(-1)
  if (!challenge) throw new Error('no challenge')
  return challenge
}

const refused = (because: RegExp) => ({ ok: false, because })

t.test('one challenge at a time, by an approver who is not the user, on a factor that may be used', async (t) => {
  const asked = changed(ask(called()))
  t.match(challengeOf(asked), { kind: 'sms', state: 'asked', userId: USER_ID, by: { name: 'ana' }, sentAt: null })
  t.match(ask(called(), viewer('vera')), { ok: false, kind: 'forbidden' })
  t.match(ask(asked), refused(/under way/))
  t.match(ask(called(), ANA, 'opfOTHER'), refused(/Choose one of the factors/))
  t.match(ask(called({ state: 'closed' })), refused(/Only an open case/))
  t.match(
    askChallenge(called(), { factor: 'mbl1' }, ANA, NOW, { ...KINDS, kinds: [] }),
    refused(/allows no verification/)
  )
  const dana = personOf('https://id.example.com', USER_ID, { name: 'Dana', role: 'approver' })
  t.match(ask(called(), dana), refused(/You are the user/))
  t.match(ask(called({ evidence: null })), refused(/not been read yet/))
})

t.test('the challenge of an administrator waits for a second person of the same provider', async (t) => {
  const admin = called({
    evidence: knownEvidence({ factors: FACTORS, roles: [{ type: 'SUPER_ADMIN', label: null, assignment: null }] })
  })
  const waiting = changed(ask(admin))
  t.equal(challengeOf(waiting).state, 'second_operator')
  t.match(confirmChallenge(waiting, ANA, NOW), refused(/Two different people/))
  t.match(
    confirmChallenge(waiting, personOf('https://other.example.com', 'ben', { name: 'ben', role: 'approver' }), NOW),
    refused(/same provider/)
  )
  t.match(confirmChallenge(waiting, viewer('vera'), NOW), { ok: false, kind: 'forbidden' })
  t.match(challengeOf(changed(confirmChallenge(waiting, BEN, NOW))), { state: 'asked', secondBy: 'ben' })
  t.match(confirmChallenge(called(), BEN, NOW), refused(/No verification waits/))
})

t.test(
  'where the policy lets viewers verify: by name, their own challenge, and never as the second operator',
  async (t) => {
    const policy = { ...KINDS, startedBy: 'viewer' } as const
    const vera = viewer('vera')
    const askBy = (c: Case, by: Operator) => askChallenge(c, { factor: 'mbl1' }, by, NOW, policy)
    t.match(challengeOf(changed(askBy(called(), vera))), { state: 'asked', by: { name: 'vera', role: 'viewer' } })
    t.match(askBy(called(), { ...vera, provider: null }), { ok: false, kind: 'forbidden' }, 'an API token')
    const dana = personOf('https://id.example.com', USER_ID, { name: 'Dana', role: 'viewer' })
    t.match(askBy(called(), dana), refused(/You are the user/))
    const roles = [{ type: 'SUPER_ADMIN', label: null, assignment: null }]
    const admin = changed(askBy(called({ evidence: knownEvidence({ factors: FACTORS, roles }) }), vera))
    t.equal(challengeOf(admin).state, 'second_operator')
    t.match(confirmChallenge(admin, viewer('vito'), NOW), { ok: false, kind: 'forbidden' })
    t.match(challengeOf(changed(confirmChallenge(admin, BEN, NOW))), { state: 'asked', secondBy: 'ben' })
    const answerBy = (by: Operator, asked: Operator, rules: VerificationPolicy = policy) =>
      answerChallenge(sent({ by: challengeOf(changed(askBy(called(), asked))).by }), { code: '123456' }, by, NOW, rules)
    t.equal(challengeOf(changed(answerBy(vera, vera))).code, '123456')
    t.equal(challengeOf(changed(answerBy(ANA, vera))).code, '123456', 'an approver may help')
    t.match(answerBy(viewer('vito'), vera), refused(/^vera started this verification/))
    t.match(answerBy(vera, vera, KINDS), { ok: false, kind: 'forbidden' }, 'taken away between start and code')
  }
)

/** With a code on its way to the user. */
const sent = (over: Partial<Challenge> = {}): Case => {
  const asked = changed(ask(called()))
  return {
    ...asked,
    challenges: [{ ...challengeOf(asked), state: 'code', sentAt: NOW, expiresAt: plus(NOW, 5 * MINUTE_MS), ...over }]
  }
}

t.test('a code is kept only until it is checked', async (t) => {
  t.match(answerChallenge(sent(), { code: 'abc' }, ANA, NOW, KINDS), refused(/4 to 10 digits/))
  t.match(answerChallenge(sent(), { code: '123456' }, viewer('vera'), NOW, KINDS), { ok: false, kind: 'forbidden' })
  t.match(
    answerChallenge(sent({ expiresAt: NOW }), { code: '123456' }, ANA, NOW, KINDS),
    refused(/No verification waits/)
  )
  const entered = changed(answerChallenge(sent(), { code: ' 123 456 ' }, ANA, NOW, KINDS))
  t.equal(challengeOf(entered).code, '123456')
  t.match(answerChallenge(entered, { code: '654321' }, ANA, NOW, KINDS), refused(/is being checked/))
  const wrong = challenged(entered, { ...challengeOf(entered), wrongCodes: 1 }, NOW)
  t.notOk('code' in challengeOf(wrong.next), 'the code is gone')
  t.match(wrong.next.timeline.at(-1)?.what, /^Wrong code \(1 of 3\)/)
})

t.test('an operator who is the user’s manager cannot both give the code and enter it', async (t) => {
  const codeFor = (managerId: string, by: Operator) => {
    const { user } = EVIDENCE
    const evidence = knownEvidence({
      factors: FACTORS,
      ...(user.state === 'known' ? { user: { ...user.value, managerId } } : {})
    })
    return answerChallenge({ ...sent({ kind: 'manager' }), evidence }, { code: '12345678' }, by, NOW, KINDS)
  }
  const mona = personOf('https://id.example.com', '00uMONA0000000000001', {
    name: 'mona@example.com',
    role: 'approver'
  })
  t.match(codeFor('00uMONA0000000000001', mona), refused(/You are the user’s manager/))
  t.match(codeFor('Mona@example.com', mona), refused(/You are the user’s manager/))
  t.match(challengeOf(changed(codeFor('Mona@example.com', ANA))), { code: '12345678' })
  t.match(challengeOf(changed(answerChallenge(sent(), { code: '123456' }, mona, NOW, KINDS))), { code: '123456' })
})

t.test('what passed is told with its strength; a refusal alerts security; an ended one changes no more', async (t) => {
  const before = sent()
  const passed = challenged(before, { ...challengeOf(before), state: 'passed' }, NOW)
  t.match(passed.next.timeline.at(-1)?.what, /^The caller was verified \((weak|medium)\): /)
  t.match(passed.telemetry, [{ type: 'verification', kind: 'sms', result: 'passed' }])
  t.equal(challenged(passed.next, { ...challengeOf(before), state: 'expired' }, NOW).next, passed.next)
  const push = { ...challengeOf(before), kind: 'push', state: 'push', pollAt: NOW, number: 42 } as const
  const pushed = { ...before, challenges: [push] }
  const rejected = challenged(pushed, { ...push, state: 'rejected' }, NOW).next
  t.match(rejected, { state: 'with_person', securityAlert: /^The user refused a verification/ })
  t.match(challengeOf(rejected), { number: null, pollAt: null })
})

t.test('a push that is out when the case ends without a ticket is still followed', async (t) => {
  const pollAt = plus(NOW, MINUTE_MS)
  const out = { ...sent({ state: 'push', pollAt }), ticket: null }
  const closed = changed(close(out, { because: 'the caller hung up' }, ANA, NOW))
  t.match(closed, { state: 'closed', dueAt: pollAt })
  t.match(resolve(out, NOW, NOW).next, { state: 'resolved', dueAt: pollAt })
  for (const state of ['received', 'correlating', 'acting'] as const) {
    t.equal(resolve({ ...out, state }, NOW, NOW).next.dueAt, pollAt, `from ${state}`)
    t.match(close({ ...out, state }, { because: 'hung up' }, ANA, NOW), { next: { dueAt: pollAt } }, `from ${state}`)
  }
  t.equal(resolve({ ...called(), ticket: null }, NOW, NOW).next.dueAt, null, 'without one nothing is due')
})

t.test('a challenge is due while the case waits, and only then', async (t) => {
  const asked = changed(ask(called()))
  t.equal(challengeDueAt(asked), NOW)
  t.equal(challengeDueAt({ ...asked, state: 'acting' }), null)
  t.equal(challengeDueAt(called()), null)
  t.equal(challengeDueAt(sent()), plus(NOW, 5 * MINUTE_MS), 'until the code comes')
  t.equal(challengeDueAt(sent({ code: '123456' })), challengeOf(sent()).at)
  t.equal(challengeDueAt(sent({ state: 'push', pollAt: NOW })), NOW)
})
