/**
 * The types of the case machine (the result of a step, the change of a case), and the transitions that steps, events and
 * operator commands share. Pure.
 */
import type { Policy } from '../../config/policy/policy.ts'
import { newestFailureAt } from '../../decide/entries.ts'
import type { Case, Storm, TimelineEntry } from '../../domain/case.ts'
import { guideChannel, isOpen, neededNobody, openChallenge } from '../../domain/case.ts'
import type { Verdict } from '../../domain/decision.ts'
import type { Evidence } from '../../domain/evidence.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { OktaWritten } from '../../domain/okta.ts'
import type { LocalTicket } from '../../domain/store.ts'
import type { GuideResult, StepError, StepName, TelemetryEvent } from '../../domain/telemetry-event.ts'
import { msBetween, plus, SECOND_MS } from '../../domain/time.ts'
import type { Challenge } from '../../domain/verification.ts'
import type { Action, Effect, Instant, RemediationId, Ternary, TicketRef } from '../../domain/vocabulary.ts'

/** The part of the policy that the case machine needs. */
export type CasePolicy = Pick<
  Policy,
  | 'guide'
  | 'retries'
  | 'watchMs'
  | 'takeoverWindowMs'
  | 'proposalMs'
  | 'storm'
  | 'attemptsPerCase'
  | 'oktaMaxWaitMs'
  | 'tickets'
>

/** What was decided on a case, and what a proposal must be bound to. */
export interface Evaluation {
  readonly verdict: Verdict
  /** Of `proposalHash` in `case/hashes.ts`: what a person would approve. */
  readonly hash: string
  /** The active storm, if any: cases that guard G8 stops join it. */
  readonly stormId: string | null
}

/** The result of one step, for `applyResult`. */
export type StepOutcome =
  /** `evaluation`: of exactly this evidence, when the reading ended with one. */
  | { readonly of: 'correlated'; readonly evidence: Evidence; readonly evaluation?: Evaluation }
  | ({ readonly of: 'decided' } & Evaluation)
  /** The re-check right before a write failed; the verdict on the current facts replaces the old one. */
  | ({
      readonly of: 'refused'
      readonly remediation: RemediationId
      readonly because: string
      /** `changed`: a new verdict applies; `forbidden`: precondition or brake, so a person decides. */
      readonly why: 'changed' | 'forbidden'
      readonly evidence: Evidence
    } & Evaluation)
  /** The intent, to be saved before the call. */
  | { readonly of: 'intended'; readonly action: Action; readonly evidence: Evidence; readonly takeoverWindow: boolean }
  | { readonly of: 'written'; readonly calls: readonly OktaWritten[] }
  | { readonly of: 'settled'; readonly landed: 'done' | 'undone' | 'unknown' }
  | { readonly of: 'checked'; readonly recovered: Ternary }
  | { readonly of: 'expired' }
  | { readonly of: 'storm_checked'; readonly storm: Storm }
  | { readonly of: 'canary_done' }
  | { readonly of: 'challenged'; readonly challenge: Challenge }
  | { readonly of: 'ticketed'; readonly ticket: TicketRef; readonly stored?: LocalTicket | null }
  | { readonly of: 'ticket_closed'; readonly ticket: TicketRef; readonly stored?: LocalTicket | null }
  /** A rate limit is used up, or Okta is unavailable: no call was made. */
  | { readonly of: 'rate_limited'; readonly step: StepName; readonly because: string; readonly until: Instant }
  /** The case was due and there was nothing to do. */
  | { readonly of: 'idle' }
  | {
      readonly of: 'failed'
      readonly step: StepName
      readonly error: StepError
      readonly because: string
      readonly retryAfterMs: number | null
    }

/** A change of a case, with its ledger entries and telemetry events; saved together. */
export interface CaseChange {
  readonly next: Case
  readonly ledger: readonly LedgerDraft[]
  readonly telemetry: readonly TelemetryEvent[]
}

/** Longest timeline; older entries in the middle are dropped, the first ones stay. */
const TIMELINE_MAX = 200

/** Nothing changes. */
export function unchanged(c: Case): CaseChange {
  return { next: c, ledger: [], telemetry: [] }
}

