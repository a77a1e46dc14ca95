/** One `node:sqlite` connection as a `Db`: statements are prepared once, rows come back typed. */
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
  bucket: (column, by) => `substr(${column}, 1, ${by === 'day' ? 10 : 13})`,
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
