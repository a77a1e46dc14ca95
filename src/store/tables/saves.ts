/**
 * Saving cases, and what becomes of their events. Several steps share their statements: all rows are locked and everything is
 * checked before anything is written.
 */
import { isOpen } from '../../domain/case.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { Begun, Processed, Saved, WriteLimits } from '../../domain/store.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import { reachedChallengeCap } from '../../domain/verification.ts'
import type { CaseState, Instant } from '../../domain/vocabulary.ts'
import { reachedCap } from '../caps.ts'
import type { ActionRow, CaseSave } from '../case-rows.ts'
import { type Db, type Value, writeRows } from '../db.ts'
import { lockEvents, type ProcessedEvent, type ReceivedEvent, recordEvents } from './events.ts'
import { appendLedger, challengesSince } from './ledger.ts'
import { enqueueOutbox } from './outbox.ts'
import { putTickets, storedControls } from './records.ts'
import { countCaps } from './writes.ts'

/** Events of one subject that were processed, and the case that they change; or a case alone. */
export interface Step {
  readonly events: readonly ProcessedEvent[]
  readonly save: CaseSave | null
}

export async function save(db: Db, ask: CaseSave): Promise<Saved> {
  return (await saveStep(db, { events: [], save: ask })) === 'saved' ? 'saved' : 'conflict'
}

export async function saveStep(db: Db, step: Step): Promise<Processed> {
  return (await saveSteps(db, [step]))[0] ?? 'conflict'
}

/** Each step is answered in its place. Rows are locked in one order, so that two callers cannot deadlock. */
export async function saveSteps(db: Db, steps: readonly Step[]): Promise<readonly Processed[]> {
  const uuids = steps.flatMap(({ events }) => events.map(({ uuid }) => uuid))
  const waiting = await lockEvents(db, uuids)
  const saves = steps.flatMap((step) => step.save ?? [])
  const locked = await lockCases(db, saves)
  const processed: ReceivedEvent[] = []
  const rows: CaseRow[] = []
  const answers: Processed[] = []
  for (const { events, save } of steps) {
    const due = events.flatMap((event) => {
      const receivedAt = waiting.get(event.uuid)
      return receivedAt === undefined ? [] : { ...event, receivedAt }
    })
    if (due.length < events.length) answers.push('already')
    else if (save && (conflicts(locked, save) || !(await isAllowed(db, save)))) answers.push('conflict')
    else {
      for (const { uuid } of events) waiting.delete(uuid)
      processed.push(...due)
      const row = save && (await take(db, locked, save))
      if (row) rows.push(row)
      answers.push(row?.isClaimed ? 'claimed' : 'saved')
    }
  }
  await recordEvents(db, processed)
  await writeCases(db, rows)
  return answers
}

export interface BeginAsk {
  readonly save: CaseSave
  readonly limits: WriteLimits
}

/** Caps and controls are read behind a lock, so no two callers can both take the last free write. */
export async function beginWrite(db: Db, { save, limits }: BeginAsk): Promise<Begun> {
  const intent = save.actions.at(-1)
  if (!intent) throw new Error('beginWrite: the case has no action, but the last action must be the intent')
  const locked = await lockCases(db, [save])
  if (conflicts(locked, save)) return 'conflict'
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
  await writeCases(db, [await take(db, locked, { ...save, actions, keepLease: true })])
  return 'begun'
}

interface StoredCase {
  readonly id: string
  readonly subject_key: string
  readonly state: CaseState
  readonly version: number
  readonly holder: string | null
  readonly lease_until: Instant | null
  readonly lease_ms: number | null
}

/** By id: the cases to save and the open ones of their subjects, as they are after the saves taken so far. */
type Locked = Map<string, StoredCase>

