/** Deliveries and their events: stored, leased and processed. */
import { createHash } from 'node:crypto'
import {
  type DeliveredEvent,
  type Delivery,
  type EventDisposition,
  eventParts,
  type FailureTrace,
  type PendingEvent,
  type Receipt
} from '../../domain/deliveries.ts'
import type { DecidingQuery } from '../../domain/store.ts'
import type { Instant, IntakeSource } from '../../domain/vocabulary.ts'
import { type Bind, binder, type Db, inOrder, type Value, writeRows } from '../db.ts'
import { unreadableReasons } from '../keys.ts'
import { unpackBody } from '../packed-body.ts'
import type { Claim } from './cases.ts'
import { addTraces } from './failures.ts'
import { addDeadLetter } from './records.ts'

/**
 * Stores the delivery when something in it is new; otherwise nothing is written, not even the body. For one writer:
 * PostgreSQL stores many deliveries with one statement (`postgres/deliveries.ts`).
 */
export async function receive(db: Db, delivery: Delivery): Promise<Receipt> {
  const last = await db.one<{ id: number | null }>('SELECT max(id) AS id FROM deliveries')
  const id = (last?.id ?? 0) + 1
  const fresh: string[] = []
  for (const event of delivery.events) {
    if (await addEvent(db, event, id, delivery.receivedAt)) fresh.push(event.uuid)
  }
  const unreadableHash = await unknownUnreadable(db, delivery)
  if (fresh.length > 0 || unreadableHash !== null) await keep(db, id, delivery, unreadableHash)
  if (fresh.length > 0) await countPending(db, fresh.length)
  return { fresh, duplicates: delivery.events.length - fresh.length }
}

/** False when its uuid is known. */
async function addEvent(
  db: Db,
  { uuid, index, publishedAt }: DeliveredEvent,
  id: number,
  at: Instant
): Promise<boolean> {
  const added = await db.run(
    `INSERT INTO events (uuid, delivery_id, idx, published_at, received_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (uuid) DO NOTHING`,
    ...[uuid, id, index, publishedAt, at]
  )
  return added === 1
}

/** The body's hash when some of its events are unreadable and it has not been received before. */
async function unknownUnreadable(db: Db, delivery: Delivery): Promise<string | null> {
  if (delivery.unreadable.length === 0) return null
  const hash = createHash('sha256').update(delivery.body).digest('hex')
  const known = await db.one('SELECT 1 AS found FROM deliveries WHERE unreadable_hash = $1', hash)
  return known ? null : hash
}

async function keep(db: Db, id: number, delivery: Delivery, unreadable: string | null): Promise<void> {
  const { source, envelopeId, hookId, sentAt, receivedAt, body } = delivery
  await db.run(
    `INSERT INTO deliveries (id, source, envelope_id, hook_id, sent_at, received_at, body, unreadable_hash)
     VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS text), $8)`,
    ...[id, source, envelopeId, hookId, sentAt, receivedAt, body, unreadable]
  )
  if (unreadable === null) return
  await addDeadLetter(db, { at: receivedAt, why: unreadableReasons(delivery.unreadable), subject: `delivery:${id}` })
}

/** PostgreSQL counts with a trigger per statement. In SQLite a trigger took as long as storing the event. */
async function countPending(db: Db, more: number): Promise<void> {
  if (db.engine === 'sqlite') await db.run(`UPDATE counts SET n = n + $1 WHERE name = 'pending_events'`, more)
}

interface ClaimedEvent {
  readonly seq: number
  readonly uuid: string
  readonly idx: number
  readonly published_at: Instant
  readonly received_at: Instant
  readonly delivery_id: number
}

interface ClaimedDelivery {
  readonly id: number
  readonly source: IntakeSource
  readonly sent_at: Instant | null
  readonly body: string
}

/** Claimed events with their deliveries, so that each body is read and parsed once. */
export interface ClaimedEvents {
  readonly events: readonly ClaimedEvent[]
  readonly deliveries: readonly ClaimedDelivery[]
}

