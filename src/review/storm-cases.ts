/** Reads the cases of a storm: one page of them, and what they share. */
import type { Case } from '../domain/case.ts'
import type { CaseQuery, Store, StormFacets } from '../domain/store.ts'
import { CASE_STATES, type CaseState } from '../domain/vocabulary.ts'

const PAGE = 50

/** Which cases of a storm to show. */
export interface ChildrenAsk {
  /** Only cases in this state; null: all. */
  readonly state: CaseState | null
  readonly after: string | null
}

/** A page of a storm's cases. */
export interface Children {
  readonly ask: ChildrenAsk
  /** Oldest first. */
  readonly cases: readonly Case[]
  readonly facets: StormFacets
  /** The `after` of the next page. */
  readonly next: string | null
}

type ChildStore = Pick<Store, 'listCases' | 'stormFacets'>

/** Reads the query of the address. */
export function readChildrenAsk({ state, after }: Readonly<Record<string, unknown>>): ChildrenAsk {
  return {
    state: CASE_STATES.find((one) => one === state) ?? null,
    after: typeof after === 'string' && after ? after : null
  }
}

/** Reads a page of the storm's cases. */
export async function readChildren(store: ChildStore, parentId: string, ask: ChildrenAsk): Promise<Children> {
  const { state, after } = ask
  const list = { parentId, order: 'oldest', limit: PAGE, ...(state ? { states: [state] } : {}) } as const
  const [page, facets] = await Promise.all([pageAfter(store, list, after), store.stormFacets(parentId)])
  return { ask, cases: page.cases, next: page.next, facets }
}

/** The storm's case with current counts; the stored counts are up to half a minute old. */
export async function counted(store: Pick<Store, 'countChildren'>, c: Case): Promise<Case> {
  return c.storm ? { ...c, storm: { ...c.storm, children: await store.countChildren(c.id) } } : c
}

/** A page of a list; an invalid cursor shows the first one. */
export async function pageAfter(store: Pick<Store, 'listCases'>, list: CaseQuery, after: string | null) {
  try {
    return await store.listCases({ ...list, ...(after ? { after } : {}) })
  } catch (error) {
    if (error instanceof RangeError) return store.listCases(list)
    throw error
  }
}
