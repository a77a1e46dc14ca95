/**
 * Folds events into cases: which case an event joins or opens, how it changes the case, and whether it looks like a takeover
 * after a write. Canaries have a case of their own. Pure.
 */
import { challengesToRemember } from '../../decide/caller.ts'
import { newestFailureAt } from '../../decide/entries.ts'
import { eventWords } from '../../decide/event-names.ts'
import { isOwnAttempt } from '../../decide/own-report.ts'
import { recovers, workedBefore } from '../../decide/recovery.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { FailureTrace } from '../../domain/deliveries.ts'
import { isUndoing } from '../../domain/remediation.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import { MINUTE_MS, plus } from '../../domain/time.ts'
import {
  CANARY,
  type Failure,
  type Instant,
  type Recovery,
  type Signal,
  type SkipReason,
  type Subject
} from '../../domain/vocabulary.ts'
import { decideAgainAt } from './decide-again.ts'
import { escalate, lookEarlier } from './guide.ts'
import {
  type CaseChange,
  change,
  didNotHelp,
  failedSince,
  lastAction,
  raiseSecurityAlert,
  resolve
} from './transitions.ts'

/* Folds events into cases: which case an event joins, and how it changes the case. Pure. */

/* A new case. */

/** Due at once and not saved yet; `over` has the initial fields of its kind of case. */
export function newCase(id: string, subjectKey: string, now: Instant, over: Partial<Case>): Case {
  return {
    id,
    subjectKey,
    user: { id: null, login: null, name: null },
    state: 'received',
    openedAt: now,
    updatedAt: now,
    dueAt: now,
    tries: 0,
    version: 0,
    failures: [],
    signals: [],
    recovery: null,
    evidence: null,
    cause: null,
    considered: [],
    guards: [],
    decision: null,
    proposal: null,
    approval: null,
    actions: [],
    watchUntil: null,
    vigilUntil: null,
    securityAlert: null,
    parentId: null,
    storm: null,
    ticket: null,
    contentRevision: 0,
    outcome: null,
    timeline: [],
    ...over
  }
}

/** Most failures and signals kept on one case: the first and the newest. The timeline still counts all. */
const KEPT_EVENTS = 50

/** The key under which a user has at most one open case. Without a user, every failure has a separate key. */
export function subjectKey(event: { readonly uuid: string; readonly subject: Subject }): string {
  if (event.subject.id) return `user:${event.subject.id}`
  return event.subject.login ? `login:${event.subject.login.toLowerCase()}` : `event:${event.uuid}`
}

/** Applies one event to the subject's newest case: a changed or new case, or a reason why none is affected. */
export type FoldedEvent = { readonly change: CaseChange; readonly opened: boolean } | { readonly skipped: SkipReason }

/** `newId` is the id of a case that this event opens. */
export function foldEvent(
  c: Case | null,
  event: Failure | Recovery | Signal,
  newId: string,
  now: Instant
): FoldedEvent {
  const joined = joinByKind(c, event, newId, now)
  const suspicion = c && suspicionOf(c, event)
  if (!suspicion) return joined
  // The case with the write gets the alert, even when it has ended (facts §6: watch the user for 2 h).
  const failures = event.kind === 'failure' ? keep(c.failures, event) : c.failures
  const changed = 'change' in joined && !joined.opened ? joined.change : change({ ...c, failures }, now)
  return { change: raiseSecurityAlert(changed, suspicion, now), opened: false }
}

function joinByKind(c: Case | null, event: Failure | Recovery | Signal, newId: string, now: Instant): FoldedEvent {
  switch (event.kind) {
    case 'failure':
      return joinFailure(c, event, newId, now)
    case 'recovery':
      return c && isOpen(c)
        ? { change: joinRecovery(c, event, now), opened: false }
        : { skipped: 'recovery_without_case' }
    case 'signal':
      if (c && isOpen(c)) return { change: joinSignal(c, event, now), opened: false }
      return c && isUndoing(event, c.actions)
        ? { change: undone(c, event, now), opened: false }
        : { skipped: 'signal_without_case' }
  }
}

/** A person took the repair back after the case had ended; it stays ended. */
function undone(c: Case, signal: Signal, now: Instant): CaseChange {
  const what = `The repair was undone at ${signal.publishedAt} (${signal.eventType}).`
  return change({ ...c, signals: keep(c.signals, signal) }, now, what, [], 'okta')
}