/** A changed case, with an optional timeline entry. */
export function change(
  next: Case,
  now: Instant,
  what?: string,
  ledger: readonly LedgerDraft[] = [],
  by = 'reenroll'
): CaseChange {
  const timeline = what === undefined ? next.timeline : addEntry(next.timeline, { at: now, what, by })
  return { next: { ...next, timeline, updatedAt: now }, ledger, telemetry: [] }
}

function addEntry(timeline: readonly TimelineEntry[], line: TimelineEntry): readonly TimelineEntry[] {
  if (timeline.length < TIMELINE_MAX) return [...timeline, line]
  return [...timeline.slice(0, 20), ...timeline.slice(21), line]
}

/** Settled: only the ticket may still need an update. */
export function isSettled(c: Case): boolean {
  return c.state === 'with_person' || !isOpen(c)
}

export function lastAction(c: Case): Action | undefined {
  return c.actions.at(-1)
}

export function updateLastAction(c: Case, patch: Partial<Action>): Case {
  const action = lastAction(c)
  return action ? { ...c, actions: [...c.actions.slice(0, -1), { ...action, ...patch }] } : c
}

/** The ticket is missing or out of date. A storm's ticket covers its children. */
export function needsTicket(c: Case): boolean {
  if (c.parentId && !c.securityAlert) return false
  return c.ticket === null || c.ticket.state === 'resolved' || c.ticket.story < c.contentRevision
}

/** The case with new content for its ticket: due at once when the case is settled, otherwise with its next step. */
export function withNewContent(c: Case, now: Instant): Case {
  const waits = c.state === 'with_person' || c.state === 'watching' || c.state === 'awaiting_approval'
  const reopens = !isOpen(c) && c.ticket?.state === 'open'
  return { ...c, contentRevision: c.contentRevision + 1, dueAt: waits || reopens ? now : c.dueAt }
}

/** From the newest failure, as Okta published it, to now; what users wait. */
export function lagMs(c: Case, now: Instant): number {
  return Math.max(0, msBetween(c.failures.at(-1)?.publishedAt ?? now, now))
}

/** When the open challenge is due; null without one. It waits while the case reads, decides or writes. */
export function challengeDueAt(c: Case): Instant | null {
  const challenge = openChallenge(c)
  if (!challenge || c.state === 'received' || c.state === 'correlating' || c.state === 'acting') return null
  switch (challenge.state) {
    case 'asked':
    case 'sending':
      return challenge.at
    case 'push':
      return challenge.pollAt
    default:
      return challenge.code === undefined ? challenge.expiresAt : challenge.at
  }
}

export function guideEnded(c: Case, result: GuideResult): TelemetryEvent {
  return { type: 'guide_ended', caseId: c.id, channel: guideChannel(c), result }
}

/** A storm and its children share one ticket, so they are not counted. */
export function caseEnded(c: Case): readonly TelemetryEvent[] {
  const needed = neededNobody(c) ? 'nobody' : 'person'
  return c.storm || c.parentId ? [] : [{ type: 'case_ended', caseId: c.id, needed }]
}

/** The case, whose steps for the user have not ended it. */
export function endedGuide(c: Case, because: string, now: Instant): Case {
  const { guide } = c
  return guide && !guide.endedBecause ? { ...c, guide: { ...guide, endedBecause: because, endedAt: now } } : c
}

/** Hands the case to a person: a ticket, and one more check for recovery when the watch ends. */
export function toPerson(
  c: Case,
  because: string,
  now: Instant,
  policy: CasePolicy,
  ledger: readonly LedgerDraft[] = []
): CaseChange {
  const next: Case = {
    ...endedGuide(c, because, now),
    state: 'with_person',
    proposal: null,
    approval: null,
    // Without its proposal, a first approval must not count towards a later one.
    firstApproval: null,
    tries: 0,
    contentRevision: c.contentRevision + 1,
    dueAt: now,
    watchUntil: plus(now, policy.watchMs)
  }
  return change(next, now, because, ledger)
}

