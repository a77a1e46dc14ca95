/** The System Log about several users in one query, since its limit is the scarcest (facts §3.3, §3.4). */
import type { LogEntry } from '../../domain/evidence.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { Asker, ReadResult } from './read-result.ts'
import { toLogEntries } from './translate-log.ts'

/* The bounded System Log query about one user and the devices in question (facts §3.4). Pure. */

/** What guards and provenance look for (facts §3.4, §6.1 G4 and G7, §6.2 C14). */
const EVENT_TYPES = [
  'eventType sw "user.lifecycle."',
  'eventType sw "user.mfa.factor."',
  'eventType sw "user.account."',
  'eventType sw "user.risk."',
  'eventType sw "device."',
  'eventType eq "user.identity_verification"',
  'eventType eq "security.breached_credential.detected"',
  'eventType eq "user.authentication.auth_via_mfa"',
  'eventType eq "security.threat.detected"',
  'eventType sw "application.policy.sign_on.deny"'
].join(' or ')
/** A filter travels in the address, whose length is limited; devices beyond this are left out. */
const MOST_DEVICES = 10
const PAGE_SIZE = '200'
/** Okta keeps 90 days (facts §3.4). */
const RETENTION_MS = 90 * DAY_MS

/** Whose history, and the devices that belong to it. */
export interface HistoryAsk {
  readonly userId: string
  readonly deviceIds: readonly string[]
  readonly since: Instant
}

/** The query, newest entries first. Every id must have passed `isOktaId`: what it lets through needs no quoting. */
function historyQuery(
  userId: string,
  deviceIds: readonly string[],
  since: Instant,
  now: Instant
): Readonly<Record<string, string>> {
  return queryFor([{ userId, deviceIds, since }], now, PAGE_SIZE)
}

/** Okta's largest page: a query about many should not have a second one (facts §3.4). */
const LARGEST_PAGE = '1000'

/** The same about several users at once, from the earliest of their starts on. */
function historyQueryOfMany(asks: readonly HistoryAsk[], now: Instant): Readonly<Record<string, string>> {
  return queryFor(asks, now, LARGEST_PAGE)
}

function queryFor(asks: readonly HistoryAsk[], now: Instant, limit: string): Readonly<Record<string, string>> {
  const ids = asks.flatMap(({ userId, deviceIds }) => [
    `target.id eq "${userId}"`,
    `actor.id eq "${userId}"`,
    ...deviceIds.slice(0, MOST_DEVICES).map((id) => `target.id eq "${id}"`)
  ])
  const sinceMs = Math.min(...asks.map(({ since }) => Date.parse(since)))
  return {
    // Okta keeps no more (facts §3.4).
    since: new Date(Math.max(sinceMs, Date.parse(now) - RETENTION_MS)).toISOString(),
    until: now,
    filter: `(${[...new Set(ids)].join(' or ')}) and (${EVENT_TYPES})`,
    sortOrder: 'DESCENDING',
    limit
  }
}

/** Ids in one query: a filter travels in the address, and each id adds some 45 characters to it. */
export const IDS_PER_QUERY = 80
/** Places that an ask takes of these: the user as target and as actor, and each device. */
export function idsOf({ deviceIds }: HistoryAsk): number {
  return 2 + Math.min(deviceIds.length, MOST_DEVICES)
}

/** 1000 log entries. A user with more of them cannot be judged by the newest alone. */
const MOST_PAGES = 5
/** Of a query about many, whose pages hold 1000 each; beyond, the many are halved. */
const MOST_SHARED_PAGES = 2

const LOGS = { method: 'GET', pattern: '/api/v1/logs' } as const

/** Each one's own entries, newest first. */
export async function readHistories(
  asker: Asker,
  asks: readonly HistoryAsk[],
  clock: Clock
): Promise<readonly ReadResult<readonly LogEntry[]>[]> {
  const [first] = asks
  if (first && asks.length === 1) {
    const query = historyQuery(first.userId, first.deviceIds, first.since, clock())
    return [await asker.all({ ...LOGS, query }, toLogEntries, MOST_PAGES)]
  }
  const query = historyQueryOfMany(asks, clock())
  const answered = await asker.all({ ...LOGS, query }, toLogEntries, MOST_SHARED_PAGES)
  if (answered.ok) return asks.map((ask) => ({ ...answered, value: ownEntries(ask, answered.value), shared: true }))
  if (!answered.tooLong) return asks.map(() => answered)
  const half = Math.ceil(asks.length / 2)
  return [
    ...(await readHistories(asker, asks.slice(0, half), clock)),
    ...(await readHistories(asker, asks.slice(half), clock))
  ]
}

/** What a query about this one alone would have found. */
function ownEntries({ userId, deviceIds, since }: HistoryAsk, entries: readonly LogEntry[]): readonly LogEntry[] {
  const targets = new Set([userId, ...deviceIds.slice(0, MOST_DEVICES)])
  return entries.filter(
    ({ actorId, targetIds, at }) => at >= since && (actorId === userId || targetIds.some((id) => targets.has(id)))
  )
}
