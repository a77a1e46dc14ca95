/** Hours of the week in a time zone. Pure. */
import { MINUTE_MS, plus } from './time.ts'
import type { Instant } from './vocabulary.ts'

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
