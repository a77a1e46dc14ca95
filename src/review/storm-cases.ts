/** Reads the cases of a storm: one page of them, and the count per state. */
import type { Case } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
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
  /** The states that have cases. */
  readonly counts: readonly { readonly state: CaseState; readonly count: number }[]
  /** The `after` of the next page. */
  readonly next: string | null
}

type ChildStore = Pick<Store, 'listCases' | 'countCases' | 'countChildren'>

/** Reads the query of the address. */
export function readChildrenAsk({ state, after }: Readonly<Record<string, unknown>>): ChildrenAsk {
  return {
    state: CASE_STATES.find((one) => one === state) ?? null,
    after: typeof after === 'string' && after ? after : null
  }
}

/** Reads a page of the storm's cases. */
export async function readChildren(store: ChildStore, parentId: string, ask: ChildrenAsk): Promise<Children> {
  const [page, counts] = await Promise.all([
    pageOf(store, parentId, ask),
    Promise.all(CASE_STATES.map((state) => store.countCases({ parentId, states: [state] })))
  ])
  const counted = CASE_STATES.map((state, index) => ({ state, count: counts[index] ?? 0 }))
  return { ask, cases: page.cases, next: page.next, counts: counted.filter(({ count }) => count > 0) }
}

/** The storm's case with current counts; the stored counts are up to half a minute old. */
export async function counted(store: ChildStore, c: Case): Promise<Case> {
  return c.storm ? { ...c, storm: { ...c.storm, children: await store.countChildren(c.id) } } : c
}

/** An invalid cursor shows the first page. */
async function pageOf(store: ChildStore, parentId: string, { state, after }: ChildrenAsk) {
  const list = { parentId, order: 'oldest' as const, limit: PAGE, ...(state ? { states: [state] } : {}) }
  try {
    return await store.listCases({ ...list, ...(after ? { after } : {}) })
  } catch (error) {
    if (error instanceof RangeError) return store.listCases(list)
    throw error
  }
}
