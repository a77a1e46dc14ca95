import t, { type Test } from 'tap'
import { openPostgres } from '../../src/store/postgres.ts'
import { storeContract } from '../contract/store.ts'
import { emptied, sharedPostgres } from '../support/postgres-server.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const url = await server.createDatabase()

/** The contract moves time by hand, so the caller's clock counts; `postgres-replicas.test.ts` has the database's. */
async function openAgain(t: Test) {
  const store = await openPostgres(url, { leaseClock: 'caller', connections: 4 })
  t.teardown(() => store.close())
  return store
}

/** Each promise is held on an empty database; emptying one is faster than making one. */
async function open(t: Test) {
  await emptied(url)
  return openAgain(t)
}

await storeContract(t, 'postgres', open, async (t) => {
  const store = await open(t)
  const reopen = async () => {
    await store.close()
    return openAgain(t)
  }
  return { store, reopen }
})
