/**
 * A circuit breaker in front of something that may be down: after failures in a row it opens, and later one call tries
 * whether it works again. `cockatiel` has the states; the time is injected, so that tests own it.
 */
import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  type FailureReason,
  handleWhen,
  type IBreaker
} from 'cockatiel'
import { msBetween, plus, SECOND_MS } from './time.ts'
import type { Clock, Instant } from './vocabulary.ts'

export interface CircuitBreaker<R> {
  /**
   * How long callers must wait; null when a call may go. After the wait one call tries whether it works again: a caller that
   * must not be that one (`canProbe` false) waits until the circuit is closed.
   */
  blockedForMs(canProbe?: boolean): number | null
  /** Makes the call and learns from its result. Resolves to `refused`, without a call, while the circuit is open. */
  run(call: () => Promise<R>): Promise<R | 'refused'>
  state(): CircuitBreakerState
}

export interface CircuitBreakerState {
  readonly circuit: 'closed' | 'open' | 'half_open'
  readonly failuresInARow: number
  /** The end of the last wait; null while the circuit is closed. */
  readonly openUntil: Instant | null
}

/** What a call ended with. */
export type CallResult<R> = { readonly value: R } | { readonly error: unknown }

/** A result that counts as a failure. */
export interface CallFailure {
  /** Opens the circuit at once, for at least this long: a `Retry-After`, or credentials that a person must change. */
  readonly minOpenMs?: number | null
}

export interface CircuitBreakerOptions<R> {
  readonly clock: Clock
  /** Failures in a row that open the circuit. */
  readonly opensAfter: number
  /** The first wait. It doubles after each failed try, up to `longestOpenMs`. */
  readonly firstOpenMs: number
  readonly longestOpenMs: number
  /** Null when the result is not a failure; a refusal is an answer, so it closes the circuit. */
  readonly failureOf: (result: CallResult<R>) => CallFailure | null
  /** In [0, 1): varies each wait by a quarter either way, so that replicas do not try in step. Left out: no variation. */
  readonly random?: () => number
  /** Called when the circuit opens and when it closes, not for failed tries in between. */
  readonly onChange?: (open: boolean) => void
}

/** A closed circuit. */
export function createCircuitBreaker<R>(options: CircuitBreakerOptions<R>): CircuitBreaker<R> {
  const { clock, opensAfter, firstOpenMs, longestOpenMs, random, onChange } = options
  let openUntil: Instant | null = null
  /** Asked for by failures since the last wait began; null when none asked. */
  let minOpenMs: number | null = null

  const isFailure = (result: CallResult<R>): boolean => {
    const failure = options.failureOf(result)
    const askedMs = failure?.minOpenMs ?? null
    if (askedMs !== null) minOpenMs = Math.max(minOpenMs ?? 0, askedMs)
    return failure !== null
  }
  const failures: IBreaker & { state: number } = {
    state: 0,
    success() {
      this.state = 0
    },
    failure() {
      return ++this.state >= opensAfter || minOpenMs !== null
    }
  }

  /** Twice as long after each failed try. The library compares `duration` with the time since the circuit opened. */
  function wait(usualMs: number): { duration: number; next: () => ReturnType<typeof wait> } {
    const ms = usualMs * (random ? 0.75 + 0.5 * random() : 1)
    const until = plus(clock(), Math.ceil(Math.max(ms, minOpenMs ?? 0)))
    openUntil = until
    minOpenMs = null
    return {
      get duration() {
        return clock() >= until ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
      },
      next: () => wait(Math.min(2 * usualMs, longestOpenMs))
    }
  }

  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => isFailure({ error })).orWhenResult((value) => isFailure({ value: value as R })),
    {
      breaker: failures,
      halfOpenAfter: { next: (_: { readonly result: FailureReason<unknown> }) => wait(firstOpenMs) }
    }
  )

  let isOpen = false
  policy.onStateChange((state) => {
    const open = state !== CircuitState.Closed
    if (!open) openUntil = null
    if (open === isOpen) return
    isOpen = open
    onChange?.(open)
  })

  return {
    blockedForMs(canProbe = true) {
      if (policy.state === CircuitState.Closed || openUntil === null) return null
      const leftMs = Math.max(0, msBetween(clock(), openUntil))
      if (!canProbe) return Math.max(leftMs, SECOND_MS)
      return policy.state === CircuitState.Open && leftMs > 0 ? leftMs : null
    },
    run: (call) =>
      policy.execute(call).catch((error: unknown) => {
        if (isBrokenCircuit(error)) return 'refused' as const
        throw error
      }),
    state: () => ({ circuit: CIRCUITS[policy.state], failuresInARow: failures.state, openUntil })
  }
}

const CIRCUITS: Readonly<Record<CircuitState, CircuitBreakerState['circuit']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half_open'
}

function isBrokenCircuit(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'isBrokenCircuitError' in error
}
