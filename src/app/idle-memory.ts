/**
 * Returns memory to the system while the service is idle. V8 gives free pages of its heap to a pool of its own and keeps them
 * after a burst or a start, about 20 MiB; only its most thorough collection empties that pool.
 */
import { performance } from 'node:perf_hooks'
import { SECOND_MS } from '../domain/time.ts'

const CHECK_EVERY_MS = 5 * SECOND_MS
/** Checks between two collections, at least: a minute, since a collection blocks the event loop for about 0.2 s. */
const CHECKS_BETWEEN = 12
/** Idle: busy for less than this share of the time since the last check. */
const IDLE_SHARE = 0.05
/** Growth that is worth a collection. */
const WORTH_BYTES = 16 * 2 ** 20

export interface MemoryParts {
  /** Collects garbage as thoroughly as possible. */
  readonly collect: () => void
  readonly residentBytes: () => number
  /** Share of the time since the last call in which the event loop was busy. */
  readonly busyShare: () => number
}

/** The check, to be called at regular intervals. */
export function createIdleCheck({ collect, residentBytes, busyShare }: MemoryParts): () => void {
  let keptBytes = 0
  let checksLeft = 0
  return () => {
    checksLeft--
    const isIdle = busyShare() < IDLE_SHARE
    if (!isIdle || checksLeft > 0 || residentBytes() < keptBytes + WORTH_BYTES) return
    collect()
    keptBytes = residentBytes()
    checksLeft = CHECKS_BETWEEN
  }
}

/** Does nothing when Node was started without `--expose-gc`. */
export function returnMemoryWhenIdle(): { stop(): void } {
  const { gc } = globalThis
  let before = performance.eventLoopUtilization()
  const check = createIdleCheck({
    collect: () => gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    residentBytes: () => process.memoryUsage.rss(),
    busyShare: () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    }
  })
  const timer = gc && setInterval(check, CHECK_EVERY_MS).unref()
  return { stop: () => clearInterval(timer) }
}
