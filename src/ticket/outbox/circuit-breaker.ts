/**
 * When a target may be called: a circuit breaker and a rate limit, on the injected clock. `cockatiel` has the breaker, but
 * on the system clock, without `Retry-After`, and no rate limit; both are a few lines over plain data here, and tests own the
 * time. The limit holds for this process: with several replicas, the policy's `callsPerMinute` is to be divided by them.
 */
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { TARGET_ERRORS } from '../targets/answers.ts'
import type { TargetError } from '../targets/target.ts'
import { REPAIR_MS } from './refusals.ts'

export interface CircuitState {
  /** Failures in a row. */
  readonly failures: number
  /** No calls before this moment; afterwards one call at a time probes the target. */
  readonly openUntil: Instant | null
}

export const CLOSED: CircuitState = { failures: 0, openUntil: null }

/** Failures in a row that open the breaker. */
const OPENS_AFTER = 3
const FIRST_OPEN_MS = 5 * SECOND_MS
const LONGEST_OPEN_MS = MINUTE_MS
/** A target that asks for more than this is called again all the same. */
const LONGEST_RETRY_AFTER_MS = 60 * MINUTE_MS

/** The moment before which no call may be made, or null. */
export function blockedUntil({ openUntil }: CircuitState, now: Instant): Instant | null {
  return openUntil !== null && openUntil > now ? openUntil : null
}

/** The breaker after a failed call. `random` in [0, 1) spreads replicas apart. */
export function afterError(
  breaker: CircuitState,
  targetError: TargetError,
  now: Instant,
  random: number
): CircuitState {
  const concern = TARGET_ERRORS[targetError.reason]
  // The target answered: the error is about one ticket.
  if (concern === 'ticket' || concern === 'not_visible' || concern === 'gone') return CLOSED
  const failures = breaker.failures + 1
  const doubled = Math.min(FIRST_OPEN_MS * 2 ** Math.max(0, failures - OPENS_AFTER), LONGEST_OPEN_MS)
  const own = concern !== 'later' ? REPAIR_MS : failures < OPENS_AFTER ? 0 : doubled * (0.75 + 0.5 * random)
  const waitMs = Math.max(own, Math.min(targetError.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS))
  return { failures, openUntil: waitMs > 0 ? plus(now, Math.ceil(waitMs)) : null }
}

export interface RateLimit {
  readonly calls: number
  readonly perMs: number
}

export type Sleep = (ms: number) => Promise<void>

/** Resolves when the next call may go: never more than `calls` in any span of `perMs`. */
export function createThrottle({ calls, perMs }: RateLimit, clock: Clock, sleep: Sleep): () => Promise<void> {
  const made: Instant[] = []
  return async () => {
    for (;;) {
      const now = clock()
      while (made[0] !== undefined && msBetween(made[0], now) >= perMs) made.shift()
      if (made.length < calls) {
        made.push(now)
        return
      }
      await sleep(perMs - msBetween(made[0] ?? now, now))
    }
  }
}
