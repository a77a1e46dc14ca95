/**
 * What every store promises, in the words of `domain/store.ts`. Each engine's test calls `storeContract`; an engine
 * that keeps files or tables passes `reopen` too.
 */
import type { Test } from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { brakePromises } from '../store/promises/brakes.ts'
import { clockPromises, leaseClockPromises } from '../store/promises/clocks.ts'
import { credentialPromises } from '../store/promises/credentials.ts'
import { cursorPromises, cursorRestartPromises } from '../store/promises/cursors.ts'
import { digestPromises } from '../store/promises/digests.ts'
import { dutyPromises } from '../store/promises/duties.ts'
import { eventPromises } from '../store/promises/events.ts'
import { leasePromises } from '../store/promises/leases.ts'
import { ledgerPromises } from '../store/promises/ledger.ts'
import { listPromises } from '../store/promises/lists.ts'
import { outboxPromises } from '../store/promises/outbox.ts'
import { queuePromises } from '../store/promises/queue.ts'
import { recordPromises } from '../store/promises/records.ts'
import { restartPromises } from '../store/promises/restarts.ts'
import { savePromises } from '../store/promises/saves.ts'
import { stormPromises } from '../store/promises/storms.ts'
import { upkeepPromises } from '../store/promises/upkeep.ts'

/** An empty store that ends with the test. */
export type OpenStore = (t: Test) => Promise<Store>
/** The same store after its process has ended and started again. The first store is closed by then. */
export type Reopenable = (t: Test) => Promise<{ readonly store: Store; readonly reopen: () => Promise<Store> }>

/** Holds an engine to the contract, each promise on a store of its own. */
export function storeContract(t: Test, name: string, open: OpenStore, reopenable?: Reopenable): void {
  void t.test(`${name}: events`, (t) => eventPromises(t, open))
  void t.test(`${name}: digesting events`, (t) => digestPromises(t, open))
  void t.test(`${name}: saving cases`, (t) => savePromises(t, open))
  void t.test(`${name}: leases`, (t) => leasePromises(t, open))
  void t.test(`${name}: brakes`, (t) => brakePromises(t, open))
  void t.test(`${name}: storms`, (t) => stormPromises(t, open))
  void t.test(`${name}: the outbox`, (t) => outboxPromises(t, open))
  void t.test(`${name}: lists`, (t) => listPromises(t, open))
  void t.test(`${name}: the review queue`, (t) => queuePromises(t, open))
  void t.test(`${name}: ledger`, (t) => ledgerPromises(t, open))
  void t.test(`${name}: records`, (t) => recordPromises(t, open))
  void t.test(`${name}: upkeep`, (t) => upkeepPromises(t, open))
  void t.test(`${name}: wrong clocks`, (t) => clockPromises(t, open))
  void t.test(`${name}: leases of wrong clocks`, (t) => leaseClockPromises(t, open))
  void t.test(`${name}: cursors`, (t) => cursorPromises(t, open))
  void t.test(`${name}: credentials`, (t) => credentialPromises(t, open))
  void t.test(`${name}: duties`, (t) => dutyPromises(t, open))
  if (reopenable) {
    void t.test(`${name}: restarts`, (t) => restartPromises(t, reopenable))
    void t.test(`${name}: cursors after a restart`, (t) => cursorRestartPromises(t, reopenable))
  }
}
