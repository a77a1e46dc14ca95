/** Stores filled by the release before the renamed fields, with cases in every state: everything is found after migration. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { needOf } from '../../src/decide/advice.ts'
import { NEEDS, type Store } from '../../src/domain/store.ts'
import { CASE_STATES } from '../../src/domain/vocabulary.ts'
import { verifyChain } from '../../src/store/ledger.ts'
import { readConnectionConfig } from '../../src/store/postgres/connection-config.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { schemaTexts } from '../../src/store/schema/schema.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { say } from '../cli/recorder.ts'
import { asAdmin, sharedPostgres } from '../support/postgres-server.ts'
import { aRepair, changed, minute, NOON } from './build.ts'

t.setTimeout(120_000)

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

/** Those of the fixtures, in their order; `with_user` came later. */
const STATES = CASE_STATES.filter((state) => state !== 'with_user')

const LONE_STOP = { guard: 'G6', signals: ['factors_once'], mode: 'auto', final: false } as const
/** What later releases stored in two cases before schema 12 of SQLite. */
const STOPPED = JSON.stringify({ repair: aRepair(LONE_STOP) })
const ATTACKED = JSON.stringify({ repair: aRepair(LONE_STOP), attack: true })

async function everythingIsFound(t: Test, store: Store): Promise<void> {
  for (const [n, state] of STATES.entries()) {
    const found = await store.getCase(`RE-${state}`)
    t.match(found, { state, openedAt: minute(n), contentRevision: n + 1, ticket: { story: n } })
    t.notOk(found && ('story' in found || 'alarm' in found), 'the old names are gone')
    t.match(await store.getTicket(`T-${n}`), { caseId: `RE-${state}` })
  }
  t.equal(
    (await store.getCase('RE-with_person'))?.securityAlert,
    'A "new" device\u0000 signed in: {"story":1,"alarm":2}'
  )
  const entries = await store.outboxEntries({ limit: 100 })
  t.equal(entries.length, 12)
  t.match(
    entries.find(({ state }) => state === 'done'),
    { desiredRevision: 1, deliveredRevision: 1, deliveredEntries: 3, deliveredAt: minute(60), ticket: { key: 'J-1' } }
  )
  t.match(
    entries.find(({ state }) => state === 'dead'),
    { desiredRevision: 1, deliveredRevision: 0, possiblyCreatedAt: minute(60), enqueuedAt: NOON }
  )
  const ledger = await store.ledger({ after: 0, limit: 100 })
  t.equal(ledger.length, 17)
  t.equal(verifyChain(ledger), null)
  t.match(await store.controls(), { version: 1, ceiling: 'propose' })
  t.equal(await store.cursor('system_log'), 'position')
  t.equal((await store.deadLetters(10)).length, 2)
  t.match(await store.snapshot(), { pendingEvents: 1, deadLetters: 2, cases: { with_person: { count: 1 } } })
  t.match((await store.activity({ since: NOON, until: '2030-01-01T00:00:00.000Z', by: 'day' })).writes, [
    { effect: 'pending', count: 4 }
  ])
  t.equal((await store.claimEvents({ limit: 9, now: NOON, leaseMs: 1, holder: 'w' })).length, 1)
  for (const need of NEEDS) {
    for (const c of (await store.listCases({ needs: [need], limit: 100 })).cases) {
      // PostgreSQL's JSON cannot hold it.
      if (!JSON.stringify(c).includes('\\u0000')) t.equal(needOf(c), need, c.id)
    }
  }
  const stops = await store.loneStops({ since: NOON, until: minute(60) })
  t.match(
    stops.find(({ id }) => id === 'RE-closed'),
    { ...LONE_STOP, state: 'closed', attack: true }
  )
  t.match(
    stops.find(({ id }) => id === 'RE-resolved'),
    { ...LONE_STOP, state: 'resolved', attack: undefined }
  )
  t.equal(stops.length, 2)
  const open = await store.getCase('RE-received')
  t.equal(open && (await store.save({ next: changed(open), ledger: [] })), 'saved')
}

t.test('a SQLite file of schema 6', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const db = new DatabaseSync(path)
  for (const text of schemaTexts('sqlite').slice(0, 6)) db.exec(text)
  db.exec(fixture('sqlite-6.sql'))
  for (const [id, more] of [
    ['RE-resolved', STOPPED],
    ['RE-closed', ATTACKED]
  ] as const)
    db.prepare('UPDATE cases SET body = json_patch(body, ?) WHERE id = ?').run(more, id)
  db.exec(`PRAGMA application_id = ${0x52454e52}; PRAGMA user_version = 6`)
  db.close()
  const plan = await say(['migrate', '--dry-run'], { REENROLL_STORE_URL: `sqlite:${path}` })
  t.match(plan, { exitCode: 0, out: /^Would migrate the store from schema 6 to \d+\. Make a backup first/ })
  const store = await openSqlite(path)
  t.teardown(() => store.close())
  await everythingIsFound(t, store)
})

t.test('a PostgreSQL store of schema 4', async (t) => {
  const server = await sharedPostgres(t)
  const url = await server.createDatabase()
  await migrate(readConnectionConfig(url, null), 4)
  await asAdmin(url, async (client) => {
    await client.query('SET search_path = reenroll')
    await client.query(fixture('postgres-4.sql'))
    for (const given of [
      ['RE-resolved', STOPPED],
      ['RE-closed', ATTACKED]
    ])
      await client.query("UPDATE cases SET body = left($2, -1) || ',' || substr(body, 2) WHERE id = $1", given)
    for (const table of ['deliveries.id', 'events.seq', 'cases.seq', 'actions.seq', 'traces.seq', 'outbox.id']) {
      const [name, key] = table.split('.')
      await client.query(
        `SELECT setval(pg_get_serial_sequence('${name}', '${key}'), (SELECT max(${key}) FROM ${name}))`
      )
    }
  })
  const store = await openPostgres(url, { leaseClock: 'caller' })
  t.teardown(() => store.close())
  await everythingIsFound(t, store)
})
