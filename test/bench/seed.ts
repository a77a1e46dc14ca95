/**
 * Fills a store with years of data by bulk statements, for measurements of growth and of query plans. Event ids are
 * unordered, like Okta's. The number of pending events and due cases is fixed, whatever the total.
 */
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { openStore } from '../../src/store/open.ts'
import { aBody, aCase } from '../store/build.ts'
import { asAdmin } from '../support/postgres-server.ts'

export interface EventSeed {
  readonly count: number
  /** Number of unread events; the others have been read. */
  readonly pending: number
  readonly now: Instant
}

export interface CaseSeed {
  readonly count: number
  /** Number of cases due now. Of the others, one in fifty waits for a person and the rest have ended. */
  readonly due: number
  readonly now: Instant
}

/** Spreads the numbers over 32 bits without collisions (Knuth's multiplicative hash). */
const SPREAD = '(n * 2654435761) % 4294967296'
/** Number of read events per delivery; each unread event has its own delivery. */
const EVENTS_PER_DELIVERY = 100
const DAY_S = 86_400

/** Adds events of the last 30 days. The store at `sqlite:<path>` or `postgres://…` is created when missing. */
export async function seedEvents(storeUrl: string, seed: EventSeed): Promise<void> {
  await (await openStore(storeUrl)).close()
  const read = seed.count - seed.pending
  const fate = JSON.stringify({ kind: 'skipped', why: 'unrelated' })
  const [before, after] = aBody(['UUID'])
    .split('UUID')
    .map((part) => part.replaceAll("'", "''"))
  const common = { age: 30 * DAY_S, ...seed, read, fate, before: before ?? '', after: after ?? '' }
  await (isSqlite(storeUrl) ? eventsInSqlite(storeUrl, common) : eventsInPostgres(storeUrl, common))
}

/** Adds cases of the last year. */
export async function seedCases(storeUrl: string, seed: CaseSeed): Promise<void> {
  await (await openStore(storeUrl)).close()
  const template = aCase('TEMPLATE', { openedAt: seed.now, updatedAt: seed.now })
  const text = (over: object) => JSON.stringify({ ...template, ...over }).replaceAll("'", "''")
  const bodies = {
    received: text({ dueAt: seed.now }),
    with_person: text({ state: 'with_person', dueAt: null }),
    resolved: text({ state: 'resolved', dueAt: null, outcome: 'recovered' })
  }
  await (isSqlite(storeUrl) ? casesInSqlite(storeUrl, seed, bodies) : casesInPostgres(storeUrl, seed, bodies))
}

function isSqlite(storeUrl: string): boolean {
  return storeUrl.startsWith('sqlite:')
}

type EventParts = EventSeed & {
  readonly age: number
  readonly read: number
  readonly fate: string
  readonly before: string
  readonly after: string
}

function eventsInSqlite(storeUrl: string, { count, read, pending, now, age, fate, before, after }: EventParts): void {
  const id = `printf('%08x-seed-%d', ${SPREAD}, n)`
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', '${now}', printf('-%f seconds', (${count} - n) * ${age}.0 / ${count}))`
  inSqlite(
    storeUrl,
    `INSERT INTO deliveries (id, source, received_at, body)
       WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${Math.ceil(read / EVENTS_PER_DELIVERY)})
       SELECT n, 'hook', '${now}', '{"data":{"events":[]}}' FROM counted;
     INSERT INTO deliveries (id, source, received_at, body)
       WITH RECURSIVE counted (n) AS (SELECT ${read + 1} UNION ALL SELECT n + 1 FROM counted WHERE n < ${count})
       SELECT 1000000000 + n, 'hook', '${now}', '${before}' || ${id} || '${after}' FROM counted WHERE ${pending} > 0;
     INSERT INTO events (uuid, delivery_id, idx, published_at, received_at, fate)
       WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${count})
       SELECT ${id}, CASE WHEN n <= ${read} THEN (n - 1) / ${EVENTS_PER_DELIVERY} + 1 ELSE 1000000000 + n END, 0, ${at}, ${at},
         CASE WHEN n <= ${read} THEN '${fate}' END FROM counted;
     UPDATE counts SET n = n + ${pending} WHERE name = 'pending_events';`
  )
}

