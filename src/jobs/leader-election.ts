/**
 * Does what only one replica may do at a time: takes the lease of each duty, works while it has it, and stops when it has
 * lost it or cannot tell any more. Whoever waits tries again when the lease runs out, so another goes on inside one lease.
 */

import type { LeaseResult, Leases } from '../domain/store.ts'
import type { Emit, JobName } from '../domain/telemetry-event.ts'
import type { Clock } from '../domain/vocabulary.ts'

export interface SingletonJob {
  readonly name: JobName
  /** Begins the work; called again after each time it was stopped. */
  begin(): { stop(): Promise<unknown> }
}

export interface LeaderElectionOptions {
  readonly store: Leases
  readonly jobs: readonly SingletonJob[]
  /** Names this process. */
  readonly holder: string
  readonly leaseMs: number
  readonly clock: Clock
  /** Milliseconds that only go forward: whether our own lease still runs must not depend on the clock of the day. */
  readonly elapsedMs: () => number
  /** Waits; ends early with the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly emit: Emit
  readonly onError: (error: unknown, duty: JobName) => void
}

export interface SingletonJobs {
  /** Ends the work under way, then gives the duties back, so that others go on at once. */
  stop(): Promise<void>
}

/** Tries in one lease: the store may be away for a moment without the duty being lost. */
const TRIES_PER_LEASE = 3
/** Who waits for a lease that is about to end asks a little later than that. */
const MARGIN_MS = 20

export function runSingletonJobs(options: LeaderElectionOptions): SingletonJobs {
  const ending = new AbortController()
  const keeping = options.jobs.map((chore) => keep(chore, options, ending.signal))
  return {
    async stop() {
      ending.abort()
      await Promise.all(keeping)
    }
  }
}

async function keep(chore: SingletonJob, options: LeaderElectionOptions, signal: AbortSignal): Promise<void> {
  const { leaseMs, elapsedMs } = options
  let work: ReturnType<SingletonJob['begin']> | null = null
  let leaseUntil = 0
  while (!signal.aborted) {
    // Counted from before the question: the store's lease cannot end earlier than ours.
    const asked = elapsedMs()
    const held = await ask(chore, options)
    if (signal.aborted && held !== 'held') break
    if (held === 'held') {
      leaseUntil = asked + leaseMs
      if (!work) options.emit({ type: 'leadership', job: chore.name, leads: true })
      work ??= chore.begin()
    } else if (work && (held !== null || elapsedMs() >= leaseUntil)) {
      await work.stop()
      work = null
      options.emit({ type: 'leadership', job: chore.name, leads: false })
    }
    await options.sleep(waitMs(held, work ? leaseUntil - elapsedMs() : null, leaseMs), signal).catch(() => {})
  }
  await work?.stop()
  if (work) options.emit({ type: 'leadership', job: chore.name, leads: false })
  await options.store.releaseLease(chore.name, options.holder).catch((error) => options.onError(error, chore.name))
}

/** Null when the store could not say. */
async function ask({ name: duty }: SingletonJob, options: LeaderElectionOptions): Promise<LeaseResult | null> {
  const { store, holder, clock, leaseMs } = options
  try {
    return await store.acquireLease({ name: duty, holder, now: clock(), leaseMs })
  } catch (error) {
    options.onError(error, duty)
    return null
  }
}

/** `leftMs`: of our own lease, while we work. */
function waitMs(held: LeaseResult | null, leftMs: number | null, leaseMs: number): number {
  const usual = leaseMs / TRIES_PER_LEASE
  if (held === 'held') return usual
  if (held === null) return leftMs === null ? usual : Math.max(0, Math.min(usual, leftMs))
  return Math.min(usual, held.freeInMs + MARGIN_MS)
}
