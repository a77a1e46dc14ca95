/** The built-in desk's tickets, each kept as text under its key. */
import type { LocalTicket } from '../../domain/store.ts'
import type { Session } from './session.ts'
import { fit } from './values.ts'

/** Tickets of different keys. */
export async function putTickets(db: Session, tickets: readonly LocalTicket[]): Promise<void> {
  await db.all(
    `INSERT INTO tickets (key, case_id, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS t (key, case_id, body) ORDER BY key COLLATE "C"
     ON CONFLICT (key) DO UPDATE SET case_id = excluded.case_id, body = excluded.body`,
    tickets.map((ticket) => fit(ticket.key)),
    tickets.map((ticket) => fit(ticket.caseId)),
    tickets.map((ticket) => JSON.stringify(ticket))
  )
}

export async function getTickets(db: Session, keys: readonly string[]): Promise<(LocalTicket | null)[]> {
  const rows = await db.all<{ key: string; body: string }>(
    'SELECT key, body FROM tickets WHERE key = ANY ($1::text[])',
    keys.map(fit)
  )
  const found = new Map(rows.map(({ key, body }) => [key, body]))
  return keys.map((key) => {
    const body = found.get(fit(key))
    return body === undefined ? null : JSON.parse(body)
  })
}
