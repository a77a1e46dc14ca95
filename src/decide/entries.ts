/** The System Log as deciding sees it: what was read, and the case's own signals and failures, in one list. Pure. */
import { known, type LogEntry } from '../evidence.ts'
import { msBetween } from '../time.ts'
import type { Failure, Instant, Signal } from '../vocabulary.ts'
import type { DecideInput } from './decision.ts'

/** Every entry about the subject, newest first, each `uuid` once; a full log entry wins over our own copy of it. */
export function entriesOf(input: DecideInput): readonly LogEntry[] {
  const byUuid = new Map<string, LogEntry>()
  for (const event of [...input.failures, ...input.signals]) byUuid.set(event.uuid, asEntry(event))
  for (const entry of known(input.evidence.history) ?? []) byUuid.set(entry.uuid, entry)
  return [...byUuid.values()].sort(newestFirst)
}

function newestFirst(a: LogEntry, b: LogEntry): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1
  return a.uuid < b.uuid ? 1 : -1
}

/** An event of the case as a log entry. It does not name its targets; by definition one of them is the subject. */
function asEntry(event: Failure | Signal): LogEntry {
  return {
    uuid: event.uuid,
    eventType: event.eventType,
    at: event.publishedAt,
    result: event.result,
    reason: event.reason,
    actorId: event.actor.id,
    actorType: event.actor.type,
    actorLogin: event.actor.login,
    transactionType: null,
    ip: event.context.ip,
    country: event.context.country,
    targetIds: [event.subject.id, event.device.id].filter((id) => id !== null),
    factorIntent: null,
    isOktaVerify: event.kind === 'failure',
    threat: event.context.anonymizer === 'yes' || event.context.threat === 'yes'
  }
}

/** At most `limitMs` ago. A time that cannot be read counts as recent: guards fail closed. */
export function isRecent(at: Instant, limitMs: number, now: Instant): boolean {
  return !(msBetween(at, now) > limitMs)
}

/** Results that say the thing did not happen, or was refused (facts §1.2 `outcome.result`). */
const REFUSALS: readonly (string | null)[] = ['FAILURE', 'DENY', 'ABANDONED', 'UNANSWERED', 'RATE_LIMIT']

/** It was tried and did not succeed. */
export function wasRefused(entry: LogEntry): boolean {
  return REFUSALS.includes(entry.result)
}

/** Okta's user id: from the event, otherwise from what was read. Logins are reusable, so they never identify (facts §3.1). */
export function subjectIdOf(input: DecideInput): string | null {
  return input.subject.id ?? known(input.evidence.user)?.id ?? null
}

/** When the newest failure happened; undefined without failures. */
export function newestFailureAt(failures: readonly Failure[]): Instant | undefined {
  return failures
    .map((failure) => failure.publishedAt)
    .sort()
    .at(-1)
}
