/** What the tables need of a database. Both engines offer it, so each table's statements are written once, with `$1` placeholders. */
import type { LedgerDraft } from '../domain/ledger.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { LedgerKey } from './ledger.ts'
import type { EngineName } from './schema/schema.ts'

/** What can be bound to a statement. A list is bound to `anyOf`. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | boolean | null)[]

/** What only one transaction at a time may do, over all replicas. SQLite has one writer, so it needs no such lock. */
export type LockName = 'brakes' | 'ledger' | 'retention'

/** Where the two engines write the same thing differently. */
export interface Dialect {
  readonly engine: EngineName
  /** Locks the rows read; empty where there is one writer. */
  readonly forUpdate: string
  /** Locks the rows read and skips those that are locked. */
  readonly skipLocked: string
  /** True when the column has one of the values of the list. */
  anyOf(column: string, placeholder: string, type: 'text' | 'bigint'): string
  /** The column, not to be looked up in an index. */
  unindexed(column: string): string
  contains(column: string, placeholder: string): string
  /** The UTC day of an instant, `2026-06-15`, or its hour, `2026-06-15T14`. */
  bucket(column: string, by: 'hour' | 'day'): string
}

export interface Db extends Dialect {
  /** Signs ledger lines; null when there is none. */
  readonly ledgerKey: LedgerKey | null
  /** Takes ledger lines until the end of the transaction; without it they are written at once. */
  readonly ledgerLines?: LedgerDraft[]
  /** The caller names the type of the rows; the schema makes it true. */
  all<Row extends object>(sql: string, ...values: Value[]): Promise<Row[]>
  one<Row extends object>(sql: string, ...values: Value[]): Promise<Row | undefined>
  /** The number of rows changed. */
  run(sql: string, ...values: Value[]): Promise<number>
  /** The clock that leases and caps run by: the database's where replicas share one, otherwise the caller's. */
  leaseClock(caller: Instant): Promise<Instant>
  /** Waits for the lock, which ends with the transaction. */
  lock(name: LockName): Promise<void>
  /** False when another transaction has it. */
  tryLock(name: LockName): Promise<boolean>
}
