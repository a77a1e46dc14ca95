/** Deliveries and their events: in, leased, and given their fate. */
import { createHash } from 'node:crypto'
import type { DeliveredEvent, Delivery, EventDisposition, FailureTrace, Receipt, Saved } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { CaseSave } from '../case-rows.ts'
import type { ClaimedEvents } from '../claimed-events.ts'
import { unreadableReasons } from '../keys.ts'
import type { Connection } from './connection.ts'
import { addDeadLetter } from './dead-letters.ts'
import { conflicts, writeCase } from './saves.ts'
import { addTrace } from './traces.ts'

/** Keeps the delivery when something in it is new. Nothing new: nothing is written, not even the body. */
export function receive(db: Connection, delivery: Delivery): Receipt {
  const id = (db.one<{ last: number | null }>('SELECT max(id) AS last FROM deliveries')?.last ?? 0) + 1
  const fresh = delivery.events.filter((event) => addEvent(db, event, id, delivery.receivedAt))
  const unreadableHash = unknownUnreadable(db, delivery)
  if (fresh.length > 0 || unreadableHash !== null) keep(db, id, delivery, unreadableHash)
  if (fresh.length > 0) countPending(db, fresh.length)
  return { fresh: fresh.map((event) => event.uuid), duplicates: delivery.events.length - fresh.length }
}

/** False when its uuid is known. */
function addEvent(db: Connection, { uuid, index, publishedAt }: DeliveredEvent, id: number, at: Instant): boolean {
  const added = db.run(
    `INSERT INTO events (uuid, delivery_id, idx, published_at, received_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (uuid) DO NOTHING`,
    ...[uuid, id, index, publishedAt, at]
  )
  return added === 1
}

/** The body's hash when some of its events are unreadable and it has not been received before. */
function unknownUnreadable(db: Connection, delivery: Delivery): string | null {
  if (delivery.unreadable.length === 0) return null
  const hash = createHash('sha256').update(delivery.body).digest('hex')
  return db.one('SELECT 1 FROM deliveries WHERE unreadable_hash = ?', hash) ? null : hash
}

function keep(db: Connection, id: number, delivery: Delivery, unreadable: string | null): void {
  const { source, envelopeId, hookId, sentAt, receivedAt, body } = delivery
  db.run(
    `INSERT INTO deliveries (id, source, envelope_id, hook_id, sent_at, received_at, body, unreadable_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, source, envelopeId, hookId, sentAt, receivedAt, body, unreadable]
  )
  if (unreadable === null) return
  addDeadLetter(db, { at: receivedAt, why: unreadableReasons(delivery.unreadable), subject: `delivery:${id}` })
}

/** No trigger keeps this count: it took as long as all the rest of storing an event. */
function countPending(db: Connection, more: number): void {
  db.run(`UPDATE counts SET n = n + ? WHERE name = 'pending_events'`, more)
}

/** Who takes work, how much, and until when. For events and cases alike. */
export interface Claim {
  readonly limit: number
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

export function nextEvents(db: Connection, { limit, now, leaseMs, holder }: Claim): ClaimedEvents {
  const events = db.all<ClaimedEvents['events'][number]>(
    `SELECT uuid, idx, published_at, received_at, delivery_id FROM events
     WHERE fate IS NULL AND (lease_until IS NULL OR lease_until <= ?) ORDER BY published_at, seq LIMIT ?`,
    ...[now, limit]
  )
  const until = plus(now, leaseMs)
  for (const { uuid } of events) {
    db.run('UPDATE events SET lease_until = ?, holder = ? WHERE uuid = ?', until, holder, uuid)
  }
  const ids = new Set(events.map((event) => event.delivery_id))
  const deliveries = [...ids].flatMap((id) =>
    db.all<ClaimedEvents['deliveries'][number]>('SELECT id, source, sent_at, body FROM deliveries WHERE id = ?', id)
  )
  return { events, deliveries }
}

export interface DigestStep {
  readonly events: readonly {
    readonly uuid: string
    readonly fate: EventDisposition
    readonly trace: FailureTrace | null
  }[]
  readonly save: CaseSave | null
}

/** Everything is checked before anything is written. */
export function digest(db: Connection, step: DigestStep): Saved | 'already' {
  const rows = step.events.map(({ uuid }) => {
    const row = db.one<{ fate: string | null; received_at: Instant }>(
      'SELECT fate, received_at FROM events WHERE uuid = ?',
      uuid
    )
    if (!row) throw new Error('digest was asked about an event that was never received')
    return row
  })
  if (rows.some((row) => row.fate !== null)) return 'already'
  if (step.save && conflicts(db, step.save)) return 'conflict'
  for (const [n, { uuid, fate, trace }] of step.events.entries()) {
    db.run(
      'UPDATE events SET fate = ?, case_id = ?, lease_until = NULL, holder = NULL WHERE uuid = ?',
      ...[JSON.stringify(fate), fate.kind === 'case' ? fate.caseId : null, uuid]
    )
    if (fate.kind === 'dead') addDeadLetter(db, { at: rows[n]?.received_at ?? '', why: fate.why, subject: uuid })
    if (trace) addTrace(db, trace)
  }
  countPending(db, -step.events.length)
  if (step.save) writeCase(db, step.save)
  return 'saved'
}
