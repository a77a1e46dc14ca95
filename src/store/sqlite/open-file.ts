/** Opens the database file: takes the single writer's lock, checks that the file is Reenroll's and sound, migrates it. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreConfigError } from '../../domain/store.ts'
import type { LedgerKey } from '../ledger.ts'
import { schemaTexts } from '../schema/schema.ts'
import { fileError, openConnection, type SqliteConnection, sqliteCode } from './connection.ts'

/** `RENR`: marks the file as Reenroll's in `PRAGMA application_id`. */
const APPLICATION_ID = 0x52454e52
/** How long to wait for an outside reader, such as a backup. */
const BUSY_MS = 2_000
/** Files up to this size are checked whole when opened; it takes well under a second. */
const CHECK_BYTES = 64 * 1024 * 1024
const SQLITE_BUSY = 5

export interface OpenFile {
  readonly db: SqliteConnection
  close(): void
}

/** The open file. Throws `StoreConfigError` with what to do. */
export function openFile(path: string, ledgerKey: LedgerKey | null = null): OpenFile {
  if (path === ':memory:') return openInMemory(ledgerKey)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StoreConfigError(`${path} is a folder; name a file in it, such as sqlite:${join(path, 'reenroll.db')}.`)
  }
  makeFolder(path)
  const lock = takeLock(path)
  let db: SqliteConnection | undefined
  try {
    makeFile(path)
    db = openConnection(path, BUSY_MS, ledgerKey)
    prepare(db, path)
  } catch (error) {
    db?.close()
    lock.close()
    if (error instanceof StoreConfigError) throw error
    throw new StoreConfigError(
      `${path} cannot be used: ${fileError(error) ?? `it is not what Reenroll expects (${messageOf(error)}); restore the last backup, or move it away to start with an empty store`}.`
    )
  }
  const opened = db
  return {
    db: opened,
    close() {
      opened.close()
      lock.close()
    }
  }
}

function openInMemory(ledgerKey: LedgerKey | null): OpenFile {
  const db = openConnection(':memory:', 0, ledgerKey)
  migrate(db, ':memory:')
  return { db, close: () => db.close() }
}

/** Makes the folder when missing, open to its owner only: the file in it holds personal data. */
function makeFolder(path: string): void {
  trying(path, () => mkdirSync(dirname(path), { recursive: true, mode: 0o700 }))
}

/**
 * Makes the file when missing, for its owner only; SQLite's side files inherit that. A file that is there is not opened:
 * closing it would drop the locks that SQLite holds on it for this process.
 */
function makeFile(path: string): void {
  trying(path, () => {
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK)
    else closeSync(openSync(path, 'a', 0o600))
  })
}

function trying(path: string, step: () => void): void {
  try {
    step()
  } catch (error) {
    throw new StoreConfigError(
      `The store's file ${path} cannot be made or written: ${messageOf(error)}. ` +
        'Let this user write there, or name another place in REENROLL_STORE_URL.'
    )
  }
}

/**
 * One process per file. The lock is an open transaction on a file of its own, so that it ends with the process, however
 * that ends, while backup tools may still read the database itself.
 */
function takeLock(path: string): SqliteConnection {
  const lockPath = `${path}.lock`
  let lock: SqliteConnection | undefined
  try {
    lock = openConnection(lockPath, 0)
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    const busy = sqliteCode(error) === SQLITE_BUSY
    throw new StoreConfigError(
      busy
        ? `Another process already uses ${path} (it holds ${lockPath}). Stop it first: one SQLite file serves one process.`
        : `The lock ${lockPath} cannot be taken: ${messageOf(error)}. Let this user write there, or remove the file if no process uses it.`
    )
  }
}

/** Whether a process has the file open to write. */
export function isInUse(path: string): boolean {
  try {
    takeLock(path).close()
    return false
  } catch {
    return true
  }
}

function prepare(db: SqliteConnection, path: string): void {
  refuseForeign(db, path)
  if (statSync(path).size <= CHECK_BYTES) refuseDamaged(db, path)
  // FULL syncs the write-ahead log at every commit: what is acknowledged survives a power cut. Secure deletion overwrites
  // what is removed, so that an erased person is not left in freed pages.
  // Deliveries are 3 KB and more, which fills pages of 4 KB badly: with these, storing one takes 0.6 of the time. Only a new
  // file takes the size. A log that may grow to 32 MiB is copied into the file rarely, each page of an index then only once.
  // Pages beyond 8 MiB come from the system's own cache, which is memory the machine can take back.
  db.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 2000;
    PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864;
    PRAGMA secure_delete = ON;`)
  migrate(db, path)
}

function refuseForeign(db: SqliteConnection, path: string): void {
  // A schema that was never changed has no table.
  if (db.pragma('application_id') !== APPLICATION_ID && db.pragma('schema_version') !== 0) {
    throw new StoreConfigError(
      `${path} is the database of another program. Name another file in REENROLL_STORE_URL; Reenroll makes it.`
    )
  }
}

function refuseDamaged(db: SqliteConnection, path: string): void {
  const found = db.pragma('quick_check(1)')
  if (found === 'ok') return
  throw new StoreConfigError(
    `${path} is damaged (${found}). Restore the last backup, or move the file away to start with an empty store.`
  )
}

/** What opening the file would do to its schema; changes nothing, also beside a process that has it open. */
export function pendingMigrationOfFile(path: string): { readonly from: number; readonly to: number } {
  const to = schemaTexts('sqlite').length
  if (!existsSync(path)) return { from: 0, to }
  return readingFile(path, (db) => {
    const from = versionOf(db, path, to)
    db.close()
    return { from, to }
  })
}

/** The file for reading alone, also beside the service that has it open. Throws `StoreConfigError`. */
export function openFileForReading(path: string): OpenFile {
  return readingFile(path, (db) => {
    const to = schemaTexts('sqlite').length
    const from = versionOf(db, path, to)
    if (from === to) return { db, close: () => db.close() }
    throw new StoreConfigError(
      `${path} was written by an older Reenroll (schema ${from}; this one reads ${to}). ` +
        'Run "reenroll migrate" first, or start this version once.'
    )
  })
}

function readingFile<Result>(path: string, use: (db: SqliteConnection) => Result): Result {
  let db: SqliteConnection | undefined
  try {
    db = openConnection(path, BUSY_MS, null, true)
    refuseForeign(db, path)
    return use(db)
  } catch (error) {
    db?.close()
    if (error instanceof StoreConfigError) throw error
    throw new StoreConfigError(`${path} cannot be used: ${fileError(error) ?? messageOf(error)}. Check the path.`)
  }
}

function versionOf(db: SqliteConnection, path: string, known: number): number {
  const version = Number(db.pragma('user_version') ?? 0)
  if (version <= known) return version
  throw new StoreConfigError(
    `${path} was written by a newer Reenroll (schema ${version}; this one knows up to ${known}). ` +
      'Start the newer version, or restore the backup made before the upgrade.'
  )
}

function migrate(db: SqliteConnection, path: string): void {
  const texts = schemaTexts('sqlite')
  const version = versionOf(db, path, texts.length)
  for (const [index, text] of texts.entries()) {
    if (index < version) continue
    db.exec(
      `BEGIN IMMEDIATE; ${text}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${index + 1}; COMMIT;`
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
