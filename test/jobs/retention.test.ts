import t from 'tap'
import { NOTHING_PRUNED, type PruneAsk } from '../../src/domain/retention.ts'
import { StoreUnavailable } from '../../src/domain/store.ts'
import { DAY_MS } from '../../src/domain/time.ts'
import { startInterval } from '../../src/jobs/interval.ts'
import { removeExpired } from '../../src/jobs/retention.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aCase, minute, NOON } from '../store/build.ts'

const ages = { deliveriesMs: 30 * DAY_MS, dedupeKeysMs: 30 * DAY_MS, closedCasesMs: DAY_MS }

t.test('one look removes batch after batch until nothing is left', async (t) => {
  const store = openInMemory()
  const over = { state: 'closed', dueAt: null, updatedAt: minute(-3 * 24 * 60) } as const
  for (let n = 0; n < 1_234; n++) await store.save({ next: aCase(`user-${n}`, over), ledger: [] })
  const asks: PruneAsk[] = []
  const prune = (ask: PruneAsk) => {
    asks.push(ask)
    return store.applyRetention(ask)
  }
  const look = () => removeExpired({ store: { applyRetention: prune }, clock: () => NOON, ages })
  t.same(await look(), { ...NOTHING_PRUNED, cases: 1_234 })
  t.equal(asks.length, 3)
  t.same(await look(), NOTHING_PRUNED)
})

t.test('a look that is to end finishes only the batch under way', async (t) => {
  const ending = new AbortController()
  let batches = 0
  const prune = async () => {
    if (++batches === 2) ending.abort()
    return { ...NOTHING_PRUNED, cases: 500 }
  }
  const retention = { store: { applyRetention: prune }, clock: () => NOON, ages }
  t.match(await removeExpired(retention, ending.signal), { cases: 1_000 })
})

t.test('an error is emitted, and the next run comes after its wait', async (t) => {
  const errors: unknown[] = []
  const waits: number[] = []
  const again = Promise.withResolvers<void>()
  let runs = 0
  const interval = startInterval({
    run: async () => {
      if (++runs === 1) throw new StoreUnavailable('away')
      again.resolve()
      return 300
    },
    retryMs: 5,
    sleep: async (ms) => void waits.push(ms),
    onError: (error) => void errors.push(error)
  })
  await again.promise
  await interval.stop()
  t.match(errors, [{ name: 'StoreUnavailable' }])
  t.equal(errors.length, 1)
  t.equal(waits[0], 5)
})
