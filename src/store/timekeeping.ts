/**
 * What a store does about clocks. Due times and leases are instants, so a clock that was wrong when one was written stays
 * wrong in it; `shared-clock.ts` sees to it that this does not happen, or is put right.
 */
import { HOUR_MS, MINUTE_MS } from '../time.ts'
import type { Instant } from '../vocabulary.ts'

export interface Timekeeping {
  /** The time that all replicas share; null when this process is the only one, so that its own clock counts. */
  sharedTime(): Promise<Instant | null>
  /**
   * Makes due now what a clock that was ahead has put off, and cuts leases taken by it; says how many cases and errands
   * these were. Asked at the start and when the clock was set back.
   */
  bringForward(now: Instant): Promise<number>
}

/** Written further ahead than this, it was a wrong clock: those of replicas differ by milliseconds. */
export const AHEAD_MS = MINUTE_MS
/** No errand of the outbox waits longer on purpose (`ticket/outbox-retries.ts`). */
export const LONGEST_WAIT_MS = HOUR_MS
/** No lease is longer on purpose; one that is, is cut down to the shorter time, which lets work under way end. */
export const LONGEST_LEASE_MS = 10 * MINUTE_MS
export const CUT_LEASE_MS = MINUTE_MS
