/** What the tables need of a database. Both engines offer it, so each table's statements are written once, with `$1` placeholders. */
import type { Instant } from '../domain/vocabulary.ts'
import type { LedgerKey } from './ledger.ts'
import type { EngineName } from './schema/schema.ts'

/** What can be bound to a statement. A list is bound to `anyOf`. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | boolean | null)[]

/** Adds a value to those of a statement and returns its placeholder. */
export type Bind = (value: Value) => string

/** Binds values to a statement in the order in which they are asked for. */
export function binder(values: Value[]): Bind {
  return (value) => `$${values.push(value)}`
}

/** Rows of values for one statement: `($1, $2), ($3, $4)`. */
function valuesOf(rows: readonly (readonly Value[])[], bind: Bind): string {
  return rows.map((row) => `(${row.map(bind).join(', ')})`).join(', ')
}

/** PostgreSQL takes 65,535 values in a statement, and a call fewer arguments. */
const MOST_VALUES = 32_000
/** Rows in a statement of SQLite at most. */
const MOST_ROWS = 64

/**
 * Writes all rows; `statement` puts their values into its text. PostgreSQL gets as few statements as it allows. SQLite's are
 * kept once prepared, so they come in few sizes: powers of two.
 */
export async function writeRows(
  db: Db,
  rows: readonly (readonly Value[])[],
  statement: (values: string) => string
): Promise<void> {
  for (let from = 0, size = 0; from < rows.length; from += size) {
    const left = rows.length - from
    const most = Math.floor(MOST_VALUES / (rows[from]?.length ?? 1))
    size = db.engine === 'sqlite' ? 2 ** Math.floor(Math.log2(Math.min(left, MOST_ROWS))) : Math.min(left, most)
    const values: Value[] = []
    const sql = statement(`VALUES ${valuesOf(rows.slice(from, from + size), binder(values))}`)
    await db.run(sql, ...values)
  }
}

/** Rows that a statement has returned in any order, by a time of theirs and then by number. */
export function inOrder<Row extends { readonly seq: number }>(rows: Row[], timeOf: (row: Row) => Instant): Row[] {
  return rows.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : a.seq - b.seq))
}

/** What only one transaction at a time may do, over all replicas. SQLite has one writer, so it needs no such lock. */
export type LockName = 'brakes' | 'ledger' | 'retention'

/** Where the two engines write the same thing differently. */
export interface Dialect {
  readonly engine: EngineName
  /** Aggregates values into a list as JSON. */
  readonly jsonList: string
  /** Locks the rows read; empty where there is one writer. */
  readonly forUpdate: string
  /** Locks the rows read and skips those that are locked. */
  readonly skipLocked: string
  /** True when the column has one of the values of the list. */
  anyOf(column: string, placeholder: string, type: 'text' | 'bigint'): string
  /** The column, not to be looked up in an index. */
  unindexed(column: string): string
  contains(column: string, placeholder: string): string
  /** The UTC day of an instant, `2026-06-15`, its hour, `2026-06-15T14`, or its minute. */
  bucket(column: string, by: 'minute' | 'hour' | 'day'): string
  /**
   * Added to the columns that a statement without a transaction returns: its commit does not wait for the disk. For claims of
   * events and cases, since who works under a lost one is refused at the next save; a lost claim on a ticket could send it twice.
   */
  readonly mayBeLost: string
}

export interface Db extends Dialect {
  /** Signs ledger lines; null when there is none. */
  readonly ledgerKey: LedgerKey | null
  /** The caller names the type of the rows; the schema makes it true. */
  all<Row extends object>(sql: string, ...values: Value[]): Promise<Row[]>
  one<Row extends object>(sql: string, ...values: Value[]): Promise<Row | undefined>
  /** The number of rows changed. */
  run(sql: string, ...values: Value[]): Promise<number>
  /** The clock that leases and caps run by: the database's where replicas share one, otherwise the caller's. */
  leaseClock(caller: Instant): Promise<Instant>
  /** So many milliseconds later by that clock, within a statement that binds its values with `bind`. */
  moment(caller: Instant, ms: number, bind: Bind): string
  /** Waits for the lock, which ends with the transaction. */
  lock(name: LockName): Promise<void>
  /** False when another transaction has it. */
  tryLock(name: LockName): Promise<boolean>
}
