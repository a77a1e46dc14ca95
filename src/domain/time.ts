/** Arithmetic on instants (ISO 8601 strings in UTC), durations, back-offs and hours of the week. Pure. */
import type { Instant } from './vocabulary.ts'

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** The instant `ms` milliseconds after `at` (before it, when negative). */
export function plus(at: Instant, ms: number): Instant {
  return new Date(Date.parse(at) + ms).toISOString()
}

/** Milliseconds from `earlier` to `later`; negative in reverse order. */
export function msBetween(earlier: Instant, later: Instant): number {
  return Date.parse(later) - Date.parse(earlier)
}

/** The start of the week, UTC; 1970-01-05 was a Monday. */
export function weekStart(at: Instant): Instant {
  return plus(at, -(msBetween('1970-01-05T00:00:00.000Z', at) % (7 * DAY_MS)))
}

/** What an instant looks like, up to the 28th: whether a month has the days after it, a calendar must say. */
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/**
 * Any ISO 8601 time Okta writes, as an instant, or null when it is not valid. Okta's fractions have 3, 6 or 9 digits
 * (facts §1.2 `eventTime`); more than milliseconds is cut off.
 */
export function readInstant(text: unknown): Instant | null {
  if (typeof text !== 'string') return null
  if (INSTANT.test(text)) return text
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null
  // A time without a zone is UTC: Okta writes only UTC, and the machine's zone must not matter.
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`
  const ms = Date.parse(zoned.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

/** A policy duration such as `90s`, `10m`, `24h` or `30d` in milliseconds, or null when it is not valid. */
export function readDurationMs(text: string): number | null {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim())
  return match?.[1] && match[2] ? Number(match[1]) * (UNITS[match[2]] ?? 0) : null
}

/** A duration for people: `45 s`, `10 min`, `3 h`, `2 d`. */
export function showDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} d`
}

/** A moment for people, to the minute: `2026-06-15 14:03 UTC`. */
export function showInstant(at: Instant): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

let shown = { ms: Number.NaN, text: '' }

/** The system's clock. Only `app/`, `cli/` and the sandbox use it; everything else receives a clock. Many ask in one millisecond. */
export function systemClock(): Instant {
  const ms = Date.now()
  if (ms !== shown.ms) shown = { ms, text: new Date(ms).toISOString() }
  return shown.text
}

export interface Retries {
  readonly firstWaitMs: number
  readonly maxWaitMs: number
}

/**
 * Doubles from `firstWaitMs` up to `maxWaitMs`, with up to a quarter of jitter, so that cases that failed together are not
 * retried together. The jitter is derived from `key` (the case id), so that it is repeatable.
 */
export function waitMs(tries: number, retries: Retries, key: string): number {
  const doubled = retries.firstWaitMs * 2 ** Math.min(Math.max(tries - 1, 0), 30)
  return Math.round(Math.min(doubled, retries.maxWaitMs) * (0.875 + 0.25 * spread(key, tries)))
}

/** A number in [0, 1) from the key and the count (FNV-1a). */
function spread(key: string, tries: number): number {
  let hash = 0x811c9dc5
  for (const char of `${key}:${tries}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash / 2 ** 32
}

/* Hours of the week in a time zone. */

/** A span of a day. */
export interface Hours {
  readonly days?: readonly Weekday[]
  /** `HH:MM`; a span whose end is before its beginning goes through the night. */
  readonly from: string
  readonly to: string
  /** An IANA name such as `Europe/Berlin`. */
  readonly zone: string
  /** True outside of them instead. */
  readonly outside?: boolean
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type Weekday = (typeof WEEKDAYS)[number]

/** The moment is within them. */
export function isWithin({ days, from, to, zone, outside = false }: Hours, at: Instant): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).formatToParts(new Date(at))
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}`
  const overnight = to < from
  const inSpan = overnight ? time >= from || time < to : time >= from && time < to
  const today = WEEKDAYS.findIndex((day) => part('weekday').toLowerCase().startsWith(day))
  // After midnight a span belongs to the day on which it began.
  const began = overnight && time < to ? (today + 6) % 7 : today
  const day = WEEKDAYS[began]
  return (inSpan && (!days || (day !== undefined && days.includes(day)))) !== outside
}

/** When they are over, in steps of a quarter of an hour; the moment itself outside of them, or when they never end. */
export function endOf(hours: Hours, at: Instant): Instant {
  for (let step = 0; step <= 7 * 24 * 4; step++) {
    const then = plus(at, step * 15 * MINUTE_MS)
    if (!isWithin(hours, then)) return then
  }
  return at
}
