/** Group commit: the commands of a batch run in one transaction, so that they share one sync of the disk. */
import { type Command, isDurable, isRead, perform } from '../commands.ts'
import { forgetCounts } from '../tables/failures.ts'
import { type CommandError, commandError, fileError, needsReopening, type SqliteConnection } from './connection.ts'

export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: CommandError }

/** What the worker thread returns for a batch. */
export interface Replies {
  readonly replies: readonly Reply[]
  /** Transactions committed that could write. */
  readonly commits: number
  /** The connection should be closed and opened again. */
  readonly reopen: boolean
}

/** Answers every command of the batch, in order. What is answered `ok` is on disk, unless it is repeatable (`commands.ts`). */
export async function runBatch(db: SqliteConnection, commands: readonly Command[]): Promise<Replies> {
  const writes = commands.some((command) => !isRead(command))
  try {
    db.syncCommits(commands.some(isDurable))
    db.exec(writes ? 'BEGIN IMMEDIATE' : 'BEGIN')
    const replies: Reply[] = []
    for (const command of commands) replies.push({ ok: true, value: await perform(db, command) })
    db.exec('COMMIT')
    // The write-ahead log still holds what was erased.
    if (commands.some(({ op }) => op === 'erasePerson')) db.pragma('wal_checkpoint(TRUNCATE)')
    return { replies, commits: writes ? 1 : 0, reopen: false }
  } catch (error) {
    rollBack(db)
    if (commands.length > 1) return runSeparately(db, commands, error)
    return failed(error)
  }
}

/**
 * One command failed, so each gets a transaction of its own. When the disk failed, the writes fail at once instead of waiting
 * for the same disk one by one; reads may still work.
 */
async function runSeparately(db: SqliteConnection, commands: readonly Command[], error: unknown): Promise<Replies> {
  const diskFailed = fileError(error) !== null
  const parts: Replies[] = []
  for (const command of commands) {
    parts.push(!diskFailed || isRead(command) ? await runBatch(db, [command]) : failed(error))
  }
  return {
    replies: parts.flatMap((part) => part.replies),
    commits: parts.reduce((sum, part) => sum + part.commits, 0),
    reopen: parts.some((part) => part.reopen)
  }
}

function failed(error: unknown): Replies {
  return { replies: [{ ok: false, error: commandError(error) }], commits: 0, reopen: needsReopening(error) }
}

/** After some errors of the disk SQLite has rolled back already. */
function rollBack(db: SqliteConnection): void {
  if (db.inTransaction()) db.exec('ROLLBACK')
  forgetCounts(db)
}
