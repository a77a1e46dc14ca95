/**
 * When a call may go: at most five at a time, the most urgent first, none beyond our share of a limit, none into a bucket
 * that Okta says is empty (facts §3.3). No call waits longer than its caller has time: it returns how long it would be.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import { PRIORITIES, type Priority } from './calls.ts'

/* What Okta's rate-limit headers say (facts §3.3). Pure. */

/** As `fetch` offers them. */
export interface HeaderReader {
  get(name: string): string | null
}

/** Nulls are headers that were missing or unreadable. */
export interface RateLimitHeaders {
  readonly limit: number | null
  readonly remaining: number | null
  /** Until the bucket is full again, by Okta's own clock. */
  readonly resetInMs: number | null
}

/** Buckets are per minute, so a reset further away than this is not one of Okta's (facts §3.3). */
const LONGEST_RESET_MS = 2 * MINUTE_MS

/** Reads the three headers, and `Date`, which makes the reset independent of this machine's clock. */
export function readAllowance(headers: HeaderReader): RateLimitHeaders {
  const resetAtMs = wholeNumber(headers.get('x-rate-limit-reset'))
  const sentAtMs = Date.parse(headers.get('date') ?? '')
  const known = resetAtMs !== null && !Number.isNaN(sentAtMs)
  // One second more, since both are cut to whole seconds (facts §3.3).
  const resetInMs = known ? resetAtMs * SECOND_MS - sentAtMs + SECOND_MS : null
  return {
    limit: wholeNumber(headers.get('x-rate-limit-limit')),
    remaining: wholeNumber(headers.get('x-rate-limit-remaining')),
    resetInMs: resetInMs === null ? null : Math.min(Math.max(resetInMs, SECOND_MS), LONGEST_RESET_MS)
  }
}

/** A doubled header arrives as `60, 60`, which is not a number (SDK, OKTA-112507). */
function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null
}

/** The org-wide limit on calls in flight, not a bucket: two zeros, and a reset that is only a suggestion (facts §3.3). */
export function isConcurrencyLimit({ limit, remaining }: RateLimitHeaders): boolean {
  return limit === 0 && remaining === 0
}

/*
 * How much of each of Okta's rate limits is ours: the limits are the whole org's, and a part is left to the others (facts
 * §3.3). Counts what we send per minute's window, since the headers arrive only after the call. Pure but for what it counts.
 */

export interface Quota {
  /** How long a call of this priority would have to wait for its part of the limit; 0: it may go now. */
  waitMs(bucket: string, priority: Priority): number
  /** A call goes. */
  spend(bucket: string): void
  /** An answer is in, or will never come. */
  settle(bucket: string): void
  /** Learns limit, rest and reset from an answer's headers. */
  learn(bucket: string, allowance: RateLimitHeaders): void
  /** Part of our quota that is used in this window, from 0 to 1; null before the limit is known. */
  used(bucket: string): number | null
}

/** Of our share: what waits for nobody leaves room for cases, and cases leave the last calls to a write under way. */
const PART_OF_SHARE: Readonly<Record<Priority, number>> = { acting: 1, correlating: 0.95, backfill: 0.5 }

/** An answer this near its window's end may belong to the window before ours. */
const LATE_MS = 2 * SECOND_MS

/** Calls that Okta counts together. One path and method, until answers show that it shares a limit with others. */
interface Window {
  readonly buckets: Set<string>
  limit: number | null
  /** When our count starts again; by our clock, and never before Okta's does. */
  endsAtMs: number
  sent: number
  inFlight: number
  /** What Okta says is left for everybody, less what has gone since. */
  left: number | null
  /** Whether Okta has said when this window ends. */
  isDated: boolean
}

/** `quotaPercent` of each limit is ours. */
export function createQuota(quotaPercent: number, nowMs: () => number): Quota {
  const windows = new Map<string, Window>()

  function windowOf(bucket: string): Window {
    const now = nowMs()
    const window = windows.get(bucket) ?? newWindow(bucket)
    if (window.endsAtMs > now) return window
    return Object.assign(window, { sent: window.inFlight, endsAtMs: now + MINUTE_MS, left: null, isDated: false })
  }

  function newWindow(bucket: string): Window {
    const count = { limit: null, endsAtMs: 0, sent: 0, inFlight: 0, left: null, isDated: false }
    const window: Window = { buckets: new Set([bucket]), ...count }
    windows.set(bucket, window)
    return window
  }

  /**
   * Okta does not publish which paths share a limit (facts §3.3): those whose limit and end of window agree do. A path whose
   * answer disagrees is counted on its own again, so that a small limit does not block unrelated calls.
   */
  function regroup(bucket: string, limit: number, endsAtMs: number): Window {
    const agrees = (other: Window) =>
      other.limit === limit && other.isDated && Math.abs(other.endsAtMs - endsAtMs) <= LATE_MS
    const window = windowOf(bucket)
    const isOdd = window.buckets.size > 1 && (window.isDated ? !agrees(window) : window.limit !== limit)
    if (isOdd) {
      window.buckets.delete(bucket)
      window.inFlight = Math.max(0, window.inFlight - 1)
      return Object.assign(newWindow(bucket), { limit, endsAtMs, sent: 1, inFlight: 1 })
    }
    const partner = [...windows.values()].find((other) => other !== window && other.endsAtMs > nowMs() && agrees(other))
    if (!partner || window.buckets.size > 1) return window
    partner.sent += window.sent
    partner.inFlight += window.inFlight
    partner.buckets.add(bucket)
    windows.set(bucket, partner)
    return partner
  }

  const ours = (limit: number, priority: Priority) =>
    Math.max(1, Math.floor((limit * quotaPercent * PART_OF_SHARE[priority]) / 100))

  return {
    waitMs(bucket, priority) {
      const window = windowOf(bucket)
      const isSpent = window.limit !== null && window.sent >= ours(window.limit, priority)
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
      // Two zeros are the limit on calls in flight, not a bucket (facts §3.3).
      if (limit === null || limit === 0 || remaining === null || resetInMs === null) return
      const endsAtMs = nowMs() + resetInMs
      const window = resetInMs > LATE_MS ? regroup(bucket, limit, endsAtMs) : windowOf(bucket)
      if (resetInMs > LATE_MS) window.limit = limit
      else window.limit ??= limit
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
      return limit === null ? null : Math.min(1, sent / ours(limit, PRIORITIES[0]))
    }
  }
}

