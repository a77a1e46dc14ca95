/** The run-time switches: one row. */

import type { Controls } from '../../domain/decision.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Saved } from '../../domain/store.ts'
import { FIRST_CONTROLS } from '../brakes.ts'
import { appendLedger } from './ledger-rows.ts'
import { LOCKS } from './locks.ts'
import type { Session, Transaction } from './session.ts'

export async function storedControls(db: Session): Promise<Controls> {
  const row = await db.one<{ body: string }>('SELECT body FROM controls WHERE id = 1')
  return row ? JSON.parse(row.body) : FIRST_CONTROLS
}

/** Once this has come back with `saved`, no write begins under the controls before. */
export async function setControls(db: Transaction, next: Controls, line: LedgerDraft): Promise<Saved> {
  await db.all('SELECT pg_advisory_xact_lock($1, $2)', ...LOCKS.brakes)
  if ((await storedControls(db)).version !== next.version - 1) return 'conflict'
  await db.all(
    `INSERT INTO controls (id, version, body) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body`,
    ...[next.version, JSON.stringify(next)]
  )
  await appendLedger(db, [line])
  return 'saved'
}
