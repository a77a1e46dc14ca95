/**
 * Follows the System Log from where it was left, so that a failure the hook never brought is handled too (DESIGN §2). One
 * page at a time: store it, then remember the place, so that a crash between the two only reads a page twice. Never reads
 * in a loop: only a full page is followed by another at once (facts §8 finding 11).
 */
import { CLUSTER_STATUS_KEYS, readOtherHooks } from '../domain/cluster-status.ts'
import type { OktaError } from '../domain/okta.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { MINUTE_MS, plus } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import {
  failedDeliveries,
  holdBackMs,
  type LogPosition,
  logDelivery,
  newestOf,
  readLogPosition,
  startAgain,
  writeLogPosition
} from '../intake/system-log.ts'
import type { Priority } from '../okta/client/calls.ts'
import type { LogAsk, LogFeed } from '../okta/log-feed.ts'

export interface LogPollerOptions {
  readonly feed: LogFeed
  readonly store: Pick<Store, 'receive' | 'cursor' | 'setCursor'>
  readonly filter: string
  readonly clock: Clock
  readonly emit: Emit
  /** Wait after a page that was not full. */
  readonly pollMs: number
  /** How long the hook has to bring an event first. */
  readonly hookGracePeriodMs: number
  /** Read again after a restart, and when the place is lost. */
  readonly overlapMs: number
  /** How far back the very first reading starts. */
  readonly firstReadMs: number
  /** Waits; ends early with the signal. Tests replace it. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Internal errors, such as an unavailable store. */
  readonly onError: (error: unknown) => void
}

export interface LogPoller {
  /** Ends the wait or the call under way, and resolves when nothing more happens. */
  stop(): Promise<void>
}

/** Okta's largest page, which makes the fewest calls (facts §3.4). */
const PAGE_SIZE = 1000
/** Longest wait after an error; it starts at the usual one and doubles. */
const LONGEST_WAIT_MS = 5 * MINUTE_MS
const CURSOR = 'system_log'

/** Starts reading at once. */
export function startLogPoller(options: LogPollerOptions): LogPoller {
  const ending = new AbortController()
  const running = follow(options, ending.signal)
  return {
    async stop() {
      ending.abort()
      await running
    }
  }
}

async function follow(options: LogPollerOptions, signal: AbortSignal): Promise<void> {
  let place: LogPosition | null = null
  let failures = 0
  let isCatchingUp = false
  while (!signal.aborted) {
    let waitMs = options.pollMs
    try {
      place ??= await resume(options, signal)
      // One page for each wait does not queue behind cases: it may hold people that nothing else reports, and thousands of
      // cases would keep it from being read for as long as they last.
      const turn = await runCycle(place, options, signal, isCatchingUp ? 'backfill' : 'correlating')
      place = turn.place
      isCatchingUp = turn.more
      failures = turn.error ? failures + 1 : 0
      if (turn.more) continue
      if (turn.error) waitMs = waitAfter(turn.error, failures, options.pollMs)
    } catch (error) {
      if (signal.aborted) return
      options.onError(error)
      failures++
      waitMs = waitAfter(null, failures, options.pollMs)
    }
    await options.sleep(waitMs, signal).catch(() => {})
  }
}

/** Twice as long each time, and never shorter than Okta asks for. */
function waitAfter(error: OktaError | null, failures: number, pollMs: number): number {
  const ms = Math.min(pollMs * 2 ** (failures - 1), Math.max(pollMs, LONGEST_WAIT_MS))
  return Math.max(ms, error?.retryAfterMs ?? 0)
}

interface PollCycle {
  readonly place: LogPosition
  /** There is another page already. */
  readonly more: boolean
  readonly error: OktaError | null
}

