/** Runs the dispatchers: when the store has new entries, when a target may be called again, and at intervals. */
import { msBetween } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { blockedUntil, type CircuitState } from './circuit-breaker.ts'
import type { CloseSync } from './close-sync.ts'
import type { TargetDispatcher } from './dispatcher.ts'

export interface OutboxWorkerOptions {
  readonly dispatchers: readonly TargetDispatcher[]
  /** Poll for tickets that people closed. */
  readonly closings: readonly CloseSync[]
  readonly onWork: (wake: () => void) => void
  readonly clock: Clock
  /** How often entries in back-off are checked. */
  readonly pollMs: number
  readonly closingsEveryMs: number
  readonly onError: (error: unknown, target: string) => void
}

/** How a target is called right now, by this process. */
export interface DispatcherState {
  readonly target: string
  /** `open`: no calls; `trying`: the wait is over and the next call probes the target. */
  readonly breaker: 'closed' | 'open' | 'trying'
  readonly failuresInARow: number
  readonly credentialEndsAt: Instant | null
}

export interface OutboxWorker {
  /** For gauges: every target's breaker. */
  state(): readonly DispatcherState[]
  /** Runs every dispatcher until nothing is due, and polls for closings once. For tests and the demo. */
  settle(): Promise<void>
  stop(): Promise<void>
}

export function startOutboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const { dispatchers, closings, clock, onError } = options
  const running = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false

  /** One run at a time per name; a request during a run causes another run. */
  function run(name: string, work: () => Promise<void>): Promise<void> {
    const under = running.get(name)
    if (under || stopped) {
      again.add(name)
      return under ?? Promise.resolve()
    }
    const going = work()
      .catch((error) => onError(error, name))
      .finally(() => {
        running.delete(name)
      })
      .then(() => (again.delete(name) && !stopped ? run(name, work) : undefined))
    running.set(name, going)
    return going
  }

  async function drain(dispatcher: TargetDispatcher): Promise<void> {
    const at = await dispatcher.drain()
    if (at === null || stopped) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void run(dispatcher.name, () => drain(dispatcher))
      },
      Math.min(Math.max(msBetween(clock(), at), 0) + 1, options.pollMs)
    )
    timers.add(timer)
  }

  const drainAll = () => Promise.all(dispatchers.map((dispatcher) => run(dispatcher.name, () => drain(dispatcher))))
  const syncAll = () => Promise.all(closings.map((watch) => run(`${watch.name} closings`, () => watch.sync())))

  options.onWork(() => void drainAll())
  const polls = [setInterval(drainAll, options.pollMs), setInterval(syncAll, options.closingsEveryMs)]
  void drainAll()

  return {
    state: () =>
      dispatchers.map(({ name, breaker, credentialEndsAt }) => ({
        ...{ target: name, credentialEndsAt: credentialEndsAt?.() ?? null },
        ...stateOf(breaker(), clock())
      })),
    async settle() {
      await drainAll()
      await syncAll()
    },
    async stop() {
      stopped = true
      for (const timer of [...polls, ...timers]) clearInterval(timer)
      await Promise.allSettled(running.values())
    }
  }
}

function stateOf(breaker: CircuitState, now: Instant): Pick<DispatcherState, 'breaker' | 'failuresInARow'> {
  const failuresInARow = breaker.failures
  if (blockedUntil(breaker, now) !== null) return { breaker: 'open', failuresInARow }
  return { breaker: breaker.openUntil === null ? 'closed' : 'trying', failuresInARow }
}
