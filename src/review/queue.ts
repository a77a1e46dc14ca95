/** The queue: its filters in the address, its sections, and reading one page of it from the store. */
import { needOf } from '../decide/advice.ts'
import { type Case, OUTCOMES, type Outcome } from '../domain/case.ts'
import { type CaseFilter, FACT_KINDS, type FactKind, type Need, type Store } from '../domain/store.ts'
import { DAY_MS, HOUR_MS, plus, readInstant } from '../domain/time.ts'
import {
  CASE_STATES,
  CAUSE_IDS,
  type CaseState,
  type CauseId,
  GUARD_IDS,
  type GuardId,
  type Instant,
  MODES,
  type Mode
} from '../domain/vocabulary.ts'
import { writeCursor } from '../store/keys.ts'
import { counted as countedStorm, pageAfter } from './storm-cases.ts'
import { plain } from './text.ts'
import { isSnoozed } from './words.ts'

export const VIEWS = ['open', 'snoozed', 'ended', 'all'] as const
export type View = (typeof VIEWS)[number]

export const SINCE = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const
export type Since = keyof typeof SINCE

/** How old a case is at least. */
export const OLDER = { '1h': HOUR_MS, '4h': 4 * HOUR_MS, '24h': DAY_MS, '3d': 3 * DAY_MS } as const
export type Older = keyof typeof OLDER

export const OWNERS = ['mine', 'none'] as const
export type Owner = (typeof OWNERS)[number]

/** Facts that the address filters by, under their own names. The assignee is `owner`; a ticket key is searched. */
export type QueueFact = Exclude<FactKind, 'assignee' | 'ticket'>
const QUEUE_FACTS = FACT_KINDS.filter((kind): kind is QueueFact => kind !== 'assignee' && kind !== 'ticket')

/** The filters in the address; invalid values are ignored. */
export interface QueueQuery {
  readonly view: View
  readonly state: CaseState | null
  readonly cause: CauseId | null
  readonly mode: Mode | null
  readonly since: Since | null
  readonly older: Older | null
  readonly owner: Owner | null
  readonly facts: Readonly<Partial<Record<QueueFact, string>>>
  /** Opened from this UTC day, hour or minute on, and before that one: `2026-06-15`, `2026-06-15T14`, `2026-06-15T14:05`. */
  readonly from: string | null
  readonly to: string | null
  readonly rule: string | null
  readonly outcome: Outcome | null
  /** A guard that stopped the repair. */
  readonly stopped: GuardId | null
  /** Only the cases of this storm. */
  readonly storm: string | null
  readonly search: string
  /** Include the canary's case. */
  readonly canary: boolean
  /** The section that a person works through, in the address of a case. */
  readonly section: QueueGroup['id'] | null
  readonly after: string | null
}

/** A section of the queue: cases in these states and of these needs, in this order. */
export interface QueueGroup {
  readonly id: 'security' | 'approval' | 'steps' | 'person' | 'moving' | 'watching' | 'snoozed' | 'ended'
  readonly title: string
  readonly states: readonly CaseState[]
  readonly needs?: readonly Need[]
  readonly order?: 'newest' | 'oldest'
  readonly snooze?: 'awake' | 'asleep'
}

const WAITING: readonly CaseState[] = ['awaiting_approval', 'with_person']
const WITH_USER: readonly CaseState[] = ['watching', 'with_user']
const MOVING: readonly CaseState[] = ['received', 'correlating', 'acting']
/** A case of Security is in no other section. Only cases with a person need steps, but for an instant of an upgrade. */
const NOT_SECURITY: readonly Need[] = ['steps', 'other']

/** The sections, in their order on the page; oldest first unless said. Every open case is in one of them, snoozed or not. */
const GROUPS: readonly QueueGroup[] = [
  {
    ...{ id: 'security', title: 'Security first', snooze: 'awake' },
    ...{ states: [...WAITING, ...MOVING, ...WITH_USER], needs: ['security'] }
  },
  { id: 'approval', title: 'Needs approval', states: ['awaiting_approval'], needs: NOT_SECURITY, snooze: 'awake' },
  { id: 'steps', title: 'Send steps', states: ['with_person'], needs: ['steps'], snooze: 'awake' },
  { id: 'person', title: 'Needs a person', states: ['with_person'], needs: ['other'], snooze: 'awake' },
  { id: 'moving', title: 'In progress', states: MOVING, needs: NOT_SECURITY },
  { id: 'watching', title: 'Waiting for the user', states: WITH_USER, needs: NOT_SECURITY },
  { id: 'snoozed', title: 'Snoozed', states: WAITING, snooze: 'asleep' },
  { id: 'ended', title: 'Ended', states: ['resolved', 'closed'], order: 'newest' }
]

