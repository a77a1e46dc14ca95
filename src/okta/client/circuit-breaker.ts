/** Stops calling Okta after failures in a row; later one call tries whether it works again. `cockatiel` has the states. */
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel'
import { SECOND_MS } from '../../domain/time.ts'

export interface CircuitBreaker<R> {
  /**
   * How long callers must wait; null when a call may go. After the wait one call tries whether it works again: a caller that
   * must not be that one (`canProbe` false) waits until the circuit is closed.
   */
  blockedForMs(canProbe?: boolean): number | null
  /** Makes the call and learns from its result. Resolves to `refused`, without a call, while the circuit is open. */
  run(call: () => Promise<R>): Promise<R | 'refused'>
}

export interface CircuitBreakerOptions<R> {
  /** Milliseconds since some moment; a corrected machine clock does not change them. */
  readonly elapsedMs: () => number
  /** Failures in a row that open the circuit. */
  readonly opensAfter: number
  /** The first wait. It doubles after each failed try, up to `longestOpenMs`. */
  readonly firstOpenMs: number
  readonly longestOpenMs: number
  readonly isFailure: (result: R) => boolean
  /** Called when the circuit opens and when it closes, not for failed tries in between. */
  readonly onChange: (open: boolean) => void
}

/** A closed circuit. */
export function createCircuitBreaker<R>(options: CircuitBreakerOptions<R>): CircuitBreaker<R> {
  const { elapsedMs, opensAfter, firstOpenMs, longestOpenMs, isFailure, onChange } = options
  let openUntilMs = 0

  /** Twice as long after each failed try. The library compares `duration` with its own clock, so it gets all or nothing. */
  function wait(ms: number): { duration: number; next: () => ReturnType<typeof wait> } {
    const untilMs = elapsedMs() + ms
    openUntilMs = untilMs
    return {
      get duration() {
        return elapsedMs() >= untilMs ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
      },
      next: () => wait(Math.min(2 * ms, longestOpenMs))
    }
  }

  const policy = circuitBreaker(
    handleWhenResult((result) => isFailure(result as R)),
    { breaker: new ConsecutiveBreaker(opensAfter), halfOpenAfter: { next: () => wait(firstOpenMs) } }
  )

  let isOpen = false
  policy.onStateChange((state) => {
    const open = state !== CircuitState.Closed
    if (open === isOpen) return
    isOpen = open
    onChange(open)
  })

  return {
    blockedForMs(canProbe = true) {
      if (policy.state === CircuitState.Closed) return null
      const leftMs = Math.max(0, openUntilMs - elapsedMs())
      if (!canProbe) return Math.max(leftMs, SECOND_MS)
      return policy.state === CircuitState.Open && leftMs > 0 ? leftMs : null
    },
    run: (call) =>
      policy.execute(call).catch((error: unknown) => {
        if (error instanceof Error && isBrokenCircuitError(error)) return 'refused' as const
        throw error
      })
  }
}
