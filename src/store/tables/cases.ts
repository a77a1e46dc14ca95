/** The cases' table: finding and claiming them, saving them, and the intent before a write. Bodies travel as text. */
import { isOpen } from '../../domain/case.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Begun, Saved, WriteLimits } from '../../domain/store.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { reachedCap } from '../caps.ts'
import type { ActionRow, CaseSave, ClaimedCase } from '../case-rows.ts'
import { binder, type Db, inOrder, type Value } from '../db.ts'
import { appendLedger, challengesSince } from './ledger.ts'
import { enqueueOutbox } from './outbox.ts'
import { putTicket, storedControls } from './records.ts'
import { countCaps } from './writes.ts'

interface Body {
  readonly body: string
}

export async function getCase(db: Db, id: string): Promise<string | null> {
  return (await db.one<Body>('SELECT body FROM cases WHERE id = $1', id))?.body ?? null
}

/** The case whose first save came last; not by `openedAt`, since a clock may be set back. */
export async function latestCase(db: Db, subjectKey: string): Promise<string | null> {
  const sql = 'SELECT body FROM cases WHERE subject_key = $1 ORDER BY seq DESC LIMIT 1'
  return (await db.one<Body>(sql, subjectKey))?.body ?? null
}

/** From the index of a storm's children alone. */
export async function countChildren(db: Db, parentId: string): Promise<{ all: number; open: number }> {
  const counted = await db.one<{ all: number; open: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (WHERE state NOT IN ('resolved', 'closed')) AS open
     FROM cases WHERE parent_id = $1`,
    parentId
  )
  return counted ?? { all: 0, open: 0 }
}

/** Who takes work, how much, and for how long. `now` is the claimer's clock: it decides what is due. */
export interface Claim {
  readonly limit: number
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

/** One statement, so that looking for work in vain costs no transaction. */
export async function claimDue(db: Db, { limit, now, leaseMs, holder }: Claim): Promise<ClaimedCase[]> {
  const values: Value[] = []
  const bind = binder(values)
  const claimed = await db.all<ClaimedCase & { readonly seq: number }>(
    `WITH due AS MATERIALIZED (
       SELECT seq FROM cases WHERE due_at IS NOT NULL AND due_at <= ${bind(now)}
         AND (lease_until IS NULL OR lease_until <= ${db.moment(now, 0, bind)})
       ORDER BY due_at, seq LIMIT ${bind(limit)} ${db.skipLocked}
     )
     UPDATE cases SET lease_until = ${db.moment(now, leaseMs, bind)}, lease_ms = ${bind(leaseMs)}, holder = ${bind(holder)}
     WHERE seq IN (SELECT seq FROM due) RETURNING seq, body, due_at ${db.mayBeLost}`,
    ...values
  )
  return inOrder(claimed, (row) => row.due_at).map(({ body, due_at }) => ({ body, due_at }))
}

interface StoredCase {
  readonly version: number
  readonly holder: string | null
  readonly lease_until: Instant | null
  readonly lease_ms: number | null
}

export async function save(db: Db, ask: CaseSave): Promise<Saved> {
  const stored = await lockCase(db, ask)
  if (stored === 'conflict') return 'conflict'
  if (ask.controlsVersion !== null) {
    await db.lock('brakes')
    if ((await storedControls(db)).version !== ask.controlsVersion) return 'conflict'
  }
  if (ask.challengesPerHour !== null) {
    await db.lock('brakes')
    const sent = await challengesSince(db, plus(ask.updatedAt, -HOUR_MS))
    if (sent.length >= ask.challengesPerHour) return 'conflict'
  }
  await writeCase(db, ask, stored)
  return 'saved'
}

export interface BeginAsk {
  readonly save: CaseSave
  readonly limits: WriteLimits
}

/** Caps and controls are read behind a lock, so no two callers can both take the last free write. */
export async function beginWrite(db: Db, { save, limits }: BeginAsk): Promise<Begun> {
  const intent = save.actions.at(-1)
  if (!intent) throw new Error('beginWrite: the case has no action, but the last action must be the intent')
  const stored = await lockCase(db, save)
  if (stored === 'conflict') return 'conflict'
  await db.lock('brakes')
  const begun = await db.one(
    'SELECT 1 AS found FROM actions WHERE case_id = $1 AND remediation = $2 AND attempt = $3',
    ...[save.id, intent.remediation, intent.attempt]
  )
  if (begun) return 'conflict'
  const counts = await countCaps(db, save.subjectKey, intent.remediation, await db.leaseClock(limits.now))
  const refused = reachedCap(await storedControls(db), counts, limits)
  if (refused !== null) return { refused }
  // The row bears the time of the clock that the caps run by.
  const intendedAt = await db.leaseClock(intent.intendedAt)
  const actions = [...save.actions.slice(0, -1), { ...intent, intendedAt }]
  await writeCase(db, { ...save, actions, keepLease: true }, stored)
  return 'begun'
}

/**
 * Locks the case's row. `conflict`: another save came first, another holder has the lease, or the subject has another open
 * case. Two inserts of one case, or of two open cases of a subject, are kept apart by unique indexes.
 */
export async function lockCase(db: Db, ask: CaseSave): Promise<StoredCase | null | 'conflict'> {
  const sql = `SELECT version, holder, lease_until, lease_ms FROM cases WHERE id = $1 ${db.forUpdate}`
  const stored = await db.one<StoredCase>(sql, ask.id)
  if ((stored?.version ?? 0) !== ask.version - 1) return 'conflict'
  if (ask.holder !== null && stored?.holder !== ask.holder) return 'conflict'
  if (isOpen(ask)) {
    const rival = await db.one(
      `SELECT 1 AS found FROM cases WHERE subject_key = $1 AND state NOT IN ('resolved', 'closed') AND id <> $2`,
      ...[ask.subjectKey, ask.id]
    )
    if (rival) return 'conflict'
  }
  return stored ?? null
}

const COLUMNS = [
  ...['subject_key', 'user_id', 'login', 'state', 'cause', 'parent_id', 'opened_at', 'updated_at', 'due_at', 'version'],
  ...[
    'body',
    'mode',
    'rule',
    'outcome',
    'snoozed_until',
    'search',
    'enrolled_after_s',
    'by_person',
    'stopped_by',
    'need',
    'lone_stop',
    'guided'
  ],
  ...['lease_until', 'lease_ms', 'holder']
]
const INSERT = `INSERT INTO cases (id, ${COLUMNS.join(', ')}) VALUES ($1, ${COLUMNS.map((_, n) => `$${n + 2}`).join(', ')})`
const UPDATE = `UPDATE cases SET ${COLUMNS.map((name, n) => `${name} = $${n + 2}`).join(', ')} WHERE id = $1`

/** Writes what `lockCase` has allowed. */
export async function writeCase(db: Db, ask: CaseSave, stored: StoredCase | null): Promise<void> {
  const { subjectKey, userId, login, state, cause, parentId, openedAt, updatedAt, dueAt, version, body } = ask
  const lease = await leaseAfter(db, stored, ask)
  await db.run(
    stored ? UPDATE : INSERT,
    ...[ask.id, subjectKey, userId, login, state, cause, parentId, openedAt, updatedAt, dueAt, version, body],
    ...[ask.mode, ask.rule, ask.outcome, ask.snoozedUntil, ask.search, ask.enrolledAfterS, ask.byPerson],
    ...[ask.stoppedBy, ask.need, ask.loneStop, ask.guided],
    ...[lease.lease_until, lease.lease_ms, lease.holder]
  )
  for (const action of ask.actions) await writeAction(db, ask, action)
  if (ask.outbox) await enqueueOutbox(db, ask, ask.outbox)
  if (ask.ticket) await putTicket(db, ask.id, ask.ticket)
  const drafts: LedgerDraft[] = JSON.parse(ask.ledger)
  await appendLedger(db, drafts)
}

async function writeAction(db: Db, { id, subjectKey }: CaseSave, action: ActionRow): Promise<void> {
  await db.run(
    `INSERT INTO actions AS stored (case_id, remediation, attempt, subject_key, state, intended_at, effect, rule, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (case_id, remediation, attempt) DO UPDATE SET subject_key = excluded.subject_key,
       state = excluded.state, effect = excluded.effect, body = excluded.body
     WHERE stored.body <> excluded.body OR stored.subject_key <> excluded.subject_key`,
    ...[id, action.remediation, action.attempt, subjectKey, action.state, action.intendedAt, action.effect],
    ...[action.rule, action.body]
  )
}

/** Without a holder the lease stays as it is; the holder's save ends it, or renews it for as long as it was taken. */
async function leaseAfter(db: Db, stored: StoredCase | null, ask: CaseSave): Promise<Omit<StoredCase, 'version'>> {
  const none = { lease_until: null, lease_ms: null, holder: null }
  if (ask.holder === null) return stored ?? none
  if (!ask.keepLease || !stored) return none
  const renewed = plus(await db.leaseClock(ask.updatedAt), stored.lease_ms ?? 0)
  const until = stored.lease_until !== null && stored.lease_until > renewed ? stored.lease_until : renewed
  return { lease_until: until, lease_ms: stored.lease_ms, holder: stored.holder }
}
