/** Finding cases: by id, by subject, when due, and page by page. Bodies travel as text. */
import { plus } from '../../time.ts'
import { CASE_STATES, type CaseState, type Instant } from '../../vocabulary.ts'
import type { Place } from '../cursor.ts'
import type { Connection, Value } from './connection.ts'
import type { Claim } from './events.ts'

interface Body {
  readonly body: string
}

export function getCase(db: Connection, id: string): string | null {
  return db.one<Body>('SELECT body FROM cases WHERE id = ?', id)?.body ?? null
}

/** The one saved first last; not by `openedAt`, since a clock may be set back. */
export function latestCase(db: Connection, subjectKey: string): string | null {
  const sql = 'SELECT body FROM cases WHERE subject_key = ? ORDER BY seq DESC LIMIT 1'
  return db.one<Body>(sql, subjectKey)?.body ?? null
}

export function claimDue(db: Connection, { limit, now, leaseMs, holder }: Claim): string[] {
  const due = db.all<Body & { id: string }>(
    `SELECT id, body FROM cases WHERE due_at IS NOT NULL AND due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)
     ORDER BY due_at, seq LIMIT ?`,
    ...[now, now, limit]
  )
  const until = plus(now, leaseMs)
  for (const { id } of due) {
    db.run('UPDATE cases SET lease_until = ?, lease_ms = ?, holder = ? WHERE id = ?', ...[until, leaseMs, holder, id])
  }
  return due.map((row) => row.body)
}

export function release(db: Connection, holder: string): null {
  db.run('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE holder = ?', holder)
  db.run('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND holder = ?', holder)
  return null
}

export interface ListAsk {
  readonly states: readonly CaseState[] | null
  readonly cause: string | null
  readonly parentId: string | null
  /** As asked, and as a login is compared. */
  readonly user: { readonly id: string; readonly login: string } | null
  readonly limit: number
  readonly after: Place | null
}
export interface Listed {
  readonly bodies: readonly string[]
  /** The last case of this page, when more follow. */
  readonly last: Place | null
}

/** Newest first. A user's cases are few; all others are read state by state, each in the order of an index, and merged. */
export function listCases(db: Connection, ask: ListAsk): Listed {
  const found = [...new Set(ask.states ?? CASE_STATES)].flatMap((state) => placesIn(db, state, ask))
  const page = found.toSorted(newestFirst).slice(0, ask.limit)
  const more = found.length > page.length
  return { bodies: page.map(({ id }) => getCase(db, id) ?? ''), last: more ? (page.at(-1) ?? null) : null }
}

/** One more than the page holds, to know whether more follow. */
function placesIn(db: Connection, state: CaseState, ask: ListAsk): Place[] {
  const conditions = ['state = ?']
  const values: Value[] = [state]
  const add = (condition: string, ...more: Value[]) => {
    conditions.push(condition)
    values.push(...more)
  }
  if (ask.cause !== null) add(ask.user ? '+cause = ?' : 'cause = ?', ask.cause)
  if (ask.parentId !== null) add(ask.user ? '+parent_id = ?' : 'parent_id = ?', ask.parentId)
  // `+` keeps SQLite from walking a whole state, cause or storm to find one user.
  if (ask.user) {
    conditions[0] = '+state = ?'
    add('(user_id = ? OR login = ?)', ask.user.id, ask.user.login)
  }
  if (ask.after) add('(opened_at, id) < (?, ?)', ask.after.openedAt, ask.after.id)
  const sql = `SELECT id, opened_at AS openedAt FROM cases WHERE ${conditions.join(' AND ')}
    ORDER BY opened_at DESC, id DESC LIMIT ?`
  return db.all<Place>(sql, ...values, ask.limit + 1)
}

/** From the index of a storm's children alone. */
export function countChildren(db: Connection, parentId: string): { all: number; open: number } {
  const counted = db.one<{ all: number; open: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (WHERE state NOT IN ('resolved', 'closed')) AS open
     FROM cases WHERE parent_id = ?`,
    parentId
  )
  return counted ?? { all: 0, open: 0 }
}

function newestFirst(a: { openedAt: Instant; id: string }, b: { openedAt: Instant; id: string }): number {
  if (a.openedAt !== b.openedAt) return a.openedAt < b.openedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}
