/**
 * Reading the System Log beside the hook: what to ask for, how a page becomes a delivery, and where to resume after a
 * restart (facts §3.4). The log is the record; the hook is only faster. Pure; `log-poller.ts` does the asking.
 */
import type { ClassifierSettings } from '../domain/classifier.ts'
import type { Delivery } from '../domain/deliveries.ts'
import { isRecord, items, parseJson, recordOf, shapeError } from '../domain/json.ts'
import { DAY_MS, plus, readInstant } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { sortOut } from './envelope.ts'

/** Failed deliveries are in the log only: no hook tells of a hook (facts §1.4). */
const HOOK_DELIVERY = 'event_hook.delivery'
/** Every sign-in of everybody makes one; only failed ones can matter (facts §2.1). */
const AUTH_VIA_MFA = 'user.authentication.auth_via_mfa'
/** Okta keeps its log for 90 days (facts §3.4). */
const RETENTION_MS = 90 * DAY_MS

/** The filter for everything the classifier reads, and for failed hook deliveries. */
export function logFilter({
  failureTypes,
  signalTypes
}: Pick<ClassifierSettings, 'failureTypes' | 'signalTypes'>): string {
  const patterns = [...new Set([...failureTypes, ...signalTypes, HOOK_DELIVERY])]
  return patterns.map(clauseOf).join(' or ')
}

function clauseOf(pattern: string): string {
  if (pattern.endsWith('*')) return `eventType sw "${pattern.slice(0, -1)}"`
  const clause = `eventType eq "${pattern}"`
  return pattern === AUTH_VIA_MFA ? `(${clause} and outcome.result ne "SUCCESS")` : clause
}

/** How far the log was read, as the store keeps it. */
export interface LogPosition {
  /** The link to resume from. */
  readonly next: string
  /** Of the query that the link belongs to: a link keeps its filter for ever. */
  readonly filter: string
  /** Newest `published` seen, by Okta's clock: where to start again when the link is no longer taken. */
  readonly seenUntil: Instant
}

export function writeLogPosition(place: LogPosition): string {
  return JSON.stringify(place)
}

/** Null for nothing, and for what cannot be read: then reading starts as if for the first time. */
export function readLogPosition(text: string | null): LogPosition | null {
  const { next, filter, seenUntil } = recordOf(parseJson(text ?? ''))
  const until = readInstant(seenUntil)
  return typeof next === 'string' && typeof filter === 'string' && until ? { next, filter, seenUntil: until } : null
}

/**
 * Where to start a new query: a little before the newest entry seen, by Okta's own clock, so that ours may be wrong. Never
 * further back than Okta remembers.
 */
export function startAgain(seenUntil: Instant, overlapMs: number, now: Instant): Instant {
  const start = plus(seenUntil, -overlapMs)
  const oldest = plus(now, -RETENTION_MS)
  if (start < oldest) return oldest
  return start
}

/** The entries as a delivery, to take the same way as those of the hook. */
export function logDelivery(entries: readonly unknown[], receivedAt: Instant): Delivery {
  return {
    source: 'log',
    envelopeId: null,
    hookId: null,
    sentAt: null,
    receivedAt,
    // An entry that is nested too deep cannot be written again; it becomes a dead letter.
    body: JSON.stringify({ data: { events: entries.map((entry) => (shapeError(entry) === null ? entry : null)) } }),
    ...sortOut(entries, receivedAt)
  }
}

/** The newest `published` of the page, or `before` when the page has none newer. */
export function newestOf(entries: readonly unknown[], before: Instant): Instant {
  return entries.reduce<Instant>((newest, entry) => {
    const at = readInstant(recordOf(entry).published)
    return at !== null && at > newest ? at : newest
  }, before)
}

/** Uuids of entries that say: Okta could not deliver to a hook. Those that name a hook of somebody else are left out. */
export function failedDeliveries(entries: readonly unknown[], others: readonly unknown[]): readonly string[] {
  return entries.flatMap((entry) => {
    if (!isRecord(entry) || entry.eventType !== HOOK_DELIVERY || typeof entry.uuid !== 'string') return []
    return items(entry.target).some((target) => others.includes(recordOf(target).id)) ? [] : [entry.uuid]
  })
}

/**
 * How long to keep a page back, so that the hook, which is only a little slower than the log, stays the usual way and what
 * is counted as recovered really was lost or late. Never longer than `hookGracePeriodMs`, whatever the clocks say.
 */
export function holdBackMs(newest: Instant, now: Instant, hookGracePeriodMs: number): number {
  return Math.min(hookGracePeriodMs, Math.max(0, Date.parse(newest) + hookGracePeriodMs - Date.parse(now)))
}
