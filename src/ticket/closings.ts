/** Closing the ticket in the tracker closes the case: looks for tickets of ours that people closed. */
import type { Store } from '../store/store.ts'
import { DAY_MS, MINUTE_MS, plus } from '../time.ts'
import type { Clock, Instant } from '../vocabulary.ts'
import { type Breaker, blockedUntil } from './gate.ts'
import type { Closing, Target } from './target.ts'

export interface ClosingDeps {
  readonly store: Pick<Store, 'errands' | 'getCase'>
  readonly closeCase: (caseId: string, target: string, how: string) => Promise<boolean>
  readonly clock: Clock
}

export interface ClosingWatch {
  readonly name: string
  look(): Promise<void>
}

/** What was closed while we were not running is found for this long. */
const FIRST_LOOK_MS = 7 * DAY_MS
/** Looks overlap: clocks differ, and search lags behind. Seeing a closing twice changes nothing. */
const OVERLAP_MS = 10 * MINUTE_MS

export function watchClosings(target: Target, breaker: () => Breaker, deps: ClosingDeps): ClosingWatch {
  let since: Instant | null = null

  return {
    name: target.name,
    async look() {
      const now = deps.clock()
      if (blockedUntil(breaker(), now) !== null) return
      const closings = await target.readSince(since ?? plus(now, -FIRST_LOOK_MS))
      let all = true
      for (const closing of closings) all = (await follow(closing)) && all
      // A closing that could not be followed is read again.
      if (all) since = plus(now, -OVERLAP_MS)
    }
  }

  /** True when nothing more is to be done about it. */
  async function follow({ ref, how }: Closing): Promise<boolean> {
    const [errand] = await deps.store.errands({ target: target.name, key: ref.key, limit: 1 })
    // Only a ticket that is open as far as we know was closed by somebody else.
    if (errand?.ticket?.state !== 'open') return true
    const c = await deps.store.getCase(errand.caseId)
    if (!c || c.state === 'resolved' || c.state === 'closed') return true
    return deps.closeCase(c.id, target.name, how)
  }
}