/** Marks the last write's effect, once. */
export function effectOf(c: Case, effect: Effect, now: Instant): CaseChange {
  const action = lastAction(c)
  if (action?.state !== 'done' || action.effect !== 'pending') return unchanged(c)
  return {
    next: updateLastAction(c, { effect, watchedUntil: now }),
    ledger: [{ at: now, kind: 'effect', caseId: c.id, by: 'reenroll', entry: { action: action.id, effect } }],
    telemetry: [{ type: 'effect', caseId: c.id, remediation: action.remediation, effect }]
  }
}

/** The call of a write has ended by then (`okta/org.ts`). */
const WRITE_TAKES_MS = 30 * SECOND_MS

/** Whether the newest failure is certainly later than the write, also when a crash kept its result open for long. */
export function failedSince({ failures }: Case, { intendedAt }: Action): boolean {
  return (newestFailureAt(failures) ?? '') > plus(intendedAt, WRITE_TAKES_MS)
}

/** The user tried after our write and failed: it did not help, and everything is read and decided again. */
export function didNotHelp(c: Case, what: string, now: Instant, by?: string): CaseChange {
  const { next, ledger, telemetry } = effectOf(c, 'ineffective', now)
  const contentRevision = c.contentRevision + 1
  const again: Case = { ...next, state: 'received', watchUntil: null, dueAt: now, tries: 0, contentRevision }
  return { ...change(again, now, what, ledger, by), telemetry }
}

/** Resolves the case and its ticket, because the user enrolled at `at`. */
export function resolve(c: Case, at: Instant, now: Instant): CaseChange {
  if (c.securityAlert) return enrolledUnderAlert(c, at, now)
  const marked = effectOf(c, 'effective', now)
  const repaired = lastAction(marked.next)?.effect === 'effective'
  const outcome = repaired ? 'recovered_after_repair' : 'recovered_by_itself'
  const next: Case = {
    ...marked.next,
    state: 'resolved',
    outcome,
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    contentRevision: c.contentRevision + 1,
    dueAt: c.ticket?.state === 'open' ? now : challengeDueAt({ ...c, state: 'resolved' })
  }
  const changed = change(next, now, `The user is enrolled in Okta Verify (${at}).`, [
    ...marked.ledger,
    { at: now, kind: 'close', caseId: c.id, by: 'reenroll', entry: { outcome, enrolledAt: at } }
  ])
  const afterMs = Math.max(0, msBetween(c.failures[0]?.publishedAt ?? c.openedAt, at))
  return {
    ...changed,
    telemetry: [
      ...marked.telemetry,
      { type: 'reenrolled', caseId: c.id, outcome, afterMs },
      ...caseEnded(next),
      ...(c.guide && !c.guide.endedBecause ? [guideEnded(c, 'enrolled')] : [])
    ]
  }
}

/** The attacker may have enrolled, so only a person ends a security alert. */
function enrolledUnderAlert(c: Case, at: Instant, now: Instant): CaseChange {
  const marked = effectOf(c, 'effective', now)
  const next: Case = {
    ...marked.next,
    state: 'with_person',
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    contentRevision: c.contentRevision + 1,
    dueAt: now
  }
  const what = `The user is enrolled in Okta Verify (${at}); the security alert remains open.`
  const changed = change(next, now, what, marked.ledger)
  return { ...changed, telemetry: marked.telemetry }
}

/** Hands the case to security, ended or not. The event's other effects remain. */
export function raiseSecurityAlert(changed: CaseChange, suspicion: string, now: Instant): CaseChange {
  const c: Case = endedGuide(changed.next, suspicion, now)
  if (c.securityAlert === suspicion) return changed
  const isOutstanding = lastAction(c)?.state === 'intended'
  const alerted: Case = {
    ...c,
    // A write whose outcome is not known yet is settled first; then the case goes to a person (`concluded` in `machine/case.ts`).
    state: isOutstanding ? c.state : 'with_person',
    ...{ securityAlert: suspicion, alertedAt: now },
    snoozedUntil: null,
    outcome: null,
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    dueAt: now,
    contentRevision: c.contentRevision + 1
  }
  const what = `Security alert: ${suspicion}.`
  const line = { at: now, kind: 'effect' as const, caseId: c.id, by: 'reenroll', entry: { alert: suspicion } }
  const raised = change(alerted, now, what, [line])
  return { next: raised.next, ledger: [...changed.ledger, ...raised.ledger], telemetry: changed.telemetry }
}
