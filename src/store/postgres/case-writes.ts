/** Cases on their way into their table, many in one statement, with their actions. What may be written is for `saves.ts` to say. */

import type { Instant } from '../../domain/vocabulary.ts'
import type { ActionRow, CaseSave } from '../case-rows.ts'
import type { Moment } from './moment.ts'
import type { Session } from './session.ts'
import { fit, fitInstant, fitOrNull } from './values.ts'

/** Somebody else saved one of the cases first: nothing may stay of what this transaction has written. */
export class SavedElsewhere extends Error {
  override readonly name = 'SavedElsewhere'
}

type Column = readonly [name: string, type: string, of: (save: CaseSave) => string | number | null]

const COLUMNS: readonly Column[] = [
  ['id', 'text', (save) => save.id],
  ['subject_key', 'text', (save) => fit(save.subjectKey)],
  ['user_id', 'text', (save) => fitOrNull(save.userId)],
  ['login', 'text', (save) => fitOrNull(save.login)],
  ['state', 'text', (save) => save.state],
  ['cause', 'text', (save) => save.cause],
  ['parent_id', 'text', (save) => save.parentId],
  ['mode', 'text', (save) => save.mode],
  ['rule', 'text', (save) => save.rule],
  ['outcome', 'text', (save) => save.outcome],
  ['snoozed_until', 'timestamptz', (save) => save.snoozedUntil],
  ['search', 'text', (save) => fit(save.search)],
  ['opened_at', 'timestamptz', (save) => fitInstant(save.openedAt)],
  ['updated_at', 'timestamptz', (save) => save.updatedAt],
  ['due_at', 'timestamptz', (save) => save.dueAt],
  ['version', 'int', (save) => save.version],
  ['body', 'text', (save) => save.body]
]
const NAMES = COLUMNS.map(([name]) => name)
const ARRAYS = COLUMNS.map(([, type], n) => `$${n + 1}::${type}[]`)
const LEASE = `$${COLUMNS.length + 1}::text[]`
const NOW = `$${COLUMNS.length + 2}::timestamptz[]`

/**
 * The lease stays without a holder; the holder's save ends it, or renews it for as long as it was taken. New subjects go in
 * in one order everywhere, so that two such statements seldom block each other.
 */
const WRITE = `
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest(${ARRAYS}, ${LEASE}, ${NOW}) AS a (${NAMES}, lease, now)
), fresh AS (
  INSERT INTO cases (${NAMES})
  SELECT ${NAMES} FROM asked WHERE version = 1 ORDER BY subject_key COLLATE "C"
  ON CONFLICT (id) DO NOTHING RETURNING id
), moved AS (
  UPDATE cases SET ${NAMES.map((name) => `${name} = asked.${name}`)},
    lease_until = CASE asked.lease WHEN 'leave' THEN cases.lease_until
      WHEN 'renew' THEN greatest(cases.lease_until,
        coalesce(asked.now, clock_timestamp()) + cases.lease_ms * interval '1 ms') END,
    lease_ms = CASE asked.lease WHEN 'end' THEN NULL ELSE cases.lease_ms END,
    holder = CASE asked.lease WHEN 'end' THEN NULL ELSE cases.holder END
  FROM asked WHERE asked.version > 1 AND cases.id = asked.id AND cases.version = asked.version - 1
  RETURNING cases.id
)
SELECT id FROM fresh UNION ALL SELECT id FROM moved`

/** The rows of different cases. Rejects with `SavedElsewhere` when one of them cannot be written any more. */
export async function writeRows(db: Session, saves: readonly CaseSave[], moment: Moment): Promise<void> {
  if (saves.length === 0) return
  const written = await db.all(
    WRITE,
    ...COLUMNS.map(([, , of]) => saves.map(of)),
    saves.map(({ holder, keepLease }) => (holder === null ? 'leave' : keepLease ? 'renew' : 'end')),
    saves.map(({ updatedAt }) => moment(updatedAt))
  )
  if (written.length < saves.length) throw new SavedElsewhere('somebody else saved the case first')
}

interface TakenDown {
  readonly save: CaseSave
  readonly action: ActionRow
  /** Null: now, by the database's time. */
  readonly at: Instant | null
}

/** Their actions; an intent that is taken down now bears the time of whoever's clock counts. */
export async function writeActions(db: Session, saves: readonly CaseSave[], intentAt?: Moment): Promise<void> {
  const rows = saves.flatMap((save) =>
    save.actions.map((action, n): TakenDown => {
      const isIntent = intentAt !== undefined && n === save.actions.length - 1
      return { save, action, at: isIntent ? intentAt(action.intendedAt) : action.intendedAt }
    })
  )
  if (rows.length === 0) return
  await db.all(
    `INSERT INTO actions AS stored (case_id, remediation, attempt, subject_key, state, intended_at, effect, body)
     SELECT a.case_id, a.remediation, a.attempt, a.subject_key, a.state, coalesce(a.intended_at, clock_timestamp()),
       a.body::json ->> 'effect', a.body
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
       AS a (case_id, remediation, attempt, subject_key, state, intended_at, body)
     ON CONFLICT (case_id, remediation, attempt) DO UPDATE SET subject_key = excluded.subject_key, state = excluded.state,
       effect = excluded.effect, body = excluded.body
     WHERE stored.body <> excluded.body OR stored.subject_key <> excluded.subject_key`,
    rows.map(({ save }) => save.id),
    rows.map(({ action }) => action.remediation),
    rows.map(({ action }) => action.attempt),
    rows.map(({ save }) => fit(save.subjectKey)),
    rows.map(({ action }) => action.state),
    rows.map(({ at }) => at),
    rows.map(({ action }) => action.body)
  )
}
