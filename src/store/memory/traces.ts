/** Who fails right now, counted from the traces of a window (facts §6.1 G8). Pure. */

import type { FailingNow, FailureTrace, RecentQuery, Shared } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'

/** No upper end to the window: Okta's clock may run slightly ahead of ours, and that must not hide a storm. */
export function countFailing(traces: readonly FailureTrace[], { ips, asNumbers, now, stormWindowMs }: RecentQuery) {
  const since = plus(now, -stormWindowMs)
  const inside = traces.filter((trace) => trace.publishedAt >= since)
  return {
    failingUsers: users(inside),
    sameIpUsers: users(inside.filter(({ ip }) => ip !== null && ips.includes(ip))),
    sameNetworkUsers: users(inside.filter(({ asNumber: as }) => as !== null && asNumbers.includes(as)))
  }
}

/** The users of the window, and what most of them share. */
export function failingNow(traces: readonly FailureTrace[], ask: { now: string; windowMs: number }): FailingNow {
  const since = plus(ask.now, -ask.windowMs)
  const inside = traces.filter((trace) => trace.publishedAt >= since)
  return {
    users: users(inside),
    common: {
      ip: shared(inside, (trace) => trace.ip),
      asNumber: shared(inside, (trace) => trace.asNumber),
      appVersion: shared(inside, (trace) => trace.appVersion),
      // A platform called `unknown` is nothing that failures have in common.
      platform: shared(inside, (trace) => (trace.platform === 'unknown' ? null : trace.platform))
    }
  }
}

function shared<V extends string | number>(traces: readonly FailureTrace[], read: (t: FailureTrace) => V | null) {
  const values = new Set(traces.flatMap((trace) => read(trace) ?? []))
  let best: Shared<V> = null
  for (const value of [...values].toSorted((a, b) => (a < b ? -1 : 1))) {
    const count = users(traces.filter((trace) => read(trace) === value))
    if (best === null || count > best.users) best = { value, users: count }
  }
  return best
}

function users(traces: readonly FailureTrace[]): number {
  return new Set(traces.map((trace) => trace.subjectKey)).size
}
