import t, { type Test } from 'tap'
import { StoreConfigError, StoreUnavailable } from '../../src/domain/store.ts'
import { openPostgres, type PostgresOptions } from '../../src/store/postgres.ts'
import { type Network, openNetwork } from '../chaos/network.ts'
import { asAdmin, startPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine } from './build.ts'

t.setTimeout(240_000)

const server = await startPostgres(t)
const url = await server.createDatabase()

async function open(t: Test, at = url, options: PostgresOptions = {}) {
  const store = await openPostgres(at, { connections: 4, ...options })
  t.teardown(() => store.close())
  return store
}

async function refusal(at: string, options: PostgresOptions = {}): Promise<string> {
  try {
    await (await openPostgres(at, options)).close()
    return 'opened'
  } catch (error) {
    if (error instanceof StoreConfigError) return error.message
    throw error
  }
}

/** Null when the call succeeds. */
function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (reason) => reason
  )
}

async function aNetwork(t: Test): Promise<Network & { readonly url: string }> {
  const network = await openNetwork(server.port)
  t.teardown(() => network.close())
  return { ...network, url: url.replace(`:${server.port}/`, `:${network.port}/`) }
}

t.test('what cannot work is refused at the start, in one sentence without the password', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [url.replace(/:[^:@]+@/, ':wrong-secret@'), /refuses the password\. Check user and password/],
    [server.url('nowhere'), /has no such database\. Create it/],
    ['postgres://u:wrong-secret@127.0.0.1:1/x', /127\.0\.0\.1:1\/x cannot be reached: nothing listens there/],
    ['postgres://u:wrong-secret@no-such-host.invalid/x', /cannot be reached: the host name/],
    [`${url}?sslmode=require`, /cannot be reached: The server does not support SSL/],
    ['postgres://u:wrong-secret@[/x', /not a valid address\. Write postgres/]
  ]
  for (const [at, sentence] of cases) {
    const said = await refusal(at)
    t.match(said, sentence)
    t.notMatch(said, /wrong-secret|\n/)
  }
})

t.test('a user who may make nothing is told what to grant', async (t) => {
  const other = await server.createDatabase()
  await asAdmin(other, (client) => client.query(`CREATE ROLE guest LOGIN PASSWORD 'guest'`))
  t.match(await refusal(other.replace(/\/\/[^@]+@/, '//guest:guest@')), /Grant CREATE on the database/)
})

t.test('a database of a newer Reenroll is refused with what to start instead', async (t) => {
  const other = await server.createDatabase()
  t.equal(await refusal(other), 'opened')
  await asAdmin(other, (client) => client.query('INSERT INTO reenroll.schema_versions VALUES (99, now())'))
  t.match(await refusal(other), /was written by a newer Reenroll \(schema 99; this one knows up to \d+\)/)
})

t.test('a command gives the password; when it fails, its words and its output are not shown', async (t) => {
  const bare = url.replace(/:[^:@]+@/, '@')
  const store = await open(t, bare, { passwordCommand: `echo 'a password with @ and /'` })
  t.equal(await store.healthy(), true)
  t.match(
    await refusal(bare, { passwordCommand: 'echo secret-token >&2; exit 3 # secret-token' }),
    /failed \(exit code 3\)/
  )
  t.notMatch(await refusal(bare, { passwordCommand: 'echo secret-token; exit 3' }), /secret-token/)
  t.match(await refusal(bare, { passwordCommand: 'true' }), /printed no password/)
})

t.test('callers of one moment share a commit, and those that come meanwhile the next', async (t) => {
  const store = await open(t)
  const before = store.commits()
  await Promise.all(Array.from({ length: 300 }, (_, n) => store.receive(aDelivery([`one-${n}`]))))
  t.equal(store.commits() - before, 1)
  let next = 0
  const caller = async () => {
    while (next < 1_000) {
      const delivery = aDelivery([`many-${next++}`])
      // A slow disk may keep a commit longer than a hook may wait; Okta sends again then.
      while ((await errorOf(store.receive(delivery))) !== null);
    }
  }
  await Promise.all(Array.from({ length: 50 }, caller))
  t.ok(store.commits() - before <= 200, `${store.commits() - before} commits for 1300 deliveries`)
})

t.test('texts that PostgreSQL cannot hold stop nothing', async (t) => {
  const store = await open(t)
  const odd = 'user:\0 and \ud800'
  const events = [{ uuid: 'odd', index: 0, publishedAt: '0000-01-01T00:00:00.000Z' }]
  await store.receive(aDelivery([], { body: `{"data":{"events":["\0"]}}`, events }))
  const next = { ...aCase('odd'), subjectKey: odd, user: { id: odd, login: odd, name: odd } }
  t.equal(await store.save({ next, ledger: [aLine({ by: 'k\0m' })] }), 'saved')
  t.same(await store.latestCase(odd), next)
  t.equal((await store.listCases({ user: odd, limit: 5 })).cases.length, 1)
})

t.test('while the server is away callers get an error, and afterwards everything resumes', async (t) => {
  const store = await open(t)
  await store.receive(aDelivery(['before']))
  await server.kill()
  // The server's processes for our connections outlive it by a moment, and what they answer is done.
  while ((await errorOf(store.snapshot())) === null);
  for (const call of [
    () => store.receive(aDelivery(['lost'])),
    () => store.getCase('RE-anna'),
    () => store.snapshot()
  ]) {
    t.type(await errorOf(call()), StoreUnavailable)
  }
  t.equal(await store.healthy(), false)
  await server.start()
  for (let tries = 0; !(await store.healthy()) && tries < 50; tries++) await new Promise((r) => setTimeout(r, 100))
  t.same(await store.receive(aDelivery(['before', 'after'])), { fresh: ['after'], duplicates: 1 })
})

t.test('a network that swallows everything keeps nobody waiting for an answer', async (t) => {
  const network = await aNetwork(t)
  const store = await open(t, network.url)
  network.hold(true)
  const deliveries = Array.from({ length: 20 }, (_, n) => errorOf(store.receive(aDelivery([`held-${n}`]))))
  for (const error of await Promise.all(deliveries)) t.type(error, StoreUnavailable)
  network.hold(false)
  for (let tries = 0; !(await store.healthy()) && tries < 50; tries++) await new Promise((r) => setTimeout(r, 100))
  t.equal((await store.receive(aDelivery(['on-again']))).fresh.length, 1)
})

t.test('a cut connection is noticed and a new one taken; the delivery is kept all the same', async (t) => {
  const network = await aNetwork(t)
  const store = await open(t, network.url)
  await store.receive(aDelivery(['x1']))
  network.cut()
  t.same(await store.receive(aDelivery(['x1', 'x2'])), { fresh: ['x2'], duplicates: 1 })
})

t.test('a read-only server takes nothing and says so', async (t) => {
  const other = await server.createDatabase()
  const store = await open(t, other)
  await asAdmin(other, (client) =>
    client.query(`ALTER DATABASE ${new URL(other).pathname.slice(1)} SET default_transaction_read_only = on`)
  )
  await asAdmin(other, (client) =>
    client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
    )
  )
  t.type(await errorOf(store.receive(aDelivery(['a']))), StoreUnavailable)
  t.equal(await store.healthy(), false)
  t.equal(await store.getCase('RE-nobody'), null, 'reading still works')
})
