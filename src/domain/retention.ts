/**
 * What keeps a store small and its people forgotten: retention, and the records of one person. The ledger stays: its lines
 * name cases and staff, and the texts that people typed can be erased without breaking the chain (`ledger.ts`).
 */
import type { LedgerDraft } from './ledger.ts'
import type { Instant, IntakeSource } from './vocabulary.ts'

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

/** How many of each were removed. Nothing at all while another replica prunes. */
export interface Pruned {
  readonly deliveries: number
  readonly dedupeKeys: number
  readonly cases: number
  readonly traces: number
  readonly deadLetters: number
}

export const NOTHING_PRUNED: Pruned = { deliveries: 0, dedupeKeys: 0, cases: 0, traces: 0, deadLetters: 0 }

export interface MentionsAsk {
  /** In lower case; looked for in the body as it was sent. */
  readonly texts: readonly string[]
  /** Deliveries after this id, and how many of them to look through. */
  readonly after: number
  readonly limit: number
}

export interface Mentions {
  readonly found: readonly StoredDelivery[]
  /** Where to resume, or null at the end. */
  readonly next: number | null
}

export interface StoredDelivery {
  readonly id: number
  readonly source: IntakeSource
  readonly receivedAt: Instant
  readonly body: string
  /** Some of its events have not been digested yet. */
  readonly isWaiting: boolean
}

export interface EraseAsk {
  readonly now: Instant
  readonly caseIds: readonly string[]
  readonly subjectKeys: readonly string[]
  /** Deliveries with what is left of their bodies. */
  readonly bodies: readonly { readonly id: number; readonly body: string }[]
  /** Tells of the erasure, without the person. */
  readonly line: LedgerDraft
}

/** `open`: one of the cases is open, or has a write that caps still count; nothing was erased. */
export type Erased = 'erased' | 'open'

export interface RetentionStore {
  /** Removes what is past its time, oldest first. Never what is pending or open, never the ledger. */
  applyRetention(ask: PruneAsk): Promise<Pruned>
  /** Deliveries that mention any of the texts. */
  findMentions(ask: MentionsAsk): Promise<Mentions>
  /** Removes ended cases and all that hangs on them, all or nothing; the ledger's lines stay, without typed texts. */
  erasePerson(ask: EraseAsk): Promise<Erased>
}