/** Reads one page from the place on, or from a new start when there is none or Okta no longer takes it. */
async function runCycle(
  place: LogPosition,
  options: LogPollerOptions,
  signal: AbortSignal,
  priority: Priority
): Promise<PollCycle> {
  const { filter, clock, overlapMs } = options
  const usable = place.filter === filter
  const since = startAgain(place.seenUntil, overlapMs, clock())
  const ask: LogAsk = usable ? { kind: 'next', next: place.next } : { kind: 'since', since, filter, limit: PAGE_SIZE }
  const read = await options.feed.read(ask, signal, priority)
  if (signal.aborted) return { place, more: false, error: null }
  if (!read.ok) {
    const result = usable && isExpiry(read.error) ? 'expired' : read.error.kind
    options.emit({ type: 'log_read', result, events: 0, fresh: 0, failedDeliveries: 0 })
    // A link is no longer taken when it is too old, or after a change on Okta's side: start again, with an overlap.
    if (usable && isExpiry(read.error)) return { place: { ...place, filter: '' }, more: true, error: null }
    return { place, more: false, error: read.error }
  }
  const { entries, next } = read.page
  const seenUntil = newestOf(entries, place.seenUntil)
  await hold(newestOf(entries, ''), options, signal)
  if (signal.aborted) return { place, more: false, error: null }
  await keep(entries, options)
  // Okta always gives a link here; without one, the next turn starts from the newest entry.
  const reached = { next: next ?? '', filter: next === null ? '' : filter, seenUntil }
  await options.store.setCursor(CURSOR, writeLogPosition(reached))
  const isStuck = usable && next === place.next
  return { place: reached, more: entries.length >= PAGE_SIZE && !isStuck, error: null }
}

/** Written down at once: however long Okta cannot be reached at first, reading starts from here. */
async function firstPlace({ clock, firstReadMs, store }: LogPollerOptions): Promise<LogPosition> {
  const place = { next: '', filter: '', seenUntil: plus(clock(), -firstReadMs) }
  await store.setCursor(CURSOR, writeLogPosition(place))
  return place
}

/** A refusal of the query itself, which a link can only meet when Okta no longer knows it. */
function isExpiry({ kind }: OktaError): boolean {
  return kind === 'rejected' || kind === 'missing'
}

async function hold(newest: Instant | '', options: LogPollerOptions, signal: AbortSignal): Promise<void> {
  const ms = newest === '' ? 0 : holdBackMs(newest, options.clock(), options.hookGracePeriodMs)
  if (ms > 0) await options.sleep(ms, signal).catch(() => {})
}

/** Stores a page; events that are known already change nothing. */
async function keep(entries: readonly unknown[], { store, clock, emit }: LogPollerOptions): Promise<void> {
  if (entries.length === 0) {
    emit({ type: 'log_read', result: 'ok', events: 0, fresh: 0, failedDeliveries: 0 })
    return
  }
  const { fresh } = await store.receive(logDelivery(entries, clock()))
  const isFresh = new Set(fresh)
  const others = readOtherHooks(await store.cursor(CLUSTER_STATUS_KEYS.hooks))
  const failed = failedDeliveries(entries, others).filter((uuid) => isFresh.has(uuid)).length
  emit({ type: 'log_read', result: 'ok', events: entries.length, fresh: fresh.length, failedDeliveries: failed })
}

/**
 * The place where reading stopped. What was read shortly before is read once more: that finds what Okta stored late, and
 * what a store restored from a copy has lost. A failure here must not delay the poll: the link resumes where it was.
 */
async function resume(options: LogPollerOptions, signal: AbortSignal): Promise<LogPosition> {
  const place = readLogPosition(await options.store.cursor(CURSOR))
  if (place === null) return firstPlace(options)
  const since = startAgain(place.seenUntil, options.overlapMs, options.clock())
  let ask: LogAsk = { kind: 'window', since, until: place.seenUntil, filter: options.filter, limit: PAGE_SIZE }
  if (since >= place.seenUntil) return place
  for (;;) {
    const read = await options.feed.read(ask, signal)
    if (!read.ok || signal.aborted) return place
    await keep(read.page.entries, options)
    if (read.page.next === null) return place
    ask = { kind: 'next', next: read.page.next }
  }
}