async function eventsInPostgres(storeUrl: string, parts: EventParts): Promise<void> {
  const { count, read, now, age, fate, before, after } = parts
  const id = `lpad(to_hex(${SPREAD}), 8, '0') || '-seed-' || n`
  const at = `'${now}'::timestamptz - (${count} - n) * ${age} / ${count}.0 * interval '1 s'`
  await inPostgres(storeUrl, 'events', [
    `INSERT INTO deliveries (id, source, received_at, body)
       SELECT n, 'hook', '${now}', '{"data":{"events":[]}}' FROM generate_series(1, ${Math.ceil(read / EVENTS_PER_DELIVERY)}) n`,
    `INSERT INTO deliveries (id, source, received_at, body)
       SELECT 1000000000 + n, 'hook', '${now}', '${before}' || ${id} || '${after}'
       FROM generate_series(${read + 1}::bigint, ${count}) n`,
    `INSERT INTO events (uuid, delivery_id, idx, published_at, received_at, fate)
       SELECT ${id}, CASE WHEN n <= ${read} THEN (n - 1) / ${EVENTS_PER_DELIVERY} + 1 ELSE 1000000000 + n END, 0, ${at}, ${at},
         CASE WHEN n <= ${read} THEN '${fate}' END FROM generate_series(1::bigint, ${count}) n`,
    `SELECT setval(pg_get_serial_sequence('deliveries', 'id'), ${1_000_000_000 + count})`
  ])
}

type Bodies = Readonly<Record<'received' | 'with_person' | 'resolved', string>>

/** State of the nth case; the same for both engines. */
const stateOf = ({ count, due }: CaseSeed) =>
  `CASE WHEN n > ${count - due} THEN 'received' WHEN n % 50 = 0 THEN 'with_person' ELSE 'resolved' END`

function bodyOf(bodies: Bodies, concat: (body: string) => string): string {
  const cases = Object.entries(bodies).map(([state, body]) => `WHEN '${state}' THEN ${concat(body)}`)
  return `CASE state ${cases.join(' ')} END`
}

function casesInSqlite(storeUrl: string, seed: CaseSeed, bodies: Bodies): void {
  const { count, now } = seed
  const age = 365 * DAY_S
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', '${now}', printf('-%f seconds', (${count} - n) * ${age}.0 / ${count}))`
  inSqlite(
    storeUrl,
    `INSERT INTO cases (id, subject_key, user_id, login, state, cause, opened_at, updated_at, due_at, version, body, search)
       WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${count}),
       rows AS (SELECT 'seed' || n AS name, ${stateOf(seed)} AS state, ${at} AS at FROM counted)
       SELECT 'RE-' || name, 'user:' || name, name, name || '@example.com', state, 'unknown', at, at,
         CASE state WHEN 'received' THEN '${now}' END, 1, ${bodyOf(bodies, (body) => `replace('${body}', 'TEMPLATE', name)`)},
         name || '@example.com ' || name FROM rows;`
  )
}

async function casesInPostgres(storeUrl: string, seed: CaseSeed, bodies: Bodies): Promise<void> {
  const { count, now } = seed
  const age = 365 * DAY_S
  const at = `'${now}'::timestamptz - (${count} - n) * ${age} / ${count}.0 * interval '1 s'`
  await inPostgres(storeUrl, 'cases', [
    `INSERT INTO cases (id, subject_key, user_id, login, state, cause, opened_at, updated_at, due_at, version, body, search)
       SELECT 'RE-' || name, 'user:' || name, name, name || '@example.com', state, 'unknown', at, at,
         CASE state WHEN 'received' THEN '${now}'::timestamptz END, 1,
         ${bodyOf(bodies, (body) => `replace('${body}', 'TEMPLATE', name)`)}, name || '@example.com ' || name
       FROM (SELECT 'seed' || n AS name, ${stateOf(seed)} AS state, ${at} AS at
         FROM generate_series(1::bigint, ${count}) n) rows`
  ])
}

/** Without fsync; data lost in a power cut is seeded again. */
function inSqlite(storeUrl: string, sql: string): void {
  const db = new DatabaseSync(storeUrl.slice('sqlite:'.length))
  try {
    db.exec(
      `PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN; ${sql} COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`
    )
  } finally {
    db.close()
  }
}

/** Without indexes, which are built afterwards: ten million rows take minutes instead of hours. Leaves all as autovacuum would. */
async function inPostgres(storeUrl: string, table: 'events' | 'cases', statements: readonly string[]): Promise<void> {
  await asAdmin(storeUrl, async (client) => {
    await client.query("SET search_path = reenroll; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    const { rows } = await client.query<{ drop: string; build: string }>(INDEXES, [table])
    for (const { drop } of rows) await client.query(drop)
    for (const sql of statements) await client.query(sql)
    for (const { build } of rows) await client.query(build)
    await client.query('VACUUM (ANALYZE) events, cases, deliveries, counts')
  })
}

/** How a table's indexes are dropped and built again, all but the primary key. */
const INDEXES = `
SELECT CASE WHEN conname IS NULL THEN format('DROP INDEX %s', indexrelid::regclass)
    ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', indrelid::regclass, conname) END AS drop,
  CASE WHEN conname IS NULL THEN pg_get_indexdef(indexrelid)
    ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', indrelid::regclass, conname, pg_get_constraintdef(c.oid)) END AS build
FROM pg_index LEFT JOIN pg_constraint c ON conindid = indexrelid AND conrelid = indrelid
WHERE indrelid = $1::regclass AND NOT indisprimary`
