/** What the queue shows: its filters read from the address, and its order as a walk over groups of states. Pure. */
import type { CaseFilter } from '../domain/store.ts'
import { DAY_MS, HOUR_MS, plus } from '../domain/time.ts'
import {
  CASE_STATES,
  CAUSE_IDS,
  type CaseState,
  type CauseId,
  type Instant,
  MODES,
  type Mode
} from '../domain/vocabulary.ts'
import { plain } from './text.ts'

export const VIEWS = ['open', 'snoozed', 'ended', 'all'] as const
export type View = (typeof VIEWS)[number]

export const SINCE = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const
export type Since = keyof typeof SINCE

/** As the address says; what it does not say right is left out. */
export interface QueueQuery {
  readonly view: View
  readonly state: CaseState | null
  readonly cause: CauseId | null
  readonly mode: Mode | null
  readonly since: Since | null
  readonly search: string
  /** The canary's case too. */
  readonly canary: boolean
  readonly after: string | null
}

/** A stretch of the queue: these states, in this order. */
export interface Group {
  readonly id: 'person' | 'moving' | 'snoozed' | 'ended'
  readonly title: string
  readonly states: readonly CaseState[]
  readonly order: 'newest' | 'oldest'
  readonly snooze: 'awake' | 'asleep' | null
}

const WAITING: readonly CaseState[] = ['awaiting_approval', 'with_person']

export const GROUPS: readonly Group[] = [
  { id: 'person', title: 'Needs a person', states: WAITING, order: 'oldest', snooze: 'awake' },
  {
    id: 'moving',
    title: 'In motion',
    states: ['received', 'correlating', 'acting', 'watching'],
    order: 'oldest',
    snooze: null
  },
  { id: 'snoozed', title: 'Put off', states: WAITING, order: 'oldest', snooze: 'asleep' },
  { id: 'ended', title: 'Ended', states: ['resolved', 'closed'], order: 'newest', snooze: null }
]

const SHOWN: Readonly<Record<View, readonly Group['id'][]>> = {
  open: ['person', 'moving'],
  snoozed: ['snoozed'],
  ended: ['ended'],
  all: ['person', 'moving', 'snoozed', 'ended']
}

const MAX_SEARCH = 100

export function readQueueQuery(raw: Readonly<Record<string, unknown>>): QueueQuery {
  const text = (key: string) => (typeof raw[key] === 'string' ? raw[key].trim() : '')
  const search = plain(text('q').slice(0, MAX_SEARCH))
  return {
    view: VIEWS.find((view) => view === text('view')) ?? 'open',
    state: CASE_STATES.find((state) => state === text('state')) ?? null,
    cause: CAUSE_IDS.find((id) => id === text('cause')) ?? null,
    mode: MODES.find((mode) => mode === text('mode')) ?? null,
    since: (Object.keys(SINCE) as Since[]).find((since) => since === text('since')) ?? null,
    search,
    canary: text('canary') === '1',
    after: text('after') || null
  }
}

/** True when something narrows the list besides the view. */
export function isFiltered({ state, cause, mode, since, search }: QueueQuery): boolean {
  return Boolean(state || cause || mode || since || search)
}

/** The address that shows this; `patch` changes it. Defaults are left out. */
export function queueHref(query: QueueQuery, patch: Partial<QueueQuery> = {}): string {
  const { view, state, cause, mode, since, search, canary, after } = { ...query, after: null, ...patch }
  const shown = { view: view === 'open' ? '' : view, canary: canary ? '1' : '' }
  const wanted = Object.entries({ ...shown, state, cause, mode, since, q: search, after })
  const params = new URLSearchParams(
    wanted.flatMap(([key, value]) => (value ? [[key, value] as [string, string]] : []))
  )
  return params.size > 0 ? `/?${params}` : '/'
}

/** The groups to show. A state names its groups by itself, whatever the view. */
export function groupsOf({ view, state }: QueueQuery): readonly Group[] {
  if (!state) return GROUPS.filter(({ id }) => SHOWN[view].includes(id))
  return GROUPS.flatMap((group) => (group.states.includes(state) ? [{ ...group, states: [state] }] : []))
}

/** What the store is asked for one group. */
export function filterOf({ states, snooze }: Group, query: QueueQuery, now: Instant): CaseFilter {
  const { cause, mode, since, search, canary } = query
  return {
    states,
    // Who looks for somebody finds them, also inside a storm.
    folded: !search,
    ...(snooze ? { snooze: { at: now, show: snooze } } : {}),
    ...(cause ? { cause } : {}),
    ...(mode ? { mode } : {}),
    ...(since ? { openedSince: plus(now, -SINCE[since]) } : {}),
    ...(canary ? { canary } : {}),
    ...(search ? { search } : {})
  }
}

/** Where a page starts: in which group, and after which case of it. */
export interface PageCursor {
  readonly group: Group['id']
  readonly after: string | null
}

export function writePageCursor({ group, after }: PageCursor): string {
  return after ? `${group}.${after}` : group
}

export function readPageCursor(text: string | null): PageCursor | null {
  const [group, after] = (text ?? '').split('.', 2)
  const found = GROUPS.find(({ id }) => id === group)
  return found ? { group: found.id, after: after || null } : null
}
