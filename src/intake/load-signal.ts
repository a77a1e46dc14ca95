/** Knows how many deliveries are being stored at this moment, so that other work can stand back for them: Okta waits, cases do not. */
import type { Store } from '../domain/store.ts'

/** More than a service with nothing but its hook to do has under way, unless Okta sends as fast as it can. */
const MANY = 16
/** A commit answers many at once, so the number falls and rises many times a second while they pour in. */
const LASTS_MS = 250

export interface LoadSignal {
  readonly receive: Store['receive']
  /** So many deliveries wait to be stored, or did a moment ago, that each of them waits for the others. */
  isHigh(): boolean
}

export function createLoadSignal(
  receive: Store['receive'],
  elapsedMs: () => number = () => performance.now()
): LoadSignal {
  let underWay = 0
  let highAtMs = Number.NEGATIVE_INFINITY
  return {
    receive(delivery) {
      underWay++
      if (underWay >= MANY) highAtMs = elapsedMs()
      return receive(delivery).finally(() => {
        underWay--
      })
    },
    isHigh: () => elapsedMs() - highAtMs < LASTS_MS
  }
}
