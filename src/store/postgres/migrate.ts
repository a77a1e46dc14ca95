/** Brings the schema up to date, one process at a time, or refuses with what to do. */
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Client } from 'pg'
import { StoreConfigError } from '../../domain/store.ts'
import { CONCURRENT_INDEXES, type ConcurrentIndex, schemaTexts } from '../schema/schema.ts'
import { type ConnectionConfig, SCHEMA } from './connection-config.ts'
import { reasonOf, sqlState } from './errors.ts'
import { LOCKS } from './pool.ts'

const TEXTS = schemaTexts('postgres')

/** `SET COMPRESSION` and identity columns by default. */
const OLDEST_SERVER = 140_000
/** A migration may build indexes. */
const STATEMENT_MS = 10 * 60_000
/** A start may wait longer than a call. */
const CONNECT_MS = 10_000
/** Waiting for a table longer than this would block everybody queued behind. */
const LOCK_MS = 5_000

export interface Migrated {
  readonly from: number
  readonly to: number
}

/** Applies what is missing, up to version `to`. Rejects with `StoreConfigError`. */
export function migrate(target: ConnectionConfig, to = TEXTS.length): Promise<Migrated> {
  return withClient(target, async (client) => {
    const from = await apply(client, target, to)
    return { from, to: Math.max(from, to) }
  })
}

/** What `migrate` would do; changes nothing. */
export function pendingMigration(target: ConnectionConfig): Promise<Migrated> {
  return withClient(target, async (client) => {
    await refuseServer(client, target)
    const from = await storedVersion(client)
    if (from > TEXTS.length) throw newer(target, from)
    return { from, to: TEXTS.length }
  })
}

async function withClient<Result>(target: ConnectionConfig, use: (client: Client) => Promise<Result>): Promise<Result> {
  await target.preparePassword()
  const client = new target.Client(target.config({ statementMs: STATEMENT_MS, connectMs: CONNECT_MS }))
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } catch (error) {
    throw error instanceof StoreConfigError ? error : new StoreConfigError(refusalOf(error, target))
  } finally {
    await client.end().catch(() => {})
  }
}

async function refuseServer(client: Client, target: ConnectionConfig): Promise<void> {
  const settings =
    "SELECT current_setting('server_version_num')::int AS n, current_setting('server_encoding') AS encoding"
  const [server] = (await client.query(settings)).rows
  if (server.n < OLDEST_SERVER) {
    throw new StoreConfigError(`The server at ${target.name} is older than PostgreSQL 14. Use a newer one.`)
  }
  // Names from Okta are Unicode; another encoding would refuse their deliveries one by one.
  if (server.encoding !== 'UTF8') {
    throw new StoreConfigError(
      `The database at ${target.name} has the encoding ${server.encoding}; make one with ENCODING 'UTF8' TEMPLATE template0.`
    )
  }
}

async function apply(client: Client, target: ConnectionConfig, to: number): Promise<number> {
  await refuseServer(client, target)
  const version = await applyTexts(client, target, to)
  // An index waits for a table's lock, and for transactions that began before.
  await client.query(`SET lock_timeout = ${LOCK_MS}`)
  await buildIndexes(client, to)
  return version
}

