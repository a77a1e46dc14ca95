import t from 'tap'
import {
  CALLS_AT_ONCE,
  createRateLimiter,
  isConcurrencyLimit,
  type RateLimiter,
  readAllowance
} from '../../../src/okta/client/rate-limiter.ts'
import { handClock } from '../../sandbox/api-client.ts'

const LOGS = 'GET /api/v1/logs'
const USER = 'GET /api/v1/users/{idOrLogin}'
const SECOND_MS = 1000

/** A budget whose pauses move the clock instead of taking time. */
function handBudget() {
  const hand = handClock()
  const pauses: number[] = []
  const pause = async (ms: number) => {
    pauses.push(ms)
    hand.move(ms)
  }
  return { ...hand, pauses, budget: createRateLimiter({ elapsedMs: hand.elapsedMs, pause, random: () => 0 }) }
}

const patient = (ms = 10 * SECOND_MS) => ({ signal: new AbortController().signal, leftMs: () => ms })
const empty = (resetInMs: number) => ({ limit: 60, remaining: 0, resetInMs })
const AT_ONCE = { limit: 0, remaining: 0, resetInMs: 20 * SECOND_MS }
const FINE = { limit: 60, remaining: 59, resetInMs: 30 * SECOND_MS }

async function enter(budget: RateLimiter, bucket: string): Promise<() => void> {
  const entry = await budget.enter(bucket, patient())
  if (!entry.ok) throw new Error(`refused for ${entry.waitMs} ms`)
  return entry.leave
}

t.test('a bucket that Okta calls empty is left alone until it is full again; others go on', async (t) => {
  const { budget, pauses } = handBudget()
  t.equal(budget.note(LOGS, 200, empty(4 * SECOND_MS)), null)
  await enter(budget, USER)
  t.strictSame(pauses, [])
  t.equal(budget.blockedForMs(LOGS), 4 * SECOND_MS)
  await enter(budget, LOGS)
  t.strictSame(pauses, [4 * SECOND_MS])
})

t.test('nobody sleeps longer than they have time; they are told how long it would be', async (t) => {
  const { budget, move, pauses } = handBudget()
  t.equal(budget.note(LOGS, 429, empty(40 * SECOND_MS)), 40 * SECOND_MS)
  t.strictSame(await budget.enter(LOGS, patient()), { ok: false, waitMs: 40 * SECOND_MS })
  t.strictSame(pauses, [])
  move(40 * SECOND_MS)
  t.match(await budget.enter(LOGS, patient()), { ok: true })
})

t.test('a late answer does not open what a newer one shut', async (t) => {
  const { budget } = handBudget()
  budget.note(LOGS, 200, empty(8 * SECOND_MS))
  budget.note(LOGS, 200, { limit: 60, remaining: 3, resetInMs: 8 * SECOND_MS })
  budget.note(LOGS, 200, empty(2 * SECOND_MS))
  t.equal(budget.blockedForMs(LOGS), 8 * SECOND_MS)
})

t.test('the org-wide limit pauses everything shortly, longer each time, until an answer comes through', async (t) => {
  const { budget, move } = handBudget()
  t.equal(budget.note(LOGS, 429, AT_ONCE), 250, 'not the 20 s of the header')
  t.equal(budget.note(USER, 429, AT_ONCE), 250, 'a second refusal of the same moment counts once')
  t.equal(budget.blockedForMs(USER), 250)
  const waits = [1, 2, 3, 4, 5].map(() => {
    move(5 * SECOND_MS)
    return budget.note(LOGS, 429, AT_ONCE)
  })
  t.strictSame(waits, [500, 1000, 2000, 4000, 4000])
  move(5 * SECOND_MS)
  budget.note(LOGS, 200, FINE)
  t.equal(budget.note(LOGS, 429, AT_ONCE), 250)
})

t.test('a 429 without readable headers still pauses its bucket', async (t) => {
  const { budget } = handBudget()
  t.equal(budget.note(LOGS, 429, { limit: null, remaining: null, resetInMs: null }), 2 * SECOND_MS)
})

