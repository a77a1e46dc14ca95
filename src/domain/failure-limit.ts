/** Counts refused requests per address and minute, for routes that can check a signature only with the body. */
import { MINUTE_MS } from './time.ts'

/** Addresses counted in one minute; more of them are not slowed down, and cost no memory. */
const MOST_ADDRESSES = 10_000

export interface FailureLimit {
  /** Seconds until the address may try again; null while it may. */
  blockedFor(address: string): number | null
  count(address: string): void
}

/** `now` in milliseconds, never set back. */
export function createFailureLimit(most: number, now: () => number): FailureLimit {
  let minute = 0
  const failures = new Map<string, number>()
  const current = () => {
    const at = Math.floor(now() / MINUTE_MS)
    if (at !== minute) failures.clear()
    minute = at
    return failures
  }
  return {
    blockedFor(address) {
      if ((current().get(address) ?? 0) < most) return null
      return Math.ceil((MINUTE_MS - (now() % MINUTE_MS)) / 1_000)
    },
    count(address) {
      const known = current()
      const before = known.get(address)
      if (before !== undefined || known.size < MOST_ADDRESSES) known.set(address, (before ?? 0) + 1)
    }
  }
}
