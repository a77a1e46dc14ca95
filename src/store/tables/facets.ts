/** What the cases of a storm have in common, from one index. */
import { SHARED_KINDS, type StormFacets } from '../../domain/store.ts'
import { CASE_STATES, type CaseState, type CauseId } from '../../domain/vocabulary.ts'
import type { Db } from '../db.ts'
import { factMark, factsIn } from '../keys.ts'

/** Values shown of each kind. */
const MOST_VALUES = 5

interface Row {
  readonly state: CaseState
  readonly cause: CauseId | null
  readonly at: string
  readonly search: string
}

export async function stormFacets(db: Db, parentId: string): Promise<StormFacets> {
  const isSqlite = db.engine === 'sqlite'
  const states = CASE_STATES.map((state) => `'${state}'`).join(', ')
  const from = isSqlite ? `cases INDEXED BY cases_search WHERE state IN (${states}) AND` : 'cases WHERE'
  const rows = await db.all<Row>(
    `SELECT state, cause, ${db.bucket('opened_at', 'minute')} AS at, search FROM ${from} ${isSqlite ? '+' : ''}parent_id = $1`,
    parentId
  )
  const facts = tally(rows.flatMap(({ search }) => factsIn(search)))
  const opened = tally(rows.map(({ at, state }) => `${at} ${state}`))
  return {
    states: tally(rows.map(({ state }) => state)),
    causes: tally(rows.flatMap(({ cause }) => cause ?? [])),
    facts: SHARED_KINDS.flatMap((kind) => {
      const own = facts.filter(({ of }) => of.startsWith(factMark(kind)))
      return own.slice(0, MOST_VALUES).map(({ of, count }) => ({ kind, of: of.slice(1), count }))
    }),
    opened: opened.map(({ of, count }) => ({ at: of.slice(0, 16), state: of.slice(17) as CaseState, count }))
  }
}

/** The most frequent first. */
function tally<Value extends string>(values: readonly Value[]): { readonly of: Value; readonly count: number }[] {
  const counts = new Map<Value, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([of, count]) => ({ of, count })).sort((a, b) => b.count - a.count || (a.of < b.of ? -1 : 1))
}
