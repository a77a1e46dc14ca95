/**
 * The takeover window after a write that made enrollment easier. For two hours after a removed factor or a lifted suspension,
 * a new factor from an unusual place, a change of risk or a report by the user alerts security (facts §6). Pure.
 */

import type { Case } from '../../domain/case.ts'
import type { Failure, Instant, Recovery, Signal } from '../../domain/vocabulary.ts'
import { type Change, change, lastAction } from './transitions.ts'

/** Signals that are alerts on their own. `user.risk.*` is logged only on a change; a fall to LOW is not an alert. */
const ALARMING = [
  'user.account.report_suspicious_activity_by_enduser',
  'user.risk.change',
  'user.risk.detect',
  'security.threat.detected',
  'security.breached_credential.detected'
]

/** Why an event within the takeover window looks like a takeover, or null. */
export function suspicionOf(c: Case, event: Failure | Recovery | Signal): string | null {
  if (!c.vigilUntil || event.publishedAt > c.vigilUntil) return null
  const wrote = c.actions.findLast((action) => action.state !== 'refused' && action.state !== 'failed')
  // The window began in the user's earlier case: everything since the new failure counts.
  const wroteAt = c.actions.length === 0 ? c.failures[0]?.publishedAt : wrote?.intendedAt
  if (!wroteAt || event.publishedAt < wroteAt) return null
  if (event.kind === 'signal' && ALARMING.includes(event.eventType) && event.context.risk !== 'LOW') {
    return `${event.eventType} at ${event.publishedAt}`
  }
  const { anonymizer, threat, unusual } = event.context
  const odd = [
    anonymizer === 'yes' && 'through an anonymiser',
    threat === 'yes' && 'from an address that Okta suspects',
    unusual === 'yes' && 'from an unusual place or device'
  ].filter((words) => words !== false)
  if (odd.length === 0 || event.kind === 'signal') return null
  const what = event.kind === 'recovery' ? 'A new factor was enrolled' : 'Enrollment was tried'
  return `${what} ${odd.join(', ')} at ${event.publishedAt}`
}

/** Hands the case to security, ended or not. The event's other effects remain. */
export function raiseSecurityAlert(told: Change, suspicion: string, now: Instant): Change {
  const c: Case = told.next
  if (c.securityAlert === suspicion) return told
  const isOutstanding = lastAction(c)?.state === 'intended'
  const alarmed: Case = {
    ...c,
    // A write whose outcome is not known yet is settled first; then the case goes to a person (`concluded` in `machine/case.ts`).
    state: isOutstanding ? c.state : 'with_person',
    securityAlert: suspicion,
    snoozedUntil: null,
    outcome: null,
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    dueAt: now,
    contentRevision: c.contentRevision + 1
  }
  const what = `Security alarm: ${suspicion}, shortly after we made enrolling easier.`
  const line = { at: now, kind: 'effect' as const, caseId: c.id, by: 'reenroll', entry: { alarm: suspicion } }
  const raised = change(alarmed, now, what, [line])
  return { next: raised.next, ledger: [...told.ledger, ...raised.ledger], telemetry: told.telemetry }
}