/** What waits for a person, and what is open besides. */
const FOR_PEOPLE = ['security', 'approval', 'steps', 'person'] as const
const OPEN = [...FOR_PEOPLE, 'moving', 'watching'] as const

const SHOWN: Readonly<Record<View, readonly QueueGroup['id'][]>> = {
  open: OPEN,
  snoozed: ['snoozed'],
  ended: ['ended'],
  all: [...OPEN, 'snoozed', 'ended']
}

const MAX_SEARCH = 100

/** Reads the filters from the address. */
export function readQueueQuery(raw: Readonly<Record<string, unknown>>): QueueQuery {
  const text = (key: string) => (typeof raw[key] === 'string' ? raw[key].trim() : '')
  const short = (key: string) => plain(text(key).slice(0, MAX_SEARCH))
  const search = short('q')
  const storm = /^RE-[\w-]{1,40}$/.exec(text('storm'))?.[0] ?? null
  const facts = QUEUE_FACTS.flatMap((kind) => (short(kind) ? [[kind, short(kind)] as const] : []))
  return {
    view: VIEWS.find((view) => view === text('view')) ?? viewWithout(search),
    state: CASE_STATES.find((state) => state === text('state')) ?? null,
    cause: CAUSE_IDS.find((id) => id === text('cause')) ?? null,
    mode: MODES.find((mode) => mode === text('mode')) ?? null,
    since: (Object.keys(SINCE) as Since[]).find((since) => since === text('since')) ?? null,
    older: (Object.keys(OLDER) as Older[]).find((older) => older === text('older')) ?? null,
    owner: OWNERS.find((owner) => owner === text('owner')) ?? null,
    facts: Object.fromEntries(facts),
    from: instantOf(text('from')) && text('from'),
    to: instantOf(text('to')) && text('to'),
    rule: /^[a-z][\w-]{1,60}$/.exec(text('rule'))?.[0] ?? null,
    outcome: OUTCOMES.find((outcome) => outcome === text('outcome')) ?? null,
    stopped: GUARD_IDS.find((guard) => guard === text('stopped')) ?? null,
    storm,
    search,
    canary: text('canary') === '1',
    section: GROUPS.find(({ id }) => id === text('section'))?.id ?? null,
    after: text('after') || null
  }
}

/** The start of a UTC day, hour or minute; null when it is not valid. */
function instantOf(text: string | null): Instant | null {
  if (!text || !/^\d{4}-\d\d-\d\d(T\d\d(:\d\d)?)?$/.test(text)) return null
  return readInstant(`${text}${'T00:00'.slice(text.length - 10)}`)
}

/** Without a view in the address: a search looks everywhere, so that a caller is found in any state. */
function viewWithout(search: string): View {
  return search ? 'all' : 'open'
}

/** What clears all filters besides the view. */
export const UNFILTERED = {
  ...{ state: null, cause: null, mode: null, since: null, older: null, owner: null, facts: {}, storm: null },
  ...{ search: '', from: null, to: null, rule: null, outcome: null, stopped: null }
} satisfies Partial<QueueQuery>

/** True when a filter is set besides the view. */
export function isFiltered(query: QueueQuery): boolean {
  return Boolean(query.state || query.cause || query.mode || query.since || query.search) || isNarrowed(query)
}

/** True when one of the filters is set that are collapsed at first. */
export function isNarrowed({ older, owner, facts, storm, from, to, rule, outcome, stopped }: QueueQuery): boolean {
  return Boolean(older || owner || storm || from || to || rule || outcome || stopped) || Object.keys(facts).length > 0
}

/** The address of the query, changed by `patch`; defaults are left out. */
export function queueHref(query: QueueQuery, patch: Partial<QueueQuery> = {}): string {
  return placeHref(paramsOf({ ...query, section: null, after: null, ...patch }))
}

/** The query as it stands in the address. */
export function paramsOf(query: QueueQuery): string {
  const { view, facts, search, canary, after, ...filters } = query
  const shown = { view: view === viewWithout(search) ? '' : view, canary: canary ? '1' : '' }
  const wanted = Object.entries({
    ...shown,
    ...filters,
    ...facts,
    q: search,
    after
  })
  return String(
    new URLSearchParams(wanted.flatMap(([key, value]) => (value ? [[key, value] as [string, string]] : [])))
  )
}

/** The address of a case, or of one of its forms, that leads back to this place of the queue (`paramsOf`). */
export function caseHref(id: string, queue: string, verb = ''): string {
  return `/cases/${id}${verb && `/${verb}`}${queue && `?in=${encodeURIComponent(queue)}`}`
}

