/** What the case pipeline asks of a ticket system: the wanted state of a ticket, not which calls to make. */
import type { Block } from './document.ts'
import type { LocalTicket } from './store.ts'
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

/** A ticket that the save of its case writes, so that there is never one without the other. */
export interface TicketWrite {
  readonly ref: TicketRef
  /** Null: the stored ticket is like that already. */
  readonly stored: LocalTicket | null
}

/** The ticket system that the case pipeline uses directly. It writes nothing itself. */
export interface Desk {
  readonly system: string
  /** The case's one open ticket, showing this draft. `ticket`: the one that the case has. */
  ensure(draft: Draft, ticket: TicketRef | null): Promise<TicketWrite>
  /** The ticket, resolved, with a last comment that says why. */
  resolve(ticket: TicketRef, draft: Draft, because: string): Promise<TicketWrite>
}
