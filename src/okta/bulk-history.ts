/** The System Log about several users in one query, since its limit is the scarcest (facts §3.3, §3.4). */
import type { LogEntry } from '../evidence.ts'
import type { Clock } from '../vocabulary.ts'
import type { Answered, Asker } from './answered.ts'
import { type HistoryAsk, historyQuery, historyQueryOfMany, MOST_DEVICES } from './history-query.ts'
import { toLogEntries } from './translate-log.ts'

/** Ids in one query: a filter travels in the address, and each id adds some 45 characters to it. */
export const IDS_PER_QUERY = 80
/** Places that an ask takes of these: the user as target and as actor, and each device. */
export function idsOf({ deviceIds }: HistoryAsk): number {
  return 2 + Math.min(deviceIds.length, MOST_DEVICES)
}

/** 1000 log entries. A user with more of them cannot be judged by the newest alone. */
const MOST_PAGES = 5
/** Of a query about many, whose pages hold 1000 each; beyond, the many are halved. */
const MOST_SHARED_PAGES = 2

const LOGS = { method: 'GET', pattern: '/api/v1/logs' } as const

/** Each one's own entries, newest first. */
export async function readHistories(
  asker: Asker,
  asks: readonly HistoryAsk[],
  clock: Clock
): Promise<readonly Answered<readonly LogEntry[]>[]> {
  const [first] = asks
  if (first && asks.length === 1) {
    const query = historyQuery(first.userId, first.deviceIds, first.since, clock())
    return [await asker.all({ ...LOGS, query }, toLogEntries, MOST_PAGES)]
  }
  const query = historyQueryOfMany(asks, clock())
  const answered = await asker.all({ ...LOGS, query }, toLogEntries, MOST_SHARED_PAGES)
  if (answered.ok) return asks.map((ask) => ({ ...answered, value: ownEntries(ask, answered.value), shared: true }))
  if (!answered.tooLong) return asks.map(() => answered)
  const half = Math.ceil(asks.length / 2)
  return [
    ...(await readHistories(asker, asks.slice(0, half), clock)),
    ...(await readHistories(asker, asks.slice(half), clock))
  ]
}

/** What a query about this one alone would have found. */
function ownEntries({ userId, deviceIds, since }: HistoryAsk, entries: readonly LogEntry[]): readonly LogEntry[] {
  const targets = new Set([userId, ...deviceIds.slice(0, MOST_DEVICES)])
  return entries.filter(
    ({ actorId, targetIds, at }) => at >= since && (actorId === userId || targetIds.some((id) => targets.has(id)))
  )
}
