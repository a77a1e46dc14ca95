/** One `node:sqlite` connection as a `Db`: statements are prepared once, rows come back typed. And what its errors mean. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { plus } from '../../domain/time.ts'
import type { Db, Dialect, Value } from '../db.ts'
import type { LedgerKey } from '../ledger.ts'

export interface SqliteConnection extends Db {
  /** Runs statements without values or rows. */
  exec(sql: string): void
  pragma(name: string): string | number | undefined
  /** Whether the next commits wait for the disk. Not to be called within a transaction. */
  syncCommits(wait: boolean): void
  inTransaction(): boolean
  close(): void
}

const SQLITE: Dialect = {
  engine: 'sqlite',
  jsonList: 'json_group_array',
  forUpdate: '',
  skipLocked: '',
  anyOf: (column, placeholder) => `${column} IN (SELECT value FROM json_each(${placeholder}))`,
  unindexed: (column) => `+${column}`,
  contains: (column, placeholder) => `instr(${column}, ${placeholder}) > 0`,
  bucket: (column, by) => `substr(${column}, 1, ${{ day: 10, hour: 13, minute: 16 }[by]})`,
  mayBeLost: ''
}

/** Opens the file without reading it yet. `busyMs`: how long to wait for another process that reads it for a backup. */
export function openConnection(
  path: string,
  busyMs: number,
  ledgerKey: LedgerKey | null = null,
  readOnly = false
): SqliteConnection {
  const db = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: false, readOnly })
  const statements = new Map<string, StatementSync>()
  let waits: boolean | null = null

  function prepared(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known) return known
    const fresh = db.prepare(sql.replaceAll('$', '?'))
    statements.set(sql, fresh)
    return fresh
  }

  return {
    ...SQLITE,
    ledgerKey,
    all: async <Row>(sql: string, ...values: Value[]) => prepared(sql).all(...values.map(bound)) as Row[],
    one: async <Row>(sql: string, ...values: Value[]) => prepared(sql).get(...values.map(bound)) as Row | undefined,
    run: async (sql, ...values) => Number(prepared(sql).run(...values.map(bound)).changes),
    // One process has the file, so its own clock is the only one, and its transactions follow one another.
    leaseClock: async (caller) => caller,
    moment: (caller, ms, bind) => bind(plus(caller, ms)),
    lock: async () => {},
    tryLock: async () => true,
    exec: (sql) => db.exec(sql),
    pragma: (name) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] as string | number | undefined,
    syncCommits: (wait) => {
      if (wait === waits) return
      // In a write-ahead log the next sync includes what was committed before it.
      db.exec(`PRAGMA synchronous = ${wait ? 'FULL' : 'NORMAL'}`)
      waits = wait
    },
    inTransaction: () => db.isTransaction,
    close: () => db.close()
  }
}

/** Lists travel as JSON. */
function bound(value: Value): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? JSON.stringify(value) : value
}

/* What SQLite's errors mean for the caller. */

/** An error as it travels from the worker thread to its caller. */
export interface CommandError {
  readonly unavailable: boolean
  readonly message: string
}

/** SQLite's primary result codes that concern the file or its disk, not the statement. */
const FILE_ERRORS: Readonly<Record<number, string>> = {
  5: 'another process keeps the file locked (SQLITE_BUSY)',
  6: 'the file is locked (SQLITE_LOCKED)',
  7: 'out of memory (SQLITE_NOMEM)',
  8: 'the file or its disk is read-only (SQLITE_READONLY)',
  10: 'the disk reports an error (SQLITE_IOERR)',
  11: 'the file is damaged; stop Reenroll, then restore the last backup, or move the file away to start with an empty store (SQLITE_CORRUPT)',
  13: 'the disk is full; free some space (SQLITE_FULL)',
  14: 'the file cannot be opened (SQLITE_CANTOPEN)',
  26: 'the file is not a database; restore the last backup, or move it away to start with an empty store (SQLITE_NOTADB)'
}

/** After these a fresh connection may work: read-only, I/O error, damaged, cannot open, not a database. */
const REOPEN_AFTER: readonly number[] = [8, 10, 11, 14, 26]

/** SQLite's primary result code, or null when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}

/** What is wrong with the file or its disk, in words, or null when the error is about something else. */
export function fileError(error: unknown): string | null {
  const code = sqliteCode(error)
  return code === null ? null : (FILE_ERRORS[code] ?? null)
}

/** True when the connection should be closed and opened again. */
export function needsReopening(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && REOPEN_AFTER.includes(code)
}

/** The error in a form that crosses threads. */
export function commandError(error: unknown): CommandError {
  const wrong = fileError(error)
  if (wrong !== null) return { unavailable: true, message: `The store cannot commit: ${wrong}.` }
  return { unavailable: false, message: error instanceof Error ? error.message : String(error) }
}
