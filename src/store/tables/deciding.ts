/** What a decision asks about: the controls, the writes and failures of others, the storm, and other vendors' reports. */
import type { DecidingQuery } from '../../domain/store.ts'
import type { Db } from '../db.ts'
import { latestCase } from './cases.ts'
import { sharedSignals } from './events.ts'
import { controls } from './records.ts'
import { recent } from './writes.ts'

/** Bodies as text. */
export async function forDeciding(db: Db, ask: DecidingQuery) {
  return {
    controls: await controls(db),
    recent: await recent(db, ask.recent),
    storm: await latestCase(db, ask.stormKey),
    shared: await sharedSignals(db, ask.shared)
  }
}
