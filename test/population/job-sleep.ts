/** How jobs of a service wait in a play: by the clock of the play. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { plus } from '../../src/domain/time.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'

/** Sleeps by the clock of the play: `wake` ends what is over, and waits until those jobs sleep again. */
export function createJobSleep() {
  const asleep = new Set<{ readonly ms: number; until: Instant | null; readonly wake: () => void }>()
  return {
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { ms, until: null, wake }
        asleep.add(sleeper)
        signal.addEventListener('abort', sleeper.wake, { once: true })
      }),
    async wake(now: Instant) {
      const count = asleep.size
      for (const sleeper of asleep) {
        sleeper.until ??= plus(now, sleeper.ms)
        if (sleeper.until > now) continue
        asleep.delete(sleeper)
        sleeper.wake()
      }
      while (asleep.size < count) await nextTurn()
    }
  }
}
