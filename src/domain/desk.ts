/** What a ticket system must do for us: say what should be true, not which call to make (style §1.6). */
import type { TicketRef } from './vocabulary.ts'

/** The case as a ticket tells it: text only, with the personal data that the draft allows out. */
export interface Draft {
  /** Stable per case: the same key never makes a second ticket. */
  readonly caseId: string
  readonly title: string
  /** Markdown. */
  readonly body: string
  readonly labels: readonly string[]
  readonly severity: 'security' | 'high' | 'normal' | 'low'
  /** The case's `story` that this draft tells. */
  readonly story: number
}

export interface Desk {
  readonly system: string
  /** Afterwards the case has exactly one open ticket that tells this draft. Repeatable. */
  ensure(draft: Draft): Promise<TicketRef>
  /** Afterwards the ticket is resolved and its last comment says why. Repeatable. */
  resolve(ticket: TicketRef, draft: Draft, because: string): Promise<TicketRef>
}
