/** Times that a clock ahead of time has written, in the memory engine. */

import { AHEAD_MS, CUT_LEASE_MS, LONGEST_LEASE_MS } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Contents } from './contents.ts'

export function bringForward(all: Contents, now: Instant): number {
  const ahead = plus(now, AHEAD_MS)
  const late = [...all.cases.values()].filter(
    ({ current }) => current.dueAt !== null && current.dueAt > now && current.updatedAt > ahead
  )
  for (const entry of late) {
    entry.current = { ...entry.current, dueAt: now, updatedAt: now }
    entry.body = JSON.stringify(entry.current)
  }
  const longest = plus(now, LONGEST_LEASE_MS)
  for (const entry of [...all.cases.values(), ...all.events.values()]) {
    if (entry.lease && entry.lease.until > longest) entry.lease = { ...entry.lease, until: plus(now, CUT_LEASE_MS) }
  }
  return late.length + all.errands.bringForward(now)
}
