/** The schema of each engine: one SQL file per version, applied in order. File n takes a database from version n - 1 to n. */
import { readdirSync, readFileSync } from 'node:fs'

export type EngineName = 'sqlite' | 'postgres'

/** The text of every version of the engine's schema, the first version first. */
export function schemaTexts(engine: EngineName): readonly string[] {
  const folder = new URL(`./${engine}/`, import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return files.toSorted().map((name) => readFileSync(new URL(name, folder), 'utf8'))
}

/**
 * Indexes that PostgreSQL's tables got after they had rows. They are built concurrently, which no transaction allows, so they
 * are no part of a version: each start builds those that are missing. Unique indexes belong into a version.
 */
export interface ConcurrentIndex {
  readonly name: string
  /** Table, columns and condition, as after `ON`. */
  readonly on: string
  /** The schema version whose tables it needs. */
  readonly since: number
}

export const CONCURRENT_INDEXES: readonly ConcurrentIndex[] = [
  { since: 2, name: 'deliveries_by_age', on: 'deliveries (received_at)' },
  { since: 2, name: 'events_by_age', on: 'events (received_at) WHERE fate IS NOT NULL' },
  { since: 2, name: 'events_waiting_for', on: 'events (delivery_id) WHERE fate IS NULL' },
  { since: 2, name: 'cases_ended', on: "cases (updated_at) WHERE state IN ('resolved', 'closed')" },
  { since: 2, name: 'dead_letters_by_age', on: 'dead_letters (at)' },
  { since: 2, name: 'tickets_by_case', on: 'tickets (case_id)' },
  { since: 2, name: 'traces_by_subject', on: 'traces (subject_key)' },
  { since: 2, name: 'cases_snoozed', on: 'cases (snoozed_until) WHERE snoozed_until IS NOT NULL' },
  { since: 2, name: 'deliveries_signals', on: "deliveries (envelope_id, received_at) WHERE source = 'ssf'" },
  { since: 8, name: 'ledger_controls', on: "ledger (seq) WHERE kind = 'control' AND case_id IS NULL" },
  {
    since: 9,
    name: 'cases_need',
    on: "cases (need, state, opened_at, id, parent_id, snoozed_until) WHERE need <> 'other'"
  },
  { since: 10, name: 'cases_lone_stops', on: "cases (opened_at) WHERE lone_stop <> ''" },
  { since: 10, name: 'cases_guided', on: "cases (opened_at, guided) WHERE guided <> ''" }
]