t.test('chance adds to every wait, so that processes do not come back in step', async (t) => {
  const budget = createRateLimiter({ random: () => 1 })
  t.equal(budget.note(LOGS, 429, empty(SECOND_MS)), 1500)
})

t.test('five calls at a time, the next in the order of asking', async (t) => {
  const { budget } = handBudget()
  const leaves = await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => enter(budget, USER)))
  const order: string[] = []
  const waiting = ['a', 'b'].map((name) => enter(budget, USER).then(() => order.push(name)))
  await new Promise(setImmediate)
  t.strictSame(order, [])
  leaves[0]?.()
  await waiting[0]
  t.strictSame(order, ['a'])
  leaves[1]?.()
  await waiting[1]
  t.strictSame(order, ['a', 'b'])
})

t.test('whoever gives up waiting leaves the line and takes no slot along', async (t) => {
  const { budget } = handBudget()
  const leaves = await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => enter(budget, USER)))
  const giving = new AbortController()
  const gone = budget.enter(USER, { signal: giving.signal, leftMs: () => 9 })
  const staying = enter(budget, USER)
  giving.abort(new Error('enough'))
  await t.rejects(gone, /enough/)
  leaves[0]?.()
  await staying
  await t.rejects(budget.enter(USER, { signal: giving.signal, leftMs: () => 9 }), /enough/)
})

t.test('a bucket shut while a call stood in line holds that call back too', async (t) => {
  const { budget, pauses } = handBudget()
  const leaves = await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => enter(budget, USER)))
  const waiting = enter(budget, LOGS)
  budget.note(LOGS, 429, empty(3 * SECOND_MS))
  leaves[0]?.()
  await waiting
  t.strictSame(pauses, [3 * SECOND_MS])
})

t.test('a machine clock that is set back an hour makes no wait longer', async (t) => {
  const budget = createRateLimiter({ random: () => 0 })
  budget.note(LOGS, 429, empty(5 * SECOND_MS))
  t.intercept(Date, 'now', { value: () => 0 })
  const left = budget.blockedForMs(LOGS)
  t.ok(left > 0 && left <= 5 * SECOND_MS, `${left} ms`)
})

t.test('the real pause ends with the signal', async (t) => {
  const budget = createRateLimiter({})
  budget.note(LOGS, 429, empty(5 * SECOND_MS))
  const off = new AbortController()
  const entering = budget.enter(LOGS, { signal: off.signal, leftMs: () => 60 * SECOND_MS })
  off.abort()
  await t.rejects(entering, { name: 'AbortError' })
})

t.test('headers are read by Okta’s clock; what cannot be read is null', async (t) => {
  const read = (headers: Record<string, string>) => readAllowance(new Headers(headers))
  const date = 'Mon, 15 Jun 2026 14:00:00 GMT'
  const at = (seconds: number) => String(Date.parse(date) / 1000 + seconds)
  const names = { 'x-rate-limit-limit': '60', 'x-rate-limit-remaining': '0' }
  t.strictSame(read({ ...names, 'x-rate-limit-reset': at(10), date }), empty(11 * SECOND_MS))
  t.equal(read({ 'x-rate-limit-reset': at(-90), date }).resetInMs, SECOND_MS, 'a reset in the past')
  t.equal(read({ 'x-rate-limit-reset': at(9e5), date }).resetInMs, 120 * SECOND_MS, 'one that no bucket has')
  t.strictSame(read({}), { limit: null, remaining: null, resetInMs: null })
  t.strictSame(read({ 'x-rate-limit-limit': '60, 60', 'x-rate-limit-reset': 'soon', date }), read({}))
  t.equal(read({ 'x-rate-limit-reset': at(10) }).resetInMs, null, 'no Date to count from')
  t.equal(isConcurrencyLimit({ limit: 0, remaining: 0, resetInMs: null }), true)
  t.equal(isConcurrencyLimit(empty(1)), false)
})
