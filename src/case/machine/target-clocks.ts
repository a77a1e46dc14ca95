/** Marks on a case that a target time is near or has passed. Pure; `ticket/draft/target-times.ts` has the times. */
import type { Case, ClockStep, TargetClock } from '../../domain/case.ts'
import { showInstant } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CaseChange, change, withNewContent } from './transitions.ts'

/** A step of a clock that is not marked yet. */
export interface ClockMark {
  readonly clock: TargetClock
  readonly step: ClockStep
  readonly startedAt: Instant
  readonly dueAt: Instant
}

const OWED: Readonly<Record<TargetClock, string>> = {
  first_look: 'nobody has taken the case',
  proposal: 'nobody has answered the proposal',
  resolution: 'the case is open'
}

/** Whether this step, or a later one, of the same run of the clock is marked. */
export function isMarked(c: Case, { clock, step, startedAt }: ClockMark, steps: readonly ClockStep[]): boolean {
  const marked = c.clocks?.[clock]
  return marked?.startedAt === startedAt && steps.indexOf(marked.step) >= steps.indexOf(step)
}

/** The line goes to the ticket too, which is how people are reminded. */
export function markClock(c: Case, { clock, step, startedAt, dueAt }: ClockMark, now: Instant): CaseChange {
  const next: Case = { ...withNewContent(c, now), clocks: { ...c.clocks, [clock]: { startedAt, step } } }
  const what =
    step === 'missed'
      ? `Target time missed: ${OWED[clock]}, and the time was ${showInstant(dueAt)}.`
      : `${step === 'reminded' ? 'Reminder' : 'Escalated'}: ${OWED[clock]}; the target time is ${showInstant(dueAt)}.`
  return change(next, now, what)
}
