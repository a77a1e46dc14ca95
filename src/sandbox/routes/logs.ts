/** `GET /api/v1/logs`: bounded and polling queries over the System Log, with their different orders and cursors (facts §3.4). */
import { DAY_MS, plus, readInstant } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { SandboxLogEvent } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { linkHeader, ok, routeFor, type SandboxRoute } from '../server/call.ts'
import { validationFailed } from '../server/errors.ts'
import { comparisonsOf, type Filter, invalidCriteria, matchesFilter, readFilter } from '../server/scim-filter.ts'

/* The System Log (facts §3.4). */

export const logRoutes: readonly SandboxRoute[] = [
  routeFor('GET', '/api/v1/logs', 'okta.logs.read', ({ org, query, url }) => {
    const { events, next } = queryLog(storedIn(org, query.filter), query, org.clock(), org.maxFilterLength)
    // The cursor knows where the query started; `since` beside `after` is refused.
    return { ...ok(events.map(asLogEntry)), headers: { link: linkHeader(org.url, url, next, ['since']) } }
  })
]

/** The entries that the API shows by now, in the order of storing; with the ordinary past of the people that the filter names. */
function storedIn(org: Org, filter = ''): StoredEvent[] {
  const now = org.clock()
  const named = [...new Set(filter.match(/00u\w+/g))].flatMap((id) => org.pasts.get(id)?.() ?? [])
  const past = named.map((event) => ({ event, persistedAt: event.published, isPast: true }))
  const stored = org.log.map((event) => ({ event, persistedAt: org.persistedAt(event) }))
  const shown = stored.filter(({ persistedAt }) => persistedAt <= now)
  return [
    ...past,
    ...shown.sort((a, b) => (a.persistedAt < b.persistedAt ? -1 : Number(a.persistedAt > b.persistedAt)))
  ]
}

/** The query string as it came. */
export interface LogParams {
  readonly since?: string
  readonly until?: string
  readonly after?: string
  readonly filter?: string
  readonly limit?: string
  readonly sortOrder?: string
}

/** A stored entry with its place in the order of storing. */
export interface StoredEvent {
  readonly event: SandboxLogEvent
  readonly persistedAt: Instant
  /** Of a person's ordinary past, which is made for a query and has no place that a poll could resume from. */
  readonly isPast?: boolean
}

