/** The kill switch: stops every write, never a ticket, until somebody switches it off (DESIGN §3). */
import type { Operator } from '../case/commands.ts'
import type { Controls } from '../decide/decision.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../vocabulary.ts'

export interface BrakeAsk {
  readonly kill: { readonly on: boolean; readonly because: string }
}

export interface Brake {
  read(): Promise<Controls>
  /** Sets the switch, with its line in the ledger. Setting it twice only renews the reason. */
  set(ask: BrakeAsk, by: Operator): Promise<Controls>
}

/** The brake over the store's controls; every replica honours them, since intents are checked in the same transaction. */
export function createBrake(store: Pick<Store, 'controls' | 'setControls'>, clock: Clock): Brake {
  return {
    read: () => store.controls(),
    async set({ kill }, by) {
      for (;;) {
        const old = await store.controls()
        const at = clock()
        const next: Controls = { ...old, version: old.version + 1, kill: { ...kill, by: by.name, at } }
        const entry = { kill: { on: kill.on, because: kill.because }, version: next.version }
        const saved = await store.setControls(next, { at, kind: 'control', caseId: null, by: by.name, entry })
        // Somebody else changed the controls in between: keep their change and set the switch over it.
        if (saved === 'saved') return next
      }
    }
  }
}
