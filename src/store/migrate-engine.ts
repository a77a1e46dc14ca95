/**
 * Moves a SQLite store to PostgreSQL: table by table in pages, each page one transaction together with the place it ends at,
 * so that an interrupted copy resumes there. Every row is read back and compared.
 */
import { StoreConfigError } from '../domain/store.ts'
import type { Db, Value } from './db.ts'
import { readConnectionConfig } from './postgres/connection-config.ts'
import { type Migrated, migrate, pendingMigration } from './postgres/migrate.ts'
import { ConnectBreaker, PostgresPool, storable } from './postgres/pool.ts'
import type { TlsAccess } from './postgres/tls.ts'
import type { SqliteConnection } from './sqlite/connection.ts'
import { openFile, pendingMigrationOfFile } from './sqlite/open-file.ts'

export interface CopyAsk {
  /** The file; no process may use it. */
  readonly from: string
  /** `postgres://…`; nothing may write to it. */
  readonly to: string
  readonly passwordCommand: string | null
  /** Of the new store. */
  readonly tls?: TlsAccess
  readonly onProgress?: (done: number, all: number, table: string) => void
  /** Rows in one transaction. */
  readonly page?: number
  /** Only counts what would be copied, and checks that the new store is empty. */
  readonly dryRun?: boolean
}

export interface Copied {
  /** Rows by table, as they are in both stores now. */
  readonly rows: Readonly<Record<string, number>>
}

/** One page with its bodies, read back and compared. */
const WITHIN_MS = 60_000
const PAGE = 500

/** Rejects with `StoreConfigError` when a store cannot be used or rows differ. */
export async function copyStore(ask: CopyAsk): Promise<Copied> {
  const isCurrent = ({ from, to }: Migrated) => from === to
  if (ask.dryRun && !isCurrent(pendingMigrationOfFile(ask.from))) {
    throw new StoreConfigError(`${ask.from} has an older schema; run reenroll migrate on it first.`)
  }
  const file = openFile(ask.from)
  try {
    const config = readConnectionConfig(ask.to, ask.passwordCommand, ask.tls)
    if (ask.dryRun && !isCurrent(await pendingMigration(config))) return { rows: await countAll(file.db) }
    await migrate(config)
    const pool = new PostgresPool(config, new ConnectBreaker(), {
      connections: 1,
      withinMs: WITHIN_MS,
      connectMs: WITHIN_MS
    })
    try {
      return await copyTables(file.db, pool, ask)
    } finally {
      await pool.close()
    }
  } finally {
    file.close()
  }
}

async function copyTables(
  source: SqliteConnection,
  pool: PostgresPool,
  { page = PAGE, onProgress, dryRun }: CopyAsk
): Promise<Copied> {
  await refuseFilled(pool)
  const sizes = await countAll(source)
  if (dryRun) return { rows: sizes }
  const all = Object.values(sizes).reduce((sum, n) => sum + n, 0)
  let before = 0
  for (const table of COPIED_TABLES) {
    const size = sizes[table.name] ?? 0
    let after = await placeOf(pool, table)
    let done = await countIn(source, table.name, after)
    onProgress?.(before + done, all, table.name)
    for (;;) {
      const read = await readPage(source, table, after, page)
      const last = read.at(-1)
      if (!last) break
      await pool.transact((db) => writePage(db, table, read))
      after = last.place
      done += read.length
      onProgress?.(before + done, all, table.name)
    }
    await finish(pool, table, size)
    before += size
  }
  return { rows: sizes }
}

interface SourceRow {
  readonly place: number
  readonly values: readonly (string | number | null)[]
}

/** The rows after a place, as PostgreSQL will hold them. */
async function readPage(
  source: SqliteConnection,
  table: CopiedTable,
  after: number,
  limit: number
): Promise<SourceRow[]> {
  const wanted = table.columns.map(({ name, from }) => `${from ?? name} AS ${name}`).join(', ')
  const sql = `SELECT rowid AS place, ${wanted} FROM ${table.name} WHERE rowid > $1 ORDER BY rowid LIMIT $2`
  const rows = await source.all<Record<string, string | number | null>>(sql, after, limit)
  return rows.map((row) => ({
    place: Number(row.place),
    values: table.columns.map(({ name }) => {
      const value = row[name] ?? null
      return typeof value === 'string' ? storable(value) : value
    })
  }))
}

