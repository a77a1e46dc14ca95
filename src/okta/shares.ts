/**
 * How much of each of Okta's rate limits is ours: the limits are the whole org's, and a part is left to the others (facts
 * §3.3). Counts what we send per minute's window, since the headers arrive only after the call. Pure but for what it counts.
 */
import { MINUTE_MS, SECOND_MS } from '../time.ts'
import { LANES, type Lane } from './calls.ts'
import type { Allowance } from './rate-limit.ts'

export interface Shares {
  /** How long a call of this lane would have to wait for its part of the limit; 0: it may go now. */
  waitMs(bucket: string, lane: Lane): number
  /** A call goes. */
  spend(bucket: string): void
  /** An answer is in, or will never come. */
  settle(bucket: string): void
  /** Learns limit, rest and reset from an answer's headers. */
  learn(bucket: string, allowance: Allowance): void
  /** Part of ours that is used in this window, from 0 to 1; null before the limit is known. */
  used(bucket: string): number | null
}

/** Of our share: what waits for nobody leaves room for cases, and cases leave the last calls to a write under way. */
const PART_OF_SHARE: Readonly<Record<Lane, number>> = { acting: 1, correlating: 0.95, backfill: 0.5 }

/** Paths that Okta counts together, as far as is documented; every other path counts as one family (facts §3.3). */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^GET \/api\/v1\/logs$/, 'logs'],
  [/ \/api\/v1\/devices(\/|$)/, 'devices'],
  [/^GET \/api\/v1\/users\/\{[^/]+\}$/, 'user'],
  [/^GET \/api\/v1\/users$/, 'users'],
  [/ \/oauth2\//, 'token']
]

/** The family that a bucket is counted in. */
export function familyOf(bucket: string): string {
  return FAMILIES.find(([pattern]) => pattern.test(bucket))?.[1] ?? 'other'
}

/** An answer this near its window's end may belong to the window before ours. */
const LATE_MS = 2 * SECOND_MS

interface Window {
  limit: number | null
  /** When our count begins anew; by our clock, and never before Okta's does. */
  endsAtMs: number
  sent: number
  inFlight: number
  /** What Okta says is left for everybody, less what has gone since. */
  left: number | null
  /** Whether Okta has said when this window ends. */
  isDated: boolean
}

/** `sharePercent` of each limit is ours. */
export function createShares(sharePercent: number, nowMs: () => number): Shares {
  const windows = new Map<string, Window>()

  function windowOf(bucket: string): Window {
    const family = familyOf(bucket)
    const known = windows.get(family)
    const now = nowMs()
    if (known && known.endsAtMs > now) return known
    const [limit, inFlight] = [known?.limit ?? null, known?.inFlight ?? 0]
    const fresh = { limit, inFlight, sent: inFlight, endsAtMs: now + MINUTE_MS, left: null, isDated: false }
    windows.set(family, fresh)
    return fresh
  }

  const ours = (limit: number, lane: Lane) =>
    Math.max(1, Math.floor((limit * sharePercent * PART_OF_SHARE[lane]) / 100))

  return {
    waitMs(bucket, lane) {
      const window = windowOf(bucket)
      const isSpent = window.limit !== null && window.sent >= ours(window.limit, lane)
      const isEmpty = window.left !== null && window.left <= 0
      return isSpent || isEmpty ? Math.max(1, window.endsAtMs - nowMs()) : 0
    },
    spend(bucket) {
      const window = windowOf(bucket)
      window.sent++
      window.inFlight++
      if (window.left !== null) window.left--
    },
    settle(bucket) {
      const window = windowOf(bucket)
      window.inFlight = Math.max(0, window.inFlight - 1)
    },
    learn(bucket, { limit, remaining, resetInMs }) {
      // Two zeros are the limit on calls in flight, which is no bucket (facts §3.3).
      if (limit === null || limit === 0 || remaining === null || resetInMs === null) return
      const window = windowOf(bucket)
      window.limit = limit
      const endsAtMs = nowMs() + resetInMs
      if (window.isDated) window.endsAtMs = Math.max(window.endsAtMs, endsAtMs)
      else if (resetInMs > LATE_MS) {
        window.endsAtMs = endsAtMs
        window.isDated = true
      } else return
      // Answers overtake each other: the lowest is the truth until the window ends.
      window.left = Math.min(window.left ?? Number.POSITIVE_INFINITY, remaining - Math.max(0, window.inFlight - 1))
    },
    used(bucket) {
      const { limit, sent } = windowOf(bucket)
      return limit === null ? null : Math.min(1, sent / ours(limit, LANES[0]))
    }
  }
}