function joinFailure(c: Case | null, failure: Failure, newId: string, now: Instant): FoldedEvent {
  if (!c) return { change: openCase(failure, newId, now), opened: true }
  if (!isOpen(c)) {
    // A late copy of a failure that is resolved. A failure after the end opens a new case (facts §1.4: no order, no maximum delay).
    const endedAt = c.recovery?.publishedAt ?? c.updatedAt
    if (failure.publishedAt <= endedAt) return { skipped: 'already_recovered' }
    const opened = openCase(failure, newId, now)
    const remembered = { ...keptOf(c), ...challengesToRemember(c, now) }
    return { change: { ...opened, next: { ...opened.next, ...remembered } }, opened: true }
  }
  // The person who snoozed the case did not know of this failure.
  const isOver = c.recovery !== null && c.recovery.publishedAt < failure.publishedAt
  const recovery = isOver ? null : c.recovery
  const next = { ...c, failures: keep(c.failures, failure), recovery, snoozedUntil: null }
  const what = `Enrollment failed again (${failure.eventType}${failure.reason ? `: ${failure.reason}` : ''}).`
  const action = lastAction(c)
  // One that was settled after a crash took effect long before.
  const isAfterWrite = action && (failure.publishedAt >= action.at || failedSince(next, action))
  if (c.state === 'watching' && isAfterWrite) return { change: didNotHelp(next, what, now, 'okta'), opened: false }
  if (c.state === 'with_user') return { change: failedWithSteps(c, next, failure, what, now), opened: false }
  const waiting = c.state === 'awaiting_approval' || c.state === 'with_person'
  const updated: Case = waiting ? { ...next, contentRevision: c.contentRevision + 1, dueAt: now } : next
  // The old decision did not know of this failure: read and decide again.
  const changed: Case =
    c.state === 'awaiting_approval' ? { ...updated, state: 'received', tries: 0 } : decideAgainAt(updated, now)
  return { change: change(changed, now, what, [], 'okta'), opened: false }
}

/** What the user's next case keeps of the one before. */
function keptOf({ vigilUntil, mailed, guide, notMeAt }: Case): Partial<Case> {
  return { vigilUntil, ...(guide && mailed ? { guidedBefore: mailed.at } : {}), ...(notMeAt ? { notMeAt } : {}) }
}

/** A failure after the message: the steps did not help. One before it may change what is to be sent. */
function failedWithSteps(c: Case, next: Case, failure: Failure, what: string, now: Instant): CaseChange {
  const stepsAt = c.mailed?.at ?? (isOwnAttempt(c.failures) ? c.guide?.at : undefined)
  if (stepsAt && failure.publishedAt > stepsAt) return escalate(next, what, now, 'okta')
  if (c.mailed) return change(next, now, what, [], 'okta')
  return change({ ...next, state: 'received', tries: 0, dueAt: now }, now, what, [], 'okta')
}

/** When an enrollment that had only begun is looked up in Okta: people need a minute or two. */
const LOOK_AFTER_MS = 5 * MINUTE_MS

function joinRecovery(c: Case, recovery: Recovery, now: Instant): CaseChange {
  const newest = newestFailureAt(c.failures)
  const { publishedAt, device, unfinished } = recovery
  const recovered = recovers(c.failures, publishedAt, device, workedBefore(c))
  if (unfinished && recovered !== 'no') {
    const what = `A device was registered at ${publishedAt}; whether Okta Verify is enrolled on it is read from Okta.`
    // A proposal must match the current facts.
    if (c.state === 'awaiting_approval') {
      return change({ ...c, state: 'received', dueAt: now, tries: 0 }, now, what, [], 'okta')
    }
    const again = lookEarlier(decideAgainAt(c, plus(now, LOOK_AFTER_MS)), plus(now, LOOK_AFTER_MS))
    return change(c.state === 'with_person' ? { ...again, dueAt: now } : again, now, what, [], 'okta')
  }
  if (recovered !== 'yes') {
    const where = device.platform === 'unknown' ? '' : ` (${device.platform})`
    const what =
      newest && publishedAt < newest
        ? `Okta Verify was enrolled at ${publishedAt}, before the newest failure.`
        : recovered === 'no'
          ? `Okta Verify was enrolled at ${publishedAt} on another device${where}.`
          : `Okta Verify was enrolled at ${publishedAt} on a device${where} that may not be the failing one.`
    return change(c, now, what, [], 'okta')
  }
  const proved: Case = { ...c, recovery }
  // An outstanding write is settled first; its proof resolves the case.
  if (c.state === 'acting' && lastAction(c)?.state === 'intended') return change(proved, now)
  return resolve(proved, recovery.publishedAt, now)
}

function joinSignal(c: Case, signal: Signal, now: Instant): CaseChange {
  const next: Case = { ...c, signals: keep(c.signals, signal) }
  const by = signal.source === 'ssf' ? `, reported by ${signal.actor.login ?? 'another vendor'}` : ''
  const what = `${signal.eventType} ${signal.result ?? ''}`.trim() + by
  // A proposal must match the current facts, and the steps are not for somebody under attack: read and decide again.
  const isEnrolling = c.state === 'received' && c.decision?.enrollingUntil !== undefined
  if (c.state === 'awaiting_approval' || c.state === 'with_user' || isEnrolling) {
    return change({ ...next, state: 'received', dueAt: now, tries: 0 }, now, what, [], 'okta')
  }
  return change(next, now, what, [], 'okta')
}

