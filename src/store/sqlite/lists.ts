/** Lists of cases, page by page, and how many there are. Bodies travel as text. */
import { CANARY, CASE_STATES, type CaseState, type Instant } from '../../domain/vocabulary.ts'
import type { CursorPosition } from '../cursor.ts'
import { getCase } from './cases.ts'
import type { Connection, Value } from './connection.ts'

export interface FilterAsk {
  readonly states: readonly CaseState[] | null
  readonly cause: string | null
  readonly parentId: string | null
  /** As asked, and as a login is compared. */
  readonly user: { readonly id: string; readonly login: string } | null
  readonly mode: string | null
  readonly openedSince: Instant | null
  /** As `searchKey` writes it. */
  readonly search: string | null
  readonly folded: boolean
  readonly canary: boolean
  readonly snooze: { readonly at: Instant; readonly show: 'awake' | 'asleep' } | null
}
export interface ListAsk extends FilterAsk {
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly after: CursorPosition | null
}
export interface Listed {
  readonly bodies: readonly string[]
  /** The last case of this page, when more follow. */
  readonly last: CursorPosition | null
}

/** A user's cases are few; all others are read state by state, each in the order of an index, and merged. */
export function listCases(db: Connection, ask: ListAsk): Listed {
  const inOrder = ask.order === 'newest' ? newestFirst : (a: CursorPosition, b: CursorPosition) => newestFirst(b, a)
  const found = statesOf(ask).flatMap((state) => placesIn(db, state, ask))
  const page = found.toSorted(inOrder).slice(0, ask.limit)
  const more = found.length > page.length
  return { bodies: page.map(({ id }) => getCase(db, id) ?? ''), last: more ? (page.at(-1) ?? null) : null }
}

/** From indexes alone, whatever the filter. */
export function countCases(db: Connection, ask: FilterAsk): number {
  const counts = statesOf(ask).map((state) => {
    const { from, where, values } = clausesOf(state, ask)
    return db.one<{ n: number }>(`SELECT count(*) AS n FROM ${from} WHERE ${where.join(' AND ')}`, ...values)?.n ?? 0
  })
  return counts.reduce((sum, n) => sum + n, 0)
}

function statesOf({ states }: FilterAsk): readonly CaseState[] {
  return [...new Set(states ?? CASE_STATES)]
}

/** One more than the page holds, to know whether more follow. */
function placesIn(db: Connection, state: CaseState, ask: ListAsk): CursorPosition[] {
  const { from, where, values } = clausesOf(state, ask)
  const newest = ask.order === 'newest'
  if (ask.after) {
    where.push(`(opened_at, id) ${newest ? '<' : '>'} (?, ?)`)
    values.push(ask.after.openedAt, ask.after.id)
  }
  const direction = newest ? 'DESC' : 'ASC'
  const sql = `SELECT id, opened_at AS openedAt FROM ${from} WHERE ${where.join(' AND ')}
    ORDER BY opened_at ${direction}, id ${direction} LIMIT ?`
  return db.all<CursorPosition>(sql, ...values, ask.limit + 1)
}

/** `+` keeps SQLite from walking a whole state, cause or storm to find one user. */
function clausesOf(state: CaseState, ask: FilterAsk): { from: string; where: string[]; values: Value[] } {
  const where = [ask.user ? '+state = ?' : 'state = ?']
  const values: Value[] = [state]
  const add = (condition: string, ...more: Value[]) => {
    where.push(condition)
    values.push(...more)
  }
  const extra = ask.mode !== null || ask.search !== null || ask.folded || ask.snooze !== null
  // The wide index answers every filter without a look into the table; user, storm and bare cause have their own.
  const isWide = !ask.user && ask.parentId === null && (extra || ask.cause === null)
  const own = ask.user || isWide ? '+' : ''
  if (ask.cause !== null) add(`${own}cause = ?`, ask.cause)
  if (ask.parentId !== null) add(`${own}parent_id = ?`, ask.parentId)
  if (ask.user) add('(user_id = ? OR login = ?)', ask.user.id, ask.user.login)
  if (ask.openedSince) add('opened_at >= ?', ask.openedSince)
  if (ask.mode !== null) add('+mode = ?', ask.mode)
  // The canary has neither user, storm nor cause.
  if (!ask.canary && isWide) add('id <> ?', CANARY.caseId)
  if (ask.folded) add('+parent_id IS NULL')
  if (ask.search !== null) add('instr(search, ?) > 0', ask.search)
  if (ask.snooze?.show === 'awake') add('(snoozed_until IS NULL OR snoozed_until <= ?)', ask.snooze.at)
  if (ask.snooze?.show === 'asleep') add('snoozed_until > ?', ask.snooze.at)
  return { from: isWide ? 'cases INDEXED BY cases_queue' : 'cases', where, values }
}

function newestFirst(a: CursorPosition, b: CursorPosition): number {
  if (a.openedAt !== b.openedAt) return a.openedAt < b.openedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}
