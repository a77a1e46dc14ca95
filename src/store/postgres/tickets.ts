/** The built-in desk's tickets, each kept as text under its key. */
import type { LocalTicket } from '../store.ts'
import type { Session } from './lane.ts'
import { fit } from './values.ts'

export async function putTicket(db: Session, ticket: LocalTicket): Promise<void> {
  await db.all(
    `INSERT INTO tickets (key, case_id, body) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET case_id = excluded.case_id, body = excluded.body`,
    ...[fit(ticket.key), fit(ticket.caseId), JSON.stringify(ticket)]
  )
}

export async function getTicket(db: Session, key: string): Promise<LocalTicket | null> {
  const row = await db.one<{ body: string }>('SELECT body FROM tickets WHERE key = $1', fit(key))
  return row ? JSON.parse(row.body) : null
}
