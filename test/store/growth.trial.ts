/** What a store reads for one question must not grow with what lies in it. Counted in blocks and plans, not in time. */
import { join } from 'node:path'
import t from 'tap'
import type { Value } from '../../src/store/db.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { runBatch } from '../../src/store/sqlite/batch.ts'
import type { SqliteConnection } from '../../src/store/sqlite/connection.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import type { Thread, ThreadEvents } from '../../src/store/sqlite/thread.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { ASKS, type AskName } from '../bench/asks.ts'
import { seedCases, seedEvents } from '../bench/seed.ts'
import { asAdmin, startPostgres } from '../support/postgres-server.ts'
import { NOON } from './build.ts'

t.setTimeout(240_000)

const NAMES = Object.keys(ASKS) as AskName[]
const SMALL = { events: 2_000, cases: 2_000 }
const LARGE = { events: 60_000, cases: 30_000 }

async function seeded(url: string, { events, cases }: typeof SMALL): Promise<string> {
  await seedEvents(url, { count: events, pending: 200, now: NOON })
  await seedCases(url, { count: cases, due: 100, now: NOON })
  return url
}

t.test('PostgreSQL reads no more blocks for a question when so much more lies there', async (t) => {
  const server = await startPostgres(t)
  const [small, large] = [
    await seeded(await server.createDatabase(), SMALL),
    await seeded(await server.createDatabase(), LARGE)
  ]
  for (const name of NAMES) {
    const [few, many] = [await blocksOf(small, name), await blocksOf(large, name)]
    // Trees are a level or two deeper; a walk over a table or an index of the large store is hundreds of blocks.
    t.ok(many <= 2 * few + 60, `${name}: ${few} blocks, and ${many} in the large store`)
  }
})

/** Blocks of the large tables and their indexes that one ask touches. */
async function blocksOf(url: string, name: AskName): Promise<number> {
  const before = await touched(url)
  const store = await openPostgres(url, { connections: 2 })
  await ASKS[name](store, NOON, 0)
  // A connection tells what it read when it ends.
  await store.close()
  return (await touched(url)) - before
}

/** Once all connections but this one have ended. */
function touched(url: string): Promise<number> {
  return asAdmin(url, async (client) => {
    const others = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()`
    while ((await client.query(others)).rowCount) await new Promise((resolve) => setTimeout(resolve, 20))
    const sql = `SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))::int AS n
      FROM pg_statio_user_tables WHERE relname IN ('events', 'cases', 'deliveries')`
    return (await client.query<{ n: number }>(sql)).rows[0]?.n ?? 0
  })
}

/** These hold only what waits or is due, so walking them is no walk over what lies behind. */
const PARTIAL = /^SCAN \w+ USING (COVERING )?INDEX (events_pending|events_waiting_for|cases_due)$/

t.test('SQLite finds everything by an index, and walks no table that grows', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  await seeded(`sqlite:${path}`, SMALL)
  const walks = new Set<string>()
  let asking = ''
  const start = async (file: string, on: ThreadEvents): Promise<Thread> => {
    const opened = openFile(file)
    const db = watched(opened.db, (step) => {
      if (/^SCAN (events|cases|deliveries)\b/.test(step) && !PARTIAL.test(step)) walks.add(`${asking}: ${step}`)
    })
    return {
      send: (calls) =>
        void runBatch(db, structuredClone(calls)).then((replies) => on.replies(structuredClone(replies))),
      end: async () => opened.close()
    }
  }
  const store = await openSqlite(path, { start })
  t.teardown(() => store.close())
  await store.healthy()
  walks.clear()
  for (const name of NAMES) {
    asking = name
    await ASKS[name](store, NOON, 0)
  }
  t.same([...walks], [])
})

/** The same connection, which tells how it would do each statement before it does it. */
function watched(db: SqliteConnection, onStep: (step: string) => void): SqliteConnection {
  const explain = async (sql: string, values: readonly Value[]) => {
    for (const { detail } of await db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)) onStep(detail)
  }
  return {
    ...db,
    run: async (sql, ...values) => {
      await explain(sql, values)
      return db.run(sql, ...values)
    },
    one: async <Row extends object>(sql: string, ...values: Value[]) => {
      await explain(sql, values)
      return db.one<Row>(sql, ...values)
    },
    all: async <Row extends object>(sql: string, ...values: Value[]) => {
      await explain(sql, values)
      return db.all<Row>(sql, ...values)
    }
  }
}
