/** The bounded System Log query about one user and the devices in question (facts §3.4). Pure. */
import { DAY_MS } from '../time.ts'
import type { Instant } from '../vocabulary.ts'

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
export const MOST_DEVICES = 10
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
export function historyQuery(
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
export function historyQueryOfMany(asks: readonly HistoryAsk[], now: Instant): Readonly<Record<string, string>> {
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