/** In one transaction: a migration that fails leaves everything as it was. The version that was there. */
async function applyTexts(client: Client, target: ConnectionConfig, to: number): Promise<number> {
  const before = await storedVersion(client)
  if (before > TEXTS.length) throw newer(target, before)
  if (before >= to) return before
  await client.query('BEGIN')
  await client.query(`SET LOCAL lock_timeout = ${LOCK_MS}`)
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [...LOCKS.migrate])
  // Another process may have done it meanwhile.
  const version = await storedVersion(client)
  if (version > TEXTS.length) throw newer(target, version)
  if (version === 0) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`)
    await client.query('CREATE TABLE schema_versions (version integer PRIMARY KEY, applied_at timestamptz NOT NULL)')
  }
  for (const [index, text] of TEXTS.slice(0, to).entries()) {
    if (index < version) continue
    await client.query(text)
    await client.query('INSERT INTO schema_versions VALUES ($1, clock_timestamp())', [index + 1])
  }
  await client.query('COMMIT')
  return version
}

/** Asks the catalog's table itself: `to_regclass` may answer from what this session knew before it had the lock. */
async function storedVersion(client: Client): Promise<number> {
  const sql = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_versions') AS found"
  const [table] = (await client.query(sql, [SCHEMA])).rows
  if (!table.found) return 0
  const [row] = (await client.query('SELECT coalesce(max(version), 0)::int AS version FROM schema_versions')).rows
  return row.version
}

function newer(target: ConnectionConfig, version: number): StoreConfigError {
  return new StoreConfigError(
    `${target.name} was written by a newer Reenroll (schema ${version}; this one knows up to ${TEXTS.length}). ` +
      'Start the newer version, or restore the backup made before the upgrade.'
  )
}

/** SQLSTATEs of a start that cannot succeed until somebody changes something. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'refuses the password. Check user and password in REENROLL_STORE_URL',
  '28000': 'does not admit this user from here. Check the user in REENROLL_STORE_URL and the server’s pg_hba.conf',
  '3D000': 'has no such database. Create it, or name another one in REENROLL_STORE_URL',
  '42501': `does not let this user create anything. Grant CREATE on the database, or make the schema "${SCHEMA}" owned by the user`,
  '55P03': 'is busy: a table is locked by another session. Try again when long transactions have ended',
  '53300': 'has no connection left. Raise max_connections, or lower REENROLL_STORE_POOL',
  '25006': 'is read-only. Name the primary in REENROLL_STORE_URL'
}

function refusalOf(error: unknown, target: ConnectionConfig): string {
  const code = sqlState(error)
  const known = code === null ? undefined : REFUSALS[code]
  if (known) return `The PostgreSQL server at ${target.name} ${known}.`
  // The driver's own words when the server wants SCRAM and no password is set.
  if (error instanceof Error && error.message.startsWith('SASL')) {
    return (
      `The PostgreSQL server at ${target.name} asks for a password, and none is set. ` +
      'Write it into REENROLL_STORE_URL, or set REENROLL_STORE_PASSWORD_COMMAND.'
    )
  }
  if (code === null) {
    return (
      `The PostgreSQL server at ${target.name} cannot be reached: ${reasonOf(error)}. ` +
      'Check host, port and sslmode in REENROLL_STORE_URL, and that the server is up.'
    )
  }
  const message = error instanceof Error ? error.message : String(error)
  return `The PostgreSQL server at ${target.name} cannot be used: ${message} (SQLSTATE ${code}).`
}

const RETRY_LOCK_MS = 200

/** Builds the indexes up to schema version `to` that are missing or half built; their names. One process at a time. */
async function buildIndexes(client: Client, to: number): Promise<readonly string[]> {
  const wanted = CONCURRENT_INDEXES.filter(({ since }) => since <= to)
  if ((await unbuilt(client, wanted)).length === 0) return []
  await lockIndexes(client)
  try {
    // Another process may have built them meanwhile.
    const missing = await unbuilt(client, wanted)
    for (const { name, on } of missing) {
      await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
      await client.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`)
    }
    return missing.map(({ name }) => name)
  } finally {
    await client.query('SELECT pg_advisory_unlock($1, $2)', [...LOCKS.indexes])
  }
}

/**
 * Polls: a statement that waits for the lock would be one of those whose end the builder waits for, and both would wait
 * indefinitely.
 */
async function lockIndexes(client: Client): Promise<void> {
  for (;;) {
    const [row] = (await client.query('SELECT pg_try_advisory_lock($1, $2) AS taken', [...LOCKS.indexes])).rows
    if (row.taken) return
    await sleepFor(RETRY_LOCK_MS)
  }
}

async function unbuilt(client: Client, wanted: readonly ConcurrentIndex[]): Promise<ConcurrentIndex[]> {
  const sql = `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND i.indisvalid`
  const built = new Set((await client.query<{ name: string }>(sql, [SCHEMA])).rows.map(({ name }) => name))
  return wanted.filter(({ name }) => !built.has(name))
}
