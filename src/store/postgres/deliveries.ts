/** Deliveries on their way in, many at a time: one statement, one commit, one sync of the server's disk. */
import { createHash } from 'node:crypto'
import type { Delivery, Receipt } from '../../domain/store.ts'
import { unreadableReasons } from '../keys.ts'
import type { Session } from './session.ts'
import { fit, fitInstant, fitOrNull } from './values.ts'

/**
 * Events that are known already are left out by the unique index, whoever sends them at the same time; a delivery with
 * nothing new in it is not kept. Keys go in in one order everywhere, so that two such statements cannot block each other.
 * The bodies come as one piece of bytes and their lengths: escaping them in a list took half of the time of all the rest.
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
export async function keepDeliveries(db: Session, all: readonly Delivery[]): Promise<Receipt[]> {
  const offered = firstOfEach(all)
  const bodies = all.map((d) => Buffer.from(fit(d.body)))
  const rows = await db.all<{ uuid: string }>(
    KEEP,
    all.map((d) => d.source),
    all.map((d) => fitOrNull(d.envelopeId)),
    all.map((d) => fitOrNull(d.hookId)),
    all.map((d) => d.sentAt && fitInstant(d.sentAt)),
    all.map((d) => fitInstant(d.receivedAt)),
    startsOf(bodies),
    all.map((d) => (d.unreadable.length > 0 ? fit(unreadableReasons(d.unreadable)) : null)),
    all.map((d) => (d.unreadable.length > 0 ? createHash('sha256').update(d.body).digest('hex') : null)),
    offered.map((event) => event.n),
    offered.map((event) => event.uuid),
    offered.map((event) => event.idx),
    offered.map((event) => fitInstant(event.publishedAt)),
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
      const key = fit(uuid)
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
