import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startInSameThread } from '../../src/store/sqlite/same-thread.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { storeContract } from '../contract/store.ts'
import { aCase, NOON } from './build.ts'
import { eventPromises } from './promises/events.ts'
import { erasurePromise, namedByPolicyPromise, openTicketPromise, reusedLoginPromise } from './promises/person.ts'
import { restartPromises } from './promises/restarts.ts'

// Many threads or processes are started here; on a busy machine that adds up.
t.setTimeout(120_000)

async function open(t: Test, options: Parameters<typeof openSqlite>[1]) {
  const store = await openSqlite(join(t.testdir(), 'reenroll.db'), options)
  t.teardown(() => store.close())
  return store
}

async function reopenable(t: Test, options: Parameters<typeof openSqlite>[1]) {
  const path = join(t.testdir(), 'reenroll.db')
  const store = await openSqlite(path, options)
  t.teardown(() => store.close())
  const reopen = async () => {
    await store.close()
    const again = await openSqlite(path, options)
    t.teardown(() => again.close())
    return again
  }
  return { store, reopen }
}

storeContract(
  t,
  'sqlite',
  (t) => open(t, { start: startInSameThread }),
  (t) => reopenable(t, { start: startInSameThread })
)

t.test('sqlite in its worker thread: events', (t) => eventPromises(t, (t) => open(t, {})))
t.test('sqlite in its worker thread: restarts', (t) => restartPromises(t, (t) => reopenable(t, {})))

t.test('sqlite: work that was under way when the process was killed does not wait for its lease', async (t) => {
  const { store, reopen } = await reopenable(t, { start: startInSameThread })
  await store.save({ next: aCase('anna'), ledger: [] })
  t.equal((await store.claimDue({ limit: 1, now: NOON, leaseMs: 60_000, holder: 'killed' })).length, 1)
  const again = await reopen()
  t.equal((await again.claimDue({ limit: 1, now: NOON, leaseMs: 60_000, holder: 'next' })).length, 1)
})

t.test('sqlite: an erased person is nowhere in the files', async (t) => {
  const folder = t.testdir()
  const store = await openSqlite(join(folder, 'reenroll.db'), { start: startInSameThread })
  t.teardown(() => store.close())
  const dump = async () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join()
  await erasurePromise(t, store, dump)
})

t.test('sqlite: a login that now is somebody else’s', async (t) =>
  reusedLoginPromise(t, await open(t, { start: startInSameThread }))
)

t.test('sqlite: a case is erased when its ticket elsewhere is closed', async (t) =>
  openTicketPromise(t, await open(t, { start: startInSameThread }))
)

t.test('sqlite: a person whom the policy names is not erased before the policy is changed', async (t) =>
  namedByPolicyPromise(t, await open(t, { start: startInSameThread }))
)
