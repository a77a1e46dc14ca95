/** Steps of cases, many in one transaction: events of a subject get their fate, and what they make of the case is saved. */

import type { EventDisposition, FailureTrace, Saved } from '../../domain/store.ts'
import type { CaseSave } from '../case-rows.ts'
import { addDeadLetters } from './dead-letters.ts'
import type { Moment } from './moment.ts'
import { type AtLocked, FOR_UPDATE, lockCases, type StoredCase, standing, writeCases } from './saves.ts'
import type { Session, Transaction } from './session.ts'
import { addTraces } from './traces.ts'
import { fit } from './values.ts'

/** What is saved together or not at all. A case's own step has no events. */
export interface Step {
  readonly events: readonly { readonly uuid: string; readonly fate: EventDisposition; readonly trace?: FailureTrace }[]
  readonly save: CaseSave | null
}

export type Kept = Saved | 'already'

/** What two steps must not both name to be kept in one transaction. */
export function namesOf({ events, save }: Step): readonly string[] {
  const events_ = events.map(({ uuid }) => `event ${fit(uuid)}`)
  return save ? [...events_, `case ${save.id}`, `subject ${fit(save.subjectKey)}`] : events_
}

interface StoredEvent {
  readonly fate: string | null
  readonly received_at: string
}

/**
 * Keeps those steps that can be, and says what came of each. Everything is checked before anything is written, and what is
 * missing because others have it locked (`pass`) must be kept alone. The rows are locked in one order, so two transactions
 * that wait cannot block each other.
 */
export async function keepSteps(
  db: Transaction,
  steps: readonly Step[],
  moment: Moment,
  atLocked: AtLocked
): Promise<readonly (Kept | 'alone')[]> {
  const [events, cases] = await Promise.all([lockEvents(db, steps, atLocked), lockCases(db, savesOf(steps), atLocked)])
  const kept = steps.map((step) => verdictOn(step, events, cases, atLocked))
  const going = steps.filter((_, n) => kept[n] === 'saved')
  if (going.length > 0) {
    const given = going.flatMap((step) => step.events)
    await Promise.all([
      giveFates(db, given),
      addDeadLetters(
        db,
        given.flatMap(({ uuid, fate }) => deadLetter(uuid, fate, events))
      ),
      addTraces(
        db,
        given.flatMap(({ trace }) => trace ?? [])
      ),
      writeCases(db, savesOf(going), moment)
    ])
  }
  return kept
}

function savesOf(steps: readonly Step[]): CaseSave[] {
  return steps.flatMap(({ save }) => save ?? [])
}

async function lockEvents(
  db: Session,
  steps: readonly Step[],
  atLocked: AtLocked
): Promise<ReadonlyMap<string, StoredEvent>> {
  const uuids = steps.flatMap(({ events }) => events.map(({ uuid }) => fit(uuid)))
  if (uuids.length === 0) return new Map()
  const rows = await db.all<StoredEvent & { uuid: string }>(
    `SELECT uuid, fate, received_at FROM events WHERE uuid = ANY ($1::text[]) ORDER BY uuid ${FOR_UPDATE[atLocked]}`,
    uuids
  )
  return new Map(rows.map((row) => [row.uuid, row]))
}

function verdictOn(
  { events, save }: Step,
  storedEvents: ReadonlyMap<string, StoredEvent>,
  storedCases: ReadonlyMap<string, StoredCase>,
  atLocked: AtLocked
): Kept | 'alone' {
  const found = events.map(({ uuid }) => storedEvents.get(fit(uuid)))
  const stored = save ? storedCases.get(save.id) : undefined
  const missing = found.includes(undefined)
  if (atLocked === 'pass' && (missing || (save && save.version > 1 && !stored))) return 'alone'
  if (missing) throw new Error('digest was asked about an event that was never received')
  if (found.some((event) => event?.fate !== null)) return 'already'
  return save ? standing(save, stored) : 'saved'
}

async function giveFates(db: Session, events: Step['events']): Promise<void> {
  if (events.length === 0) return
  await db.all(
    `UPDATE events SET fate = given.fate, case_id = given.case_id, lease_until = NULL, holder = NULL
     FROM unnest($1::text[], $2::text[], $3::text[]) AS given (uuid, fate, case_id) WHERE events.uuid = given.uuid`,
    events.map(({ uuid }) => fit(uuid)),
    events.map(({ fate }) => JSON.stringify(fate)),
    events.map(({ fate }) => (fate.kind === 'case' ? fate.caseId : null))
  )
}

function deadLetter(uuid: string, fate: EventDisposition, stored: ReadonlyMap<string, StoredEvent>) {
  return fate.kind === 'dead' ? [{ at: stored.get(fit(uuid))?.received_at ?? '', why: fate.why, subject: uuid }] : []
}
