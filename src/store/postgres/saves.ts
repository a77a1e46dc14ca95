/** Saving cases: the checks first, then the rows, their actions and their ledger lines. Also the intent before a write. */

import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Begun, Saved, WriteLimits } from '../../domain/store.ts'
import { brakeOn } from '../brakes.ts'
import type { CaseSave } from '../case-rows.ts'
import { countCaps } from './actions.ts'
import { writeActions, writeRows } from './case-writes.ts'
import { storedControls } from './controls.ts'
import { draftErrands } from './errands.ts'
import { appendLedger } from './ledger-rows.ts'
import { LOCKS } from './locks.ts'
import type { Moment } from './moment.ts'
import type { Session, Transaction } from './session.ts'
import { fit } from './values.ts'

/** What to do about a row that somebody else has locked: wait for it, or do without it. */
export type AtLocked = 'wait' | 'pass'

export const FOR_UPDATE: Readonly<Record<AtLocked, string>> = { wait: 'FOR UPDATE', pass: 'FOR UPDATE SKIP LOCKED' }

export interface StoredCase {
  readonly version: number
  readonly holder: string | null
}

/** Locks the rows, in one order, and tells how they stand. New cases have none. */
export async function lockCases(
  db: Session,
  saves: readonly CaseSave[],
  atLocked: AtLocked
): Promise<ReadonlyMap<string, StoredCase>> {
  if (saves.length === 0) return new Map()
  const rows = await db.all<StoredCase & { id: string }>(
    `SELECT id, version, holder FROM cases WHERE id = ANY ($1::text[]) ORDER BY id ${FOR_UPDATE[atLocked]}`,
    saves.map(({ id }) => id)
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * `conflict`: somebody else saved first, or the lease is another's. That the subject has another open case, or that the same
 * case is being made elsewhere, is seen when it is written.
 */
export function standing(save: CaseSave, stored: StoredCase | undefined): Saved {
  const follows = (stored?.version ?? 0) === save.version - 1
  return follows && (save.holder === null || stored?.holder === save.holder) ? 'saved' : 'conflict'
}

/** Writes different cases whose rows are locked and follow. The statements of each part travel together. */
export async function writeCases(
  db: Transaction,
  saves: readonly CaseSave[],
  moment: Moment,
  intentAt?: Moment
): Promise<void> {
  const rows = [writeRows(db, saves, moment), writeActions(db, saves, intentAt)]
  const drafted = saves.flatMap((save) => (save.outbox ? [draftErrands(db, save, save.outbox)] : []))
  // The ledger's lock is taken last of all.
  if (drafted.length > 0) await Promise.all([...rows, ...drafted])
  const drafts = saves.flatMap(({ ledger }): LedgerDraft[] => JSON.parse(ledger))
  await Promise.all([...rows, appendLedger(db, drafts)])
}

export interface BeginAsk {
  readonly save: CaseSave
  readonly limits: WriteLimits
}

/**
 * The lock is held to the end of the transaction, so that no two callers of any replica can both take the last free write,
 * and none begins after the kill switch was thrown.
 */
export async function beginWrite(db: Transaction, { save, limits }: BeginAsk, moment: Moment): Promise<Begun> {
  const intent = save.actions.at(-1)
  if (!intent) throw new Error('beginWrite was asked without an intent: the last action of the case is the intent')
  if (standing(save, (await lockCases(db, [save], 'wait')).get(save.id)) === 'conflict') return 'conflict'
  // What is asked behind the lock is looked up behind it.
  const [, begun, counts, controls] = await Promise.all([
    db.all('SELECT pg_advisory_xact_lock($1, $2)', ...LOCKS.brakes),
    db.one(
      'SELECT 1 FROM actions WHERE case_id = $1 AND remediation = $2 AND attempt = $3',
      ...[save.id, intent.remediation, intent.attempt]
    ),
    countCaps(db, fit(save.subjectKey), intent.remediation, moment(limits.now)),
    storedControls(db)
  ])
  if (begun) return 'conflict'
  const refused = brakeOn(controls, counts, limits)
  if (refused !== null) return { refused }
  await writeCases(db, [{ ...save, keepLease: true }], moment, moment)
  return 'begun'
}
