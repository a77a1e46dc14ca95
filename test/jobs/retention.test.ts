import t from 'tap'
import { NOTHING_PRUNED, type PruneAsk } from '../../src/domain/retention.ts'
import { StoreUnavailable } from '../../src/domain/store.ts'
import { DAY_MS } from '../../src/domain/time.ts'
import { startRetention } from '../../src/jobs/retention.ts'
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
  const retention = startRetention({
    store: { applyRetention: prune },
    clock: () => NOON,
    ages,
    everyMs: 1e6,
    onError: () => t.fail()
  })
  t.teardown(() => retention.stop())
  t.same(await retention.look(), { ...NOTHING_PRUNED, cases: 1_234 })
  t.equal(asks.length, 3)
  t.same(await retention.look(), NOTHING_PRUNED)
})

t.test('it looks by itself, trouble is told, and it goes on', async (t) => {
  const looked = Promise.withResolvers<void>()
  const troubles: unknown[] = []
  let looks = 0
  const prune = async () => {
    looks += 1
    if (looks === 1) throw new StoreUnavailable('away')
    looked.resolve()
    return NOTHING_PRUNED
  }
  const onError = (error: unknown) => void troubles.push(error)
  const retention = startRetention({ store: { applyRetention: prune }, clock: () => NOON, ages, everyMs: 5, onError })
  // The timer does not keep the process alive; the test does.
  const alive = setInterval(() => {}, 1_000)
  await looked.promise
  clearInterval(alive)
  await retention.stop()
  t.match(troubles, [{ name: 'StoreUnavailable' }])
})