async function lockCases(db: Db, saves: readonly CaseSave[]): Promise<Locked> {
  if (saves.length === 0) return new Map()
  const rows = await db.all<StoredCase>(
    `SELECT id, subject_key, state, version, holder, lease_until, lease_ms FROM cases
     WHERE ${db.anyOf('id', '$1', 'text')}
       OR (${db.anyOf('subject_key', '$2', 'text')} AND state NOT IN ('resolved', 'closed'))
     ORDER BY id ${db.forUpdate}`,
    saves.map(({ id }) => id),
    saves.map(({ subjectKey }) => subjectKey)
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Another save came first, another holder has the lease, or the subject has another open case. Two inserts of one case, or of
 * two open cases of a subject, are kept apart by unique indexes.
 */
function conflicts(locked: Locked, ask: CaseSave): boolean {
  const stored = locked.get(ask.id)
  if ((stored?.version ?? 0) !== ask.version - 1) return true
  if (ask.holder !== null && stored?.holder !== ask.holder) return true
  if (!isOpen(ask)) return false
  return [...locked.values()].some((row) => row.subject_key === ask.subjectKey && row.id !== ask.id && isOpen(row))
}

/** What the save asks of the controls and of all users' challenges, behind a lock. */
async function isAllowed(db: Db, { controlsVersion, challengeCaps, updatedAt }: CaseSave): Promise<boolean> {
  if (controlsVersion === null && challengeCaps === null) return true
  await db.lock('brakes')
  if (controlsVersion !== null && (await storedControls(db)).version !== controlsVersion) return false
  if (challengeCaps === null) return true
  return reachedChallengeCap(await challengesSince(db, plus(updatedAt, -HOUR_MS)), challengeCaps) === null
}

/** A case to write, and how. */
interface CaseRow {
  readonly ask: CaseSave
  readonly isNew: boolean
  readonly isClaimed: boolean
  readonly lease: Lease
}

type Lease = Pick<StoredCase, 'lease_until' | 'lease_ms' | 'holder'>

async function take(db: Db, locked: Locked, ask: CaseSave): Promise<CaseRow> {
  const stored = locked.get(ask.id) ?? null
  const claimed = await claimedLease(db, stored, ask)
  const lease = claimed ?? (await leaseAfter(db, stored, ask))
  const { id, subjectKey, state, version } = ask
  locked.set(id, { id, subject_key: subjectKey, state, version, ...lease })
  return { ask, isNew: stored === null, isClaimed: claimed !== null, lease }
}

/** The lease that the save takes; null when the case is not due or somebody has it, even the same holder. */
async function claimedLease(db: Db, stored: StoredCase | null, { claim, dueAt }: CaseSave): Promise<Lease | null> {
  if (claim === null || dueAt === null || dueAt > claim.now) return null
  const at = await db.leaseClock(claim.now)
  const until = stored?.lease_until ?? null
  if (until !== null && until > at) return null
  return { lease_until: plus(at, claim.leaseMs), lease_ms: claim.leaseMs, holder: claim.holder }
}

/** Without a holder the lease stays as it is; the holder's save ends it, or renews it for as long as it was taken. */
async function leaseAfter(db: Db, stored: StoredCase | null, ask: CaseSave): Promise<Lease> {
  const { lease_until = null, lease_ms = null, holder = null } = stored ?? {}
  if (ask.holder === null) return { lease_until, lease_ms, holder }
  if (!ask.keepLease || !stored) return { lease_until: null, lease_ms: null, holder: null }
  const renewed = plus(await db.leaseClock(ask.updatedAt), lease_ms ?? 0)
  return { lease_until: lease_until !== null && lease_until > renewed ? lease_until : renewed, lease_ms, holder }
}

/** Each column of a case, and its value. */
const COLUMNS: readonly (readonly [name: string, of: (row: CaseRow) => Value])[] = [
  ['id', ({ ask }) => ask.id],
  ['subject_key', ({ ask }) => ask.subjectKey],
  ['user_id', ({ ask }) => ask.userId],
  ['login', ({ ask }) => ask.login],
  ['state', ({ ask }) => ask.state],
  ['cause', ({ ask }) => ask.cause],
  ['parent_id', ({ ask }) => ask.parentId],
  ['opened_at', ({ ask }) => ask.openedAt],
  ['updated_at', ({ ask }) => ask.updatedAt],
  ['due_at', ({ ask }) => ask.dueAt],
  ['version', ({ ask }) => ask.version],
  ['body', ({ ask }) => ask.body],
  ['mode', ({ ask }) => ask.mode],
  ['rule', ({ ask }) => ask.rule],
  ['outcome', ({ ask }) => ask.outcome],
  ['snoozed_until', ({ ask }) => ask.snoozedUntil],
  ['search', ({ ask }) => ask.search],
  ['enrolled_after_s', ({ ask }) => ask.enrolledAfterS],
  ['by_person', ({ ask }) => ask.byPerson],
  ['stopped_by', ({ ask }) => ask.stoppedBy],
  ['need', ({ ask }) => ask.need],
  ['lone_stop', ({ ask }) => ask.loneStop],
  ['guided', ({ ask }) => ask.guided],
  ['lease_until', ({ lease }) => lease.lease_until],
  ['lease_ms', ({ lease }) => lease.lease_ms],
  ['holder', ({ lease }) => lease.holder]
]
const CHANGES = COLUMNS.map(([name], n) => `${name} = $${n + 1}`).slice(1)
const UPDATE = `UPDATE cases SET ${CHANGES.join(', ')} WHERE id = $1`

/** The ledger's lines come last, since its lock is held until the commit. */
async function writeCases(db: Db, rows: readonly CaseRow[]): Promise<void> {
  const valuesOfRow = (row: CaseRow) => COLUMNS.map(([, of]) => of(row))
  const isNew = rows.filter((row) => row.isNew)
  const into = `cases (${COLUMNS.map(([name]) => name).join(', ')})`
  await writeRows(db, isNew.map(valuesOfRow), (values) => `INSERT INTO ${into} ${values}`)
  for (const row of rows) if (!row.isNew) await db.run(UPDATE, ...valuesOfRow(row))
  for (const { ask } of rows) {
    for (const action of ask.actions) await writeAction(db, ask, action)
    if (ask.outbox) await enqueueOutbox(db, ask, ask.outbox)
  }
  await putTickets(
    db,
    rows.flatMap(({ ask }) => ask.ticket ?? [])
  )
  await appendLedger(
    db,
    rows.flatMap(({ ask }): LedgerDraft[] => JSON.parse(ask.ledger))
  )
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
