/**
 * A circuit breaker in front of one org: when call after call finds nobody at home, Okta is left alone for a while, and
 * then one read tries whether it is back. `cockatiel` has the breaker; the time is ours, so that tests own it.
 */
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult
} from 'cockatiel'
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'

export interface OktaCircuitBreaker<R> {
  /** How long nobody may call; null when calls go. Only a read may try whether Okta is back, never a write. */
  heldMs(write: boolean): number | null
  /** Makes the call and learns from its result; `refused` when the breaker has opened meanwhile. */
  run(call: () => Promise<R>): Promise<R | 'refused'>
}

export interface BreakerParts<R> {
  readonly clock: Clock
  /** A result which says that Okta was not there: no answer, or a 5xx. */
  readonly isDown: (result: R) => boolean
  /** Told when it opens and when it closes; not of tries in between that failed. */
  readonly onChange: (open: boolean) => void
}

/** Enough that one path in trouble, retried by a few cases, does not look like the whole of Okta. */
export const OPENS_AFTER = 10
const FIRST_OPEN_MS = 5 * SECOND_MS
const LONGEST_OPEN_MS = MINUTE_MS

/** A closed breaker. */
export function createOktaCircuitBreaker<R>({ clock, isDown, onChange }: BreakerParts<R>): OktaCircuitBreaker<R> {
  let openUntil: Instant = clock()
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhenResult((result) => isDown(result as R)),
    { breaker: new ConsecutiveBreaker(OPENS_AFTER), halfOpenAfter: { next: () => pause(FIRST_OPEN_MS) } }
  )

  /** Twice as long after each try that failed. The library compares its `duration` with the time since it opened. */
  function pause(ms: number): { duration: number; next: () => ReturnType<typeof pause> } {
    openUntil = plus(clock(), ms)
    return {
      get duration() {
        return clock() >= openUntil ? 0 : Number.POSITIVE_INFINITY
      },
      next: () => pause(Math.min(2 * ms, LONGEST_OPEN_MS))
    }
  }

  let told = false
  policy.onStateChange((state) => {
    const open = state !== CircuitState.Closed
    if (open === told) return
    told = open
    onChange(open)
  })

  return {
    heldMs(write) {
      if (policy.state === CircuitState.Closed) return null
      const leftMs = Math.max(0, msBetween(clock(), openUntil))
      if (write) return Math.max(leftMs, SECOND_MS)
      return policy.state === CircuitState.Open && leftMs > 0 ? leftMs : null
    },
    run: (call) =>
      policy.execute(call).catch((error: unknown) => {
        if (isBroken(error)) return 'refused' as const
        throw error
      })
  }
}

function isBroken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'isBrokenCircuitError' in error
}
