/** Times that a clock ahead of time has written. The columns say when work is due; the texts beside them follow with the next save. */

import { AHEAD_MS, CUT_LEASE_MS, LONGEST_LEASE_MS, LONGEST_WAIT_MS } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Connection } from './connection.ts'

export function bringForward(db: Connection, now: Instant): number {
  const ahead = plus(now, AHEAD_MS)
  const cases = db.run(
    'UPDATE cases SET due_at = ?, updated_at = ? WHERE due_at > ? AND updated_at > ?',
    ...[now, now, now, ahead]
  )
  const errands = db.run(
    `UPDATE outbox SET due_at = ? WHERE state = 'pending' AND due_at > ? AND (queued_at > ? OR due_at > ?)`,
    ...[now, now, ahead, plus(now, LONGEST_WAIT_MS)]
  )
  const cut = [plus(now, CUT_LEASE_MS), plus(now, LONGEST_LEASE_MS)]
  db.run('UPDATE cases SET lease_until = ? WHERE holder IS NOT NULL AND lease_until > ?', ...cut)
  db.run('UPDATE events SET lease_until = ? WHERE fate IS NULL AND lease_until > ?', ...cut)
  db.run('UPDATE outbox SET lease_until = ? WHERE holder IS NOT NULL AND lease_until > ?', ...cut)
  return cases + errands
}
