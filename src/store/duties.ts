/** Work that only one replica does at a time, whichever it is: a lease per duty, by name. The runner is `ops/duties.ts`. */
import { msBetween, plus } from '../time.ts'
import type { Instant } from '../vocabulary.ts'

export interface DutyAsk {
  readonly name: string
  /** Who wants it; the same name renews. */
  readonly holder: string
  readonly now: Instant
  readonly leaseMs: number
}
/** Somebody else has it, and must renew within this time or lose it. */
export type DutyHeld = 'held' | { readonly freeInMs: number }

export interface Duties {
  /** Takes a duty that nobody holds, or renews one's own. With several replicas the database's time counts. */
  holdDuty(ask: DutyAsk): Promise<DutyHeld>
  /** Gives it back, so that another may take it at once; nothing happens to a duty that somebody else holds. */
  leaveDuty(name: string, holder: string): Promise<void>
}

/** Who holds what, for engines that serve one process: with the process, all its leases are over anyway. */
export class OwnDuties {
  readonly #held = new Map<string, { readonly holder: string; readonly until: Instant }>()

  hold({ name, holder, now, leaseMs }: DutyAsk): DutyHeld {
    const found = this.#held.get(name)
    if (found && found.holder !== holder && found.until > now) return { freeInMs: msBetween(now, found.until) }
    this.#held.set(name, { holder, until: plus(now, leaseMs) })
    return 'held'
  }

  leave(name: string, holder: string): void {
    if (this.#held.get(name)?.holder === holder) this.#held.delete(name)
  }
}
