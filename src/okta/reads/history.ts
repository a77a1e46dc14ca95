/** The System Log about one or more users: few calls, since its rate limit is the lowest (facts §3.3, §3.4). */
import type { LogEntry } from '../../domain/evidence.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { Asker, ReadResult } from './read-result.ts'
import { toLogEntries } from './translate-log.ts'

/*
 * A person with Okta FastPass logs 30-60 successful verifications a day (facts §3.4), so a month of them is more than can be
 * read. The first page has everything, newest first. Only when it does not reach the start, a second query without the
 * frequent types reads what is left: the rare entries are then complete, the successful verifications are the newest ones.
 */

/** What guards and provenance look for (facts §3.4, §6.1 G4 and G7, §6.2 C14). */
const RARE_TYPES = [
  'eventType sw "user.lifecycle."',
  'eventType sw "user.mfa.factor."',
  'eventType sw "user.account."',
  'eventType sw "user.risk."',
  'eventType sw "device.lifecycle."',
  'eventType sw "device.enrollment."',
  'eventType sw "device.user."',
  'eventType sw "device.token."',
  // The other device types (Platform SSO, password sync, signals) are logged all day; only their failures matter.
  '(eventType sw "device." and outcome.result eq "FAILURE")',
  'eventType eq "user.identity_verification"',
  'eventType eq "security.breached_credential.detected"',
  '(eventType eq "user.authentication.auth_via_mfa" and outcome.result ne "SUCCESS")',
  'eventType eq "security.threat.detected"',
  'eventType sw "application.policy.sign_on.deny"'
].join(' or ')
const ALL_TYPES = `${RARE_TYPES} or eventType eq "user.authentication.auth_via_mfa"`
/** In orgs of Classic Engine the only entry of a sign-in with a password. Few guards need it, so few queries ask for it. */
const SESSION_START = 'user.session.start'
const SESSIONS = `(eventType eq "${SESSION_START}" and outcome.result eq "SUCCESS")`
/** A filter travels in the address, whose length is limited; devices beyond this are left out. */
const MOST_DEVICES = 10
/** Okta's largest page (facts §3.4). */
const PAGE_SIZE = '1000'
/** Okta keeps 90 days (facts §3.4). */
const RETENTION_MS = 90 * DAY_MS

/** Whose history, and the devices that belong to it. */
export interface HistoryAsk {
  readonly userId: string
  readonly deviceIds: readonly string[]
  readonly since: Instant
  readonly withSessions: boolean
}

/** The query, newest entries first. Every id must have passed `isOktaId`: what it lets through needs no quoting. */
function queryFor(asks: readonly HistoryAsk[], types: string, now: Instant): Readonly<Record<string, string>> {
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
    filter: `(${[...new Set(ids)].join(' or ')}) and (${types})`,
    sortOrder: 'DESCENDING',
    limit: PAGE_SIZE
  }
}

/** Ids in one query: a filter travels in the address, and each id adds some 45 characters to it. */
export const IDS_PER_QUERY = 80
/** Places that an ask takes of these: the user as target and as actor, and each device. */
export function idsOf({ deviceIds }: HistoryAsk): number {
  return 2 + Math.min(deviceIds.length, MOST_DEVICES)
}

/** Of the rare entries. With the first page of everything, an ask takes at most three calls. */
const MOST_RARE_PAGES = 2
/** Guards look for threats in successful verifications this far back (`guards.threatSignal` by default). */
const SIGN_INS_MS = 7 * DAY_MS

const LOGS = { method: 'GET', pattern: '/api/v1/logs' } as const

/** The entries of each ask, newest first. More than can be read: the newest, and how far back they reach. */
export async function readHistories(
  asker: Asker,
  asks: readonly HistoryAsk[],
  clock: Clock
): Promise<readonly ReadResult<readonly LogEntry[]>[]> {
  const now = clock()
  const isShared = asks.length > 1
  const query = (types: string) => ({ ...LOGS, query: queryFor(asks, types, now) })
  const frequent = asks.some(({ withSessions }) => withSessions) ? `${ALL_TYPES} or ${SESSIONS}` : ALL_TYPES
  const everything = await asker.upTo(1, query(frequent), toLogEntries)
  if (!everything.ok) return asks.map(() => everything)
  const { entries, isAll } = everything.value
  if (isAll) return asks.map((ask) => ownResult(ask, everything, entries, isShared))
  const signInsSince = entries.at(-1)?.at ?? now
  if (isShared && signInsSince > plus(now, -SIGN_INS_MS)) return readHalves(asker, asks, clock)
  const rare = await asker.upTo(MOST_RARE_PAGES, query(RARE_TYPES), toLogEntries)
  if (!rare.ok) return asks.map(() => rare)
  if (isShared && !rare.value.isAll) return readHalves(asker, asks, clock)
  const older = rare.value.entries.filter(({ at }) => at <= signInsSince)
  const merged = [...new Map([...entries, ...older].map((entry) => [entry.uuid, entry])).values()]
  const completeSince = rare.value.isAll ? null : (rare.value.entries.at(-1)?.at ?? now)
  const cut = { signInsSince, ...(completeSince !== null ? { completeSince } : {}) }
  return asks.map((ask) => ({ ...ownResult(ask, rare, merged, isShared), ...cut }))
}

async function readHalves(asker: Asker, asks: readonly HistoryAsk[], clock: Clock) {
  const half = Math.ceil(asks.length / 2)
  return [
    ...(await readHistories(asker, asks.slice(0, half), clock)),
    ...(await readHistories(asker, asks.slice(half), clock))
  ]
}

function ownResult(
  ask: HistoryAsk,
  { at, requestId }: Pick<ReadResult<unknown> & { ok: true }, 'at' | 'requestId'>,
  entries: readonly LogEntry[],
  isShared: boolean
): ReadResult<readonly LogEntry[]> {
  const value = isShared ? ownEntries(ask, entries) : entries
  return { ok: true, at, requestId, value, ...(isShared ? { shared: true } : {}) }
}

/** What a query about this one alone would have found. */
function ownEntries(
  { userId, deviceIds, since, withSessions }: HistoryAsk,
  entries: readonly LogEntry[]
): readonly LogEntry[] {
  const targets = new Set([userId, ...deviceIds.slice(0, MOST_DEVICES)])
  return entries.filter(
    ({ eventType, actorId, targetIds, at }) =>
      at >= since &&
      (withSessions || eventType !== SESSION_START) &&
      (actorId === userId || targetIds.some((id) => targets.has(id)))
  )
}
