/** Reads a page of the queue from the store: group after group, until the page is full. */
import type { Case } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { counted as countedStorm } from './children.ts'
import {
  filterOf,
  GROUPS,
  type Group,
  groupsOf,
  type PageCursor,
  type QueueQuery,
  readPageCursor,
  writePageCursor
} from './queue-query.ts'

const PAGE = 50

/** A group's cases on this page. */
export interface Section {
  readonly group: Group
  /** All of the group that match, on all pages. */
  readonly count: number
  readonly cases: readonly Case[]
}

export interface QueuePage {
  readonly sections: readonly Section[]
  /** For every group, shown or not. */
  readonly counts: Readonly<Record<Group['id'], number>>
  /** For every storm on this page, how many of its cases wait for an approval. */
  readonly approvals: ReadonlyMap<string, number>
  /** The `after` of the next page. */
  readonly next: string | null
}

type QueueStore = Pick<Store, 'listCases' | 'countCases' | 'countChildren'>

export async function readQueue(store: QueueStore, query: QueueQuery, now: Instant): Promise<QueuePage> {
  const shown = groupsOf(query)
  const counted = GROUPS.map((group) => shown.find(({ id }) => id === group.id) ?? group)
  const [counts, walked] = await Promise.all([
    Promise.all(counted.map((group) => countOf(store, group, query, now))),
    walk(store, shown, query, now)
  ])
  const byId = Object.fromEntries(counted.map(({ id }, index) => [id, counts[index] ?? 0])) as QueuePage['counts']
  const sections = await Promise.all(
    walked.parts.map(async ({ group, cases }) => {
      return { group, cases: await Promise.all(cases.map((c) => countedStorm(store, c))), count: byId[group.id] }
    })
  )
  const storms = sections.flatMap(({ cases }) => cases.filter((c) => c.storm !== null))
  const approvals = await Promise.all(
    storms.map(async ({ id }) => {
      return [id, await store.countCases({ parentId: id, states: ['awaiting_approval'] })] as const
    })
  )
  return { sections, counts: byId, approvals: new Map(approvals), next: walked.next }
}

/** Of a group that the state filter leaves out, nothing matches. */
async function countOf(store: QueueStore, group: Group, query: QueueQuery, now: Instant): Promise<number> {
  if (query.state && !group.states.includes(query.state)) return 0
  return store.countCases(filterOf(group, query, now))
}

async function walk(store: QueueStore, groups: readonly Group[], query: QueueQuery, now: Instant) {
  const start = readPageCursor(query.after)
  const first = Math.max(
    0,
    groups.findIndex(({ id }) => id === start?.group)
  )
  const parts: { group: Group; cases: readonly Case[] }[] = []
  let room = PAGE
  for (const [index, group] of groups.slice(first).entries()) {
    if (room === 0) {
      const { cases } = await pageOf(store, group, query, now, 1, null)
      if (cases.length === 0) continue
      return { parts, next: writePageCursor({ group: group.id, after: null }) }
    }
    const after = index === 0 && start?.group === group.id ? start.after : null
    const page = await pageOf(store, group, query, now, room, after)
    if (page.cases.length > 0) parts.push({ group, cases: page.cases })
    room -= page.cases.length
    if (page.next) return { parts, next: writePageCursor({ group: group.id, after: page.next } satisfies PageCursor) }
  }
  return { parts, next: null }
}

/** A cursor that somebody made up shows the first page. */
async function pageOf(
  store: QueueStore,
  group: Group,
  query: QueueQuery,
  now: Instant,
  limit: number,
  after: string | null
) {
  const ask = { ...filterOf(group, query, now), order: group.order, limit }
  try {
    return await store.listCases({ ...ask, ...(after ? { after } : {}) })
  } catch (error) {
    if (error instanceof RangeError) return store.listCases(ask)
    throw error
  }
}
