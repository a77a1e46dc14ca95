import t from 'tap'
import { MINUTE_MS, SECOND_MS } from '../../../src/domain/time.ts'
import type { Priority } from '../../../src/okta/client/calls.ts'
import { createQuota } from '../../../src/okta/client/rate-limiter.ts'
import { createLimiter } from '../../../src/sandbox/server/gateway.ts'
import { handClock } from '../../sandbox/api-client.ts'

const LOGS = 'GET /api/v1/logs'
const FACTORS = 'GET /api/v1/users/{userId}/factors'
const ROLES = 'GET /api/v1/users/{userId}/roles'

/** Shares, and calls that Okta answers at once with these headers. */
function handShares(percent = 50) {
  const hand = handClock()
  const shares = createQuota(percent, hand.elapsedMs)
  const call = (bucket: string, remaining: number, limit = 60, resetInMs = 30 * SECOND_MS) => {
    shares.spend(bucket)
    shares.learn(bucket, { limit, remaining, resetInMs })
    shares.settle(bucket)
  }
  return { ...hand, shares, call }
}

t.test('calls go until our share of the limit is used, and again when the minute is over', async (t) => {
  const { shares, call, move } = handShares()
  for (let n = 1; n <= 30; n++) {
    t.equal(shares.waitMs(LOGS, 'acting'), 0)
    call(LOGS, 60 - n)
  }
  t.equal(shares.waitMs(LOGS, 'acting'), 30 * SECOND_MS)
  t.equal(shares.used(LOGS), 1)
  move(30 * SECOND_MS)
  t.equal(shares.waitMs(LOGS, 'acting'), 0)
})

t.test('the log of the past leaves room for cases, and cases the last calls to a write under way', async (t) => {
  const { shares, call } = handShares()
  const free = (lane: Priority) => shares.waitMs(LOGS, lane) === 0
  for (let n = 1; n <= 15; n++) call(LOGS, 60 - n)
  t.strictSame([free('backfill'), free('correlating'), free('acting')], [false, true, true])
  for (let n = 16; n <= 28; n++) call(LOGS, 60 - n)
  t.strictSame([free('backfill'), free('correlating'), free('acting')], [false, false, true])
})

t.test('paths whose limit and reset agree are counted together', async (t) => {
  const { shares, call } = handShares()
  for (let n = 1; n <= 30; n++) call(n % 2 ? FACTORS : ROLES, 60 - n)
  t.ok(shares.waitMs(FACTORS, 'acting') > 0 && shares.waitMs(ROLES, 'acting') > 0)
  t.equal(shares.waitMs(LOGS, 'acting'), 0)
})

t.test('a limit of 40 with one call left blocks its own path, and neither factor reads nor an unsuspend', async (t) => {
  const { shares, call, move } = handShares()
  const UNSUSPEND = 'POST /api/v1/users/{userId}/lifecycle/unsuspend'
  call(FACTORS, 599, 600)
  call(UNSUSPEND, 598, 600)
  call(ROLES, 0, 40, 50 * SECOND_MS)
  t.ok(shares.waitMs(ROLES, 'acting') > 0)
  t.equal(shares.waitMs(FACTORS, 'correlating'), 0)
  t.equal(shares.waitMs(UNSUSPEND, 'acting'), 0)
  move(MINUTE_MS)
  call(FACTORS, 599, 600)
  call(ROLES, 39, 600, 30 * SECOND_MS)
  call(ROLES, 0, 40, 50 * SECOND_MS)
  t.ok(shares.waitMs(ROLES, 'acting') > 0)
  t.equal(shares.waitMs(FACTORS, 'correlating'), 0, 'counted alone again once its answers disagree')
})

t.test('what others use up is not ours to use', async (t) => {
  const { shares, call } = handShares()
  call(LOGS, 2)
  shares.spend(LOGS)
  t.equal(shares.waitMs(LOGS, 'acting'), 0)
  shares.spend(LOGS)
  t.ok(shares.waitMs(LOGS, 'acting') > 0, 'two were left, and two are under way')
})

t.test('a late answer of the minute before neither ends this one early nor opens it', async (t) => {
  const { shares, call, move } = handShares()
  call(LOGS, 59)
  move(30 * SECOND_MS)
  shares.spend(LOGS)
  shares.learn(LOGS, { limit: 60, remaining: 12, resetInMs: SECOND_MS })
  shares.settle(LOGS)
  for (let n = 1; n < 30; n++) call(LOGS, 60 - n, 60, 50 * SECOND_MS)
  move(2 * SECOND_MS)
  t.ok(shares.waitMs(LOGS, 'acting') > 40 * SECOND_MS)
})

t.test('five busy minutes against Okta’s own limits: no 429, and nine tenths of our share used', async (t) => {
  const hand = handClock()
  const limiter = createLimiter('okta')
  const shares = createQuota(50, hand.elapsedMs)
  let refused = 0
  let sent = 0
  for (let atMs = 0; atMs < 5 * MINUTE_MS; atMs += 100) {
    // Always more work than there is room for; every call is answered 100 ms later.
    const batch: ReturnType<typeof limiter.take>[] = []
    while (batch.length < 5 && shares.waitMs(LOGS, 'correlating') === 0) {
      shares.spend(LOGS)
      batch.push(limiter.take('logs', 'reenroll', hand.clock()))
    }
    const sentAt = Date.parse(hand.clock())
    hand.move(100)
    for (const { allowed, limit, remaining, resetAt } of batch) {
      sent++
      if (!allowed) refused++
      const resetInMs = resetAt * SECOND_MS - Math.floor(sentAt / SECOND_MS) * SECOND_MS + SECOND_MS
      shares.learn(LOGS, { limit, remaining, resetInMs })
      shares.settle(LOGS)
    }
  }
  t.equal(refused, 0)
  const share = 5 * 30
  t.ok(sent >= 0.9 * share && sent <= share, `${sent} of ${share}`)
})