export async function claimEvents(db: Db, { limit, now, leaseMs, holder }: Claim): Promise<ClaimedEvents> {
  const values: Value[] = []
  const bind = binder(values)
  const claimed = await db.all<ClaimedEvent>(
    `WITH waiting AS MATERIALIZED (
       SELECT seq FROM events WHERE fate IS NULL AND (lease_until IS NULL OR lease_until <= ${db.moment(now, 0, bind)})
       ORDER BY published_at, seq LIMIT ${bind(limit)} ${db.skipLocked}
     )
     UPDATE events SET lease_until = ${db.moment(now, leaseMs, bind)}, holder = ${bind(holder)}
     WHERE seq IN (SELECT seq FROM waiting)
     RETURNING seq, uuid, idx, published_at, received_at, delivery_id ${db.mayBeLost}`,
    ...values
  )
  if (claimed.length === 0) return { events: [], deliveries: [] }
  const deliveries = await db.all<ClaimedDelivery>(
    `SELECT id, source, sent_at, body FROM deliveries WHERE ${db.anyOf('id', '$1', 'bigint')}`,
    [...new Set(claimed.map((event) => event.delivery_id))]
  )
  return { events: inOrder(claimed, (event) => event.published_at), deliveries }
}

/** Most that are looked at; a transmitter that sends more about one user repeats itself. */
const MOST_SIGNALS = 100

/** The query for the bodies of what other vendors have reported about a user, newest first. */
export function signalBodies(db: Db, { keys, since }: DecidingQuery['shared'], bind: Bind): string {
  return `SELECT body FROM deliveries WHERE source = 'ssf' AND ${db.anyOf('envelope_id', bind(keys), 'text')}
    AND received_at >= ${bind(since)} ORDER BY received_at DESC LIMIT ${bind(MOST_SIGNALS)}`
}

/** Each event with its own part of its delivery. Pure. */
export function pendingEvents({ events, deliveries }: ClaimedEvents): PendingEvent[] {
  const opened = new Map(deliveries.map((row) => [row.id, { ...row, parts: eventParts(unpackBody(row.body)) }]))
  return events.flatMap((event) => {
    const delivery = opened.get(event.delivery_id)
    if (!delivery) return []
    return {
      uuid: event.uuid,
      source: delivery.source,
      raw: delivery.parts[event.idx] ?? null,
      publishedAt: event.published_at,
      receivedAt: event.received_at,
      sentAt: delivery.sent_at
    }
  })
}

export interface ProcessedEvent {
  readonly uuid: string
  readonly disposition: EventDisposition
  readonly trace: FailureTrace | null
}

export interface ReceivedEvent extends ProcessedEvent {
  readonly receivedAt: Instant
}

/**
 * When the events that were not processed before were received, by uuid. Throws when one was never received. Their rows are
 * locked in one order.
 */
export async function lockEvents(db: Db, uuids: readonly string[]): Promise<Map<string, Instant>> {
  if (uuids.length === 0) return new Map()
  const rows = await db.all<{ uuid: string; fate: string | null; received_at: Instant }>(
    `SELECT uuid, fate, received_at FROM events WHERE ${db.anyOf('uuid', '$1', 'text')} ORDER BY uuid ${db.forUpdate}`,
    uuids
  )
  if (rows.length < new Set(uuids).size) throw new Error('processEvents: an event was never received')
  return new Map(rows.flatMap(({ uuid, fate, received_at }) => (fate === null ? [[uuid, received_at]] : [])))
}

/** Records what became of events that `lockEvents` has found. */
export async function recordEvents(db: Db, events: readonly ReceivedEvent[]): Promise<void> {
  if (events.length === 0) return
  const fates = events.map(({ uuid, disposition }) => [
    ...[uuid, JSON.stringify(disposition), disposition.kind === 'case' ? disposition.caseId : null]
  ])
  await writeRows(
    db,
    fates,
    (values) => `WITH processed (uuid, fate, case_id) AS (${values})
     UPDATE events SET fate = processed.fate, case_id = processed.case_id, lease_until = NULL, holder = NULL
     FROM processed WHERE events.uuid = processed.uuid`
  )
  for (const { uuid, disposition, receivedAt } of events) {
    if (disposition.kind === 'dead') await addDeadLetter(db, { at: receivedAt, why: disposition.why, subject: uuid })
  }
  await addTraces(
    db,
    events.flatMap(({ trace }) => trace ?? [])
  )
  await countPending(db, -events.length)
}
