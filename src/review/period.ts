/** The periods of the activity page, and the buckets of their charts; UTC. Pure. */
import type { Period } from '../domain/store.ts'
import { DAY_MS, HOUR_MS, msBetween, plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'

export const RANGES = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '13 weeks',
  week: 'Last week'
} as const
export type Range = keyof typeof RANGES

/** A bar of a chart: from the day or hour `from` to before `to`, as the queue's filters have them. */
export interface Bucket {
  readonly from: string
  readonly to: string
  readonly label: string
}

export interface ShownPeriod extends Period {
  readonly range: Range
  readonly by: 'hour' | 'day'
  readonly buckets: readonly Bucket[]
}

/** The range of the address; 7 days without a valid one. */
export function readPeriod(range: unknown, now: Instant): ShownPeriod {
  const found = (Object.keys(RANGES) as Range[]).find((one) => one === range) ?? '7d'
  const tomorrow = plus(startOf(now, DAY_MS), DAY_MS)
  switch (found) {
    case '24h':
      return period(found, plus(startOf(now, HOUR_MS), HOUR_MS), 24, HOUR_MS)
    case '7d':
      return period(found, tomorrow, 7, DAY_MS)
    case '30d':
      return period(found, tomorrow, 30, DAY_MS)
    case '90d':
      return period(found, plus(monday(now), 7 * DAY_MS), 13, 7 * DAY_MS)
    case 'week':
      return period(found, monday(now), 7, DAY_MS)
  }
}

function startOf(at: Instant, ms: number): Instant {
  return plus(at, -(Date.parse(at) % ms))
}

/** The start of the week; 1970-01-05 was a Monday. */
function monday(at: Instant): Instant {
  return plus(at, -(msBetween('1970-01-05T00:00:00.000Z', at) % (7 * DAY_MS)))
}

function period(range: Range, until: Instant, count: number, ms: number): ShownPeriod {
  const by = ms === HOUR_MS ? 'hour' : 'day'
  const key = (at: Instant) => at.slice(0, by === 'hour' ? 13 : 10)
  const since = plus(until, -count * ms)
  const buckets = Array.from({ length: count }, (_, n) => {
    const from = key(plus(since, n * ms))
    const label = by === 'hour' ? `${from.slice(11)}:00` : from.slice(5)
    return { from, to: key(plus(since, (n + 1) * ms)), label }
  })
  return { range, since, until, by, buckets }
}
