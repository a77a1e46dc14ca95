/** Events: leased, and given their fate. */

import type { CaseSave } from '../case-rows.ts'
import type { ClaimedEvents } from '../claimed-events.ts'
import type { EventFate, FailureTrace, Saved } from '../store.ts'
import { addDeadLetters } from './dead-letters.ts'
import type { Session } from './lane.ts'
import type { Moment } from './moment.ts'
import { conflicts, writeCase } from './saves.ts'
import { addTraces } from './traces.ts'
import { fit } from './values.ts'

/** Who takes work, how much, and until when. For events and cases alike. */
export interface Claim {
  readonly limit: number
  /** By the claimer's clock: what is due is for the claimer to say. */
  readonly now: string
  readonly leaseMs: number
  readonly holder: string
}

/** Rows that another claimer is just taking are passed over. */
const CLAIM = `
WITH chosen AS MATERIALIZED (
  SELECT seq FROM events
  WHERE fate IS NULL AND (lease_until IS NULL OR lease_until <= coalesce($1::timestamptz, clock_timestamp()))
  ORDER BY published_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE events SET lease_until = coalesce($1::timestamptz, clock_timestamp()) + $3::float8 * interval '1 ms', holder = $4
  FROM chosen WHERE events.seq = chosen.seq
  RETURNING events.seq, uuid, idx, published_at, received_at, delivery_id
)
SELECT uuid, idx, published_at, received_at, delivery_id FROM claimed ORDER BY published_at, seq`

export async function nextEvents(db: Session, claim: Claim, moment: Moment): Promise<ClaimedEvents> {
  const events = await db.all<ClaimedEvents['events'][number]>(
    CLAIM,
    moment(claim.now),
    claim.limit,
    claim.leaseMs,
    claim.holder
  )
  if (events.length === 0) return { events, deliveries: [] }
  const deliveries = await db.all<ClaimedEvents['deliveries'][number]>(
    'SELECT id, source, sent_at, body FROM deliveries WHERE id = ANY ($1::bigint[])',
    [...new Set(events.map((event) => event.delivery_id))]
  )
  return { events, deliveries }
}

export interface DigestStep {
  readonly events: readonly { readonly uuid: string; readonly fate: EventFate; readonly trace?: FailureTrace }[]
  readonly save: CaseSave | null
}

/** Everything is checked before anything is written. The rows are locked in one order, so two digests cannot block each other. */
export async function digest(db: Session, step: DigestStep, moment: Moment): Promise<Saved | 'already'> {
  const uuids = step.events.map((event) => fit(event.uuid))
  const rows = await db.all<{ uuid: string; fate: string | null; received_at: string }>(
    'SELECT uuid, fate, received_at FROM events WHERE uuid = ANY ($1::text[]) ORDER BY uuid FOR UPDATE',
    uuids
  )
  if (rows.length < new Set(uuids).size) throw new Error('digest was asked about an event that was never received')
  if (rows.some((row) => row.fate !== null)) return 'already'
  if (step.save && (await conflicts(db, step.save))) return 'conflict'
  await giveFates(db, step)
  const receivedAt = new Map(rows.map((row) => [row.uuid, row.received_at]))
  await addDeadLetters(
    db,
    step.events.flatMap(({ uuid, fate }) =>
      fate.kind === 'dead' ? { at: receivedAt.get(fit(uuid)) ?? '', why: fate.why, subject: uuid } : []
    )
  )
  await addTraces(
    db,
    step.events.flatMap(({ trace }) => trace ?? [])
  )
  if (step.save) await writeCase(db, step.save, moment)
  return 'saved'
}

async function giveFates(db: Session, { events }: DigestStep): Promise<void> {
  await db.all(
    `UPDATE events SET fate = given.fate, case_id = given.case_id, lease_until = NULL, holder = NULL
     FROM unnest($1::text[], $2::text[], $3::text[]) AS given (uuid, fate, case_id) WHERE events.uuid = given.uuid`,
    events.map((event) => fit(event.uuid)),
    events.map((event) => JSON.stringify(event.fate)),
    events.map(({ fate }) => (fate.kind === 'case' ? fate.caseId : null))
  )
}
