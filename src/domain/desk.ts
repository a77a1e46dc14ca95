/** What the case pipeline asks of a ticket system: the wanted state of a ticket, not which calls to make. */
import type { Block } from './document.ts'
import type { TicketRef } from './vocabulary.ts'

/** The case as a ticket shows it. */
export interface Draft {
  /** Stable per case: the same key never makes a second ticket. */
  readonly caseId: string
  readonly title: string
  readonly body: readonly Block[]
  readonly labels: readonly string[]
  readonly severity: 'security' | 'high' | 'normal' | 'low'
  /** The content revision of the case that this draft shows. */
  readonly story: number
}

/** A ticket system that the case pipeline can use directly. */
export interface Desk {
  readonly system: string
  /** Afterwards the case has exactly one open ticket, which shows this draft. Repeatable. */
  ensure(draft: Draft): Promise<TicketRef>
  /** Afterwards the ticket is resolved and its last comment says why. Repeatable. */
  resolve(ticket: TicketRef, draft: Draft, because: string): Promise<TicketRef>
}
