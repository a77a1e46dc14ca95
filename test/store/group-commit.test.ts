import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { CountingStore } from '../../src/store/store-over.ts'
import { aCase, aDelivery, changed } from './build.ts'

// Many threads or processes are started here; on a busy machine that adds up.
t.setTimeout(120_000)

async function open(t: Test): Promise<CountingStore> {
  const store = await openSqlite(join(t.testdir(), 'reenroll.db'))
  t.teardown(() => store.close())
  return store
}

t.test('a few callers of one moment share a commit, many a few', async (t) => {
  const store = await open(t)
  const before = store.commits()
  const receive = (name: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => store.receive(aDelivery([`${name}-${n}`]))))
  await receive('few', 30)
  t.equal(store.commits() - before, 1)
  await receive('many', 500)
  t.ok(store.commits() - before <= 7, 'half of a long queue at a time, so that nobody waits for the last')
})

t.test('callers that come while a commit is under way share the next one', async (t) => {
  const store = await open(t)
  const before = store.commits()
  let next = 0
  const caller = async () => {
    while (next < 2_000) await store.receive(aDelivery([`event-${next++}`]))
  }
  await Promise.all(Array.from({ length: 50 }, caller))
  t.equal((await store.snapshot()).pendingEvents, 2_000)
  t.ok(store.commits() - before <= 200, `${store.commits() - before} commits for 2000 deliveries`)
})

t.test('a lone caller is not kept waiting for company', async (t) => {
  const store = await open(t)
  const before = store.commits()
  await store.receive(aDelivery(['a']))
  await store.receive(aDelivery(['b']))
  t.equal(store.commits() - before, 2)
})

t.test('reads cost no commit, and see the writes called before them', async (t) => {
  const store = await open(t)
  const first = aCase('anna')
  const [, one, , two] = await Promise.all([
    store.save({ next: first, ledger: [] }),
    store.getCase('RE-anna'),
    store.save({ next: changed(first), ledger: [] }),
    store.getCase('RE-anna')
  ])
  t.same([one?.version, two?.version], [1, 2])
  const before = store.commits()
  await Promise.all([store.snapshot(), store.controls(), store.listCases({ limit: 5 })])
  t.equal(store.commits(), before)
})

t.test('one call that fails makes none of its neighbours fail', async (t) => {
  const store = await open(t)
  const fates = await Promise.allSettled([
    store.receive(aDelivery(['a'])),
    store.processEvents({ events: [{ uuid: 'unheard-of', disposition: { kind: 'skipped', why: 'not_listed' } }] }),
    store.save({ next: aCase('anna'), ledger: [] }),
    store.getCase('RE-anna')
  ])
  t.same(
    fates.map((fate) => fate.status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled']
  )
  t.match(fates[3], { value: { id: 'RE-anna' } })
})

t.test('closing waits for what is under way, and twice is once', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const store = await openSqlite(path)
  const underWay = Array.from({ length: 20 }, (_, n) => store.receive(aDelivery([`event-${n}`])))
  const closed = store.close()
  await t.rejects(store.receive(aDelivery(['too-late'])), { name: 'StoreUnavailable', message: /closed/ })
  await Promise.all([...underWay, closed, store.close()])
  const again = await openSqlite(path)
  t.teardown(() => again.close())
  t.equal((await again.snapshot()).pendingEvents, 20)
})

t.test('a call that cannot travel to the thread fails alone in its turn, and the store goes on', async (t) => {
  const store = await open(t)
  const odd = { ...aDelivery(['a']), body: Symbol('no text') as unknown as string }
  await t.rejects(store.receive(odd), { name: 'Error', message: /could not be cloned/ })
  t.equal((await store.receive(aDelivery(['a']))).fresh.length, 1)
})
