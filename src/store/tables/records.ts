/** Small tables: run-time controls, built-in tickets, cursors, dead letters and the leases of singleton jobs. */
import type { Controls } from '../../domain/decision.ts'
import type { DeadLetter } from '../../domain/deliveries.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import type { LeaseRequest, LeaseResult, Saved } from '../../domain/store.ts'
import { msBetween } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { FIRST_CONTROLS } from '../caps.ts'
import type { TicketRow } from '../case-rows.ts'
import { binder, type Db, type Value, writeRows } from '../db.ts'
import { appendLedger } from './ledger.ts'

interface Body {
  readonly body: string
}

export const CONTROLS_BODY = 'SELECT body FROM controls WHERE id = 1'

export async function storedControls(db: Db): Promise<Controls> {
  const row = await db.one<Body>(CONTROLS_BODY)
  return row ? JSON.parse(row.body) : FIRST_CONTROLS
}

/** The controls as JSON, so that they cross threads as text. */
export async function controls(db: Db): Promise<string> {
  return JSON.stringify(await storedControls(db))
}

export interface ControlsAsk {
  readonly version: number
  /** The controls and the ledger entry, as JSON. */
  readonly body: string
  readonly ledger: string
}

/** Once this has returned `saved`, no write begins under the controls before. */
export async function setControls(db: Db, { version, body, ledger }: ControlsAsk): Promise<Saved> {
  await db.lock('brakes')
  if ((await storedControls(db)).version !== version - 1) return 'conflict'
  await db.run(
    `INSERT INTO controls (id, version, body) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body`,
    ...[version, body]
  )
  const draft: LedgerDraft = JSON.parse(ledger)
  await appendLedger(db, [draft])
  return 'saved'
}

/** Of several tickets with one key the last counts. */
export async function putTickets(db: Db, tickets: readonly TicketRow[]): Promise<void> {
  const last = new Map(tickets.map((ticket) => [ticket.key, ticket]))
  const rows = [...last.values()].map(({ key, caseId, body }) => [key, caseId, body])
  const into = 'tickets (key, case_id, body)'
  const orReplace = 'ON CONFLICT (key) DO UPDATE SET case_id = excluded.case_id, body = excluded.body'
  await writeRows(db, rows, (values) => `INSERT INTO ${into} ${values} ${orReplace}`)
}

export async function getTicket(db: Db, key: string): Promise<string | null> {
  return (await db.one<Body>('SELECT body FROM tickets WHERE key = $1', key))?.body ?? null
}

export async function cursor(db: Db, name: string): Promise<string | null> {
  return (await db.one<{ value: string }>('SELECT value FROM cursors WHERE name = $1', name))?.value ?? null
}

export async function setCursor(db: Db, ask: { readonly name: string; readonly value: string }): Promise<void> {
  await db.run(
    'INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[ask.name, ask.value]
  )
}

export async function addDeadLetter(db: Db, { at, why, subject }: DeadLetter): Promise<void> {
  await db.run('INSERT INTO dead_letters (at, why, subject) VALUES ($1, $2, $3)', at, why, subject)
}

/** Newest first. */
export function deadLetters(db: Db, limit: number): Promise<DeadLetter[]> {
  return db.all<DeadLetter>('SELECT at, why, subject FROM dead_letters ORDER BY seq DESC LIMIT $1', limit)
}

/** The row decides in one statement, so of many who ask at the same time exactly one gets the lease. */
export async function acquireLease(db: Db, { name, holder, now, leaseMs }: LeaseRequest): Promise<LeaseResult> {
  const values: Value[] = []
  const bind = binder(values)
  const taken = await db.one(
    `INSERT INTO duties (name, holder, lease_until) VALUES (${bind(name)}, ${bind(holder)}, ${db.moment(now, leaseMs, bind)})
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
     WHERE duties.holder = excluded.holder OR duties.lease_until <= ${db.moment(now, 0, bind)} RETURNING name`,
    ...values
  )
  if (taken) return 'held'
  // Released or expired between the two statements: free at once.
  const row = await db.one<{ until: Instant }>('SELECT lease_until AS until FROM duties WHERE name = $1', name)
  return { freeInMs: row ? Math.max(0, msBetween(await db.leaseClock(now), row.until)) : 0 }
}

export interface LeaseRelease {
  readonly name: string
  readonly holder: string
}

export async function releaseLease(db: Db, { name, holder }: LeaseRelease): Promise<void> {
  await db.run('DELETE FROM duties WHERE name = $1 AND holder = $2', name, holder)
}
