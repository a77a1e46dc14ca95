/**
 * The worker's loop: claims stored events and due cases under a lease, a bounded number at a time, and repeats while there
 * may be more: a claim that brought less than it might have is not repeated at once. The store wakes the loop; polling is only
 * a fallback.
 */
import type { Case } from '../domain/case.ts'
import type { PendingEvent } from '../domain/deliveries.ts'
import type { Store } from '../domain/store.ts'
import type { Clock } from '../domain/vocabulary.ts'
import type { Claims } from './process-events.ts'

export interface WorkerOptions {
  readonly store: Store
  readonly clock: Clock
  /** Names the leases of this process. */
  readonly holder: string
  /** May take cases that are due at once, so that they need not be claimed. */
  readonly processEvents: (events: readonly PendingEvent[], claims: Claims) => Promise<void>
  readonly advance: (c: Case) => Promise<unknown>
  /** Errors of the loop itself (the store is unavailable); cases record their own. */
  readonly onError: (error: unknown) => void
  /** Cases worked in parallel; events processed at a time. */
  readonly concurrency: number
  readonly batch: number
  /** True while other work is more urgent; then few cases run in parallel. Default: never. */
  readonly isUnderLoad?: () => boolean
  /** Longer than the longest step. After a crash, the work waits this long. */
  readonly leaseMs: number
  readonly pollMs: number
}

export interface Worker {
  /** Checks for work now. */
  wake(): void
  /** Resolves when nothing is pending, due or being worked at this moment. For tests and the demo. */
  idle(): Promise<void>
  /** Stops claiming, waits for work in progress, releases unused leases. */
  stop(): Promise<void>
}

/** Some cases are worked even during a burst of deliveries. */
const CASES_UNDER_LOAD = 2

export function startWorker(options: WorkerOptions): Worker {
  const { store, clock, holder } = options
  const working = new Set<Promise<unknown>>()
  let stopped = false
  let awake = true
  let rest: () => void = () => {}
  let idlers: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  /** The last claim may have left due cases. */
  let mayLeaveDue = true

  function wake(): void {
    awake = true
    rest()
  }

  const most = () => (options.isUnderLoad?.() ? Math.min(CASES_UNDER_LOAD, options.concurrency) : options.concurrency)

  function begin(c: Case): void {
    const work: Promise<unknown> = options
      .advance(c)
      .catch(options.onError)
      .finally(() => {
        working.delete(work)
        if (mayLeaveDue || idlers.length > 0) wake()
      })
    working.add(work)
  }

  /** True when more events may wait. */
  async function digestSome(): Promise<boolean> {
    const events = await store.claimEvents({ limit: options.batch, now: clock(), leaseMs: options.leaseMs, holder })
    // While other cases wait, which are more overdue, new ones wait too.
    const room = mayLeaveDue ? 0 : most() - working.size
    const claims: Claims = { room, leaseMs: options.leaseMs, holder, taken: [] }
    try {
      if (events.length > 0) await options.processEvents(events, claims)
    } finally {
      for (const c of claims.taken) begin(c)
    }
    return events.length === options.batch
  }

  async function claimSome(): Promise<void> {
    const limit = most() - working.size
    mayLeaveDue = true
    if (limit <= 0) return
    const due = await store.claimDue({ limit, now: clock(), leaseMs: options.leaseMs, holder })
    for (const c of due) begin(c)
    mayLeaveDue = due.length === limit
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      awake = false
      try {
        if (await digestSome()) wake()
        await claimSome()
      } catch (error) {
        options.onError(error)
      }
      if (awake || stopped) continue
      if (working.size === 0) for (const resolve of idlers.splice(0)) resolve()
      await new Promise<void>((resolve) => {
        rest = resolve
        timer = setTimeout(resolve, options.pollMs)
      })
      clearTimeout(timer)
    }
  }

  store.onWork(wake)
  const looping = loop()

  return {
    wake,
    idle: () =>
      new Promise<void>((resolve) => {
        idlers = [...idlers, resolve]
        wake()
      }),
    async stop() {
      stopped = true
      wake()
      await looping
      await Promise.allSettled(working)
      for (const resolve of idlers.splice(0)) resolve()
      await store.release(holder).catch(options.onError)
    }
  }
}
