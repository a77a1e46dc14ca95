/** Who does the work that only one replica does. */
import type { LeaseRequest, LeaseResult } from '../../domain/store.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'

const TAKE = `
INSERT INTO duties (name, holder, lease_until)
VALUES ($1, $2, coalesce($3::timestamptz, clock_timestamp()) + $4::int * interval '1 ms')
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
WHERE duties.holder = excluded.holder OR duties.lease_until <= coalesce($3::timestamptz, clock_timestamp())
RETURNING name`

const LEFT = `
SELECT (extract(epoch FROM lease_until - coalesce($2::timestamptz, clock_timestamp())) * 1000)::float8 AS ms
FROM duties WHERE name = $1`

export async function holdDuty(
  db: Session,
  { name, holder, now, leaseMs }: LeaseRequest,
  moment: Moment
): Promise<LeaseResult> {
  const taken = await db.all(TAKE, name, holder, moment(now), leaseMs)
  if (taken.length > 0) return 'held'
  // Given back or run out between the two statements: free at once.
  const left = await db.one<{ ms: number }>(LEFT, name, moment(now))
  return { freeInMs: Math.max(0, Math.ceil(left?.ms ?? 0)) }
}

export async function leaveDuty(db: Session, name: string, holder: string): Promise<void> {
  await db.all('DELETE FROM duties WHERE name = $1 AND holder = $2', name, holder)
}
