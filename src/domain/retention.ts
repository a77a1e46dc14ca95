/**
 * What keeps a store small and its people forgotten: retention, and the records of one person. The ledger stays: its lines
 * name cases and staff, and the texts that people typed can be erased without breaking the chain (`ledger.ts`).
 */
import type { Case } from './case.ts'
import type { LedgerDraft } from './ledger.ts'
import type { Instant } from './vocabulary.ts'

/** How long records are kept, in milliseconds. */
export interface RetentionAges {
  /** Raw bodies, and what storm detection and dead letters keep of them. */
  readonly deliveriesMs: number
  /** Uuids of digested events; an event that comes again later would be taken for a new one. */
  readonly dedupeKeysMs: number
  /** Cases that are resolved or closed, with their writes, outbox entries and built-in tickets, counted from their last change. */
  readonly closedCasesMs: number
}

export interface PruneAsk {
  readonly now: Instant
  readonly ages: RetentionAges
  /** Most rows of each kind removed by one call, so that nobody waits long for it. */
  readonly limit: number
}

/** How many of each were removed, and how many bodies were compressed. Nothing at all while another replica prunes. */
export interface Pruned {
  readonly deliveries: number
  readonly dedupeKeys: number
  readonly cases: number
  readonly traces: number
  readonly deadLetters: number
  readonly packed: number
}

export const NOTHING_PRUNED: Pruned = { deliveries: 0, dedupeKeys: 0, cases: 0, traces: 0, deadLetters: 0, packed: 0 }

/** Tables with personal data as text. In the ledger a mention may be a person of the staff. */
export const PERSONAL_TABLES = [
  ...(['deliveries', 'events', 'cases', 'tickets', 'outbox', 'dead_letters'] as const),
  // Reasons of the kill switch and of pauses.
  'controls',
  'ledger'
] as const
export type PersonalTable = (typeof PERSONAL_TABLES)[number]

export interface MentionsAsk {
  readonly table: PersonalTable
  /** In lower case. */
  readonly texts: readonly string[]
  /** Rows after this key, null for the first; and how many of them to look through. */
  readonly after: RowKey | null
  readonly limit: number
}
export type RowKey = number | string

/** Rows that may mention one of the texts: the caller reads them. */
export interface Mentions {
  readonly found: readonly MentionRow[]
  /** The `after` of the next page, or null at the end. */
  readonly next: RowKey | null
}

export interface MentionRow {
  readonly key: RowKey
  readonly text: string
}

export interface EraseAsk {
  readonly now: Instant
  readonly caseIds: readonly string[]
  readonly subjectKeys: readonly string[]
  /** Cases of others as they are to be saved, without the person. One that was saved meanwhile is left as it is. */
  readonly masked: readonly Case[]
  /** Other rows with what is left of their texts. A row that has changed since is left as it is. */
  readonly rewritten: readonly Rewritten[]
  /** Ledger entries of others whose typed reasons are erased. */
  readonly entries: readonly number[]
  /** Records the erasure, without the person. */
  readonly line: LedgerDraft
}
export interface Rewritten extends MentionRow {
  readonly table: Exclude<PersonalTable, 'cases' | 'ledger'>
  readonly before: string
}

/**
 * Nothing was erased: a case is open (`open`), has a write that caps still count (`counted`), or an event has not been
 * processed (`waiting`).
 */
export type Erased = 'erased' | 'open' | 'counted' | 'waiting'

export interface RetentionStore {
  /** Removes what is past its time, oldest first, and compresses bodies. Never what is pending or open, never the ledger. */
  applyRetention(ask: PruneAsk): Promise<Pruned>
  /** Rows of a table that may mention any of the texts. */
  findMentions(ask: MentionsAsk): Promise<Mentions>
  /** Removes ended cases and all that hangs on them, all or nothing; the ledger's lines stay, without typed texts. */
  erasePerson(ask: EraseAsk): Promise<Erased>
}