async function writePage(db: Db, table: CopiedTable, rows: readonly SourceRow[]): Promise<void> {
  const names = table.columns.map(({ name }) => name).join(', ')
  const columns = table.columns.map((_, at): Value => rows.map((row) => row.values[at] ?? null))
  const types = table.columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ')
  // Rows that are present already come from a page whose place was lost; they are compared like all others.
  await db.all(`INSERT INTO ${table.name} (${names}) SELECT * FROM unnest(${types}) ON CONFLICT DO NOTHING`, ...columns)
  await compare(db, table, rows)
  const place = String(rows.at(-1)?.place ?? 0)
  await db.all(
    'INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[`copy:${table.name}`, place]
  )
}

async function compare(db: Db, table: CopiedTable, rows: readonly SourceRow[]): Promise<void> {
  const at = table.columns.findIndex(({ name }) => name === table.key)
  const type = table.columns[at]?.type ?? 'text'
  const names = table.columns.map(({ name }) => name)
  const found = await db.all<Record<string, unknown>>(
    `SELECT ${names.join(', ')} FROM ${table.name} WHERE ${table.key} = ANY ($1::${type}[])`,
    rows.map((row) => row.values[at] ?? null)
  )
  const byKey = new Map(found.map((row) => [row[table.key], names.map((name) => row[name] ?? null)]))
  for (const { values } of rows) {
    const key = values[at]
    if (JSON.stringify(byKey.get(key)) === JSON.stringify(values)) continue
    throw new StoreConfigError(
      `Row ${key} of ${table.name} differs between the two stores, so something else has written to the new one. ` +
        'Drop its schema "reenroll" and copy again, with no service running on either.'
    )
  }
}

/** Rows that no copy has written belong to another store. */
async function refuseFilled(pool: PostgresPool): Promise<void> {
  const begun = await pool.use((db) => db.one(`SELECT 1 FROM cursors WHERE name LIKE 'copy:%' LIMIT 1`))
  if (begun) return
  for (const { name } of COPIED_TABLES) {
    const row = await pool.use((db) => db.one(`SELECT 1 FROM ${name} LIMIT 1`))
    if (!row) continue
    throw new StoreConfigError(
      `The new store is not empty (it has ${name}). Copy into an empty database, or drop its schema "reenroll" first.`
    )
  }
}

async function placeOf(pool: PostgresPool, { name }: CopiedTable): Promise<number> {
  const sql = 'SELECT value FROM cursors WHERE name = $1'
  const row = await pool.use((db) => db.one<{ value: string }>(sql, `copy:${name}`))
  return Number(row?.value ?? 0)
}

