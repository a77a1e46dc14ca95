/** Lists of cases, page by page, and how many there are. Bodies travel as text. */
import { type CaseFilter, type CaseQuery, FACT_KINDS, NEEDS, type Need } from '../../domain/store.ts'
import { CANARY, CASE_STATES, type CaseState } from '../../domain/vocabulary.ts'
import type { Db, Value } from '../db.ts'
import { type CursorPosition, factKey, factMark, loginKey, positionAfter, searchKey, stoppedKey } from '../keys.ts'

export interface ListedCases {
  readonly bodies: readonly string[]
  /** The last case of this page, when more follow. */
  readonly last: CursorPosition | null
}

/**
 * A user's cases are few; all others are read state by state, each in the order of an index, and merged. One statement
 * reads all states: with one each, a case that changes its state in between would be listed twice or not at all.
 */
export async function listCases(db: Db, query: CaseQuery): Promise<ListedCases> {
  const inOrder = query.order === 'oldest' ? oldestFirst : newestFirst
  const values: Value[] = []
  const ofStates = statesOf(query).map(
    (state) => `SELECT * FROM (${positionsIn(db, state, query, values)}) AS ${state}`
  )
  if (ofStates.length === 0) return { bodies: [], last: null }
  const found = await db.all<CursorPosition>(ofStates.join(' UNION ALL '), ...values)
  if (found.length === 0) return { bodies: [], last: null }
  const page = found.toSorted(inOrder).slice(0, query.limit)
  const rows = await db.all<{ readonly id: string; readonly body: string }>(
    `SELECT id, body FROM cases WHERE ${db.anyOf('id', '$1', 'text')}`,
    page.map(({ id }) => id)
  )
  const bodyOf = new Map(rows.map(({ id, body }) => [id, body]))
  return {
    // On PostgreSQL a case may have been erased since its place was read.
    bodies: page.flatMap(({ id }) => bodyOf.get(id) ?? []),
    last: found.length > page.length ? (page.at(-1) ?? null) : null
  }
}

/** The query for one more than the page holds, to know whether more follow. Adds what it binds to `values`. */
function positionsIn(db: Db, state: CaseState, query: CaseQuery, values: Value[]): string {
  const clauses = clausesOf(db, state, query, values)
  const isOldest = query.order === 'oldest'
  const after = positionAfter(query.after)
  if (after) {
    const at = bind(clauses, after.openedAt)
    clauses.where.push(`(opened_at, id) ${isOldest ? '>' : '<'} (${at}, ${bind(clauses, after.id)})`)
  }
  const direction = isOldest ? 'ASC' : 'DESC'
  const limit = bind(clauses, query.limit + 1)
  return `SELECT id, opened_at AS "openedAt" FROM ${clauses.from} WHERE ${clauses.where.join(' AND ')}
    ORDER BY opened_at ${direction}, id ${direction} LIMIT ${limit}`
}

/** From indexes or counters, whatever the filter. */
export async function countCases(db: Db, filter: CaseFilter): Promise<number> {
  const { states, folded, snooze, canary, needs = NEEDS, ...narrower } = filter
  const isNarrow = !needs.includes('other') || Object.values(narrower).some((value) => value !== undefined)
  if (db.engine === 'postgres' && !isNarrow && snooze?.show !== 'asleep') return countByCounters(db, filter)
  const values: Value[] = []
  const ofStates = statesOf(filter).map((state) => {
    const { from, where } = clausesOf(db, state, filter, values)
    return `(SELECT count(*) FROM ${from} WHERE ${where.join(' AND ')})`
  })
  return ofStates.length === 0 ? 0 : count(db, `SELECT ${ofStates.join(' + ')} AS n`, values)
}

/** PostgreSQL's counters, less the few that the list leaves out. Snoozed cases and needs have an index. */
async function countByCounters(db: Db, filter: CaseFilter): Promise<number> {
  const clauses: Clauses = { from: 'cases', where: [], values: [] }
  const states = statesOf(filter)
  const counters = bind(
    clauses,
    states.map((state) => `${filter.folded ? 'folded' : 'case'}:${state}`)
  )
  const all = `SELECT coalesce(sum(n), 0) FROM counts WHERE ${db.anyOf('name', counters, 'text')}`
  const others = NEEDS.filter((need) => filter.needs?.includes(need) === false)
  const hidden = [
    ...(others.length > 0 ? [ofNeeds(others)] : []),
    ...(filter.canary ? [] : [`id = '${CANARY.caseId}'`]),
    ...(filter.snooze ? [`snoozed_until > ${bind(clauses, filter.snooze.at)}`] : [])
  ]
  if (hidden.length === 0) return count(db, `SELECT (${all})::bigint AS n`, clauses.values)
  const of = [db.anyOf('state', bind(clauses, states), 'text'), ...(filter.folded ? ['parent_id IS NULL'] : [])]
  const leftOut = `SELECT count(*) FROM cases WHERE ${of.join(' AND ')} AND (${hidden.join(' OR ')})`
  return count(db, `SELECT ((${all}) - (${leftOut}))::bigint AS n`, clauses.values)
}

