/**
 * The clock of one process. With several replicas it is the database's, measured at the start and now and then, and carried
 * on between by a timer that nobody can set: a machine whose time is wrong does as all others do. Alone, it is the machine's.
 * It never goes back by a little; when it has to go back by much, what was put off meanwhile is brought forward.
 */
import { MAX_SKEW_MS, type Timekeeping } from '../domain/store.ts'
import { SECOND_MS } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'

export interface SharedClockOptions {
  /** The machine's time, which may be wrong and may jump. */
  readonly machine: Clock
  /** Milliseconds since some moment, which never jump. */
  readonly elapsedMs?: () => number
  readonly everyMs?: number
  /** In words: the machine's time is wrong, or the clock was set back. */
  readonly onNotice?: (what: string) => void
  /** The store being away; the next look tries again. */
  readonly onError?: (error: unknown) => void
}

export interface SharedClock {
  readonly clock: Clock
  /** Takes the store's time from now on. Resolves after the first measurement. */
  follow(store: Timekeeping): Promise<void>
  /** Measures, and brings forward what is owed. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** One measurement: the store's time at a moment of the timer, right within `errorMs`. */
interface Anchor {
  readonly atMs: number
  readonly elapsedMs: number
  readonly errorMs: number
}

const EVERY_MS = 30 * SECOND_MS
/** Timers of machines run this much too fast or too slow, at worst. */
const DRIFT = 100e-6
/** A machine that is further off than this is worth a word. */
const WORTH_TELLING_MS = 5 * SECOND_MS

export function createSharedClock(options: SharedClockOptions): SharedClock {
  const { machine, elapsedMs = () => performance.now(), onNotice = () => {}, onError = () => {} } = options
  let store: Timekeeping | null = null
  let anchor: Anchor | null = null
  let lastMs = 0
  /** Something may have been put off by a clock that was ahead. */
  let owed = true
  let isReported = false
  let looking: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  function readMs(): number {
    return anchor ? anchor.atMs + elapsedMs() - anchor.elapsedMs : Date.parse(machine())
  }

  function clock(): Instant {
    const ms = Math.floor(readMs())
    if (lastMs - ms > MAX_SKEW_MS) {
      owed = true
      onNotice(`The clock was set back by ${Math.round((lastMs - ms) / SECOND_MS)} s; what it had put off is due now.`)
      look()
    } else if (ms < lastMs) return new Date(lastMs).toISOString()
    lastMs = ms
    return new Date(ms).toISOString()
  }

  async function measure(from: Timekeeping): Promise<void> {
    const askedMs = elapsedMs()
    const at = await from.sharedTime()
    if (at === null) return
    const nowMs = elapsedMs()
    const errorMs = (nowMs - askedMs) / 2
    const measured = { atMs: Date.parse(at) + errorMs, elapsedMs: nowMs, errorMs }
    if (anchor === null || isBetter(measured, anchor)) anchor = measured
    tellOnce(measured.atMs - Date.parse(machine()))
  }

  function tellOnce(aheadMs: number): void {
    const off = Math.abs(aheadMs) > WORTH_TELLING_MS
    if (off && !isReported) {
      const seconds = Math.round(Math.abs(aheadMs) / SECOND_MS)
      onNotice(
        `This machine's clock is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the database's, which counts.`
      )
    }
    isReported = off
  }

  async function lookNow(): Promise<void> {
    if (!store) return
    try {
      await measure(store)
      if (!owed) return
      owed = false
      await store.repairClockSkew(clock())
    } catch (error) {
      owed = true
      onError(error)
    }
  }

  function look(): Promise<void> {
    looking = looking.then(lookNow)
    return looking
  }

  return {
    clock,
    async follow(followed) {
      store = followed
      await measure(followed).catch(onError)
      // What was read before the store's time was known is not a measurement.
      lastMs = 0
      // A disk that hangs at this moment must not hold up the start.
      void look()
      timer = setInterval(look, options.everyMs ?? EVERY_MS)
      timer.unref()
    },
    look,
    async stop() {
      clearInterval(timer)
      await looking
    }
  }
}

/** A quick answer says more than a slow one; one that the old measurement cannot explain says that the time was changed. */
function isBetter(measured: Anchor, old: Anchor): boolean {
  const ageMs = measured.elapsedMs - old.elapsedMs
  const doubtMs = old.errorMs + ageMs * DRIFT
  const apartMs = Math.abs(measured.atMs - (old.atMs + ageMs))
  return measured.errorMs <= doubtMs || apartMs > measured.errorMs + doubtMs
}
