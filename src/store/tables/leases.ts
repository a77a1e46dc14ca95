/** Giving back leases, and repairing times that a clock ahead of time has written. */
import { CAPPED_LEASE_MS, LONGEST_LEASE_MS, LONGEST_WAIT_MS, MAX_SKEW_MS } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Db } from '../db.ts'

export async function release(db: Db, holder: string): Promise<void> {
  await db.run('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE holder = $1', holder)
  await db.run('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND holder = $1', holder)
  await db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE holder = $1', holder)
}

/** Ends every lease, for a file that only one process uses. */
export async function releaseAll(db: Db): Promise<void> {
  await db.run('UPDATE cases SET lease_until = NULL, lease_ms = NULL, holder = NULL WHERE lease_until IS NOT NULL')
  await db.run('UPDATE events SET lease_until = NULL, holder = NULL WHERE fate IS NULL AND lease_until IS NOT NULL')
  await db.run('UPDATE outbox SET lease_until = NULL, holder = NULL WHERE holder IS NOT NULL')
  await db.run('DELETE FROM duties')
}

/** The database's time; null where the process's own clock is the only one. */
export async function sharedTime(db: Db): Promise<Instant | null> {
  if (db.engine === 'sqlite') return null
  return (await db.one<{ at: Instant }>('SELECT clock_timestamp() AS at'))?.at ?? null
}

/** The columns say when work is due; the bodies beside them follow with the next save. */
export async function repairClockSkew(db: Db, now: Instant): Promise<number> {
  const ahead = plus(now, MAX_SKEW_MS)
  const cases = await db.run(
    `UPDATE cases SET due_at = $1, updated_at = $1 WHERE seq IN
       (SELECT seq FROM cases WHERE due_at > $1 AND updated_at > $2 ${db.skipLocked})`,
    ...[now, ahead]
  )
  const entries = await db.run(
    `UPDATE outbox SET due_at = $1 WHERE state = 'pending' AND due_at > $1 AND (queued_at > $2 OR due_at > $3)`,
    ...[now, ahead, plus(now, LONGEST_WAIT_MS)]
  )
  const at = await db.leaseClock(now)
  for (const [table, taken] of LEASED) {
    await db.run(
      `UPDATE ${table} SET lease_until = $1 WHERE ${taken} AND lease_until > $2`,
      ...[plus(at, CAPPED_LEASE_MS), plus(at, LONGEST_LEASE_MS)]
    )
  }
  return cases + entries
}

const LEASED: readonly (readonly [table: string, taken: string])[] = [
  ['cases', 'holder IS NOT NULL'],
  ['events', 'fate IS NULL'],
  ['outbox', 'holder IS NOT NULL']
]
