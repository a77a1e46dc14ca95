/**
 * Deliveries, many at a time: one statement, one commit, one sync of the server's disk. Those of one turn of the event loop,
 * and all that come during a commit, share the next one; an idle queue commits at once. Every wait ends within Okta's timeout.
 */
import { createHash } from 'node:crypto'
import type { Delivery, Receipt } from '../../domain/deliveries.ts'
import { StoreUnavailable } from '../../domain/store.ts'
import type { Db } from '../db.ts'
import { unreadableReasons } from '../keys.ts'
import { type PostgresPool, storable } from './pool.ts'

/** The server works on the next commit while the callers of the one before are answered. */
const COMMITS_AT_ONCE = 2
/** Bounds of one commit. */
const BATCH_MAX = 500
const BATCH_BYTES = 8 * 1024 * 1024
/** Okta gives up after 3 s (facts §1.3); the hook answers 503 before that, and Okta retries. */
const PATIENCE_MS = 1_800
/** A stale connection is noticed at its first use; then one retry on a new one. */
const TRIES = 2

interface Waiting {
  readonly delivery: Delivery
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
  /** False as soon as the caller has an answer. */
  waits: boolean
}

export class DeliveryQueue {
  readonly #pool: PostgresPool
  #queue: Waiting[] = []
  readonly #running = new Set<Promise<void>>()
  #commits = 0

  constructor(pool: PostgresPool) {
    this.#pool = pool
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

  /** Resolves when the queue is empty. */
  async drain(): Promise<void> {
    await Promise.all(this.#running)
  }

  #begin(): void {
    const run = this.#run().finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #run(): Promise<void> {
    // Other callers of this turn join.
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

  /** A retry is safe: what was kept the first time is known the second time. */
  async #keep(deliveries: readonly Delivery[]): Promise<Receipt[]> {
    for (let tries = 1; ; tries++) {
      try {
        const receipts = await this.#pool.use((db) => keepDeliveries(db, deliveries))
        this.#commits += 1
        return receipts
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || tries === TRIES) throw error
      }
    }
  }
}

/**
 * The unique index leaves out known events, also of concurrent senders; a delivery with nothing new is not kept. Keys are
 * inserted in one order everywhere, so that two such statements cannot deadlock. The bodies travel as one piece of bytes with
 * their lengths: escaping them in a list took half of the time of everything else.
 */
const KEEP = `
WITH asked AS MATERIALIZED (
  SELECT n, nextval(numbers) AS id, source, envelope_id, hook_id, sent_at, received_at,
    convert_from(substring($13::bytea FROM start FOR bytes), 'UTF8') AS body, reasons, body_hash
  FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[], $14::int[], $7::text[],
    $8::text[]) WITH ORDINALITY
    AS a (source, envelope_id, hook_id, sent_at, received_at, start, bytes, reasons, body_hash, n),
    (SELECT pg_get_serial_sequence('deliveries', 'id')::regclass AS numbers) AS s
), fresh AS (
  INSERT INTO events (uuid, delivery_id, idx, published_at, received_at)
  SELECT e.uuid, asked.id, e.idx, e.published_at, asked.received_at
  FROM unnest($9::int[], $10::text[], $11::int[], $12::timestamptz[]) AS e (n, uuid, idx, published_at) JOIN asked USING (n)
  ORDER BY e.uuid COLLATE "C"
  ON CONFLICT (uuid) DO NOTHING
  RETURNING uuid, delivery_id
), dead AS (
  INSERT INTO dead_letters (at, why, subject, body_hash)
  SELECT received_at, reasons, 'delivery:' || id, body_hash FROM asked WHERE body_hash IS NOT NULL ORDER BY body_hash COLLATE "C"
  ON CONFLICT (body_hash) DO NOTHING
  RETURNING subject
), kept AS (
  INSERT INTO deliveries (id, source, envelope_id, hook_id, sent_at, received_at, body)
  SELECT id, source, envelope_id, hook_id, sent_at, received_at, body FROM asked
  WHERE id IN (SELECT delivery_id FROM fresh) OR 'delivery:' || id IN (SELECT subject FROM dead)
)
SELECT uuid FROM fresh`

interface Offered {
  readonly n: number
  readonly uuid: string
  readonly idx: number
  readonly publishedAt: string
}

/** Keeps what is new of each delivery; receipts in the same order. */
async function keepDeliveries(db: Db, all: readonly Delivery[]): Promise<Receipt[]> {
  const offered = firstOfEach(all)
  const bodies = all.map(({ body }) => (typeof body === 'string' ? Buffer.from(storable(body)) : body))
  const rows = await db.all<{ uuid: string }>(
    KEEP,
    all.map((d) => d.source),
    all.map((d) => d.envelopeId),
    all.map((d) => d.hookId),
    all.map((d) => d.sentAt),
    all.map((d) => d.receivedAt),
    startsOf(bodies),
    all.map((d) => (d.unreadable.length > 0 ? unreadableReasons(d.unreadable) : null)),
    all.map((d) => (d.unreadable.length > 0 ? createHash('sha256').update(d.body).digest('hex') : null)),
    offered.map((event) => event.n),
    offered.map((event) => event.uuid),
    offered.map((event) => event.idx),
    offered.map((event) => event.publishedAt),
    Buffer.concat(bodies),
    bodies.map(({ length }) => length)
  )
  return receiptsOf(all, offered, new Set(rows.map((row) => row.uuid)))
}

/** Where each of them begins when they follow one another, counted from 1 as SQL does. */
function startsOf(bodies: readonly Uint8Array[]): number[] {
  let next = 1
  return bodies.map(({ length }) => {
    const start = next
    next += length
    return start
  })
}

/** An event that comes twice in the batch belongs to the delivery that brought it first. */
function firstOfEach(all: readonly Delivery[]): Offered[] {
  const first = new Map<string, Offered>()
  for (const [at, delivery] of all.entries()) {
    for (const { uuid, index, publishedAt } of delivery.events) {
      const key = storable(uuid)
      if (!first.has(key)) first.set(key, { n: at + 1, uuid: key, idx: index, publishedAt })
    }
  }
  return [...first.values()]
}

function receiptsOf(all: readonly Delivery[], offered: readonly Offered[], kept: ReadonlySet<string>): Receipt[] {
  const fresh = all.map((): string[] => [])
  for (const { n, uuid } of offered) if (kept.has(uuid)) fresh[n - 1]?.push(uuid)
  return all.map((delivery, at) => {
    const own = fresh[at] ?? []
    return { fresh: own, duplicates: delivery.events.length - own.length }
  })
}