/** Literals, so that PostgreSQL sees that the index `cases_need` fits. */
function ofNeeds(needs: readonly Need[]): string {
  return `need IN (${needs.map((need) => `'${need}'`).join(', ')})`
}

function statesOf({ states }: CaseFilter): readonly CaseState[] {
  return [...new Set(states ?? CASE_STATES)]
}

async function count(db: Db, sql: string, values: readonly Value[]): Promise<number> {
  return (await db.one<{ n: number }>(sql, ...values))?.n ?? 0
}

interface Clauses {
  readonly from: string
  readonly where: string[]
  readonly values: Value[]
}

/** Returns the placeholder of the value. */
function bind({ values }: Pick<Clauses, 'values'>, value: Value): string {
  values.push(value)
  return `$${values.length}`
}

function clausesOf(db: Db, state: CaseState, filter: CaseFilter, values: Value[] = []): Clauses {
  const { user, cause, parentId, mode, rule, outcome, stoppedBy, openedSince, openedBefore, ...rest } = filter
  const { facts, search, folded, canary, snooze, needs } = rest
  const clauses: Omit<Clauses, 'from'> = { where: [], values }
  const { where } = clauses
  const add = (condition: (placeholder: string) => string, value: Value | undefined) => {
    if (value !== undefined) where.push(condition(bind(clauses, value)))
  }
  const ofUser = () => `(user_id = ${bind(clauses, user ?? '')} OR login = ${bind(clauses, loginKey(user ?? ''))})`
  // Asked for a page in order, PostgreSQL may walk a whole state to find one user; OFFSET 0 makes it find the user first.
  const from =
    user === undefined || db.engine === 'sqlite' ? 'cases' : `(SELECT * FROM cases WHERE ${ofUser()} OFFSET 0) AS cases`
  const isText = search !== undefined || facts !== undefined
  const isExtra = [mode, rule, outcome, stoppedBy, snooze, needs].some((value) => value !== undefined) || folded
  // SQLite's wide indexes answer every filter without reading the table; user, storm and bare cause have their own.
  const isWide = user === undefined && (isText || (parentId === undefined && (isExtra || cause === undefined)))
  const unlessWide = (name: string) => (user !== undefined || isWide ? db.unindexed(name) : name)
  add((value) => `${user === undefined ? 'state' : db.unindexed('state')} = ${value}`, state)
  if (needs) where.push(ofNeeds(needs))
  add((value) => `${unlessWide('cause')} = ${value}`, cause)
  add((value) => `${unlessWide('parent_id')} = ${value}`, parentId)
  if (user !== undefined && db.engine === 'sqlite') where.push(ofUser())
  add((value) => `opened_at >= ${value}`, openedSince)
  add((value) => `opened_at < ${value}`, openedBefore)
  add((value) => `${db.unindexed('mode')} = ${value}`, mode)
  add((value) => `rule = ${value}`, rule)
  add((value) => `outcome = ${value}`, outcome)
  add((value) => db.contains('stopped_by', value), stoppedBy && stoppedKey(stoppedBy))
  // The canary's case has neither user, storm nor cause.
  if (!canary && isWide) where.push(`id <> '${CANARY.caseId}'`)
  if (folded) where.push(`${db.unindexed('parent_id')} IS NULL`)
  add((value) => db.contains('search', value), search === undefined ? undefined : searchKey(search))
  for (const kind of FACT_KINDS) {
    const value = facts?.[kind]
    if (value === null) where.push(`NOT (${db.contains('search', bind(clauses, factMark(kind)))})`)
    else add((key) => db.contains('search', key), value === undefined ? undefined : factKey(kind, value))
  }
  if (snooze?.show === 'awake') add((at) => `(snoozed_until IS NULL OR snoozed_until <= ${at})`, snooze.at)
  if (snooze?.show === 'asleep') add((at) => `snoozed_until > ${at}`, snooze.at)
  const index = isText ? 'cases_search' : 'cases_queue'
  const table = isWide && db.engine === 'sqlite' ? `cases INDEXED BY ${index}` : from
  return { ...clauses, from: table }
}

function newestFirst(a: CursorPosition, b: CursorPosition): number {
  if (a.openedAt !== b.openedAt) return a.openedAt < b.openedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}

function oldestFirst(a: CursorPosition, b: CursorPosition): number {
  return newestFirst(b, a)
}
