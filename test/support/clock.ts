/** A clock that moves only when a test moves it. */
import { plus } from '../../src/domain/time.ts'
import type { Clock, Instant } from '../../src/domain/vocabulary.ts'

export interface ManualClock {
  readonly clock: Clock
  advance(ms: number): void
  set(at: Instant): void
}

export function manualClock(start: Instant): ManualClock {
  let now = start
  return {
    clock: () => now,
    advance(ms) {
      now = plus(now, ms)
    },
    set(at) {
      now = at
    }
  }
}
