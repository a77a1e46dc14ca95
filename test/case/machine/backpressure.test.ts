/** Cases that wait for room in Okta's rate limits, or for Okta to be back. */
import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import type { Item } from '../../../src/domain/evidence.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../../src/domain/time.ts'
import { aCase, NOW, POLICY, someEvidence } from '../build.ts'

const UNTIL = plus(NOW, 40 * SECOND_MS)
const held: Item<never> = {
  state: 'unknown',
  at: NOW,
  because: 'GET /api/v1/logs was not called: its rate limit is used up.',
  retryable: true,
  heldUntil: UNTIL
}
const broken: Item<never> = { state: 'unknown', at: NOW, because: 'Okta answered 500.', retryable: true }
const HISTORY_HELD = { of: 'correlated', evidence: someEvidence({ history: held }) } as const

t.test('a case whose evidence a rate limit held back waits for the limit, and no try is counted', async (t) => {
  const { next } = applyResult(aCase(), HISTORY_HELD, NOW, POLICY)
  t.match(next, { state: 'received', tries: 0, waitingSince: NOW, evidence: { history: held } })
  const waitsMs = msBetween(UNTIL, next.dueAt ?? NOW)
  t.ok(waitsMs > 0 && waitsMs < 3 * SECOND_MS, 'due soon after the limit is free again')
  t.equal(nextStep(next, next.dueAt ?? NOW), 'correlate')
})

t.test('however often it waits, it is decided on once everything is read', async (t) => {
  let c = aCase()
  let now = NOW
  for (let minute = 0; minute < 10; minute++) {
    c = applyResult(c, HISTORY_HELD, now, POLICY).next
    now = plus(now, MINUTE_MS)
  }
  t.match(c, { state: 'received', tries: 0, waitingSince: NOW })
  c = applyResult(c, { of: 'correlated', evidence: someEvidence() }, now, POLICY).next
  t.match(c, { state: 'correlating', tries: 0, waitingSince: null })
})

t.test(
  'after the patience of the policy it is decided on what there is, with the missing evidence named',
  async (t) => {
    const waiting = applyResult(aCase(), HISTORY_HELD, NOW, POLICY).next
    const late = plus(NOW, POLICY.oktaMaxWaitMs)
    const { next } = applyResult(waiting, HISTORY_HELD, late, POLICY)
    t.match(next, {
      state: 'correlating',
      evidence: { history: { state: 'unknown', because: /rate limit is used up/ } }
    })
  }
)

t.test('a read that failed beside one that was held back counts as a try, and waits for both', async (t) => {
  const evidence = someEvidence({ history: held, risk: broken })
  const { next } = applyResult(aCase(), { of: 'correlated', evidence }, NOW, POLICY)
  t.match(next, { state: 'received', tries: 1, dueAt: UNTIL })
})

t.test('a write about to happen waits for its re-check, and goes to a person when the wait is too long', async (t) => {
  const acting = aCase({ state: 'acting', tries: 2 })
  const result = { of: 'rate_limited', step: 'act', because: 'Okta is left alone for a while.', until: UNTIL } as const
  const waiting = applyResult(acting, result, NOW, POLICY).next
  t.match(waiting, { state: 'acting', tries: 2, waitingSince: NOW })
  const { next } = applyResult(waiting, result, plus(NOW, POLICY.oktaMaxWaitMs), POLICY)
  t.match(next, { state: 'with_person', waitingSince: null })
  t.match(next.timeline.at(-1)?.what, /waited 20 min for Okta \(act\): Okta is left alone/)
})

t.test('a held-back look for recovery waits, and after a long wait leaves the case with its person', async (t) => {
  const watched = aCase({ state: 'with_person', watchUntil: NOW, ticket: null })
  const result = { of: 'rate_limited', step: 'check_recovery', because: 'no room', until: UNTIL } as const
  const waiting = applyResult(watched, result, NOW, POLICY).next
  t.equal(waiting.state, 'with_person')
  const { next } = applyResult(waiting, result, plus(NOW, POLICY.oktaMaxWaitMs), POLICY)
  t.match(next, { state: 'with_person', watchUntil: null })
})

t.test('when the case moves on for another reason, the wait is forgotten', async (t) => {
  const waiting = aCase({ state: 'acting', waitingSince: NOW })
  const failed = {
    of: 'failed',
    step: 'act',
    error: 'okta',
    because: 'Okta answered 500.',
    retryAfterMs: null
  } as const
  t.match(applyResult(waiting, failed, NOW, POLICY).next, { tries: 1, waitingSince: null })
})

t.test('a policy without patience hands the case to a person at once', async (t) => {
  const acting = aCase({ state: 'acting', dueAt: NOW })
  const result = { of: 'rate_limited', step: 'act', because: 'no room', until: UNTIL } as const
  const { next } = applyResult(acting, result, NOW, { ...POLICY, oktaMaxWaitMs: 0 })
  t.equal(next.state, 'with_person')
  t.match(next.timeline.at(-1)?.what, /It waited 0 s for Okta \(act\): no room/)
})
