/** What gauges may ask of the worker: how each target is called right now. */
import t from 'tap'
import { MINUTE_MS, plus } from '../../../src/domain/time.ts'
import { type CircuitState, CLOSED } from '../../../src/ticket/outbox/circuit-breaker.ts'
import type { TargetDispatcher } from '../../../src/ticket/outbox/dispatcher.ts'
import { startOutboxWorker } from '../../../src/ticket/outbox/worker.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'

t.test('a breaker is closed, open, or trying whether its target is back', async (t) => {
  const { clock, advance } = manualClock(NOW)
  const dispatcher = (name: string, breaker: CircuitState): TargetDispatcher => ({
    name,
    drain: async () => null,
    breaker: () => breaker
  })
  const down = { failures: 4, openUntil: plus(NOW, MINUTE_MS) }
  const worker = startOutboxWorker({
    ...{ dispatchers: [dispatcher('ops', down), dispatcher('chat', CLOSED)], closings: [], onWork: () => {}, clock },
    ...{ pollMs: 60_000, closingsEveryMs: 60_000, onError: (error: unknown) => t.fail(String(error)) }
  })
  t.teardown(() => worker.stop())
  const ops = { target: 'ops', credentialEndsAt: null, failuresInARow: 4 }
  const chat = { target: 'chat', credentialEndsAt: null, breaker: 'closed', failuresInARow: 0 }
  t.same(worker.state(), [{ ...ops, breaker: 'open' }, chat])
  advance(MINUTE_MS)
  t.same(worker.state(), [{ ...ops, breaker: 'trying' }, chat])
})
