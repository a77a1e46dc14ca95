/** The built-in desk's tickets, each kept as text under its key. */
import type { Connection } from './connection.ts'

export interface TicketRow {
  readonly key: string
  readonly caseId: string
  readonly body: string
}

export function putTicket(db: Connection, ticket: TicketRow): null {
  db.run(
    `INSERT INTO tickets (key, case_id, body) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET case_id = excluded.case_id, body = excluded.body`,
    ...[ticket.key, ticket.caseId, ticket.body]
  )
  return null
}

export function getTicket(db: Connection, key: string): string | null {
  return db.one<{ body: string }>('SELECT body FROM tickets WHERE key = ?', key)?.body ?? null
}
