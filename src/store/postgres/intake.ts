/**
 * The line of deliveries. Those of one turn of the event loop, and all that come while commits are under way, share the
 * next one; an idle line commits at once. Nobody waits longer than Okta's patience allows.
 */
import { type Delivery, type Receipt, StoreUnavailable } from '../../domain/store.ts'
import { keepDeliveries } from './deliveries.ts'
import type { Lane } from './lane.ts'

/** The server works on the next commit while the callers of the one before are answered. */
const COMMITS_AT_ONCE = 2
/** Bounds of one commit. */
const BATCH_MAX = 500
const BATCH_BYTES = 8 * 1024 * 1024
/** Okta gives up after 3 s (facts §1.3); the hook answers 503 before that, and Okta comes again. */
const PATIENCE_MS = 1_800
/** A connection that has gone stale is noticed at its first use: then once more, on a new one. */
const TRIES = 2

interface Waiting {
  readonly delivery: Delivery
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
  /** False as soon as the caller has an answer. */
  waits: boolean
}

export class Intake {
  readonly #lane: Lane
  #queue: Waiting[] = []
  readonly #running = new Set<Promise<void>>()
  #commits = 0

  constructor(lane: Lane) {
    this.#lane = lane
  }

  /** Commits made so far: with many callers, far fewer than calls. */
  get commits(): number {
    return this.#commits
  }

  /** Resolves once the delivery is on the server's disk. Rejects with `StoreUnavailable`, never later than `PATIENCE_MS`. */
  receive(delivery: Delivery): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const end = () => {
        waiting.waits = false
        clearTimeout(timer)
      }
      const waiting: Waiting = {
        delivery,
        waits: true,
        resolve: (receipt) => {
          end()
          resolve(receipt)
        },
        reject: (error) => {
          end()
          reject(error)
        }
      }
      const late = `The store has not answered for ${PATIENCE_MS} ms.`
      const timer = setTimeout(() => waiting.reject(new StoreUnavailable(late)), PATIENCE_MS)
      this.#queue.push(waiting)
      if (this.#running.size < COMMITS_AT_ONCE) this.#begin()
    })
  }

  /** Resolves when nobody waits any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#running)
  }

  #begin(): void {
    const run = this.#run().finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #run(): Promise<void> {
    // The rest of this turn's callers join.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) await this.#commit(this.#take())
  }

  #take(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const { delivery } of this.#queue) {
      bytes += delivery.body.length
      if (count > 0 && (count === BATCH_MAX || bytes > BATCH_BYTES)) break
      count += 1
    }
    return this.#queue.splice(0, count).filter((waiting) => waiting.waits)
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return
    try {
      const receipts = await this.#keep(batch.map((waiting) => waiting.delivery))
      for (const [n, waiting] of batch.entries()) {
        const receipt = receipts[n]
        if (receipt) waiting.resolve(receipt)
      }
    } catch (error) {
      // A delivery that the server cannot take must not cost its neighbours: each gets a commit of its own.
      if (error instanceof StoreUnavailable || batch.length === 1) for (const waiting of batch) waiting.reject(error)
      else for (const waiting of batch) await this.#commit([waiting])
    }
  }

  /** Again after trouble is safe: what was kept the first time is known the second time. */
  async #keep(deliveries: readonly Delivery[]): Promise<Receipt[]> {
    for (let tries = 1; ; tries++) {
      try {
        const receipts = await this.#lane.use((db) => keepDeliveries(db, deliveries))
        this.#commits += 1
        return receipts
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || tries === TRIES) throw error
      }
    }
  }
}
