/** Group commit: the calls of a batch run in one transaction, so that they share one sync of the disk. */
import type { Connection } from './connection.ts'
import { forgetCounts } from './distinct-users.ts'
import { type Call, isDurable, isRead, perform } from './ops.ts'
import { asTrouble, fileTrouble, needsReopening, type Trouble } from './trouble.ts'

export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly trouble: Trouble }

/** What the worker thread answers to a batch. */
export interface Replies {
  readonly replies: readonly Reply[]
  /** Transactions committed that could write. */
  readonly commits: number
  /** The connection should be opened anew. */
  readonly reopen: boolean
}

/** Answers every call of the batch, in order. What is answered `ok` is on disk, unless it can be repeated (`ops.ts`). */
export function runBatch(db: Connection, calls: readonly Call[]): Replies {
  const writes = calls.some((call) => !isRead(call))
  try {
    db.syncCommits(calls.some(isDurable))
    db.exec(writes ? 'BEGIN IMMEDIATE' : 'BEGIN')
    const replies = calls.map((call): Reply => ({ ok: true, value: perform(db, call) }))
    db.exec('COMMIT')
    return { replies, commits: writes ? 1 : 0, reopen: false }
  } catch (error) {
    rollBack(db)
    if (calls.length > 1) return runApart(db, calls, error)
    return { replies: [{ ok: false, trouble: asTrouble(error) }], commits: 0, reopen: needsReopening(error) }
  }
}

/**
 * One call failed, so each gets a transaction of its own and answers for itself. When it is the disk that failed, the
 * writes fail at once instead of waiting for the same disk one by one; reads may still work.
 */
function runApart(db: Connection, calls: readonly Call[], error: unknown): Replies {
  const diskFailed = fileTrouble(error) !== null
  const parts = calls.map((call): Replies => {
    if (!diskFailed || isRead(call)) return runBatch(db, [call])
    return { replies: [{ ok: false, trouble: asTrouble(error) }], commits: 0, reopen: needsReopening(error) }
  })
  return {
    replies: parts.flatMap((part) => part.replies),
    commits: parts.reduce((sum, part) => sum + part.commits, 0),
    reopen: parts.some((part) => part.reopen)
  }
}

/** SQLite has rolled back by itself after some errors of the disk. */
function rollBack(db: Connection): void {
  if (db.inTransaction()) db.exec('ROLLBACK')
  forgetCounts(db)
}
