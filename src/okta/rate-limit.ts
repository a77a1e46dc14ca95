/** What Okta's rate-limit headers say (facts §3.3). Pure. */
import { MINUTE_MS, SECOND_MS } from '../time.ts'

/** As `fetch` offers them. */
export interface HeaderReader {
  get(name: string): string | null
}

/** Nulls are headers that were missing or unreadable. */
export interface Allowance {
  readonly limit: number | null
  readonly remaining: number | null
  /** Until the bucket is full again, by Okta's own clock. */
  readonly resetInMs: number | null
}

/** Buckets are per minute, so a reset further away than this is no rate limit of Okta's (facts §3.3). */
const LONGEST_RESET_MS = 2 * MINUTE_MS

/** Reads the three headers, and `Date`, which makes the reset independent of this machine's clock. */
export function readAllowance(headers: HeaderReader): Allowance {
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

/** A doubled header arrives as `60, 60`, which is no number (SDK, OKTA-112507). */
function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null
}

/** The org-wide limit on calls in flight, and no bucket: two zeros, and a reset that is only a suggestion (facts §3.3). */
export function isConcurrencyLimit({ limit, remaining }: Allowance): boolean {
  return limit === 0 && remaining === 0
}
