/** What PostgreSQL's errors mean for the caller: a database that cannot be used now, or a defect of Reenroll. */
import { DatabaseError } from 'pg'
import { StoreUnavailable } from '../../domain/store.ts'

/**
 * SQLSTATE classes and codes that concern the server, not the statement (PostgreSQL manual, appendix A). Longer keys
 * win.
 */
const SERVER_ERRORS: Readonly<Record<string, string>> = {
  '08': 'the connection broke',
  '25006': 'the database is read-only; this may be a standby, or its disk is full',
  '25P02': 'the transaction was given up',
  '25P03': 'the transaction was idle for too long',
  '28': 'the server refuses the user or the password',
  '3D000': 'the database does not exist any more',
  '40001': 'too many writers at once',
  '40P01': 'too many writers at once',
  '53': 'the server is out of resources',
  '53100': "the server's disk is full; free some space",
  '53300': 'the server has no connection left; raise max_connections or lower REENROLL_STORE_POOL',
  '55P03': 'a lock was held by somebody else for too long',
  '57': 'the server is stopping, starting or has ended the session',
  '57014': 'the statement took too long',
  '58': "the server's system reports an error",
  XX001: 'the database is damaged; restore the last backup',
  XX002: 'an index is damaged; run REINDEX'
}

/** Retried at once: another transaction won. */
const RETRY_CODES: readonly string[] = ['40001', '40P01']

/** Nothing was committed because of what one of several statements asked for, or of a lock. */
export function concernsOneOfSeveral(error: unknown): boolean {
  return !(error instanceof StoreUnavailable) || isRetryable(error) || sqlState(error) === '55P03'
}

/** Another row has this key. */
const UNIQUE_VIOLATION = '23505'

/** The SQLSTATE, also behind a `StoreUnavailable`, or null when the error did not come from the server. */
export function sqlState(error: unknown): string | null {
  const source = error instanceof StoreUnavailable ? error.cause : error
  return source instanceof DatabaseError ? (source.code ?? null) : null
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === UNIQUE_VIOLATION
}

export function isRetryable(error: unknown): boolean {
  const code = sqlState(error)
  return code !== null && RETRY_CODES.includes(code)
}

/**
 * The error as callers get it. An error of the driver without an SQLSTATE concerns the connection: the driver has no
 * other.
 */
export function asStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error
  const code = sqlState(error)
  if (code === null) return new StoreUnavailable(`The store cannot be reached: ${reasonOf(error)}.`, { cause: error })
  const because = SERVER_ERRORS[code] ?? SERVER_ERRORS[code.slice(0, 2)]
  if (because !== undefined) {
    return new StoreUnavailable(`The store cannot commit: ${because} (SQLSTATE ${code}).`, { cause: error })
  }
  return error instanceof Error ? error : new Error(String(error))
}

/** True when the connection is useless after this error. */
export function breaksConnection(error: unknown): boolean {
  const code = sqlState(error)
  if (code === null) return error instanceof StoreUnavailable
  return code.startsWith('08') || code.startsWith('57P') || code === '25P03' || code === '25006'
}

/** In words, without host names or accounts; the caller knows which server it meant. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown reason'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return (code && NETWORK_ERRORS[code]) ?? code ?? error.message
}

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was reset (ECONNRESET)',
  EHOSTUNREACH: 'no route to the host (EHOSTUNREACH)',
  ENETUNREACH: 'no route to the network (ENETUNREACH)',
  ENOTFOUND: 'the host name is unknown (ENOTFOUND)',
  EAI_AGAIN: 'the host name cannot be looked up now (EAI_AGAIN)',
  EPIPE: 'the connection broke (EPIPE)',
  ETIMEDOUT: 'the host does not answer (ETIMEDOUT)'
}
