/** When a target may be called: the breaker and the rate limit, on a clock that the test owns. */
import t from 'tap'
import { msBetween, plus } from '../../../src/domain/time.ts'
import { afterError, blockedUntil, CLOSED, createThrottle } from '../../../src/ticket/outbox/circuit-breaker.ts'
import { retryAfterOf } from '../../../src/ticket/targets/answers.ts'
import { TargetError } from '../../../src/ticket/targets/target.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'

const trouble = (reason: 'timeout' | 'denied' | 'refused' | 'rate_limited', retryAfterMs: number | null = null) =>
  new TargetError(reason, reason, { retryAfterMs })

t.test('three failures in a row open it, longer each time up to a minute; an answer to us closes it', async (t) => {
  let breaker = CLOSED
  const waits = Array.from({ length: 9 }, () => {
    breaker = afterError(breaker, trouble('timeout'), NOW, 0.5)
    const until = blockedUntil(breaker, NOW)
    return until === null ? 0 : msBetween(NOW, until)
  })
  t.same(waits, [0, 0, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  t.equal(blockedUntil(breaker, plus(NOW, 60_000)), null, 'then one call tries')
  t.same(afterError(breaker, trouble('refused'), NOW, 0.5), CLOSED, 'a refusal is an answer')
})

t.test(
  'a target that says when to come back is believed, up to an hour; wrong credentials wait for a person',
  async (t) => {
    const waits = (found: TargetError) => msBetween(NOW, blockedUntil(afterError(CLOSED, found, NOW, 0), NOW) ?? NOW)
    t.equal(waits(trouble('rate_limited', 30_000)), 30_000)
    t.equal(waits(trouble('rate_limited', 999_999_999)), 3_600_000)
    t.equal(waits(trouble('denied')), 300_000)
  }
)

t.test('Retry-After is read as seconds, as a date, and GitHub’s way', async (t) => {
  const date = 'Mon, 15 Jun 2026 12:00:00 GMT'
  t.equal(retryAfterOf(new Headers({ 'retry-after': '7' })), 7_000)
  t.equal(retryAfterOf(new Headers({ 'retry-after': 'Mon, 15 Jun 2026 12:01:00 GMT', date })), 60_000)
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse(NOW) / 1000 + 90), date }
  t.equal(retryAfterOf(new Headers(reset)), 90_000)
  t.equal(retryAfterOf(new Headers({ ...reset, 'x-ratelimit-remaining': '3' })), null)
  t.equal(retryAfterOf(new Headers()), null)
})

t.test('never more calls than allowed in any span', async (t) => {
  const { clock, advance } = manualClock(NOW)
  const at: number[] = []
  const pace = createThrottle({ calls: 3, perMs: 1_000 }, clock, async (ms) => advance(ms))
  for (let n = 0; n < 10; n++) {
    await pace()
    at.push(msBetween(NOW, clock()))
    advance(100)
  }
  t.same(at, [0, 100, 200, 1_000, 1_100, 1_200, 2_000, 2_100, 2_200, 3_000])
})
