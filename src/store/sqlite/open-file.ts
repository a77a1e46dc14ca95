/** Opens the database file: takes the one writer's lock, looks whether the file is ours and sound, brings it up to date. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreConfigError } from '../../domain/store.ts'
import { SQLITE_SCHEMA } from '../migrations/sqlite.ts'
import { type Connection, connect } from './connection.ts'
import { fileTrouble, sqliteCode } from './trouble.ts'

/** `RENR`: marks the file as Reenroll's in `PRAGMA application_id`. */
const APPLICATION_ID = 0x52454e52
/** A reader from outside, such as a backup, may hold us up this long. */
const BUSY_MS = 2_000
/** Files up to this size are checked whole when opened; it takes well under a second. */
const CHECK_BYTES = 64 * 1024 * 1024
const SQLITE_BUSY = 5

export interface OpenFile {
  readonly db: Connection
  close(): void
}

/** The open file. Throws `StoreRefused` with what to do. */
export function openFile(path: string): OpenFile {
  makeFolder(path)
  const lock = takeLock(path)
  let db: Connection | undefined
  try {
    makeFile(path)
    db = connect(path, BUSY_MS)
    prepare(db, path)
  } catch (error) {
    db?.close()
    lock.close()
    if (error instanceof StoreConfigError) throw error
    throw new StoreConfigError(
      `${path} cannot be used: ${fileTrouble(error) ?? 'it is not what Reenroll expects'} (${messageOf(error)}). ` +
        'Restore the last backup, or move the file away to start with an empty store.'
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
function takeLock(path: string): Connection {
  const lockPath = `${path}.lock`
  let lock: Connection | undefined
  try {
    lock = connect(lockPath, 0)
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

function prepare(db: Connection, path: string): void {
  refuseForeign(db, path)
  if (statSync(path).size <= CHECK_BYTES) refuseDamaged(db, path)
  // FULL syncs the write-ahead log at every commit: what is acknowledged survives a power cut. Secure deletion overwrites
  // what is removed, so that an erased person is not left in freed pages.
  // Deliveries are 3 KB and more, which fills pages of 4 KB badly: with these, storing one takes 0.6 of the time. Only a new
  // file takes the size. A log that may grow to 32 MiB is copied into the file rarely, each page of an index then only once.
  // Pages beyond 16 MiB come from the system's own cache, which is memory the machine can take back.
  db.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 2000;
    PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864;
    PRAGMA secure_delete = ON;`)
  migrate(db, path)
}

function refuseForeign(db: Connection, path: string): void {
  const id = db.one<{ application_id: number }>('PRAGMA application_id')?.application_id
  const tables = db.one<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema')?.n
  if (id !== APPLICATION_ID && tables !== 0) {
    throw new StoreConfigError(
      `${path} is the database of some other program. Name another file in REENROLL_STORE_URL; Reenroll makes it.`
    )
  }
}

function refuseDamaged(db: Connection, path: string): void {
  const found = db.one<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check
  if (found === 'ok') return
  throw new StoreConfigError(
    `${path} is damaged (${found}). Restore the last backup, or move the file away to start with an empty store.`
  )
}

function migrate(db: Connection, path: string): void {
  const version = db.one<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
  if (version > SQLITE_SCHEMA.length) {
    throw new StoreConfigError(
      `${path} was written by a newer Reenroll (schema ${version}; this one knows up to ${SQLITE_SCHEMA.length}). ` +
        'Start the newer version, or restore the backup made before the upgrade.'
    )
  }
  for (const [index, text] of SQLITE_SCHEMA.entries()) {
    if (index < version) continue
    db.exec(
      `BEGIN IMMEDIATE; ${text} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${index + 1}; COMMIT;`
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
