/** Lets go of what is past its time, now and then, a little at a time. With several replicas, whichever comes first does it. */
import type { Pruned, RetentionAges, RetentionStore } from '../domain/retention.ts'
import type { Clock } from '../domain/vocabulary.ts'

export interface RetentionOptions {
  readonly store: Pick<RetentionStore, 'applyRetention'>
  readonly clock: Clock
  readonly ages: RetentionAges
}

/** Rows of each kind in one transaction: well under a second on any engine. */
const BATCH = 500
/** Batches in one look, so that a large backlog is worked off over several looks. */
const MAX_BATCHES = 200

/** Resolves when nothing is left that is past its time, or after the batch under way when the signal ends it. */
export async function removeExpired({ store, clock, ages }: RetentionOptions, signal?: AbortSignal): Promise<Pruned> {
  let total = await store.applyRetention({ now: clock(), ages, limit: BATCH })
  let last = total
  for (let batch = 1; isFull(last) && batch < MAX_BATCHES && !signal?.aborted; batch++) {
    last = await store.applyRetention({ now: clock(), ages, limit: BATCH })
    total = sum(total, last)
  }
  return total
}

function isFull(pruned: Pruned): boolean {
  return Object.values(pruned).some((count) => count === BATCH)
}

function sum(a: Pruned, b: Pruned): Pruned {
  const kinds = Object.keys(a) as (keyof Pruned)[]
  return Object.fromEntries(kinds.map((kind) => [kind, a[kind] + b[kind]])) as unknown as Pruned
}
