/** The kill switch: stops every write, never a ticket, until somebody switches it off (DESIGN §3). */

import type { Controls } from '../domain/decision.ts'
import type { Operator } from '../domain/operator-commands.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { type ControlStore, changeControls } from './runtime-controls.ts'

export interface BrakeAsk {
  readonly kill: { readonly on: boolean; readonly because: string }
}

export interface Brake {
  read(): Promise<Controls>
  /** Sets the switch, with its line in the ledger. Setting it twice only renews the reason. */
  set(ask: BrakeAsk, by: Operator): Promise<Controls>
}

/** The brake over the store's controls; every replica honours them, since intents are checked in the same transaction. */
export function createBrake(store: ControlStore, clock: Clock): Brake {
  return {
    read: () => store.controls(),
    set: ({ kill }, by) =>
      changeControls(store, clock, by, (old, at) => ({
        next: { ...old, kill: { ...kill, by: by.name, at } },
        entry: { kill: { on: kill.on, because: kill.because } }
      }))
  }
}
