/** Looks for cases whose target times are near or have passed: reminds people in the ticket, escalates, and counts what was missed. */
import { everyCase } from '../case/every-case.ts'
import { isMarked, markClock } from '../case/machine/target-clocks.ts'
import type { Policy } from '../config/policy/policy.ts'
import { type Case, CLOCK_STEPS } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { MINUTE_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { severityOf } from '../ticket/draft/severity.ts'
import { runningClocks, stepOf } from '../ticket/draft/target-times.ts'

export interface TargetTimesJob {
  readonly store: Pick<Store, 'listCases' | 'save'>
  readonly policy: Pick<Policy, 'targets' | 'proposalMs'>
  readonly clock: Clock
  readonly emit: Emit
}

/** Target times are hours, and have minutes at least. */
const EVERY_MS = MINUTE_MS

/** One look at every case that waits for a person; returns the wait until the next. */
export async function checkTargetTimes(job: TargetTimesJob): Promise<number> {
  for await (const c of everyCase(job.store, { states: ['with_person', 'awaiting_approval'] })) await checkOne(c, job)
  return EVERY_MS
}

/** A case that changed meanwhile is looked at next time. */
async function checkOne(c: Case, { store, policy, clock, emit }: TargetTimesJob): Promise<void> {
  const now = clock()
  if (c.snoozedUntil && c.snoozedUntil > now) return
  const marks = runningClocks(c, policy).flatMap((running) => {
    const step = stepOf(running, now)
    return step === null ? [] : [{ ...running, step }]
  })
  const fresh = marks.filter((mark) => !isMarked(c, mark, CLOCK_STEPS))
  if (fresh.length === 0) return
  const changed = fresh.reduce((next, mark) => markClock(next, mark, now).next, c)
  if ((await store.save({ next: { ...changed, version: c.version + 1 }, ledger: [] })) !== 'saved') return
  const severity = severityOf(c)
  for (const { clock, step } of fresh) emit({ type: 'target_time', caseId: c.id, clock, severity, step })
}
