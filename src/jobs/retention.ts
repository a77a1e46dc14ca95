/** Lets go of what is past its time, now and then, a little at a time. With several replicas, whichever comes first does it. */
import type { Pruned, RetentionAges, RetentionStore } from '../domain/retention.ts'
import type { Clock } from '../domain/vocabulary.ts'

export interface RetentionOptions {
  readonly store: Pick<RetentionStore, 'applyRetention'>
  readonly clock: Clock
  readonly ages: RetentionAges
  /** How often to look, in milliseconds. */
  readonly everyMs: number
  /** The store being away; the next look tries again. */
  readonly onError: (error: unknown) => void
}

export interface Retention {
  /** Looks now; resolves when nothing is left that is past its time. */
  look(): Promise<Pruned>
  /** Waits for a batch under way. */
  stop(): Promise<void>
}

/** Rows of each kind in one transaction: well under a second on any engine. */
const BATCH = 500
/** Batches in one look, so that a large backlog is worked off over several looks. */
const MAX_BATCHES = 200

export function startRetention({ store, clock, ages, everyMs, onError }: RetentionOptions): Retention {
  let stopped = false
  let running: Promise<unknown> = Promise.resolve()

  async function look(): Promise<Pruned> {
    let total = await store.applyRetention({ now: clock(), ages, limit: BATCH })
    let last = total
    for (let batch = 1; isFull(last) && batch < MAX_BATCHES && !stopped; batch++) {
      last = await store.applyRetention({ now: clock(), ages, limit: BATCH })
      total = sum(total, last)
    }
    return total
  }

  const timer = setInterval(() => {
    running = running.then(look).catch(onError)
  }, everyMs)
  timer.unref()

  return {
    look,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    }
  }
}

function isFull(pruned: Pruned): boolean {
  return Object.values(pruned).some((count) => count === BATCH)
}

function sum(a: Pruned, b: Pruned): Pruned {
  return {
    deliveries: a.deliveries + b.deliveries,
    dedupeKeys: a.dedupeKeys + b.dedupeKeys,
    cases: a.cases + b.cases,
    traces: a.traces + b.traces,
    deadLetters: a.deadLetters + b.deadLetters,
    packed: a.packed + b.packed
  }
}
