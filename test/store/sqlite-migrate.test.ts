import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { schemaTexts } from '../../src/store/schema/schema.ts'
import { startInSameThread } from '../../src/store/sqlite/same-thread.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aCase, aDelivery, aLine, changed, NOON } from './build.ts'

/** `RENR`, as in `open-file.ts`. */
const APPLICATION_ID = 0x52454e52

const TEXTS = schemaTexts('sqlite')

/** A file as the release with this schema has left it, with an event that waits and a case that is due. */
function fileOf(t: Test, version: number): string {
  const path = join(t.testdir(), 'reenroll.db')
  const db = new DatabaseSync(path)
  for (const text of TEXTS.slice(0, version)) db.exec(text)
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`)
  db.prepare(`INSERT INTO deliveries (id, source, received_at, body) VALUES (1, 'hook', ?, ?)`).run(
    NOON,
    aDelivery(['a']).body
  )
  db.prepare(`INSERT INTO events (uuid, delivery_id, idx, published_at, received_at) VALUES ('a', 1, 0, ?, ?)`).run(
    NOON,
    NOON
  )
  // Since version 6 the code counts what waits, not a trigger.
  if (version >= 6) db.exec(`UPDATE counts SET n = 1 WHERE name = 'pending_events'`)
  db.prepare(
    `INSERT INTO cases (id, subject_key, state, opened_at, updated_at, due_at, version, body)
     VALUES ('RE-anna', 'user:anna', 'received', ?, ?, ?, 1, ?)`
  ).run(NOON, NOON, NOON, JSON.stringify(aCase('anna')))
  db.close()
  return path
}

for (const version of [TEXTS.length - 1, TEXTS.length - 2]) {
  t.test(`a filled file of schema ${version} is moved with all that is in it`, async (t) => {
    const path = fileOf(t, version)
    const store = await openSqlite(path, { start: startInSameThread })
    t.teardown(() => store.close())
    t.same(await store.getCase('RE-anna'), aCase('anna'))
    t.match(await store.snapshot(), { pendingEvents: 1, cases: { received: { count: 1 } } })
    t.same(await store.receive(aDelivery(['a', 'b'])), { fresh: ['b'], duplicates: 1 })
    const claim = { limit: 5, now: NOON, leaseMs: 60_000, holder: 'one' }
    t.equal((await store.claimEvents(claim)).length, 2)
    t.equal((await store.claimDue(claim)).length, 1)
    t.equal(await store.save({ next: changed(aCase('anna')), ledger: [aLine()], holder: 'one' }), 'saved')
  })
}
