/** The circuit breaker that every remote system has, on a clock that the test owns. */
import t from 'tap'
import { type CallFailure, type CircuitBreakerOptions, createCircuitBreaker } from '../../src/domain/circuit-breaker.ts'
import { manualClock } from '../support/clock.ts'

type Reply = 'ok' | CallFailure

function world(options: Partial<CircuitBreakerOptions<Reply>> = {}) {
  const { clock, advance } = manualClock('2026-06-15T12:00:00.000Z')
  const changes: boolean[] = []
  const breaker = createCircuitBreaker<Reply>({
    clock,
    opensAfter: 3,
    firstOpenMs: 5_000,
    longestOpenMs: 60_000,
    failureOf: (result) => ('error' in result ? {} : result.value === 'ok' ? null : result.value),
    onChange: (open) => changes.push(open),
    ...options
  })
  let calls = 0
  const run = (reply: Reply) =>
    breaker.run(async () => {
      calls++
      return reply
    })
  return { breaker, run, advance, changes, calls: () => calls }
}

t.test('three failures in a row open it, longer after each failed try, up to a minute', async (t) => {
  const { breaker, run, advance } = world()
  const waits: (number | null)[] = []
  for (let n = 0; n < 9; n++) {
    await run({})
    waits.push(breaker.blockedForMs())
    advance(breaker.blockedForMs() ?? 0)
  }
  t.strictSame(waits, [null, null, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
})

t.test('nothing is called while it is open; the caller sees how long to wait', async (t) => {
  const { breaker, run, advance, calls, changes } = world()
  for (let n = 0; n < 3; n++) await run({})
  t.equal(await run('ok'), 'refused')
  t.equal(calls(), 3)
  advance(2_000)
  t.equal(breaker.blockedForMs(), 3_000)
  t.strictSame(breaker.state(), { circuit: 'open', failuresInARow: 3, openUntil: '2026-06-15T12:00:05.000Z' })
  t.strictSame(changes, [true])
})

t.test('after the wait one call tries; a caller that must not be that one waits on', async (t) => {
  const { breaker, run, advance, changes } = world()
  for (let n = 0; n < 3; n++) await run({})
  advance(5_000)
  t.equal(breaker.blockedForMs(), null)
  t.equal(breaker.blockedForMs(false), 1_000)
  t.equal(await run('ok'), 'ok')
  t.equal(breaker.blockedForMs(false), null)
  t.strictSame(breaker.state(), { circuit: 'closed', failuresInARow: 0, openUntil: null })
  t.strictSame(changes, [true, false])
})

t.test('a Retry-After opens it at once, for as long as was asked', async (t) => {
  const { breaker, run, advance } = world()
  await run({ minOpenMs: 30_000 })
  t.equal(breaker.blockedForMs(), 30_000)
  advance(30_000)
  await run('ok')
  await run({})
  t.equal(breaker.blockedForMs(), null, 'the next failure counts from one again')
})

t.test('a thrown error counts when the caller says so, and is thrown on', async (t) => {
  const { breaker } = world({ opensAfter: 1 })
  await t.rejects(
    breaker.run(() => Promise.reject(new Error('reset'))),
    { message: 'reset' }
  )
  t.equal(breaker.blockedForMs(), 5_000)
})

t.test('replicas do not try in step', async (t) => {
  for (const [random, ms] of [
    [0, 3_750],
    [0.5, 5_000],
    [0.9999, 6_250]
  ] as const) {
    const { breaker, run } = world({ opensAfter: 1, random: () => random })
    await run({})
    t.equal(breaker.blockedForMs(), ms)
  }
})
