/** Events that are leased. */
import type { ClaimedEvents } from '../claimed-events.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'

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
