import { setTimeout as turn } from 'node:timers/promises'
import t from 'tap'
import { isSustained } from '../../../src/intake/hook/overload.ts'
import { hookWith } from './hook-with.ts'

/** Keeps the event loop from turning. */
function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

t.test(
  'a process that is too busy says 503 at once, and takes deliveries again when it is not',
  { timeout: 60_000 },
  async (t) => {
    const { app, post, received, requests } = hookWith(t, { overload: { maxDelayMs: 40, sampleMs: 100 } })
    t.equal((await post()).statusCode, 204)
    let busy = await post()
    while (busy.statusCode !== 503) {
      blockFor(200)
      await turn(1)
      busy = await post()
    }
    t.match(busy.headers, { 'retry-after': '1' })
    t.equal(busy.json().error.code, 'overloaded')
    t.equal(
      (await post({ headers: { 'content-type': 'application/json' } })).statusCode,
      503,
      'strangers hear no 401 after it'
    )
    t.match(requests.at(-1), { outcome: 'overloaded', events: 0 })
    t.equal((await app.inject('/livez')).statusCode, 200, 'it is alive all the same')
    const stored = received.length
    while ((await post()).statusCode !== 204) await turn(20)
    t.equal(received.length, stored + 1)
    t.notOk(
      requests.some(({ outcome }) => /bad_secret|malformed|rate_limited/.test(outcome)),
      'an authentic delivery never gets a 4xx'
    )
  }
)

t.test('a delivery that waited through one long pause, however long, is not turned away', async (t) => {
  const isLasting = isSustained(1_000)
  t.notOk(isSustained(1_000)(40_000, Number.POSITIVE_INFINITY), 'a process that has only just started')
  t.notOk(isLasting(50_000, 9_000), 'the sample that holds the pause')
  t.notOk(isLasting(50_900, 9_000), 'and is shown until the next')
  t.notOk(isLasting(90_000, Number.POSITIVE_INFINITY), 'another pause, later, in which nothing was measured')
  t.notOk(isLasting(90_999, 3_000))
  t.notOk(isLasting(92_500, 3_000), 'late again')
  t.ok(isLasting(94_000, 3_000), 'and again: this lasts')
})
