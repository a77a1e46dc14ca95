/** Saving a case: the checks first, then the row, its actions and its ledger lines. Also the intent before a write. */

import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Begun, Saved, WriteLimits } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { brakeOn } from '../brakes.ts'
import type { CaseSave } from '../case-rows.ts'
import { isOpen } from '../keys.ts'
import { countCaps } from './actions.ts'
import type { Connection } from './connection.ts'
import { storedControls } from './controls.ts'
import { draftErrands } from './errands.ts'
import { appendLedger } from './ledger-rows.ts'

interface Stored {
  readonly version: number
  readonly holder: string | null
  readonly lease_until: Instant | null
  readonly lease_ms: number | null
}

export function save(db: Connection, ask: CaseSave): Saved {
  if (conflicts(db, ask)) return 'conflict'
  writeCase(db, ask)
  return 'saved'
}

export interface BeginAsk {
  readonly save: CaseSave
  readonly limits: WriteLimits
}

/** The brakes are read in the transaction that writes the intent, so no two callers can both take the last free write. */
export function beginWrite(db: Connection, ask: BeginAsk): Begun {
  const intent = ask.save.actions.at(-1)
  if (!intent) throw new Error('beginWrite was asked without an intent: the last action of the case is the intent')
  if (conflicts(db, ask.save)) return 'conflict'
  const begun = db.one(
    'SELECT 1 FROM actions WHERE case_id = ? AND remediation = ? AND attempt = ?',
    ...[ask.save.id, intent.remediation, intent.attempt]
  )
  if (begun) return 'conflict'
  const counts = countCaps(db, ask.save.subjectKey, intent.remediation, ask.limits.now)
  const refused = brakeOn(storedControls(db), counts, ask.limits)
  if (refused !== null) return { refused }
  writeCase(db, { ...ask.save, keepLease: true })
  return 'begun'
}

/** True when somebody else saved first, the lease is another's, or the subject has another open case. */
export function conflicts(db: Connection, ask: CaseSave): boolean {
  const stored = storedCase(db, ask.id)
  if ((stored?.version ?? 0) !== ask.version - 1) return true
  if (ask.holder !== null && stored?.holder !== ask.holder) return true
  if (!isOpen(ask.state)) return false
  const rival = db.one(
    `SELECT 1 FROM cases WHERE subject_key = ? AND state NOT IN ('resolved', 'closed') AND id <> ?`,
    ...[ask.subjectKey, ask.id]
  )
  return rival !== undefined
}

/** Writes what `conflicts` has let pass. */
export function writeCase(db: Connection, ask: CaseSave): void {
  const lease = leaseAfter(storedCase(db, ask.id), ask)
  const { subjectKey, userId, login, state, cause, parentId, openedAt, updatedAt, dueAt, version, body } = ask
  db.run(
    `INSERT INTO cases (id, subject_key, user_id, login, state, cause, parent_id, opened_at, updated_at, due_at, version, body,
       mode, rule, outcome, snoozed_until, search, lease_until, lease_ms, holder)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET subject_key = excluded.subject_key, user_id = excluded.user_id,
       login = excluded.login, state = excluded.state, cause = excluded.cause, parent_id = excluded.parent_id, opened_at = excluded.opened_at,
       updated_at = excluded.updated_at, due_at = excluded.due_at, version = excluded.version, body = excluded.body,
       mode = excluded.mode, rule = excluded.rule, outcome = excluded.outcome, snoozed_until = excluded.snoozed_until,
       search = excluded.search,
       lease_until = excluded.lease_until, lease_ms = excluded.lease_ms, holder = excluded.holder`,
    ...[ask.id, subjectKey, userId, login, state, cause, parentId, openedAt, updatedAt, dueAt, version, body],
    ...[ask.mode, ask.rule, ask.outcome, ask.snoozedUntil, ask.search],
    ...[lease.lease_until, lease.lease_ms, lease.holder]
  )
  for (const action of ask.actions) {
    db.run(
      `INSERT INTO actions (case_id, remediation, attempt, subject_key, state, intended_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (case_id, remediation, attempt) DO UPDATE SET subject_key = excluded.subject_key,
         state = excluded.state, intended_at = excluded.intended_at, body = excluded.body
       WHERE body <> excluded.body OR subject_key <> excluded.subject_key`,
      ...[ask.id, action.remediation, action.attempt, subjectKey, action.state, action.intendedAt, action.body]
    )
  }
  const drafts: LedgerDraft[] = JSON.parse(ask.ledger)
  appendLedger(db, drafts)
  if (ask.outbox) draftErrands(db, ask, ask.outbox)
}

function storedCase(db: Connection, id: string): Stored | undefined {
  return db.one<Stored>('SELECT version, holder, lease_until, lease_ms FROM cases WHERE id = ?', id)
}

/** Without a holder the lease stays as it is; the holder's save ends it, or renews it for as long as it was taken. */
function leaseAfter(stored: Stored | undefined, ask: CaseSave): Omit<Stored, 'version'> {
  if (ask.holder === null) {
    return {
      lease_until: stored?.lease_until ?? null,
      lease_ms: stored?.lease_ms ?? null,
      holder: stored?.holder ?? null
    }
  }
  if (!ask.keepLease || !stored) return { lease_until: null, lease_ms: null, holder: null }
  const renewed = plus(ask.updatedAt, stored.lease_ms ?? 0)
  const until = stored.lease_until !== null && stored.lease_until > renewed ? stored.lease_until : renewed
  return { lease_until: until, lease_ms: stored.lease_ms, holder: stored.holder }
}
