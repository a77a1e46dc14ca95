/**
 * Leader election for singleton jobs: takes the lease of each job, runs the job while it holds the lease, and stops when
 * the lease is lost or unknown. The other replicas try again when it expires, so one takes over within one lease.
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
  readonly onError: (error: unknown, job: JobName) => void
}

export interface SingletonJobs {
  /** Ends the current work, then releases the leases, so that others take over at once. */
  stop(): Promise<void>
}

/** Tries in one lease: the store may be away for a moment without the lease being lost. */
const TRIES_PER_LEASE = 3
/** A replica asks this much after the lease of another expires. */
const MARGIN_MS = 20

export function runSingletonJobs(options: LeaderElectionOptions): SingletonJobs {
  const ending = new AbortController()
  const keeping = options.jobs.map((job) => keep(job, options, ending.signal))
  return {
    async stop() {
      ending.abort()
      await Promise.all(keeping)
    }
  }
}

async function keep(job: SingletonJob, options: LeaderElectionOptions, signal: AbortSignal): Promise<void> {
  const { leaseMs, elapsedMs } = options
  let work: ReturnType<SingletonJob['begin']> | null = null
  let leaseUntil = 0
  while (!signal.aborted) {
    // Counted from before the question: the store's lease cannot end earlier than ours.
    const asked = elapsedMs()
    const result = await ask(job, options)
    if (signal.aborted && result !== 'held') break
    if (result === 'held') {
      leaseUntil = asked + leaseMs
      if (!work) options.emit({ type: 'leadership', job: job.name, leads: true })
      work ??= job.begin()
    } else if (work && (result !== null || elapsedMs() >= leaseUntil)) {
      await work.stop()
      work = null
      options.emit({ type: 'leadership', job: job.name, leads: false })
    }
    await options.sleep(waitMs(result, work ? leaseUntil - elapsedMs() : null, leaseMs), signal).catch(() => {})
  }
  await work?.stop()
  if (work) options.emit({ type: 'leadership', job: job.name, leads: false })
  await options.store.releaseLease(job.name, options.holder).catch((error) => options.onError(error, job.name))
}

/** Null when the store did not answer. */
async function ask({ name }: SingletonJob, options: LeaderElectionOptions): Promise<LeaseResult | null> {
  const { store, holder, clock, leaseMs } = options
  try {
    return await store.acquireLease({ name, holder, now: clock(), leaseMs })
  } catch (error) {
    options.onError(error, name)
    return null
  }
}

/** `leftMs`: of our own lease, while we work. */
function waitMs(result: LeaseResult | null, leftMs: number | null, leaseMs: number): number {
  const usual = leaseMs / TRIES_PER_LEASE
  if (result === 'held') return usual
  if (result === null) return leftMs === null ? usual : Math.max(0, Math.min(usual, leftMs))
  return Math.min(usual, result.freeInMs + MARGIN_MS)
}
