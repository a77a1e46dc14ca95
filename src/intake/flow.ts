/** Knows how many deliveries are being stored at this moment, so that other work can stand back for them: Okta waits, cases do not. */
import type { Store } from '../store/store.ts'

/** More than a service with nothing but its hook to do has under way, unless Okta sends as fast as it can. */
const MANY = 16

export interface Flow {
  readonly receive: Store['receive']
  /** So many deliveries wait to be stored that each of them waits for the others. */
  isHigh(): boolean
}

export function createFlow(receive: Store['receive']): Flow {
  let underWay = 0
  return {
    async receive(delivery) {
      underWay++
      try {
        return await receive(delivery)
      } finally {
        underWay--
      }
    },
    isHigh: () => underWay >= MANY
  }
}
