/** A thin hold on one `node:sqlite` connection: statements are prepared once, rows come back typed. Worker thread only. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** What can be bound to a statement and read from a row. */
export type Value = string | number | null

export interface Connection {
  /** Runs a statement; the number of rows it changed. */
  run(sql: string, ...values: Value[]): number
  /** Runs an `INSERT`; the rowid it made. */
  insert(sql: string, ...values: Value[]): number
  /** The first row, if any. The caller names the row's type; STRICT tables make it true. */
  one<Row>(sql: string, ...values: Value[]): Row | undefined
  all<Row>(sql: string, ...values: Value[]): Row[]
  /** Runs statements that take and give nothing. */
  exec(sql: string): void
  /** Whether the next commits wait for the disk. Not to be called within a transaction. */
  syncCommits(wait: boolean): void
  inTransaction(): boolean
  close(): void
}

/** Opens the file, without looking into it yet. `busyMs`: how long to wait for another process that reads it for a backup. */
export function connect(path: string, busyMs: number): Connection {
  const db = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: false })
  const statements = new Map<string, StatementSync>()
  let waits: boolean | null = null

  function prepared(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known) return known
    const fresh = db.prepare(sql)
    statements.set(sql, fresh)
    return fresh
  }

  return {
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    insert: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    one: <Row>(sql: string, ...values: Value[]) => prepared(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: Value[]) => prepared(sql).all(...values) as Row[],
    exec: (sql) => db.exec(sql),
    syncCommits: (wait) => {
      if (wait === waits) return
      // In a write-ahead log the next sync takes along what was committed before it.
      db.exec(`PRAGMA synchronous = ${wait ? 'FULL' : 'NORMAL'}`)
      waits = wait
    },
    inTransaction: () => db.isTransaction,
    close: () => db.close()
  }
}
