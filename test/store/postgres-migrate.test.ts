import type { Client } from 'pg'
import t, { type Test } from 'tap'
import { runCommand } from '../../src/cli/run.ts'
import { readConnectionConfig } from '../../src/store/postgres/connection-config.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { schemaTexts } from '../../src/store/schema/schema.ts'
import { asAdmin, sharedPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine, changed, NOON } from './build.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const TEXTS = schemaTexts('postgres')

// The schemas of the last two releases; the very first has none before it.
for (const before of [TEXTS.length - 1, TEXTS.length - 2].filter((version) => version > 0)) {
  t.test(`a filled store of schema ${before} is moved with all that is in it, and twice is once`, (t) =>
    moves(t, before)
  )
}

async function moves(t: Test, before: number): Promise<void> {
  const url = await server.createDatabase()
  t.same(await migrate(readConnectionConfig(url, null), before), { from: 0, to: before })
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
    await client.query(
      `INSERT INTO cases (id, subject_key, state, parent_id, search, opened_at, updated_at, version, body)
       VALUES ('RE-child', 'user:child', 'with_person', 'RE-storm', 'child', $1, $1, 1, $2)`,
      [NOON, JSON.stringify(aCase('child', { parentId: 'RE-storm', state: 'with_person', dueAt: null }))]
    )
  })
  t.same(await migrate(readConnectionConfig(url, null)), { from: before, to: TEXTS.length })
  t.same(await migrate(readConnectionConfig(url, null)), { from: TEXTS.length, to: TEXTS.length })
  const store = await openPostgres(url)
  t.teardown(() => store.close())
  t.same(await store.getCase('RE-anna'), aCase('anna'))
  t.match(await store.snapshot(), { pendingEvents: 1, cases: { received: { count: 1 } } })
  t.same([await store.countCases({}), await store.countCases({ folded: true })], [2, 1])
  t.equal(await store.save({ next: changed(aCase('anna')), ledger: [aLine()] }), 'saved')
}

t.test('what the version before does keeps working while the new schema is there already', async (t) => {
  const url = await server.createDatabase()
  await migrate(readConnectionConfig(url, null))
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

t.test('a start that waits for a table too long gives up, and the next one finishes', async (t) => {
  const url = await server.createDatabase()
  // The second version builds an index over the deliveries.
  await migrate(readConnectionConfig(url, null), 1)
  await asAdmin(url, async (client) => {
    await client.query('BEGIN')
    await client.query('LOCK TABLE reenroll.deliveries IN SHARE ROW EXCLUSIVE MODE')
    await t.rejects(migrate(readConnectionConfig(url, null)), {
      name: 'StoreConfigError',
      message: /a table is locked by another session/
    })
    await client.query('ROLLBACK')
  })
  await migrate(readConnectionConfig(url, null))
  t.same(await invalidIndexes(url), [])
})

t.test('indexes are built while others write, and one that a crash has left half built is built again', async (t) => {
  const url = await server.createDatabase()
  await migrate(readConnectionConfig(url, null), 1)
  await asAdmin(url, async (writer) => {
    await writer.query('SET search_path = reenroll')
    await writer.query('BEGIN')
    await writer.query(`INSERT INTO traces (subject_key, published_at, platform) VALUES ('user:anna', now(), 'IOS')`)
    // An index built in the usual way would wait for this writer, and every later writer for the index.
    const refused = t.rejects(migrate(readConnectionConfig(url, null)), { name: 'StoreConfigError' })
    await asAdmin(url, async (other) => {
      await other.query('SET search_path = reenroll')
      await waitFor(
        other,
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY traces_by_subject%'
        AND wait_event_type = 'Lock'`
      )
      await other.query(`INSERT INTO traces (subject_key, published_at, platform) VALUES ('user:ben', now(), 'IOS')`)
      await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONC%'`
      )
    })
    await refused
    await writer.query('COMMIT')
  })
  t.same(await invalidIndexes(url), ['traces_by_subject'])
  const stores = await Promise.all([openPostgres(url), openPostgres(url), openPostgres(url)])
  for (const store of stores) t.teardown(() => store.close())
  t.same(await invalidIndexes(url), [])
})

function invalidIndexes(url: string): Promise<string[]> {
  return asAdmin(url, async (client) => {
    const sql =
      'SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid'
    return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name)
  })
}

/** Until the query finds something. */
async function waitFor(client: Client, sql: string): Promise<void> {
  while ((await client.query(sql)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

t.test('`migrate` does it and starts nothing', async (t) => {
  const said: string[] = []
  const io = { env: { REENROLL_STORE_URL: await server.createDatabase() }, isTerminal: false }
  const say = (line: string) => void said.push(line)
  t.equal(await runCommand(['migrate'], { ...io, out: say, err: say }), 0)
  t.same(said, ['The store is up to date.'])
})

t.test('a database that cannot hold every name is refused at the start, with the fix', async (t) => {
  const create = "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
  await asAdmin(server.url('postgres'), (client) => client.query(create))
  const starting = openPostgres(server.url('latin'))
  await t.rejects(starting, {
    name: 'StoreConfigError',
    message: /has the encoding LATIN1; make one with ENCODING 'UTF8'/
  })
})
