/** What every engine checks in the transaction that writes an intent down (facts §6.1 G14). Pure. */
import type { Controls } from '../decide/decision.ts'
import { DAY_MS, HOUR_MS, plus } from '../time.ts'
import type { Action, Instant } from '../vocabulary.ts'
import type { WriteLimits } from './store.ts'

/** The controls before anybody has changed them. */
export const FIRST_CONTROLS: Controls = { version: 0, kill: null, rules: {}, ceiling: null }

/** Actions in these states happened or may have happened, and count against the caps. */
export const COUNTED_STATES: readonly Action['state'][] = ['intended', 'done', 'unknown']

/** Writes after these moments count against the caps per user and for all. */
export function capWindows(now: Instant): { readonly userSince: Instant; readonly allSince: Instant } {
  return { userSince: plus(now, -DAY_MS), allSince: plus(now, -HOUR_MS) }
}

/** Why no write may begin now, or null. `counts` are the writes so far, without the one about to begin. */
export function brakeOn(
  controls: Controls,
  counts: { readonly userWrites: number; readonly writesLastHour: number },
  limits: WriteLimits
): string | null {
  if (controls.kill?.on) return `the kill switch is on: ${controls.kill.because}`
  if (counts.userWrites >= limits.userWritesPerDay) {
    return `the cap for one user is reached: ${counts.userWrites} of ${limits.userWritesPerDay} writes in the last 24 hours`
  }
  if (counts.writesLastHour >= limits.writesPerHour) {
    return `the cap for all users is reached: ${counts.writesLastHour} of ${limits.writesPerHour} writes in the last hour`
  }
  return null
}
