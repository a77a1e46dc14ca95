/** Waits that last until the test ends them; the clock moves on with each. */
import type { ManualClock } from '../support/clock.ts'

export interface Naps {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** How long each wait was meant to be, in milliseconds. */
  readonly waits: readonly number[]
  /** Resolves when somebody waits. */
  resting(): Promise<void>
  /** Ends the wait and resolves at the next one. */
  rest(): Promise<void>
}

export function createNaps(time: ManualClock): Naps {
  const waits: number[] = []
  let wake: (() => void) | null = null
  let onArrival: () => void = () => {}

  async function resting(): Promise<void> {
    if (wake) return
    await new Promise<void>((resolve) => {
      onArrival = resolve
    })
  }

  return {
    waits,
    resting,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const end = () => {
          wake = null
          resolve()
        }
        waits.push(ms)
        wake = () => {
          time.advance(ms)
          end()
        }
        signal.addEventListener('abort', end, { once: true })
        onArrival()
      }),
    async rest() {
      await resting()
      wake?.()
      await resting()
    }
  }
}
