/** Saving a case: the checks first, then the row, its actions and its ledger lines. Also the intent before a write. */
import { brakeOn } from '../brakes.ts'
import type { CaseSave } from '../case-rows.ts'
import type { Begun, LedgerDraft, Saved, WriteLimits } from '../store.ts'
import { countCaps } from './actions.ts'
import { storedControls } from './controls.ts'
import { draftErrands } from './errands.ts'
import type { Session } from './lane.ts'
import { appendLedger } from './ledger-rows.ts'
import { LOCKS } from './locks.ts'
import type { Moment } from './moment.ts'
import { fit, fitInstant, fitOrNull } from './values.ts'

export async function save(db: Session, ask: CaseSave, moment: Moment): Promise<Saved> {
  if (await conflicts(db, ask)) return 'conflict'
  await writeCase(db, ask, moment)
  return 'saved'
}

export interface BeginAsk {
  readonly save: CaseSave
  readonly limits: WriteLimits
}

/**
 * The lock is held to the end of the transaction, so that no two callers of any replica can both take the last free write,
 * and none begins after the kill switch was thrown.
 */
export async function beginWrite(db: Session, { save, limits }: BeginAsk, moment: Moment): Promise<Begun> {
  const intent = save.actions.at(-1)
  if (!intent) throw new Error('beginWrite was asked without an intent: the last action of the case is the intent')
  if (await conflicts(db, save)) return 'conflict'
  await db.all('SELECT pg_advisory_xact_lock($1, $2)', ...LOCKS.brakes)
  const begun = await db.one(
    'SELECT 1 FROM actions WHERE case_id = $1 AND remediation = $2 AND attempt = $3',
    ...[save.id, intent.remediation, intent.attempt]
  )
  if (begun) return 'conflict'
  const counts = await countCaps(db, fit(save.subjectKey), intent.remediation, moment(limits.now))
  const refused = brakeOn(await storedControls(db), counts, limits)
  if (refused !== null) return { refused }
  await writeCase(db, { ...save, keepLease: true }, moment, intent.attempt)
  return 'begun'
}

/**
 * True when somebody else saved first or the lease is another's. Locks the row. That the subject has another open case, or
 * that the same case is being made elsewhere, is seen by the unique indexes when it is written.
 */
export async function conflicts(db: Session, ask: CaseSave): Promise<boolean> {
  const stored = await db.one<{ version: number; holder: string | null }>(
    'SELECT version, holder FROM cases WHERE id = $1 FOR UPDATE',
    ask.id
  )
  if ((stored?.version ?? 0) !== ask.version - 1) return true
  return ask.holder !== null && stored?.holder !== ask.holder
}

/** The lease stays without a holder; the holder's save ends it, or renews it for as long as it was taken. */
const WRITE = `
INSERT INTO cases AS stored (id, subject_key, user_id, login, state, cause, parent_id, mode, rule, outcome, snoozed_until,
  search, opened_at, updated_at, due_at, version, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (id) DO UPDATE SET subject_key = excluded.subject_key, user_id = excluded.user_id, login = excluded.login,
  state = excluded.state, cause = excluded.cause, parent_id = excluded.parent_id, mode = excluded.mode, rule = excluded.rule,
  outcome = excluded.outcome, snoozed_until = excluded.snoozed_until, search = excluded.search,
  opened_at = excluded.opened_at, updated_at = excluded.updated_at, due_at = excluded.due_at, version = excluded.version,
  body = excluded.body,
  lease_until = CASE $18 WHEN 'leave' THEN stored.lease_until
    WHEN 'renew' THEN greatest(stored.lease_until,
      coalesce($19::timestamptz, clock_timestamp()) + stored.lease_ms * interval '1 ms') END,
  lease_ms = CASE $18 WHEN 'end' THEN NULL ELSE stored.lease_ms END,
  holder = CASE $18 WHEN 'end' THEN NULL ELSE stored.holder END
WHERE stored.version = excluded.version - 1
RETURNING seq`

/** Writes what `conflicts` has let pass. `begun`: the attempt whose intent is taken down now, by whoever's time counts. */
export async function writeCase(
  db: Session,
  ask: CaseSave,
  moment: Moment,
  begun: number | null = null
): Promise<void> {
  const lease = ask.holder === null ? 'leave' : ask.keepLease ? 'renew' : 'end'
  await db.all(
    WRITE,
    ...[ask.id, fit(ask.subjectKey), fitOrNull(ask.userId), fitOrNull(ask.login), ask.state, ask.cause, ask.parentId],
    ...[ask.mode, ask.rule, ask.outcome, ask.snoozedUntil, fit(ask.search), fitInstant(ask.openedAt), ask.updatedAt],
    ...[ask.dueAt, ask.version, ask.body, lease, moment(ask.updatedAt)]
  )
  await writeActions(db, ask, moment, begun)
  if (ask.outbox) await draftErrands(db, ask, ask.outbox)
  const drafts: LedgerDraft[] = JSON.parse(ask.ledger)
  await appendLedger(db, drafts)
}

async function writeActions(db: Session, ask: CaseSave, moment: Moment, begun: number | null): Promise<void> {
  const { actions } = ask
  if (actions.length === 0) return
  const isIntent = (n: number) => begun !== null && n === actions.length - 1
  await db.all(
    `INSERT INTO actions AS stored (case_id, remediation, attempt, subject_key, state, intended_at, effect, body)
     SELECT $1, a.remediation, a.attempt, $2, a.state, coalesce(a.intended_at, clock_timestamp()), a.body::json ->> 'effect', a.body
     FROM unnest($3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::text[])
       AS a (remediation, attempt, state, intended_at, body)
     ON CONFLICT (case_id, remediation, attempt) DO UPDATE SET subject_key = excluded.subject_key, state = excluded.state,
       effect = excluded.effect, body = excluded.body
     WHERE stored.body <> excluded.body OR stored.subject_key <> excluded.subject_key`,
    ...[ask.id, fit(ask.subjectKey)],
    actions.map((action) => action.remediation),
    actions.map((action) => action.attempt),
    actions.map((action) => action.state),
    actions.map((action, n) => (isIntent(n) ? moment(action.intendedAt) : action.intendedAt)),
    actions.map((action) => action.body)
  )
}