function openCase(failure: Failure, id: string, now: Instant): CaseChange {
  const opened = newCase(id, subjectKey(failure), now, { user: failure.subject, failures: [failure] })
  const what = `Enrollment failed at ${failure.publishedAt} (${failure.eventType}${failure.reason ? `: ${failure.reason}` : ''}).`
  return { ...change(opened, now, what, [], 'okta'), telemetry: [{ type: 'case_opened', caseId: id }] }
}

function keep<E extends { readonly uuid: string }>(events: readonly E[], event: E): readonly E[] {
  if (events.some((known) => known.uuid === event.uuid)) return events
  const all = [...events, event]
  return all.length > KEPT_EVENTS ? [...all.slice(0, 1), ...all.slice(1 - KEPT_EVENTS)] : all
}

/** What storm detection stores of a failure (facts §6.1 G8). */
export function traceOf(failure: Failure): FailureTrace {
  return {
    subjectKey: subjectKey(failure),
    publishedAt: failure.publishedAt,
    ip: failure.context.ip,
    asNumber: failure.context.asNumber,
    appVersion: failure.context.appVersion,
    platform: failure.device.platform
  }
}

/*
 * The takeover window after a write that made enrollment easier. For two hours after a removed factor or a lifted suspension,
 * a new factor from an unusual place, a change of risk or a report by the user alerts security (facts §6). Pure.
 */

/** Signals that are alerts on their own. `user.risk.*` is logged only on a change; a fall to LOW is not an alert. */
const ALERT_SIGNALS = [
  'user.account.report_suspicious_activity_by_enduser',
  'user.risk.change',
  'user.risk.detect',
  'security.threat.detected',
  'security.breached_credential.detected'
]

const AFTER_REPAIR = ', shortly after a repair made enrolling easier'

/** Why an event within the takeover window looks like a takeover, or null. */
function suspicionOf(c: Case, event: Failure | Recovery | Signal): string | null {
  if (!c.vigilUntil || event.publishedAt > c.vigilUntil) return null
  const wrote = c.actions.findLast((action) => action.state !== 'refused' && action.state !== 'failed')
  // The window began in the user's earlier case: everything since the new failure counts.
  const wroteAt = c.actions.length === 0 ? c.failures[0]?.publishedAt : wrote?.intendedAt
  if (!wroteAt || event.publishedAt < wroteAt) return null
  const isAlert = ALERT_SIGNALS.includes(event.eventType) || sharedSignalKind(event.eventType) === 'alert'
  if (event.kind === 'signal' && isAlert && event.context.risk !== 'LOW') {
    return `${eventWords(event)} at ${event.publishedAt}${AFTER_REPAIR}`
  }
  const { anonymizer, threat, unusual } = event.context
  const odd = [
    anonymizer === 'yes' && 'through an anonymizer',
    threat === 'yes' && 'from an address that Okta suspects',
    unusual === 'yes' && 'from an unusual place or device'
  ].filter((words) => words !== false)
  if (odd.length === 0 || event.kind === 'signal') return null
  const what = event.kind === 'recovery' ? 'A new factor was enrolled' : 'Enrollment was tried'
  return `${what} ${odd.join(', ')} at ${event.publishedAt}${AFTER_REPAIR}`
}

/*
 * The canary: a synthetic delivery from the public address to a case that ends at once. It reuses one case, with no user, no
 * ticket, no Okta calls and no ledger entries.
 */

/** Number of canaries in the case's timeline. */
const KEPT_ENTRIES = 20

/** A canary arrived: its case is due, whatever the result of the previous one. */
export function canaryArrived(before: Case | null, publishedAt: Instant, now: Instant): CaseChange {
  const c = before ?? newCase(CANARY.caseId, CANARY.subjectKey, now, { outcome: 'canary' })
  const next: Case = {
    ...c,
    state: 'received',
    dueAt: now,
    tries: 0,
    canary: { sentAt: publishedAt, doneAt: c.canary?.doneAt ?? null },
    timeline: c.timeline.slice(1 - KEPT_ENTRIES)
  }
  return change(next, now, `Received a canary sent at ${publishedAt}.`)
}

export function canaryDone(c: Case, now: Instant): CaseChange {
  const sentAt = c.canary?.sentAt ?? now
  const next: Case = { ...c, state: 'closed', dueAt: null, tries: 0, canary: { sentAt, doneAt: now } }
  const changed = change(next, now, 'The canary arrived: delivery, store and worker work.')
  const afterMs = Math.max(0, Date.parse(now) - Date.parse(sentAt))
  return { ...changed, telemetry: [{ type: 'canary', result: 'completed', afterMs }] }
}
