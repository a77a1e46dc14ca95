/**
 * Deciding again on a case that waits for a person: after a new failure, when evidence becomes old enough, and when a brake
 * ends (DESIGN §5). Bounded, and reported in the ticket only when the decision changed. Pure.
 */
import type { Case } from '../../domain/case.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CaseChange, needsTicket } from './transitions.ts'

/** More changes of mind would confuse the person who has the ticket. */
export const MOST_AGAIN = 6

/** The case, decided again at that time; unchanged when it does not wait for a person or was decided again often enough. */
export function decideAgainAt(c: Case, at: Instant): Case {
  const times = c.again?.times ?? 0
  const isCovered = c.securityAlert !== null || c.parentId !== null || c.storm !== null
  if (c.state !== 'with_person' || isCovered || times >= MOST_AGAIN) return c
  const planned = c.again?.dueAt ?? at
  return { ...c, again: { dueAt: planned < at ? planned : at, times } }
}

/** The time to decide again has come. */
export function isDueAgain(c: Case, now: Instant): boolean {
  const dueAt = c.again?.dueAt ?? null
  return c.state === 'with_person' && dueAt !== null && dueAt <= now
}

/** The next time at which a waiting case does something, or null. */
export function nextTimer(c: Case): Instant | null {
  const again = c.state === 'with_person' ? (c.again?.dueAt ?? null) : null
  return [again, c.watchUntil].filter((at) => at !== null).sort()[0] ?? null
}

/** The outcome of a verdict, with the next time to decide again. An unchanged decision changes neither ticket nor timeline. */
export function withNextDecision(before: Case, outcome: CaseChange, now: Instant): CaseChange {
  const isAgain = typeof before.again?.dueAt === 'string'
  const counted: Case = isAgain
    ? { ...outcome.next, again: { dueAt: null, times: (before.again?.times ?? 0) + 1 } }
    : outcome.next
  const at = counted.decision?.decideAgainAt
  const next = at === undefined ? counted : decideAgainAt(counted, at)
  if (!isAgain || next.state !== 'with_person' || !isSameDecision(before, next)) return { ...outcome, next }
  const { contentRevision, timeline, watchUntil } = before
  const quiet: Case = { ...next, contentRevision, timeline, watchUntil }
  return { ...outcome, next: { ...quiet, dueAt: needsTicket(quiet) ? now : nextTimer(quiet) } }
}

function isSameDecision(a: Case, b: Case): boolean {
  return decisionKey(a) === decisionKey(b)
}

function decisionKey({ cause, decision }: Case): string {
  const { kind, mode, remediation, rule, stoppedBy } = decision ?? {}
  return JSON.stringify([cause?.id, kind, mode, remediation, rule, stoppedBy])
}
