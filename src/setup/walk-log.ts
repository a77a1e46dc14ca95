/** Reads a range of the System Log window by window, and can resume where it was interrupted. */
import type { OktaError } from '../domain/okta.ts'
import { DAY_MS, plus, SECOND_MS } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { LogAsk, LogFeed } from '../okta/log-feed.ts'

export interface Stretch {
  readonly since: Instant
  readonly until: Instant
  /** Everything earlier has been read. */
  readonly doneUntil: Instant
}

export interface WalkDeps {
  readonly log: LogFeed
  /** Okta's filter language, or null for everything. */
  readonly filter: string | null
  readonly onEvent: (event: unknown) => void
  /** After each window, when everything before `doneUntil` has gone through `onEvent`. */
  readonly onWindow: (stretch: Stretch) => Promise<void> | void
  readonly sleep: (ms: number) => Promise<void>
  /** How much is read between two calls of `onWindow`; a day by default. */
  readonly windowMs?: number
}

/** Small enough that an interruption costs little, large enough for full pages. */
const WINDOW_MS = DAY_MS
const PAGE_SIZE = 1000
/** Tries of one page when Okta is busy; waits as it says, or this long. */
const MOST_TRIES = 5
const WAIT_MS = 20 * SECOND_MS

/** Null when all was read, otherwise why it stopped. */
export async function walkLog(stretch: Stretch, deps: WalkDeps): Promise<OktaError | null> {
  for (let start = stretch.doneUntil; start < stretch.until; ) {
    const end = earlier(plus(start, deps.windowMs ?? WINDOW_MS), stretch.until)
    // A window holds its end, which is the start of the next one: the two must not share an event.
    const last = end === stretch.until ? end : plus(end, -1)
    const events: unknown[] = []
    let ask: LogAsk | null = { kind: 'window', since: start, until: last, filter: deps.filter, limit: PAGE_SIZE }
    while (ask) {
      const read = await patiently(ask, deps)
      if (!read.ok) return read.error
      events.push(...read.page.entries)
      ask = read.page.next === null ? null : { kind: 'next', next: read.page.next }
    }
    // Whole windows only: an interruption in the middle leaves nothing counted twice.
    for (const event of events) deps.onEvent(event)
    start = end
    await deps.onWindow({ ...stretch, doneUntil: start })
  }
  return null
}

async function patiently(ask: LogAsk, { log, sleep }: WalkDeps) {
  for (let tries = 1; ; tries++) {
    const read = await log.read(ask)
    const passes = !read.ok && (read.error.kind === 'throttled' || read.error.kind === 'unavailable')
    if (!passes || tries >= MOST_TRIES) return read
    await sleep(read.error.retryAfterMs ?? WAIT_MS)
  }
}

function earlier(a: Instant, b: Instant): Instant {
  if (a < b) return a
  return b
}
