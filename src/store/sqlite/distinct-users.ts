/**
 * How many users failed since an instant, kept while the answer cannot have changed: in a storm every case asks, and counting
 * ten thousand users takes 8 ms each time. Nothing kept outlives a new failure, one that leaves the window, or `forgetCounts`.
 */
import type { Instant } from '../../domain/vocabulary.ts'
import type { Connection, Value } from './connection.ts'

interface Kept {
  /** The newest failure that was counted. */
  readonly lastSeq: number
  readonly answers: Map<string, { readonly since: Instant; readonly users: number }>
}

const KEPT = new WeakMap<Connection, Kept>()
/** More questions than one moment asks. */
const MOST_ANSWERS = 500

/** `sql` counts users `AS n` among `traces`; its values are `values` and then `since`. */
export function usersSince(db: Connection, sql: string, values: readonly Value[], since: Instant): number {
  const { answers } = keptNow(db)
  const question = JSON.stringify([sql, values])
  const known = answers.get(question)
  if (known && known.since <= since && !hasAny(db, known.since, since)) return known.users
  const users = db.one<{ n: number }>(sql, ...values, since)?.n ?? 0
  if (answers.size >= MOST_ANSWERS) answers.clear()
  answers.set(question, { since, users })
  return users
}

/** After failures were removed, or a transaction was undone: its numbers are given out again. */
export function forgetCounts(db: Connection): void {
  KEPT.delete(db)
}

function keptNow(db: Connection): Kept {
  const lastSeq = db.one<{ n: number | null }>('SELECT max(seq) AS n FROM traces')?.n ?? 0
  const known = KEPT.get(db)
  if (known?.lastSeq === lastSeq) return known
  const fresh: Kept = { lastSeq, answers: new Map() }
  KEPT.set(db, fresh)
  return fresh
}

function hasAny(db: Connection, from: Instant, until: Instant): boolean {
  const sql = 'SELECT 1 FROM traces WHERE published_at >= ? AND published_at < ? LIMIT 1'
  return db.one(sql, from, until) !== undefined
}
