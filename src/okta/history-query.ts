/** The bounded System Log query about one user and the devices in question (facts §3.4). Pure. */
import { DAY_MS, plus } from '../time.ts'
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
const MOST_DEVICES = 10
const PAGE_SIZE = '200'
/** Okta keeps 90 days (facts §3.4). */
const RETENTION_MS = 90 * DAY_MS

/** The query, newest entries first. Every id must have passed `isOktaId`: what it lets through needs no quoting. */
export function historyQuery(
  userId: string,
  deviceIds: readonly string[],
  since: Instant,
  now: Instant
): Readonly<Record<string, string>> {
  const people = [`target.id eq "${userId}"`, `actor.id eq "${userId}"`]
  const devices = deviceIds.slice(0, MOST_DEVICES).map((id) => `target.id eq "${id}"`)
  const oldest = plus(now, -RETENTION_MS)
  return {
    since: since > oldest ? since : oldest,
    until: now,
    filter: `(${[...people, ...devices].join(' or ')}) and (${EVENT_TYPES})`,
    sortOrder: 'DESCENDING',
    limit: PAGE_SIZE
  }
}