/** Of the 75 (35 on free orgs) calls in flight that Okta grants the whole org (facts §3.3). */
export const CALLS_AT_ONCE = 5

export interface RateLimitRequest {
  /** When the caller's patience ends. */
  readonly signal: AbortSignal
  /** What is left of it. */
  readonly leftMs: () => number
}

export type Entry =
  | { readonly ok: true /** Must be called once the answer is in. */; readonly leave: () => void }
  | { readonly ok: false; readonly waitMs: number }

export interface RateLimiter {
  /** Resolves when the call may go, or when it would have to wait too long. Rejects when the signal aborts. */
  enter(bucket: string, turn: RateLimitRequest, priority?: Priority): Promise<Entry>
  /** How long the bucket is still shut; 0 when it is open. */
  blockedForMs(bucket: string): number
  /** Learns from an answer; after a 429, how long to wait. */
  note(bucket: string, status: number, allowance: RateLimitHeaders): number | null
  /** Part of our share of the bucket that is used, from 0 to 1; null while its limit is unknown. */
  quotaUsed(bucket: string): number | null
}

export interface RateLimiterParts {
  /** Milliseconds since some moment. Waits are counted by it, so a corrected machine clock does not change them. */
  readonly elapsedMs?: () => number
  /** Waits; tests replace it. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Our part of each limit, in percent; 50 unless said otherwise. */
  readonly quotaPercent?: number
  /** From 0 to 1, so that several processes do not come back in step. */
  readonly random?: () => number
}

/** In percent. Okta gives each app half of every limit by default, and others need theirs (facts §3.3). */
const OUR_SHARE = 50
/** The longest extra wait by chance, beyond a bucket's reset. */
const JITTER_MS = 500
/** Of the pauses for the org-wide limit, each twice the one before, until an answer comes through. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4 * SECOND_MS
/** After a 429 without readable headers. */
const BLIND_PAUSE_MS = 2 * SECOND_MS

/** A budget with every bucket open. */
export function createRateLimiter(parts: RateLimiterParts): RateLimiter {
  const { elapsedMs: nowMs = () => performance.now(), random = Math.random } = parts
  const pause = parts.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const slots = new PQueue({ concurrency: CALLS_AT_ONCE })
  const openAtMs = new Map<string, number>()
  let orgOpenAtMs = 0
  let refusals = 0
  const quota = createQuota(parts.quotaPercent ?? OUR_SHARE, nowMs)

  const blockedForMs = (bucket: string) => Math.max(0, orgOpenAtMs - nowMs(), (openAtMs.get(bucket) ?? 0) - nowMs())

  function block(bucket: string, ms: number): number {
    const waitMs = Math.round(ms + random() * JITTER_MS)
    // Answers overtake each other: a late one never opens what a newer one shut.
    openAtMs.set(bucket, Math.max(openAtMs.get(bucket) ?? 0, nowMs() + waitMs))
    return waitMs
  }

  function blockOrg(): number {
    // Several calls refused in the same moment are one refusal.
    if (nowMs() >= orgOpenAtMs) {
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** refusals++, LONGEST_PAUSE_MS)
      orgOpenAtMs = nowMs() + Math.round(ms * (1 + random() / 2))
    }
    return orgOpenAtMs - nowMs()
  }

  return {
    blockedForMs,
    quotaUsed: (bucket) => quota.used(bucket),
    async enter(bucket, { signal, leftMs }, priority = 'correlating') {
      const closedMs = () => Math.max(blockedForMs(bucket), quota.waitMs(bucket, priority))
      for (;;) {
        const waitMs = closedMs()
        if (waitMs > leftMs()) return { ok: false, waitMs }
        if (waitMs > 0) await pause(waitMs, signal)
        const give = await takeSlot(slots, signal, priority)
        // The bucket may have closed while this call waited in the queue.
        if (closedMs() > 0) give()
        else {
          quota.spend(bucket)
          return {
            ok: true,
            leave() {
              quota.settle(bucket)
              give()
            }
          }
        }
      }
    },
    note(bucket, status, allowance) {
      quota.learn(bucket, allowance)
      if (status === 429) {
        return isConcurrencyLimit(allowance) ? blockOrg() : block(bucket, allowance.resetInMs ?? BLIND_PAUSE_MS)
      }
      refusals = 0
      if (allowance.remaining === 0 && allowance.resetInMs !== null) block(bucket, allowance.resetInMs)
      return null
    }
  }
}

/** Takes a slot, by priority and then first come, first served. Resolves to the function that gives it back. */
function takeSlot(queue: PQueue, signal: AbortSignal, priority: Priority): Promise<() => void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    const hold = async () => {
      signal.removeEventListener('abort', giveUp)
      if (!signal.aborted) await new Promise<void>((giveBack) => resolve(giveBack))
    }
    void queue.add(hold, { priority: -PRIORITIES.indexOf(priority) })
  })
}
