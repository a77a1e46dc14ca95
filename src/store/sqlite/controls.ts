/** The run-time switches: one row. */

import type { Controls } from '../../domain/decision.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Saved } from '../../domain/store.ts'
import { FIRST_CONTROLS } from '../brakes.ts'
import type { Connection } from './connection.ts'
import { appendLedger } from './ledger-rows.ts'

export function storedControls(db: Connection): Controls {
  const row = db.one<{ body: string }>('SELECT body FROM controls WHERE id = 1')
  return row ? JSON.parse(row.body) : FIRST_CONTROLS
}

/** The controls as JSON, so that they cross threads as text. */
export function controls(db: Connection): string {
  return JSON.stringify(storedControls(db))
}

export interface ControlsAsk {
  readonly version: number
  /** The controls, and the ledger line, as JSON. */
  readonly body: string
  readonly ledger: string
}

export function setControls(db: Connection, ask: ControlsAsk): Saved {
  if (storedControls(db).version !== ask.version - 1) return 'conflict'
  db.run(
    `INSERT INTO controls (id, version, body) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body`,
    ...[ask.version, ask.body]
  )
  const draft: LedgerDraft = JSON.parse(ask.ledger)
  appendLedger(db, [draft])
  return 'saved'
}
