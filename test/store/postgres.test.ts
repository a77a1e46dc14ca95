import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { storeContract } from '../contract/store.ts'
import { asAdmin, emptied, sharedPostgres } from '../support/postgres-server.ts'
import { erasurePromise } from './promises/person.ts'

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

storeContract(t, 'postgres', open, async (t) => {
  const store = await open(t)
  const reopen = async () => {
    await store.close()
    return openAgain(t)
  }
  return { store, reopen }
})

t.test(
  'postgres: with the role of the guide everything works, and no entry of the ledger can be changed',
  async (t) => {
    const owned = await open(t)
    t.ok(await owned.mayChangeLedger(), 'doctor warns of the owner')
    const roles = readFileSync('deploy/postgres-roles.sql', 'utf8')
    await asAdmin(url, (client) => client.query(`${roles}${roles} ALTER ROLE reenroll_service PASSWORD 'service'`))
    const serviceUrl = Object.assign(new URL(url), { username: 'reenroll_service', password: 'service' }).toString()
    const store = await openPostgres(serviceUrl, { leaseClock: 'caller', connections: 4 })
    t.teardown(() => store.close())
    t.notOk(await store.mayChangeLedger())
    const attacks = [
      'DELETE FROM ledger',
      'TRUNCATE ledger',
      `UPDATE ledger SET hash = ''`,
      'DROP TRIGGER ledger_keeps ON ledger'
    ]
    for (const sql of attacks) {
      await t.rejects(
        asAdmin(serviceUrl, (client) => client.query(`SET search_path = reenroll; ${sql}`)),
        { code: '42501' },
        sql
      )
    }
    await erasurePromise(t, store, () => dumpOf(url))
    t.match(
      await store.applyRetention({ now: '2036-01-01T00:00:00.000Z', ages: DEFAULT_POLICY.retention, limit: 100 }),
      { deliveries: 3 }
    )
  }
)

t.test('postgres: an erased person is in no row of any table', async (t) => {
  const store = await open(t)
  await erasurePromise(t, store, () => dumpOf(url))
})

/** Every row of every table. */
function dumpOf(url: string): Promise<string> {
  return asAdmin(url, async (client) => {
    const { rows } = await client.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'reenroll'`)
    const dumps: string[] = []
    for (const { name } of rows) {
      const dumped = await client.query(`SELECT string_agg(t::text, ' ') AS dump FROM reenroll.${name} t`)
      dumps.push(dumped.rows[0].dump)
    }
    return dumps.join()
  })
}
