/**
 * Moves a SQLite store to PostgreSQL: table by table in pages, each page one transaction together with the place it ends at,
 * so that a copy that was broken off goes on there. Every row is read back and compared.
 */

import { StoreConfigError } from '../../domain/store.ts'
import { Gate } from '../postgres/gate.ts'
import { Lane } from '../postgres/lane.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Session } from '../postgres/session.ts'
import { readTarget } from '../postgres/target.ts'
import type { TlsAccess } from '../postgres/tls.ts'
import { fit, fitInstant, type Value } from '../postgres/values.ts'
import type { Connection } from '../sqlite/connection.ts'
import { openFile } from '../sqlite/open-file.ts'
import { COPIED_TABLES, type CopiedTable } from './tables.ts'

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
}

export interface Copied {
  /** Rows by table, as they are in both stores now. */
  readonly rows: Readonly<Record<string, number>>
}

/** One page with its bodies, read back and compared. */
const WITHIN_MS = 60_000
const PAGE = 500

/** Rejects with `StoreRefused` when a store cannot be used or rows differ. */
export async function copyStore(ask: CopyAsk): Promise<Copied> {
  const file = openFile(ask.from)
  try {
    const target = readTarget(ask.to, ask.passwordCommand, ask.tls)
    await migrate(target)
    const lane = new Lane(target, new Gate(), { connections: 1, withinMs: WITHIN_MS, connectMs: WITHIN_MS })
    try {
      return await copyTables(file.db, lane, ask)
    } finally {
      await lane.close()
    }
  } finally {
    file.close()
  }
}

async function copyTables(source: Connection, lane: Lane, { page = PAGE, onProgress }: CopyAsk): Promise<Copied> {
  await refuseFilled(lane)
  const sizes = COPIED_TABLES.map((table) => countIn(source, table.name))
  const all = sizes.reduce((sum, n) => sum + n, 0)
  const rows: Record<string, number> = {}
  let before = 0
  for (const [n, table] of COPIED_TABLES.entries()) {
    const size = sizes[n] ?? 0
    let after = await placeOf(lane, table)
    let done = countIn(source, table.name, after)
    onProgress?.(before + done, all, table.name)
    for (;;) {
      const read = readPage(source, table, after, page)
      const last = read.at(-1)
      if (!last) break
      await lane.transact((db) => writePage(db, table, read))
      after = last.place
      done += read.length
      onProgress?.(before + done, all, table.name)
    }
    await finish(lane, table, size)
    rows[table.name] = size
    before += size
  }
  return { rows }
}

interface SourceRow {
  readonly place: number
  readonly values: readonly (string | number | null)[]
}

/** The rows after a place, as PostgreSQL will hold them. */
function readPage(source: Connection, table: CopiedTable, after: number, limit: number): SourceRow[] {
  const wanted = table.columns.map(({ name, from }) => `${from ?? name} AS ${name}`).join(', ')
  const sql = `SELECT rowid AS place, ${wanted} FROM ${table.name} WHERE rowid > ? ORDER BY rowid LIMIT ?`
  return source.all<Record<string, string | number | null>>(sql, after, limit).map((row) => ({
    place: Number(row.place),
    values: table.columns.map(({ name, type }) => {
      const value = row[name] ?? null
      if (typeof value !== 'string') return value
      return type === 'timestamptz' ? fitInstant(value) : fit(value)
    })
  }))
}

async function writePage(db: Session, table: CopiedTable, rows: readonly SourceRow[]): Promise<void> {
  const names = table.columns.map(({ name }) => name).join(', ')
  const columns = table.columns.map((_, at): Value => rows.map((row) => row.values[at] ?? null))
  const types = table.columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ')
  // Rows that are there already come from a page whose place was not kept any more; they are compared like all others.
  await db.all(`INSERT INTO ${table.name} (${names}) SELECT * FROM unnest(${types}) ON CONFLICT DO NOTHING`, ...columns)
  await compare(db, table, rows)
  const place = String(rows.at(-1)?.place ?? 0)
  await db.all(
    'INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[`copy:${table.name}`, place]
  )
}

async function compare(db: Session, table: CopiedTable, rows: readonly SourceRow[]): Promise<void> {
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

/** Rows that no copy has put there belong to somebody. */
async function refuseFilled(lane: Lane): Promise<void> {
  const begun = await lane.use((db) => db.one(`SELECT 1 FROM cursors WHERE name LIKE 'copy:%' LIMIT 1`))
  if (begun) return
  for (const { name } of COPIED_TABLES) {
    const row = await lane.use((db) => db.one(`SELECT 1 FROM ${name} LIMIT 1`))
    if (!row) continue
    throw new StoreConfigError(
      `The new store is not empty (it has ${name}). Copy into an empty database, or drop its schema "reenroll" first.`
    )
  }
}

async function placeOf(lane: Lane, { name }: CopiedTable): Promise<number> {
  const sql = 'SELECT value FROM cursors WHERE name = $1'
  const row = await lane.use((db) => db.one<{ value: string }>(sql, `copy:${name}`))
  return Number(row?.value ?? 0)
}

function countIn(source: Connection, table: string, upTo = Number.MAX_SAFE_INTEGER): number {
  return source.one<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE rowid <= ?`, upTo)?.n ?? 0
}

/** As many rows as in the source, and counters that go on after the last one. */
async function finish(lane: Lane, table: CopiedTable, size: number): Promise<void> {
  const own = table.name === 'cursors' ? `WHERE name NOT LIKE 'copy:%'` : ''
  const sql = `SELECT count(*) AS n FROM ${table.name} ${own}`
  const counted = await lane.use((db) => db.one<{ n: number }>(sql))
  if (counted?.n !== size) {
    throw new StoreConfigError(`${table.name} has ${counted?.n} rows in the new store and ${size} in the old one.`)
  }
  if (!table.counts) return
  const counter = `pg_get_serial_sequence('${table.name}', '${table.key}')`
  await lane.use((db) =>
    db.all(`SELECT setval(${counter}, greatest((SELECT max(${table.key}) FROM ${table.name}), 1))`)
  )
}
