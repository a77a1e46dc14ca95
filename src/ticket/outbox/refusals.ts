/**
 * Refusals of one kind of call, such as making tickets. A refusal is about the ticket (a locked issue) or about the target (a
 * field that became required), in the same words. Only what happens to other cases shows which. Pure.
 */
import { MINUTE_MS, msBetween, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'

export interface Refusals {
  /** The newest answer, for people. */
  readonly message: string
  /** Cases refused alike since another case passed, and when last. */
  readonly suspects: ReadonlyMap<string, Instant>
  /** Cases whose refusal is about their own ticket: another case passed after it. */
  readonly own: ReadonlySet<string>
  /** When a case was refused for the first time, and when one was again. */
  readonly newAt: Instant
  readonly againAt: Instant
}

/** The same refusal for this many cases, with no other passing, concerns the target. */
const REFUSALS_OF_TARGET = 3
/** A person must repair a credential or a setting, so retries are rare. */
export const REPAIR_MS = 5 * MINUTE_MS
/** After a repair every ticket is sent within this. */
const LONGEST_WAIT_MS = 30 * MINUTE_MS

export function afterRefusal(run: Refusals | null, caseId: string, message: string, now: Instant): Refusals {
  if (run === null || wordsOf(run.message) !== wordsOf(message)) {
    return { message, suspects: new Map([[caseId, now]]), own: new Set(), newAt: now, againAt: now }
  }
  if (run.own.has(caseId)) return run
  const at = run.suspects.has(caseId) ? { againAt: now } : { newAt: now }
  return { ...run, ...at, message, suspects: new Map([...run.suspects, [caseId, now]]) }
}

/** A case passed: what others were refused is about their tickets, unless this one was refused too and the cause is gone. */
export function afterPass(run: Refusals, caseId: string): Refusals {
  const proved = run.suspects.has(caseId) ? [] : [...run.suspects.keys()]
  const own = new Set([...run.own, ...proved])
  own.delete(caseId)
  return { ...run, own, suspects: new Map() }
}

export function isOfTarget({ suspects, own }: Refusals, caseId: string): boolean {
  return suspects.size >= REFUSALS_OF_TARGET && !own.has(caseId)
}

/**
 * When this kind of call may be made for the case, or null for now. While the target refuses, one case that was never refused
 * and one that was are tried every few minutes, each in turn, so that neither keeps the other waiting.
 */
export function waitsUntil(run: Refusals, caseId: string, now: Instant): Instant | null {
  if (!isOfTarget(run, caseId)) return null
  const { suspects, newAt, againAt } = run
  const refusedAt = suspects.get(caseId)
  const turns = refusedAt === undefined ? [newAt] : [againAt, plus(refusedAt, (suspects.size - 1) * REPAIR_MS)]
  const waitMs = Math.max(...turns.map((at) => msBetween(now, at))) + REPAIR_MS
  return waitMs <= 0 ? null : plus(now, Math.min(waitMs, LONGEST_WAIT_MS))
}

/** Keys and case ids differ from ticket to ticket. */
function wordsOf(message: string): string {
  return message.replace(/RE-\w+|[\w-]*\d[\w-]*/g, '#')
}
