/** Lists of cases, page by page, and how many there are. */
import type { Case } from '../../domain/case.ts'
import type { CaseFilter, CaseQuery } from '../../domain/store.ts'
import { CANARY, CASE_STATES, type CaseState } from '../../domain/vocabulary.ts'
import { positionAfter, writeCursor } from '../cursor.ts'
import { loginKey, searchKey } from '../keys.ts'
import type { Body } from './cases.ts'
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
  const after = positionAfter(query.after)
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

/** How long each of these lists is; the questions travel together. */
export function countAll(db: Session, filters: readonly CaseFilter[]): Promise<number[]> {
  return Promise.all(filters.map((filter) => countCases(db, filter)))
}

async function countCases(db: Session, filter: CaseFilter): Promise<number> {
  const { states, folded, snooze, canary, ...narrower } = filter
  const isNarrow = Object.values(narrower).some((value) => value !== undefined)
  return isNarrow ? countListed(db, filter) : countByCounters(db, filter)
}

/** From an index, or by looking at each. */
async function countListed(db: Session, filter: CaseFilter): Promise<number> {
  const clauses = clausesOf(filter)
  const where = [`state = ANY (${bind(clauses, statesOf(filter), '::text[]')})`, ...clauses.where]
  if (!filter.canary) where.push(NO_CANARY)
  if (filter.user !== undefined) where.push(ownedBy(clauses, filter.user))
  return oneCount(db, `SELECT count(*) AS n FROM cases WHERE ${where.join(' AND ')}`, clauses.values)
}

/** As many as the counters say, less the few that the list leaves out. Those that are snoozed have an index. */
async function countByCounters(db: Session, filter: CaseFilter): Promise<number> {
  const { folded = false, snooze } = filter
  const states = statesOf(filter)
  if (snooze?.show === 'asleep') return countListed(db, filter)
  const clauses: Clauses = { where: [], values: [] }
  const counters = states.map((state) => `${folded ? 'folded' : 'case'}:${state}`)
  const all = `SELECT coalesce(sum(n), 0) FROM counts WHERE name = ANY (${bind(clauses, counters, '::text[]')})`
  const left = [
    ...(filter.canary ? [] : [`id = '${CANARY.caseId}'`]),
    ...(snooze ? [`snoozed_until > ${bind(clauses, snooze.at, '::timestamptz')}`] : [])
  ]
  if (left.length === 0) return oneCount(db, `SELECT (${all})::bigint AS n`, clauses.values)
  const which = [`state = ANY (${bind(clauses, states, '::text[]')})`, ...(folded ? ['parent_id IS NULL'] : [])]
  const leftOut = `SELECT count(*) FROM cases WHERE ${which.join(' AND ')} AND (${left.join(' OR ')})`
  return oneCount(db, `SELECT ((${all}) - (${leftOut}))::bigint AS n`, clauses.values)
}

function statesOf({ states }: CaseFilter): readonly CaseState[] {
  return [...new Set(states ?? CASE_STATES)]
}

async function oneCount(db: Session, sql: string, values: readonly Value[]): Promise<number> {
  return (await db.one<{ n: number }>(sql, ...values))?.n ?? 0
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
