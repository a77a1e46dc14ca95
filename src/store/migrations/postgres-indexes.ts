/**
 * Indexes that tables with rows in them get later, and that only speed things up. They are built beside the work
 * (`CONCURRENTLY`), which no transaction allows, so they are no part of a version's text: each start makes those that are
 * missing. Unique ones belong into the text.
 */
export interface LaterIndex {
  readonly name: string
  /** Table, columns and condition, as after `ON`. */
  readonly on: string
  /** The schema version whose tables it stands on. */
  readonly since: number
}

export const POSTGRES_INDEXES: readonly LaterIndex[] = [
  { since: 2, name: 'deliveries_by_age', on: 'deliveries (received_at)' },
  { since: 2, name: 'events_by_age', on: 'events (received_at) WHERE fate IS NOT NULL' },
  { since: 2, name: 'events_waiting_for', on: 'events (delivery_id) WHERE fate IS NULL' },
  { since: 2, name: 'cases_ended', on: "cases (updated_at) WHERE state IN ('resolved', 'closed')" },
  { since: 2, name: 'dead_letters_by_age', on: 'dead_letters (at)' },
  { since: 2, name: 'tickets_by_case', on: 'tickets (case_id)' },
  { since: 2, name: 'traces_by_subject', on: 'traces (subject_key)' },
  { since: 2, name: 'cases_snoozed', on: 'cases (snoozed_until) WHERE snoozed_until IS NOT NULL' }
]
