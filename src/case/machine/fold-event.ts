/** Folds events into cases: which case an event joins, and how it changes the case. Pure. */
import type { Case } from '../../domain/case.ts'
import type { FailureTrace } from '../../domain/store.ts'
import type { Failure, Instant, Recovery, Signal, SkipReason, Subject } from '../../domain/vocabulary.ts'
import { raiseSecurityAlert, suspicionOf } from './takeover-watch.ts'
import { type Change, change, effectOf, isOpen, lastAction, resolve } from './transitions.ts'

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
export type FoldedEvent = { readonly change: Change; readonly opened: boolean } | { readonly skipped: SkipReason }

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
  const told = 'change' in joined && !joined.opened ? joined.change : change({ ...c, failures }, now)
  return { change: raiseSecurityAlert(told, suspicion, now), opened: false }
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
      return c && isOpen(c) ? { change: joinSignal(c, event, now), opened: false } : { skipped: 'signal_without_case' }
  }
}

function joinFailure(c: Case | null, failure: Failure, newId: string, now: Instant): FoldedEvent {
  if (!c) return { change: openCase(failure, newId, now), opened: true }
  if (!isOpen(c)) {
    // A late copy of a failure that is resolved. A failure after the end opens a new case (facts §1.4: no order, no maximum delay).
    const endedAt = c.recovery?.publishedAt ?? c.updatedAt
    if (failure.publishedAt <= endedAt) return { skipped: 'already_recovered' }
    const opened = openCase(failure, newId, now)
    return { change: { ...opened, next: { ...opened.next, vigilUntil: c.vigilUntil } }, opened: true }
  }
  // The person who snoozed the case did not know of this failure.
  const isOver = c.recovery !== null && c.recovery.publishedAt < failure.publishedAt
  const recovery = isOver ? null : c.recovery
  const next = { ...c, failures: keep(c.failures, failure), recovery, snoozedUntil: null }
  const what = `Enrollment failed again (${failure.eventType}${failure.reason ? `: ${failure.reason}` : ''}).`
  const action = lastAction(c)
  if (c.state === 'watching' && action && failure.publishedAt > action.at) {
    // The user tried after our write and failed: the write did not help.
    const marked = effectOf(next, 'ineffective', now)
    const again: Case = {
      ...marked.next,
      state: 'received',
      watchUntil: null,
      dueAt: now,
      tries: 0,
      contentRevision: c.contentRevision + 1
    }
    const told = change(again, now, what, marked.ledger, 'okta')
    return { change: { ...told, telemetry: marked.telemetry }, opened: false }
  }
  const waiting = c.state === 'awaiting_approval' || c.state === 'with_person'
  const told = waiting ? { ...next, contentRevision: c.contentRevision + 1, dueAt: now } : next
  return { change: change(told, now, what, [], 'okta'), opened: false }
}

function joinRecovery(c: Case, recovery: Recovery, now: Instant): Change {
  const newest = newestFailureAt(c)
  if (newest && recovery.publishedAt < newest) {
    return change(c, now, `Enrolled at ${recovery.publishedAt}, before the newest failure.`, [], 'okta')
  }
  const proved: Case = { ...c, recovery }
  // An outstanding write is settled first; its proof resolves the case.
  if (c.state === 'acting' && lastAction(c)?.state === 'intended') return change(proved, now)
  return resolve(proved, recovery.publishedAt, now)
}

function joinSignal(c: Case, signal: Signal, now: Instant): Change {
  const next: Case = { ...c, signals: keep(c.signals, signal) }
  const what = `${signal.eventType} ${signal.result ?? ''}`.trim()
  // A proposal must match the current facts: read and decide again.
  if (c.state === 'awaiting_approval') {
    return change({ ...next, state: 'received', dueAt: now, tries: 0 }, now, what, [], 'okta')
  }
  return change(next, now, what, [], 'okta')
}

function openCase(failure: Failure, id: string, now: Instant): Change {
  const opened = newCase(id, subjectKey(failure), now, { user: failure.subject, failures: [failure] })
  const what = `Enrollment failed at ${failure.publishedAt} (${failure.eventType}${failure.reason ? `: ${failure.reason}` : ''}).`
  return { ...change(opened, now, what, [], 'okta'), telemetry: [{ type: 'case_opened', caseId: id }] }
}

/** When the newest failure of a case happened. */
export function newestFailureAt(c: Case): Instant | null {
  return c.failures.reduce<Instant | null>(
    (newest, f) => (!newest || f.publishedAt > newest ? f.publishedAt : newest),
    null
  )
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
