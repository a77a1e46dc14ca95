/** Who blocked a user or a device, and whether lifting that block is routine (facts §3.4, §6.1 G9). Pure. */
import type { DecideInput } from '../domain/decision.ts'
import { known, type LogEntry, type OktaGroup, readBackTo } from '../domain/evidence.ts'
import { HOUR_MS, MINUTE_MS, msBetween, plus, readInstant } from '../domain/time.ts'
import type { Failure, Instant, Signal } from '../domain/vocabulary.ts'
import { actorName, eventWords } from './event-names.ts'

/* Log entries for the decision: those read, and the case's own signals and failures, in one list. Pure. */

/** Every entry about the subject, newest first, each `uuid` once. A full log entry replaces our own copy. */
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

/** An event of the case as a log entry. Its targets are not stored; one of them is always the subject. */
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
    changedAttributes: null,
    isOktaVerify: event.kind === 'failure',
    threat: event.context.anonymizer === 'yes' || event.context.threat === 'yes'
  }
}

/** At most `limitMs` ago. An unreadable time counts as recent: guards fail closed. */
export function isRecent(at: Instant, limitMs: number, now: Instant): boolean {
  return !(msBetween(at, now) > limitMs)
}

/** Results of something that did not happen or was refused (facts §1.2). */
const REFUSALS: readonly (string | null)[] = ['FAILURE', 'DENY', 'ABANDONED', 'UNANSWERED', 'RATE_LIMIT']

/** A failed attempt. */
export function wasRefused(entry: LogEntry): boolean {
  return REFUSALS.includes(entry.result)
}

/** Okta's user id: from the event, otherwise from what was read. Logins are reused, so they never identify (facts §3.1). */
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

/** A kind of block: the events that set it and the events that lift it. */
export interface BlockKind {
  readonly on: readonly string[]
  readonly off: readonly string[]
}

export const USER_SUSPENSION: BlockKind = {
  on: ['user.lifecycle.suspend'],
  off: ['user.lifecycle.unsuspend', 'user.lifecycle.activate', 'user.lifecycle.deactivate']
}
export const USER_LOCK: BlockKind = {
  on: ['user.account.lock', 'user.account.lock.limit'],
  off: ['user.account.unlock', 'user.account.unlock_by_admin']
}
export const DEVICE_BLOCK: BlockKind = {
  on: ['device.lifecycle.suspend', 'device.lifecycle.deactivate'],
  off: ['device.lifecycle.unsuspend', 'device.lifecycle.activate']
}

/** Okta writes the status and its log entry almost at the same time. */
const SAME_MOMENT_MS = 5 * MINUTE_MS

/**
 * The log entry of the present block of `targetId`. Undefined when the log does not show it: no entry, one that was lifted
 * since, or one older than the status (the log may lag; facts §3.4 *bounded*).
 */
export function blockOrigin(
  entries: readonly LogEntry[],
  kind: BlockKind,
  targetId: string | null,
  statusChangedAt: Instant | null
): LogEntry | undefined {
  const newest = entries.find(
    (entry) =>
      (kind.on.includes(entry.eventType) || kind.off.includes(entry.eventType)) &&
      !wasRefused(entry) &&
      targetId !== null &&
      (entry.targetIds.includes(targetId) || entry.actorId === targetId)
  )
  if (!newest || kind.off.includes(newest.eventType)) return undefined
  const tooOld = statusChangedAt !== null && msBetween(newest.at, statusChangedAt) > SAME_MOMENT_MS
  return tooOld ? undefined : newest
}

/** Okta's automations also suspend after security failures, so the hour before must have none (facts §6.1). */
const FAILED_RECOVERY_BEFORE_MS = HOUR_MS

/**
 * Why lifting this block is not routine, or null when it is. Only a configured actor id makes it routine, and only outside the
 * groups that the policy excludes; the login `system@okta.com` does not (facts §6.1).
 */
export function notRoutine(
  origin: LogEntry,
  entries: readonly LogEntry[],
  { evidence, policy }: DecideInput
): string | null {
  const what = `${eventWords(origin)} at ${origin.at}`
  const done = `${what} by ${actorName(origin)}`
  if (origin.actorId === null || !policy.guards.trustedActorIds.includes(origin.actorId)) {
    return `${done}, who is not a trusted actor`
  }
  if (readInstant(origin.at) === null) return `${done} is not known to be routine: its time is not valid`
  const { neverRoutineGroups } = policy.guards
  const groups = known(evidence.groups)
  if (neverRoutineGroups.length > 0 && !groups) {
    return `${done} is not known to be routine: the user’s groups are not known`
  }
  const group = groups && listedGroup(groups, neverRoutineGroups)
  if (group) return `${done} is not routine for the group ${group}`
  const failed = entries.find(
    (entry) => entry.uuid !== origin.uuid && isFailedRecovery(entry) && isInHourBefore(entry.at, origin.at)
  )
  if (!failed && evidence.history.state === 'known') {
    const isRead = readBackTo(evidence.history, plus(origin.at, -FAILED_RECOVERY_BEFORE_MS))
    return isRead ? null : `the hour before ${what} was not read: the user has too many log entries`
  }
  if (!failed) return null
  return `${done} follows ${eventWords(failed)} at ${failed.at} within the hour`
}

/** The name of the user's first group that is listed by id or name, in any case. */
export function listedGroup(groups: readonly OktaGroup[], listed: readonly string[]): string | undefined {
  const names = new Set(listed.map((name) => name.toLowerCase()))
  const hit = groups.find(({ id, name }) => names.has(id.toLowerCase()) || names.has(name?.toLowerCase() ?? id))
  return hit?.name ?? hit?.id
}

function isInHourBefore(at: Instant, end: Instant): boolean {
  return at <= end && isRecent(at, FAILED_RECOVERY_BEFORE_MS, end)
}

/** A lock or a failed recovery. */
function isFailedRecovery(entry: LogEntry): boolean {
  switch (entry.eventType) {
    case 'user.account.lock':
    case 'user.account.lock.limit':
    case 'user.account.use_token': // an invalid recovery token was used (event catalogue)
    case 'user.mfa.attempt_bypass':
      return true
    case 'user.account.reset_password':
      return wasRefused(entry)
    case 'user.authentication.auth_via_mfa':
      return entry.factorIntent === 'CREDENTIAL_RECOVERY' && wasRefused(entry)
    default:
      return false
  }
}
