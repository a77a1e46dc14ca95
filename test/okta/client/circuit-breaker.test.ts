import t from 'tap'
import type { TelemetryEvent } from '../../../src/domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../../../src/domain/time.ts'
import type { OktaCall } from '../../../src/okta/client/calls.ts'
import { createCircuitBreaker } from '../../../src/okta/client/circuit-breaker.ts'
import { OPENS_AFTER } from '../../../src/okta/client/client.ts'
import { handClock } from '../../sandbox/api-client.ts'
import { fillOrg } from '../../sandbox/org-sample.ts'
import { orgClient } from './org-client.ts'

const SINCE = '2026-05-16T14:00:00.000Z'

async function world(t: Parameters<typeof orgClient>[0]) {
  const changes: boolean[] = []
  const emit = (happening: TelemetryEvent) => {
    if (happening.type === 'okta_circuit_breaker') changes.push(happening.open)
  }
  const made = await orgClient(t, { client: { emit } })
  const { user, suspended } = fillOrg(made.org)
  const read: OktaCall = { method: 'GET', pattern: '/api/v1/users/{userId}/risk', ids: { userId: user.id } }
  const calls = () => [...made.org.requests.values()].reduce((sum, count) => sum + count, 0)
  async function fall(answer: 'drop' | { status: number }): Promise<void> {
    await made.client.call(read)
    made.sandbox.faults.add({ path: '/api/v1/users/*/risk', answer })
    for (let n = 0; n < OPENS_AFTER; n++) await made.client.call(read)
  }
  return { ...made, user, suspended, read, calls, changes, fall }
}

for (const answer of ['drop', { status: 503 }] as const) {
  t.test(
    `after ${OPENS_AFTER} calls in a row that ended in ${JSON.stringify(answer)}, Okta is left alone`,
    async (t) => {
      const { client, fall, read, calls, changes } = await world(t)
      await fall(answer)
      t.strictSame(changes, [true], 'told once')
      const before = calls()
      for (const lane of ['acting', 'correlating', 'backfill'] as const) {
        t.match(await client.call({ ...read, priority: lane }), {
          ok: false,
          error: { kind: 'unavailable', blocked: true, ambiguous: false, retryAfterMs: 5 * SECOND_MS }
        })
      }
      t.equal(calls(), before)
    }
  )
}

t.test('refusals and used-up limits are answers: they open nothing', async (t) => {
  const { client, sandbox, read, changes, move } = await world(t)
  for (const status of [403, 404, 429]) {
    sandbox.faults.clear()
    sandbox.faults.add({ path: '/api/v1/users/*/risk', answer: { status } })
    for (let n = 0; n < OPENS_AFTER + 2; n++) {
      await client.call(read)
      move(MINUTE_MS * 2)
    }
  }
  t.strictSame(changes, [])
})

t.test('one read tries whether Okta is back; a failed try makes the pause longer, a good one ends it', async (t) => {
  const { client, sandbox, fall, read, calls, changes, move } = await world(t)
  await fall({ status: 503 })
  move(5 * SECOND_MS)
  const before = calls()
  t.match(await client.call(read), { error: { status: 503 } })
  t.equal(calls(), before + 1)
  t.match(await client.call(read), { error: { blocked: true, retryAfterMs: 10 * SECOND_MS } }, 'twice as long')
  sandbox.faults.clear()
  move(10 * SECOND_MS)
  t.match(await client.call(read), { ok: true })
  t.match(await client.call(read), { ok: true })
  t.strictSame(changes, [true, false])
})

t.test('a write is never what tries, and is not attempted while nobody knows whether Okta is back', async (t) => {
  const { writer, client, sandbox, fall, read, suspended, org, move } = await world(t)
  await fall({ status: 503 })
  sandbox.faults.clear()
  move(MINUTE_MS)
  t.match(await writer.unsuspendUser(suspended.id), { ok: false, error: { blocked: true, ambiguous: false } })
  t.strictSame(org.writes, [])
  await client.call(read)
  t.match(await writer.unsuspendUser(suspended.id), { ok: true })
})

t.test('evidence of an Okta that is away is unknown, says so, and says until when', async (t) => {
  const { reader, fall, user, clock, move } = await world(t)
  await fall('drop')
  move(SECOND_MS)
  const evidence = await reader.evidence({ userId: user.id, historySince: SINCE, suspectDeviceIds: [] })
  t.match(evidence.factors, { state: 'unknown', retryable: true, because: /left alone/ })
  t.equal('heldUntil' in evidence.factors && evidence.factors.heldUntil, '2026-06-15T14:00:05.000Z')
  t.equal(clock(), '2026-06-15T14:00:01.000Z')
})

t.test('the wait doubles after each failed try, up to a minute, and starts again after a good one', async (t) => {
  const { elapsedMs, move } = handClock()
  const times = { opensAfter: 3, firstOpenMs: 5 * SECOND_MS, longestOpenMs: MINUTE_MS }
  const isFailure = (reply: string) => reply === 'down'
  const breaker = createCircuitBreaker<string>({ ...times, elapsedMs, isFailure, onChange: () => {} })
  async function fail(times: number): Promise<readonly (number | null)[]> {
    const waits: (number | null)[] = []
    for (let n = 0; n < times; n++) {
      await breaker.run(async () => 'down')
      waits.push(breaker.blockedForMs())
      move(breaker.blockedForMs() ?? 0)
    }
    return waits
  }
  t.strictSame(await fail(8), [null, null, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  t.equal(breaker.blockedForMs(false), 1_000, 'a write waits until a read has worked')
  t.equal(await breaker.run(async () => 'ok'), 'ok')
  t.strictSame(await fail(3), [null, null, 5_000])
})
