/**
 * The proof of an event (facts §6.1b): the hook's secret is a static header, so anybody who has it can invent a failure. Before
 * a write, the user's own System Log must hold the same entry. The log lags, so it is looked up again for a while. Pure.
 */
import type { DecideInput } from '../domain/decision.ts'
import { known, type LogEntry } from '../domain/evidence.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../domain/time.ts'
import type { Failure, GuardVerdict, Instant } from '../domain/vocabulary.ts'
import { unplacedReports } from './own-report.ts'

/** Longest wait for the entry, from the arrival of the event; the log usually lags by seconds. */
const LONGEST_WAIT_MS = 5 * MINUTE_MS
/** Each look is one call of the scarcest kind (facts §3.3), so they become rarer. */
const FIRST_LOOK_MS = 15 * SECOND_MS
/** The published time of a delivery and of its entry is the same; they may be cut differently. */
const SAME_TIME_MS = SECOND_MS

/**
 * Genuine failures from the hook that the user's System Log does not hold, and own reports whose sign-in it does not hold. What
 * was read from the log is proved.
 */
export function unprovedFailures(input: DecideInput): readonly Failure[] {
  return [...inventedFailures(input), ...unplacedReports(input)]
}

function inventedFailures({ evidence, failures }: DecideInput): readonly Failure[] {
  const entries = new Map((known(evidence.history) ?? []).map((entry) => [entry.uuid, entry]))
  return failures.filter(
    (failure) => failure.source === 'hook' && !failure.preview && !isEntryOf(failure, entries.get(failure.uuid))
  )
}

/** The same event. A forged failure may carry the id of a success, of an old failure, or of a failure from another address. */
function isEntryOf(failure: Failure, entry: LogEntry | undefined): boolean {
  if (entry?.eventType !== failure.eventType || (entry.result ?? '').toUpperCase() !== (failure.result ?? ''))
    return false
  const { ip } = failure.context
  const isSamePlace = entry.ip === null || ip === null || entry.ip === ip
  return isSamePlace && Math.abs(msBetween(entry.at, failure.publishedAt)) <= SAME_TIME_MS
}

/** Guard G13 does not know yet whether the event is in the System Log. */
export function isAwaited({ id, state }: Pick<GuardVerdict, 'id' | 'state'>): boolean {
  return id === 'G13' && state === 'unknown'
}

/** When the log is looked up again for the proof, at once if it was read before the event came; null when all are proved, or the wait is over. */
export function nextLookAt(input: DecideInput): Instant | null {
  const unproved = unprovedFailures(input)
  const { state, at: readAt } = input.evidence.history
  if (unproved.length === 0 || state !== 'known') return null
  if (unproved.some(({ receivedAt }) => receivedAt > readAt && receivedAt <= input.now)) return input.now
  const oldestMs = Math.max(...unproved.map(({ receivedAt }) => msBetween(receivedAt, input.now)))
  if (!(oldestMs < LONGEST_WAIT_MS)) return null
  return plus(input.now, Math.min(Math.max(FIRST_LOOK_MS, 2 * oldestMs), LONGEST_WAIT_MS - oldestMs + SECOND_MS))
}

/** The log was read, and does not hold an event of the case that it should hold by now. */
export function isUnproved(input: DecideInput): boolean {
  const isRead = input.evidence.history.state === 'known'
  return isRead && inventedFailures(input).length > 0 && nextLookAt(input) === null
}
