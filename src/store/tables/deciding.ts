/** What a decision asks about: the controls, the writes and failures of others, the storm, and other vendors' reports. */
import type { DecidingQuery } from '../../domain/store.ts'
import { FIRST_CONTROLS } from '../caps.ts'
import type { Db } from '../db.ts'
import { latestBody } from './cases.ts'
import { signalBodies } from './events.ts'
import { CONTROLS_BODY } from './records.ts'
import { recentBeside } from './writes.ts'

interface Bodies {
  readonly controls: string | null
  readonly storm: string | null
  /** A list as JSON. */
  readonly shared: string | null
}

/** One statement. Bodies as text. */
export async function forDeciding(db: Db, ask: DecidingQuery) {
  const { controls, storm, shared, ...recent } = await recentBeside<Bodies>(
    db,
    ask.recent,
    (bind) => `, (${CONTROLS_BODY}) AS controls, (${latestBody(bind(ask.stormKey))}) AS storm,
      (SELECT CAST(${db.jsonList}(body) AS text) FROM (${signalBodies(db, ask.shared, bind)}) AS signals) AS shared`
  )
  const bodies: readonly string[] = JSON.parse(shared ?? '[]')
  return { controls: controls ?? JSON.stringify(FIRST_CONTROLS), recent, storm, shared: bodies }
}
