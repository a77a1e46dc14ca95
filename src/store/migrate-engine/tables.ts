/** What is copied from SQLite to PostgreSQL: the tables, their columns and how PostgreSQL calls the types. Leases are not. */

export interface CopiedTable {
  readonly name: string
  /** The column that counts the rows in both engines; in SQLite always the rowid. */
  readonly key: string
  /** PostgreSQL's column and type; `from` when SQLite has it under another name or has to work it out. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly from?: string }[]
  /** Numbers its rows by itself, so its counter must go on after the last one. */
  readonly counts: boolean
}

export type ColumnType = 'bigint' | 'int' | 'text' | 'timestamptz'

function columns(type: ColumnType, ...names: readonly string[]) {
  return names.map((name) => ({ name, type }))
}

/** Tables in an order in which each may be read as soon as it is there. */
export const COPIED_TABLES: readonly CopiedTable[] = [
  {
    name: 'deliveries',
    key: 'id',
    counts: true,
    columns: [
      ...columns('bigint', 'id'),
      ...columns('text', 'source', 'envelope_id', 'hook_id', 'body'),
      ...columns('timestamptz', 'sent_at', 'received_at')
    ]
  },
  {
    name: 'events',
    key: 'seq',
    counts: true,
    columns: [
      ...columns('bigint', 'seq', 'delivery_id'),
      ...columns('int', 'idx'),
      ...columns('text', 'uuid', 'fate', 'case_id'),
      ...columns('timestamptz', 'published_at', 'received_at')
    ]
  },
  {
    name: 'cases',
    key: 'seq',
    counts: true,
    columns: [
      ...columns('bigint', 'seq'),
      ...columns('int', 'version'),
      ...columns('text', 'id', 'subject_key', 'user_id', 'login', 'state', 'cause', 'parent_id', 'mode', 'rule'),
      ...columns('text', 'outcome', 'search', 'body'),
      ...columns('timestamptz', 'snoozed_until', 'opened_at', 'updated_at', 'due_at')
    ]
  },
  {
    name: 'actions',
    key: 'seq',
    counts: true,
    columns: [
      { name: 'seq', type: 'bigint', from: 'rowid' },
      ...columns('int', 'attempt'),
      ...columns('text', 'case_id', 'remediation', 'subject_key', 'state', 'body'),
      { name: 'effect', type: 'text', from: "body ->> '$.effect'" },
      ...columns('timestamptz', 'intended_at')
    ]
  },
  {
    name: 'traces',
    key: 'seq',
    counts: true,
    columns: [
      ...columns('bigint', 'seq', 'as_number'),
      ...columns('text', 'subject_key', 'ip', 'app_version', 'platform'),
      ...columns('timestamptz', 'published_at')
    ]
  },
  {
    name: 'dead_letters',
    key: 'seq',
    counts: true,
    columns: [
      ...columns('bigint', 'seq'),
      ...columns('text', 'why', 'subject'),
      {
        name: 'body_hash',
        type: 'text',
        from: "(SELECT unreadable_hash FROM deliveries WHERE subject = 'delivery:' || id)"
      },
      ...columns('timestamptz', 'at')
    ]
  },
  {
    name: 'outbox',
    key: 'id',
    counts: true,
    columns: [
      ...columns('bigint', 'id'),
      ...columns('text', 'case_id', 'target', 'subject_key', 'state', 'ticket_key', 'body'),
      ...columns('timestamptz', 'queued_at', 'due_at')
    ]
  },
  {
    name: 'ledger',
    key: 'seq',
    counts: false,
    columns: [
      ...columns('bigint', 'seq'),
      ...columns('text', 'kind', 'case_id', 'by', 'entry', 'prev_hash', 'hash'),
      ...columns('timestamptz', 'at')
    ]
  },
  { name: 'tickets', key: 'key', counts: false, columns: columns('text', 'key', 'case_id', 'body') },
  { name: 'cursors', key: 'name', counts: false, columns: columns('text', 'name', 'value') },
  {
    name: 'controls',
    key: 'id',
    counts: false,
    columns: [...columns('int', 'id', 'version'), ...columns('text', 'body')]
  }
]
