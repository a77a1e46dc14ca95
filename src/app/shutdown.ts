/** How a process ends: everything that is under way may finish, and nothing that hangs may keep it from ending. */
import { setTimeout as sleepFor } from 'node:timers/promises'

export interface ShutdownStep {
  /** For the log, when it did not end in time: `the worker`. */
  readonly name: string
  readonly run: () => Promise<unknown>
}

/** Runs the steps side by side. What has not ended in time is left behind and told, and so is what failed. */
export async function stopWithin(
  withinMs: number,
  steps: readonly ShutdownStep[],
  onTrouble: (error: Error, name: string) => void
): Promise<void> {
  const ended = new AbortController()
  const late = sleepFor(withinMs, 'late' as const, { signal: ended.signal }).catch(() => 'late' as const)
  await Promise.all(
    steps.map(async ({ name, run }) => {
      try {
        if ((await Promise.race([run(), late])) !== 'late') return
        onTrouble(new Error(`${name} has not ended within ${withinMs} ms and is left behind`), name)
      } catch (error) {
        onTrouble(error instanceof Error ? error : new Error(String(error)), name)
      }
    })
  )
  ended.abort()
}

/** A listener as it is closed. */
export interface Listener {
  close(): PromiseLike<unknown>
  readonly server: { closeAllConnections(): void }
}

/** Requests under way may take this long: a delivery waits two seconds for the store, at most. */
const REQUESTS_END_WITHIN_MS = 3_000

/**
 * Closes a listener. Node ends connections that are idle between two requests, but waits a minute for those that never had
 * one, which load balancers and browsers open in advance; so what is left after a while is cut.
 */
export async function closeListener(listener: Listener, withinMs = REQUESTS_END_WITHIN_MS): Promise<void> {
  const timer = setTimeout(() => listener.server.closeAllConnections(), withinMs)
  try {
    await listener.close()
  } finally {
    clearTimeout(timer)
  }
}
