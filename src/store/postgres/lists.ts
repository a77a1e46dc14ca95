/** Lists of cases, page by page, and how many there are. */
import type { Case } from '../../case/case-file.ts'
import { CANARY, CASE_STATES } from '../../vocabulary.ts'
import { placeAfter, writeCursor } from '../cursor.ts'
import { loginKey, searchKey } from '../keys.ts'
import type { CaseFilter, CaseQuery } from '../store.ts'
import { type Body, getCase } from './cases.ts'
import { counters } from './figures.ts'
import type { Session } from './session.ts'
import { fit, type Value } from './values.ts'

interface Listed extends Body {
  readonly id: string
  readonly opened_at: string
}

const NO_CANARY = `id <> '${CANARY.caseId}'`

/** The conditions of a filter, with the values bound so far. */
interface Clauses {
  readonly where: readonly string[]
  readonly values: Value[]
}

export async function listCases(db: Session, query: CaseQuery): Promise<{ cases: Case[]; next: string | null }> {
  const clauses = clausesOf(query)
  const oldest = query.order === 'oldest'
  const after = placeAfter(query.after)
  const where = [...clauses.where, ...(query.canary ? [] : [NO_CANARY])]
  if (after) {
    const at = bind(clauses, after.openedAt, '::timestamptz')
    where.push(`(opened_at, id) ${oldest ? '>' : '<'} (${at}, ${bind(clauses, fit(after.id), '::text')})`)
  }
  const order = oldest ? 'opened_at, id' : 'opened_at DESC, id DESC'
  // One more than the page holds, to know whether more follow.
  const tail = `ORDER BY ${order} LIMIT ${bind(clauses, query.limit + 1, '::int')}`
  const found = await db.all<Listed>(pageOf(query, clauses, where, tail), ...clauses.values)
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return {
    cases: page.map((row) => JSON.parse(row.body)),
    next: last && found.length > page.length ? writeCursor({ openedAt: last.opened_at, id: last.id }) : null
  }
}

/**
 * A user's cases are few. All others are read state by state, each in the order of an index and no further than a page, and
 * merged.
 */
function pageOf({ user, states }: CaseQuery, clauses: Clauses, where: readonly string[], tail: string): string {
  const asked = bind(clauses, [...new Set(states ?? CASE_STATES)], '::text[]')
  const columns = 'id, opened_at, body'
  if (user !== undefined) {
    return `WITH own AS MATERIALIZED (SELECT * FROM cases WHERE ${ownedBy(clauses, user)})
      SELECT ${columns} FROM own WHERE ${[`state = ANY (${asked})`, ...where].join(' AND ')} ${tail}`
  }
  return `SELECT ${columns} FROM unnest(${asked}) AS asked (name) CROSS JOIN LATERAL (
      SELECT ${columns} FROM cases WHERE ${['state = asked.name', ...where].join(' AND ')} ${tail}
    ) AS found ${tail}`
}

/** From counters when only states are asked for, otherwise from an index. */
export async function countCases(db: Session, filter: CaseFilter): Promise<number> {
  const states = [...new Set(filter.states ?? CASE_STATES)]
  const clauses = clausesOf(filter)
  if (clauses.where.length === 0 && filter.user === undefined) {
    const counts = await counters(db)
    const all = states.reduce((sum, state) => sum + (counts.get(`case:${state}`) ?? 0), 0)
    const canary = filter.canary ? null : await getCase(db, CANARY.caseId)
    return canary && states.includes(canary.state) ? all - 1 : all
  }
  const where = [`state = ANY (${bind(clauses, states, '::text[]')})`, ...clauses.where]
  if (!filter.canary) where.push(NO_CANARY)
  if (filter.user !== undefined) where.push(ownedBy(clauses, filter.user))
  const sql = `SELECT count(*) AS n FROM cases WHERE ${where.join(' AND ')}`
  return (await db.one<{ n: number }>(sql, ...clauses.values))?.n ?? 0
}

function ownedBy(clauses: Clauses, user: string): string {
  return `(user_id = ${bind(clauses, fit(user), '::text')} OR login = ${bind(clauses, fit(loginKey(user)), '::text')})`
}

function clausesOf(filter: CaseFilter): Clauses {
  const clauses: { where: string[]; values: Value[] } = { where: [], values: [] }
  const add = (condition: (value: string) => string, value: string | undefined, type: string) => {
    if (value !== undefined) clauses.where.push(condition(bind(clauses, value, type)))
  }
  add((cause) => `cause = ${cause}`, filter.cause, '::text')
  add((id) => `parent_id = ${id}`, filter.parentId, '::text')
  add((mode) => `mode = ${mode}`, filter.mode, '::text')
  add((at) => `opened_at >= ${at}`, filter.openedSince, '::timestamptz')
  add((text) => `strpos(search, ${text}) > 0`, filter.search && fit(searchKey(filter.search)), '::text')
  if (filter.folded) clauses.where.push('parent_id IS NULL')
  const { at, show } = filter.snooze ?? {}
  if (show === 'awake') add((now) => `(snoozed_until IS NULL OR snoozed_until <= ${now})`, at, '::timestamptz')
  if (show === 'asleep') add((now) => `snoozed_until > ${now}`, at, '::timestamptz')
  return clauses
}

/** The placeholder of the value from now on. */
function bind({ values }: Clauses, value: Value, type: string): string {
  values.push(value)
  return `$${values.length}${type}`
}
