import t from 'tap'
import { runCommand } from '../../src/cli/run.ts'
import { POSTGRES_SCHEMA } from '../../src/store/migrations/postgres.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { readTarget } from '../../src/store/postgres/target.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { asAdmin, startPostgres } from '../postgres-server.ts'
import { aCase, aDelivery, aLine, changed, NOON } from './build.ts'

t.setTimeout(240_000)

const server = await startPostgres(t)

t.test('a filled store of the version before is moved with all that is in it, and twice is once', async (t) => {
  const url = await server.createDatabase()
  const before = POSTGRES_SCHEMA.length - 1
  t.same(await migrate(readTarget(url, null), before), { from: 0, to: before })
  await asAdmin(url, async (client) => {
    await client.query('SET search_path = reenroll')
    await client.query(`INSERT INTO deliveries (id, source, received_at, body) VALUES (1, 'hook', $1, $2)`, [
      NOON,
      aDelivery(['a']).body
    ])
    await client.query(
      `INSERT INTO events (uuid, delivery_id, idx, published_at, received_at) VALUES ('a', 1, 0, $1, $1)`,
      [NOON]
    )
    await client.query(
      `INSERT INTO cases (id, subject_key, state, search, opened_at, updated_at, due_at, version, body)
       VALUES ('RE-anna', 'user:anna', 'received', 'anna', $1, $1, $1, 1, $2)`,
      [NOON, JSON.stringify(aCase('anna'))]
    )
  })
  t.same(await migrate(readTarget(url, null)), { from: before, to: POSTGRES_SCHEMA.length })
  t.same(await migrate(readTarget(url, null)), { from: POSTGRES_SCHEMA.length, to: POSTGRES_SCHEMA.length })
  const store = await openPostgres(url)
  t.teardown(() => store.close())
  t.same(await store.getCase('RE-anna'), aCase('anna'))
  t.match(await store.snapshot(), { pendingEvents: 1, cases: { received: { count: 1 } } })
  t.equal(await store.save({ next: changed(aCase('anna')), ledger: [aLine()] }), 'saved')
})

t.test('what the version before does keeps working while the new schema is there already', async (t) => {
  const url = await server.createDatabase()
  await migrate(readTarget(url, null))
  await asAdmin(url, async (client) => {
    await client.query('SET search_path = reenroll')
    await t.rejects(client.query(`UPDATE ledger SET hash = ''`), /append-only/)
    await t.rejects(client.query('DELETE FROM ledger'), /append-only/)
    await client.query(`INSERT INTO dead_letters (at, why, subject) VALUES (now(), 'x', 'y')`)
  })
})

t.test('replicas that start at the same time on an empty database all come up', async (t) => {
  const url = await server.createDatabase()
  const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgres(url, { connections: 2 })))
  for (const store of stores) t.teardown(() => store.close())
  const receipts = await Promise.all(stores.map((store) => store.receive(aDelivery(['a']))))
  t.equal(receipts.filter((receipt) => receipt.fresh.length === 1).length, 1)
})

t.test('a migration that waits for a table too long gives up and leaves everything as it was', async (t) => {
  const url = await server.createDatabase()
  // The second version builds an index over the deliveries.
  await migrate(readTarget(url, null), 1)
  await asAdmin(url, async (client) => {
    await client.query('BEGIN')
    await client.query('LOCK TABLE reenroll.deliveries IN SHARE ROW EXCLUSIVE MODE')
    await t.rejects(migrate(readTarget(url, null)), {
      name: 'StoreRefused',
      message: /a table is locked by somebody else/
    })
    await client.query('ROLLBACK')
  })
  t.match(await migrate(readTarget(url, null)), { from: 1, to: POSTGRES_SCHEMA.length })
})

t.test('`migrate` does it and starts nothing', async (t) => {
  const said: string[] = []
  const io = { env: { REENROLL_STORE_URL: await server.createDatabase() }, isTerminal: false }
  const say = (line: string) => void said.push(line)
  t.equal(await runCommand(['migrate'], { ...io, out: say, err: say }), 0)
  t.same(said, ['The store is up to date.'])
})