export interface SandboxLogPage {
  readonly events: SandboxLogEvent[]
  /** The cursor of `Link: rel="next"`; always there when polling, absent on the last bounded page. */
  readonly next: string | null
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000
/** Without `since` a query starts 7 days before its end; nothing is kept longer than 90 days. */
const DEFAULT_WINDOW_MS = 7 * DAY_MS
const RETENTION_MS = 90 * DAY_MS

const ATTRIBUTES = new Set(
  'uuid eventType version displayMessage severity client device actor outcome target transaction debugContext legacyEventType authenticationContext securityContext request'.split(
    ' '
  )
)

/** Entries never change, and every query looks at all of them. */
const LOOKS = new WeakMap<SandboxLogEvent, ReturnType<typeof newLook>>()

/** `values` are by attribute path. */
function newLook(event: SandboxLogEvent) {
  const at: Instant = readInstant(event.published) ?? event.published
  return { at, entry: asLogEntry(event), values: new Map<string, unknown[]>() }
}

function lookAt(event: SandboxLogEvent) {
  const look = LOOKS.get(event) ?? newLook(event)
  LOOKS.set(event, look)
  return look
}

interface Query {
  readonly polling: boolean
  readonly descending: boolean
  readonly since: Instant
  readonly until: Instant
  readonly limit: number
  readonly matches: (event: SandboxLogEvent) => boolean
}

/** Answers a query; throws Okta's 400 for a parameter it would refuse. */
export function queryLog(
  stored: readonly StoredEvent[],
  params: LogParams,
  now: Instant,
  maxFilter = Infinity
): SandboxLogPage {
  const query = readQuery(params, now, maxFilter)
  if (!query.polling) return page(stored, query, params.after)
  const recorded = stored.filter(({ isPast }) => !isPast)
  return poll(recorded, query, params.after)
}

/** Polling is: ascending and no `until`, and a start, be it `since` or a cursor of an earlier poll. */
function readQuery(params: LogParams, now: Instant, maxFilter: number): Query {
  if (params.since !== undefined && params.after !== undefined) {
    throw validationFailed('after', 'since and after cannot be combined')
  }
  const descending = readSortOrder(params.sortOrder) === 'DESCENDING'
  const until = readTime(params.until, 'until') ?? now
  const oldest = plus(now, -RETENTION_MS)
  const since = readTime(params.since, 'since') ?? plus(until, -DEFAULT_WINDOW_MS)
  const filter = params.filter === undefined ? null : readLogFilter(params.filter, maxFilter)
  return {
    polling: !descending && params.until === undefined,
    descending,
    since: later(since, oldest),
    until,
    limit: readLimit(params.limit),
    matches(event) {
      const { entry, values } = lookAt(event)
      return filter === null || matchesFilter(filter, entry, values)
    }
  }
}

/** Every entry, in the order of storing, from the time or the cursor on; the next cursor is always given. */
function poll(stored: readonly StoredEvent[], query: Query, after: string | undefined): SandboxLogPage {
  const start = after === undefined ? stored.findIndex((entry) => entry.persistedAt >= query.since) : readPlace(after)
  const events: SandboxLogEvent[] = []
  let place = start === -1 ? stored.length : start
  while (place < stored.length && events.length < query.limit) {
    const event = stored[place]?.event
    if (event && query.matches(event)) events.push(event)
    place++
  }
  return { events, next: query.limit === 0 ? cursorOf(start, query.since) : cursorOf(place, query.since) }
}

function cursorOf(place: number, since: Instant): string {
  return `${Date.parse(since)}_${place}`
}

function readPlace(after: string): number {
  const match = /^\d+_(\d+)$/.exec(after)
  if (!match?.[1]) throw validationFailed('after', 'the cursor is not one of a polling query')
  return Number(match[1])
}

/** A finite, sorted window over `published`; the cursor names its start and the last entry given. */
function page(stored: readonly StoredEvent[], query: Query, after: string | undefined): SandboxLogPage {
  const cursor = after === undefined ? null : readBoundedCursor(after)
  const since = cursor?.since ?? query.since
  const sorted = stored
    .map(({ event }, place) => ({ event, at: lookAt(event).at, place }))
    .filter(({ event, at }) => at >= since && at <= query.until && query.matches(event))
    .map(({ event, at, place }) => ({ event, key: `${at} ${String(place).padStart(9, '0')}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  if (query.descending) sorted.reverse()
  const rest = cursor
    ? sorted.filter(({ key }) => (query.descending ? key < cursor.lastKey : key > cursor.lastKey))
    : sorted
  const shown = rest.slice(0, query.limit)
  const last = shown.at(-1)
  const more = last !== undefined && rest.length > shown.length
  return { events: shown.map(({ event }) => event), next: more ? encodeCursor(since, last.key) : null }
}

function later(a: Instant, b: Instant): Instant {
  return [a, b].sort()[1] ?? a
}

function encodeCursor(since: Instant, lastKey: string): string {
  return Buffer.from(`${since} ${lastKey}`).toString('base64url')
}

function readBoundedCursor(after: string): { since: Instant; lastKey: string } {
  const [since, published, place] = Buffer.from(after, 'base64url').toString().split(' ')
  if (!readInstant(since) || !since || !published || !place) {
    throw validationFailed('after', 'the cursor is not one of a bounded query')
  }
  return { since, lastKey: `${published} ${place}` }
}

function readTime(text: string | undefined, name: string): Instant | null {
  if (text === undefined) return null
  const instant = readInstant(text)
  if (!instant) throw validationFailed(name, `${name} is not an ISO 8601 timestamp`)
  return instant
}

function readSortOrder(text = 'ASCENDING'): 'ASCENDING' | 'DESCENDING' {
  if (text === 'ASCENDING' || text === 'DESCENDING') return text
  throw validationFailed('sortOrder', 'sortOrder is ASCENDING or DESCENDING')
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit > MAX_LIMIT) throw validationFailed('limit', `limit is 0 to ${MAX_LIMIT}`)
  return limit
}

/** The parsed filter, with the System Log's own limits on attributes (facts §3.4). */
function readLogFilter(text: string, maxLength: number): Filter {
  const filter = readFilter(text, maxLength, 'E0000053')
  for (const { attrPath, op } of comparisonsOf(filter)) {
    if (!ATTRIBUTES.has(attrPath.split('.')[0] ?? '')) throw invalidCriteria(`${attrPath} cannot be queried`)
    if (attrPath.includes('changeDetails')) throw invalidCriteria('changeDetails cannot be queried')
    if (op === 'co' && /^debugContext\.debugData\.(url|requestUri)$/.test(attrPath)) {
      throw invalidCriteria(`co is not allowed on ${attrPath}`)
    }
  }
  return filter
}

/** The entry as the System Log API shows it: hooks carry `ipChain` under `client`, the API under `request` (facts §1.2). */
export function asLogEntry(event: SandboxLogEvent): Record<string, unknown> {
  const { client, insertionTimestamp: _hookOnly, ...rest } = event
  const { ipChain, ...plainClient } = (client ?? {}) as Record<string, unknown>
  return { ...rest, client: client ? plainClient : client, request: { ipChain: ipChain ?? [] } }
}