/** The place with this section. */
export function placeIn(queue: string, section: QueueGroup['id']): string {
  return paramsOf({ ...readQueueQuery(Object.fromEntries(new URLSearchParams(queue))), section })
}

/** The address of a place of the queue. */
export function placeHref(queue: string): string {
  return queue ? `/?${queue}` : '/'
}

/** The place of the queue that the address of a case names. */
export function readPlace(query: unknown): QueueQuery {
  const { in: place } = { ...(query as object) } as { readonly in?: unknown }
  return readQueueQuery(Object.fromEntries(new URLSearchParams(typeof place === 'string' ? place : '')))
}

/** The sections to show. A state filter selects its sections in any view. */
function groupsOf({ view, state }: QueueQuery): readonly QueueGroup[] {
  if (!state) return GROUPS.filter(({ id }) => SHOWN[view].includes(id))
  return GROUPS.flatMap((group) => (group.states.includes(state) ? [{ ...group, states: [state] }] : []))
}

/** The store's filter for one section. */
function filterOf({ states, needs, snooze }: QueueGroup, query: QueueQuery, { me, now }: Reader): CaseFilter {
  const { cause, mode, since, older, from, to, rule, outcome, stopped, owner, storm, search, canary } = query
  const openedSince = [since && plus(now, -SINCE[since]), instantOf(from)]
    .filter((at) => at !== null)
    .sort()
    .at(-1)
  const openedBefore = [older && plus(now, -OLDER[older]), instantOf(to)].filter((at) => at !== null).sort()[0]
  const facts = { ...query.facts, ...(owner ? { assignee: owner === 'mine' ? me : null } : {}) }
  const hasFacts = Object.keys(facts).length > 0
  return {
    states,
    ...(needs ? { needs } : {}),
    // A search also finds users inside a storm, and a figure of a page counts them.
    ...(storm ? { parentId: storm } : { folded: !(search || hasFacts || from || to || rule || outcome || stopped) }),
    ...(hasFacts ? { facts } : {}),
    ...(openedSince ? { openedSince } : {}),
    ...(openedBefore ? { openedBefore } : {}),
    ...(snooze ? { snooze: { at: now, show: snooze } } : {}),
    ...(cause ? { cause } : {}),
    ...(mode ? { mode } : {}),
    ...(rule ? { rule } : {}),
    ...(outcome ? { outcome } : {}),
    ...(stopped ? { stoppedBy: stopped } : {}),
    ...(canary ? { canary } : {}),
    ...(search ? { search } : {})
  }
}

/** Where a page starts: the section, and the store's cursor within it. */
export interface PageCursor {
  readonly group: QueueGroup['id']
  readonly after: string | null
}

/** The cursor as text for the address. */
function writePageCursor({ group, after }: PageCursor): string {
  return after ? `${group}.${after}` : group
}

/** Reads a cursor; null when it is not valid. */
function readPageCursor(text: string | null): PageCursor | null {
  const [group, after] = (text ?? '').split('.', 2)
  const found = GROUPS.find(({ id }) => id === group)
  return found ? { group: found.id, after: after || null } : null
}

const PAGE = 50

/** The cases of a section on this page. */
export interface Section {
  readonly group: QueueGroup
  /** All matching cases of the section, on all pages. */
  readonly count: number
  readonly cases: readonly Case[]
}

export interface QueuePage {
  readonly sections: readonly Section[]
  /** Counts of all sections, shown or not. */
  readonly counts: Readonly<Record<QueueGroup['id'], number>>
  /** For each storm on this page, how many of its cases need approval. */
  readonly approvals: ReadonlyMap<string, number>
  /** The `after` of the next page. */
  readonly next: string | null
}

type QueueStore = Pick<Store, 'listCases' | 'countCases' | 'countChildren'>

/** Who reads the queue, and when. */
export interface Reader {
  /** The name that cases are assigned to. */
  readonly me: string
  readonly now: Instant
}

