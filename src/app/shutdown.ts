/** Graceful shutdown: work in progress may finish, and nothing that hangs keeps the process from ending. */
import { setTimeout as sleepFor } from 'node:timers/promises'
import { SECOND_MS } from '../domain/time.ts'

/** In this order, each with the time its parts have. Together less than the grace of `serve`, 20 s. */
const PHASES = {
  /** Everything that takes in or works. */
  work: 10 * SECOND_MS,
  /** The ops listener answers until the work has ended. */
  pages: 4 * SECOND_MS,
  /** What the others need until the end. */
  store: 4 * SECOND_MS
}

export type ShutdownPhase = keyof typeof PHASES

export interface Shutdown {
  /** Registers a part that has started. `name` is for the log: `the worker`. */
  add(phase: ShutdownPhase, name: string, stop: () => unknown): void
  /** Stops everything registered so far; the same run for every caller. Never rejects. */
  run(): Promise<void>
}

/** Parts that fail to stop, or do not stop in time, are reported and abandoned. */
export function createShutdown(onError: (error: Error, part: string) => void, phases = PHASES): Shutdown {
  const parts: { readonly phase: ShutdownPhase; readonly name: string; readonly stop: () => unknown }[] = []
  let running: Promise<void> | null = null

  async function stopWithin(withinMs: number, { name, stop }: (typeof parts)[number]): Promise<void> {
    const ended = new AbortController()
    const late = sleepFor(withinMs, 'late' as const, { signal: ended.signal }).catch(() => 'late' as const)
    try {
      if ((await Promise.race([stop(), late])) !== 'late') return
      onError(new Error(`${name} did not stop within ${withinMs} ms; abandoning it`), name)
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)), name)
    } finally {
      ended.abort()
    }
  }

  async function stopAll(): Promise<void> {
    for (const phase of ['work', 'pages', 'store'] as const) {
      await Promise.all(parts.filter((part) => part.phase === phase).map((part) => stopWithin(phases[phase], part)))
    }
  }

  return {
    add: (phase, name, stop) => void parts.push({ phase, name, stop }),
    run: () => {
      running ??= stopAll()
      return running
    }
  }
}
