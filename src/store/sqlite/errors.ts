/** What SQLite's errors mean for the caller: a disk that cannot take the write now, or a defect of Reenroll. */

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
  11: 'the file is damaged; stop Reenroll and restore the last backup (SQLITE_CORRUPT)',
  13: 'the disk is full; free some space (SQLITE_FULL)',
  14: 'the file cannot be opened (SQLITE_CANTOPEN)',
  26: 'the file is not a database; restore the last backup (SQLITE_NOTADB)'
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