/** Reads section after section until the page is full. */
export async function readQueue(store: QueueStore, query: QueueQuery, reader: Reader): Promise<QueuePage> {
  const shown = groupsOf(query)
  const counted = GROUPS.map((group) => shown.find(({ id }) => id === group.id) ?? group)
  const walked = await walk(store, shown, query, reader)
  // A section that was read whole need not be counted: a search looks at every case for either.
  const counts = await Promise.all(
    counted.map((group) => walked.whole.get(group.id) ?? countOf(store, group, query, reader))
  )
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

/** How many cases wait for a person, and how many are open. */
export function totalsOf({ counts }: QueuePage): { readonly forPeople: number; readonly open: number } {
  const sum = (ids: readonly QueueGroup['id'][]) => ids.reduce((total, id) => total + counts[id], 0)
  return { forPeople: sum(FOR_PEOPLE), open: sum(OPEN) }
}

/** A case beside another one, and the section that has it. */
export interface Neighbour {
  readonly case: Case
  readonly section: QueueGroup['id']
}

/** The cases before and after one, on any page; from the place of a case that has left its section too. */
export interface Neighbours {
  readonly previous: Neighbour | null
  readonly next: Neighbour | null
}

/** Reads the neighbours of a case in its section of the queue, and in those around it. A case outside leads to the first. */
export async function readNeighbours(
  store: QueueStore,
  query: QueueQuery,
  c: Case,
  reader: Reader
): Promise<Neighbours> {
  const shown = groupsOf(query)
  const at = shown.findIndex(({ id, states, needs, snooze }) => {
    if (query.section) return id === query.section
    if (!states.includes(c.state) || (needs && !needs.includes(needOf(c)))) return false
    return !snooze || (snooze === 'asleep') === isSnoozed(c, reader.now)
  })
  const nearest = async (groups: readonly QueueGroup[], start: QueueGroup['id'] | undefined) => {
    for (const group of groups) {
      const page = await pageOf(store, group, query, reader, 1, group.id === start ? writeCursor(c) : null)
      if (page.cases[0]) return { case: page.cases[0], section: group.id }
    }
    return null
  }
  const before = shown.slice(0, at + 1).reverse()
  const [previous, next] = await Promise.all([
    nearest(
      before.map((group) => ({ ...group, order: group.order ? 'oldest' : 'newest' })),
      shown[at]?.id
    ),
    nearest(shown.slice(Math.max(at, 0)), shown[at]?.id)
  ])
  return { previous, next }
}

/** All cases that the filters show, part by part. */
export async function* allOf(store: QueueStore, query: QueueQuery, reader: Reader): AsyncGenerator<readonly Case[]> {
  let after: string | null = null
  do {
    const { parts, next } = await walk(store, groupsOf(query), { ...query, after }, reader, PART)
    yield parts.flatMap(({ cases }) => cases)
    after = next
  } while (after)
}

/** Cases read at a time for a file; between parts other requests are answered. */
const PART = 100

/** Zero for a section that the state filter excludes. */
async function countOf(store: QueueStore, group: QueueGroup, query: QueueQuery, reader: Reader): Promise<number> {
  if (query.state && !group.states.includes(query.state)) return 0
  return store.countCases(filterOf(group, query, reader))
}

async function walk(store: QueueStore, groups: readonly QueueGroup[], query: QueueQuery, reader: Reader, most = PAGE) {
  const start = readPageCursor(query.after)
  const first = Math.max(
    0,
    groups.findIndex(({ id }) => id === start?.group)
  )
  const parts: { group: QueueGroup; cases: readonly Case[] }[] = []
  const whole = new Map<QueueGroup['id'], number>()
  // A search looks at every case of a section, so all sections are searched at once.
  const isAhead = query.search !== '' && !start
  const ahead = isAhead ? await Promise.all(groups.map((group) => pageOf(store, group, query, reader, most, null))) : []
  let room = most
  for (const [index, group] of groups.slice(first).entries()) {
    if (room === 0) {
      const { cases } = ahead[index] ?? (await pageOf(store, group, query, reader, 1, null))
      if (cases.length === 0) {
        whole.set(group.id, 0)
        continue
      }
      return { parts, whole, next: writePageCursor({ group: group.id, after: null }) }
    }
    const after = index === 0 && start?.group === group.id ? start.after : null
    const page = cut(ahead[index] ?? (await pageOf(store, group, query, reader, room, after)), room)
    if (page.cases.length > 0) parts.push({ group, cases: page.cases })
    room -= page.cases.length
    if (page.next) return { parts, whole, next: writePageCursor({ group: group.id, after: page.next }) }
    if (!after) whole.set(group.id, page.cases.length)
  }
  return { parts, whole, next: null }
}

type CasePage = Awaited<ReturnType<Store['listCases']>>

function cut(page: CasePage, room: number): CasePage {
  const last = page.cases[room - 1]
  return last && page.cases.length > room ? { cases: page.cases.slice(0, room), next: writeCursor(last) } : page
}

function pageOf(
  store: QueueStore,
  group: QueueGroup,
  query: QueueQuery,
  reader: Reader,
  limit: number,
  after: string | null
) {
  return pageAfter(store, { ...filterOf(group, query, reader), order: group.order ?? 'oldest', limit }, after)
}