async function countIn(source: SqliteConnection, table: string, upTo = Number.MAX_SAFE_INTEGER): Promise<number> {
  return (await source.one<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE rowid <= $1`, upTo))?.n ?? 0
}

async function countAll(source: SqliteConnection): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const { name } of COPIED_TABLES) sizes[name] = await countIn(source, name)
  return sizes
}

/** As many rows as in the source, and sequences that continue after the last one. */
async function finish(pool: PostgresPool, table: CopiedTable, size: number): Promise<void> {
  const own = table.name === 'cursors' ? `WHERE name NOT LIKE 'copy:%'` : ''
  const sql = `SELECT count(*) AS n FROM ${table.name} ${own}`
  const counted = await pool.use((db) => db.one<{ n: number }>(sql))
  if (counted?.n !== size) {
    throw new StoreConfigError(`${table.name} has ${counted?.n} rows in the new store and ${size} in the old one.`)
  }
  if (!table.counts) return
  const counter = `pg_get_serial_sequence('${table.name}', '${table.key}')`
  await pool.use((db) =>
    db.all(`SELECT setval(${counter}, greatest((SELECT max(${table.key}) FROM ${table.name}), 1))`)
  )
}

/** What is copied: the tables, their columns and PostgreSQL's types. Leases are not copied. */
interface CopiedTable {
  readonly name: string
  /** The column that numbers the rows in both engines; in SQLite always the rowid. */
  readonly key: string
  /** PostgreSQL's column and type; `from` when SQLite has another name or expression for it. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly from: string | undefined }[]
  /** The table numbers its rows, so its sequence must continue after the last one. */
  readonly counts: boolean
}

type ColumnType = 'bigint' | 'int' | 'text' | 'timestamptz'

type Columns = Readonly<Partial<Record<ColumnType, readonly string[]>>>

function copied(name: string, key: string, columns: Columns, from: Readonly<Record<string, string>> = {}): CopiedTable {
  const all = Object.entries(columns).flatMap(([type, names]) =>
    names.map((column) => ({ name: column, type: type as ColumnType, from: from[column] }))
  )
  return { name, key, columns: all, counts: NUMBERED.includes(name) }
}

/** Tables that number their rows by a sequence; the ledger and the controls number theirs themselves. */
const NUMBERED = ['deliveries', 'events', 'cases', 'actions', 'traces', 'dead_letters', 'outbox']

/** Tables in an order in which each may be read as soon as it is there. */
const COPIED_TABLES: readonly CopiedTable[] = [
  copied('deliveries', 'id', {
    bigint: ['id'],
    text: ['source', 'envelope_id', 'hook_id', 'body'],
    timestamptz: ['sent_at', 'received_at']
  }),
  copied('events', 'seq', {
    bigint: ['seq', 'delivery_id'],
    int: ['idx'],
    text: ['uuid', 'fate', 'case_id'],
    timestamptz: ['published_at', 'received_at']
  }),
  copied('cases', 'seq', {
    bigint: ['seq', 'enrolled_after_s'],
    int: ['version', 'by_person'],
    text: [
      ...['id', 'subject_key', 'user_id', 'login', 'state', 'cause', 'parent_id', 'mode', 'rule'],
      ...['outcome', 'search', 'stopped_by', 'need', 'lone_stop', 'guided', 'body']
    ],
    timestamptz: ['snoozed_until', 'opened_at', 'updated_at', 'due_at']
  }),
  copied(
    'actions',
    'seq',
    {
      bigint: ['seq'],
      int: ['attempt'],
      text: ['case_id', 'remediation', 'subject_key', 'state', 'effect', 'rule', 'body'],
      timestamptz: ['intended_at']
    },
    { seq: 'rowid' }
  ),
  copied('traces', 'seq', {
    bigint: ['seq', 'as_number'],
    text: ['subject_key', 'ip', 'app_version', 'platform'],
    timestamptz: ['published_at']
  }),
  copied(
    'dead_letters',
    'seq',
    { bigint: ['seq'], text: ['why', 'subject', 'body_hash'], timestamptz: ['at'] },
    { body_hash: "(SELECT unreadable_hash FROM deliveries WHERE subject = 'delivery:' || id)" }
  ),
  copied('outbox', 'id', {
    bigint: ['id'],
    text: ['case_id', 'target', 'subject_key', 'state', 'ticket_key', 'body'],
    timestamptz: ['queued_at', 'due_at']
  }),
  copied('ledger', 'seq', {
    bigint: ['seq'],
    text: ['kind', 'case_id', 'by', 'entry', 'prev_hash', 'hash'],
    timestamptz: ['at']
  }),
  copied('tickets', 'key', { text: ['key', 'case_id', 'body'] }),
  copied('credentials', 'digest', { text: ['digest', 'id', 'body'], timestamptz: ['ends_at'] }),
  copied('cursors', 'name', { text: ['name', 'value'] }),
  copied('controls', 'id', { int: ['id', 'version'], text: ['body'] })
]
