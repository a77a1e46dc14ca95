/** Lists of cases, page by page, and how many there are. Bodies travel as text. */
import { type CaseFilter, type CaseQuery, FACT_KINDS, NEEDS, type Need } from '../../domain/store.ts'
import { CANARY, CASE_STATES, type CaseState } from '../../domain/vocabulary.ts'
import { type Bind, binder, type Db, type Value } from '../db.ts'
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
  const values: Value[] = []
  const bind = binder(values)
  const ofStates = statesOf(query).map((state) => `SELECT * FROM (${positionsIn(db, state, query, bind)}) AS ${state}`)
  if (ofStates.length === 0) return { bodies: [], last: null }
  const order = query.order === 'oldest' ? 'ASC' : 'DESC'
  const found = await db.all<CursorPosition & { readonly body: string }>(
    `SELECT page.id, page."openedAt", cases.body FROM (
       SELECT id, "openedAt" FROM (${ofStates.join(' UNION ALL ')}) AS found
       ORDER BY "openedAt" ${order}, id ${order} LIMIT ${bind(query.limit + 1)}
     ) AS page JOIN cases ON cases.id = page.id ORDER BY page."openedAt" ${order}, page.id ${order}`,
    ...values
  )
  const page = found.slice(0, query.limit)
  const last = found.length > page.length ? page.at(-1) : undefined
  return { bodies: page.map(({ body }) => body), last: last ? { openedAt: last.openedAt, id: last.id } : null }
}

/** The query for one more than the page holds, to know whether more follow. */
function positionsIn(db: Db, state: CaseState, query: CaseQuery, bind: Bind): string {
  const { from, where } = clausesOf(db, state, query, bind)
  const isOldest = query.order === 'oldest'
  const after = positionAfter(query.after)
  if (after) {
    const at = bind(after.openedAt)
    where.push(`(opened_at, id) ${isOldest ? '>' : '<'} (${at}, ${bind(after.id)})`)
  }
  const direction = isOldest ? 'ASC' : 'DESC'
  const limit = bind(query.limit + 1)
  return `SELECT id, opened_at AS "openedAt" FROM ${from} WHERE ${where.join(' AND ')}
    ORDER BY opened_at ${direction}, id ${direction} LIMIT ${limit}`
}

/** From indexes or counters, whatever the filter. */
export async function countCases(db: Db, filter: CaseFilter): Promise<number> {
  const { states, folded, snooze, canary, needs = NEEDS, ...narrower } = filter
  const isNarrow = !needs.includes('other') || Object.values(narrower).some((value) => value !== undefined)
  if (db.engine === 'postgres' && !isNarrow && snooze?.show !== 'asleep') return countByCounters(db, filter)
  const values: Value[] = []
  const bind = binder(values)
  const ofStates = statesOf(filter).map((state) => {
    const { from, where } = clausesOf(db, state, filter, bind)
    return `(SELECT count(*) FROM ${from} WHERE ${where.join(' AND ')})`
  })
  return ofStates.length === 0 ? 0 : count(db, `SELECT ${ofStates.join(' + ')} AS n`, values)
}

/** PostgreSQL's counters, less the few that the list leaves out. Snoozed cases and needs have an index. */
async function countByCounters(db: Db, filter: CaseFilter): Promise<number> {
  const values: Value[] = []
  const bind = binder(values)
  const states = statesOf(filter)
  const counters = bind(states.map((state) => `${filter.folded ? 'folded' : 'case'}:${state}`))
  const all = `SELECT coalesce(sum(n), 0) FROM counts WHERE ${db.anyOf('name', counters, 'text')}`
  const others = NEEDS.filter((need) => filter.needs?.includes(need) === false)
  const hidden = [
    ...(others.length > 0 ? [ofNeeds(others)] : []),
    ...(filter.canary ? [] : [`id = '${CANARY.caseId}'`]),
    ...(filter.snooze ? [`snoozed_until > ${bind(filter.snooze.at)}`] : [])
  ]
  if (hidden.length === 0) return count(db, `SELECT (${all})::bigint AS n`, values)
  const of = [db.anyOf('state', bind(states), 'text'), ...(filter.folded ? ['parent_id IS NULL'] : [])]
  const leftOut = `SELECT count(*) FROM cases WHERE ${of.join(' AND ')} AND (${hidden.join(' OR ')})`
  return count(db, `SELECT ((${all}) - (${leftOut}))::bigint AS n`, values)
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
}

function clausesOf(db: Db, state: CaseState, filter: CaseFilter, bind: Bind): Clauses {
  const { user, cause, parentId, mode, rule, outcome, stoppedBy, openedSince, openedBefore, ...rest } = filter
  const { facts, search, folded, canary, snooze, needs } = rest
  const where: string[] = []
  const add = (condition: (placeholder: string) => string, value: Value | undefined) => {
    if (value !== undefined) where.push(condition(bind(value)))
  }
  const ofUser = () => `(user_id = ${bind(user ?? '')} OR login = ${bind(loginKey(user ?? ''))})`
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
    if (value === null) where.push(`NOT (${db.contains('search', bind(factMark(kind)))})`)
    else add((key) => db.contains('search', key), value === undefined ? undefined : factKey(kind, value))
  }
  if (snooze?.show === 'awake') add((at) => `(snoozed_until IS NULL OR snoozed_until <= ${at})`, snooze.at)
  if (snooze?.show === 'asleep') add((at) => `snoozed_until > ${at}`, snooze.at)
  const index = isText ? 'cases_search' : 'cases_queue'
  const table = isWide && db.engine === 'sqlite' ? `cases INDEXED BY ${index}` : from
  return { from: table, where }
}
