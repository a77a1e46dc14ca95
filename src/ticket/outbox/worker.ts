/** Keeps the lanes going: whenever the store has news, when a target may be tried again, and now and then. */
import { msBetween } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { blockedUntil, type CircuitState } from './circuit-breaker.ts'
import type { CloseSync } from './close-sync.ts'
import type { TargetDispatcher } from './dispatcher.ts'

export interface OutboxWorkerOptions {
  readonly lanes: readonly TargetDispatcher[]
  /** Looks for tickets that people closed. */
  readonly closings: readonly CloseSync[]
  readonly onWork: (wake: () => void) => void
  readonly clock: Clock
  /** How often back-offs are looked at. */
  readonly pollMs: number
  readonly closingsEveryMs: number
  readonly onTrouble: (error: unknown, target: string) => void
}

/** How a target is called right now, by this process. */
export interface DispatcherState {
  readonly target: string
  /** `open`: nobody calls; `trying`: the wait is over and the next call shows whether it is back. */
  readonly breaker: 'closed' | 'open' | 'trying'
  readonly failuresInARow: number
}

export interface OutboxWorker {
  /** For gauges: every target's breaker. */
  state(): readonly DispatcherState[]
  /** Lets every lane run until nothing is due, and looks for closings once. For tests and the demo. */
  settle(): Promise<void>
  stop(): Promise<void>
}

export function startOutboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const { lanes, closings, clock, onTrouble } = options
  const running = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false

  /** One run at a time per name; a wish that comes during a run makes another one. */
  function run(name: string, work: () => Promise<void>): Promise<void> {
    const under = running.get(name)
    if (under || stopped) {
      again.add(name)
      return under ?? Promise.resolve()
    }
    const going = work()
      .catch((error) => onTrouble(error, name))
      .finally(() => {
        running.delete(name)
      })
      .then(() => (again.delete(name) && !stopped ? run(name, work) : undefined))
    running.set(name, going)
    return going
  }

  async function drain(lane: TargetDispatcher): Promise<void> {
    const at = await lane.drain()
    if (at === null || stopped) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void run(lane.name, () => drain(lane))
      },
      Math.min(Math.max(msBetween(clock(), at), 0) + 1, options.pollMs)
    )
    timers.add(timer)
  }

  const drainAll = () => Promise.all(lanes.map((lane) => run(lane.name, () => drain(lane))))
  const lookAll = () => Promise.all(closings.map((watch) => run(`${watch.name} closings`, () => watch.look())))

  options.onWork(() => void drainAll())
  const polls = [setInterval(drainAll, options.pollMs), setInterval(lookAll, options.closingsEveryMs)]
  void drainAll()

  return {
    state: () => lanes.map(({ name, breaker }) => ({ target: name, ...stateOf(breaker(), clock()) })),
    async settle() {
      await drainAll()
      await lookAll()
    },
    async stop() {
      stopped = true
      for (const timer of [...polls, ...timers]) clearInterval(timer)
      await Promise.allSettled(running.values())
    }
  }
}

function stateOf(breaker: CircuitState, now: Instant): Omit<DispatcherState, 'target'> {
  const failuresInARow = breaker.failures
  if (blockedUntil(breaker, now) !== null) return { breaker: 'open', failuresInARow }
  return { breaker: breaker.openUntil === null ? 'closed' : 'trying', failuresInARow }
}
