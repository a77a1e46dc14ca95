/** What a row of the decision table is (style §2.5, DESIGN §3). Types only; the rows are in `rules*.ts`. */
import type { Mode, RemediationId } from '../vocabulary.ts'
import type { RuleFacts, When } from './conditions.ts'

/** Who gets the ticket. */
export type Queue = 'service_desk' | 'identity_team' | 'security' | 'onboarding'

/** What a matching row leads to. Not called `then`: that word makes an object a promise to JavaScript. */
export type RuleOutcome =
  | { readonly do: 'ignore' }
  | { readonly do: 'ticket'; readonly queue: Queue }
  /** `queue` is for the ticket beside a proposal, and for a write that is stopped. */
  | { readonly do: 'remediate'; readonly with: RemediationId; readonly queue: Queue }

export interface Rule {
  readonly id: string
  readonly when: When
  readonly outcome: RuleOutcome
  /** Why this is right, for the ticket. */
  readonly because: string
  readonly mode: Mode
  /** Highest mode that policy file or run-time switch may set. */
  readonly highest?: Mode
  /** Facts that must select this row: documentation, and proof that no row above hides it. */
  readonly example: RuleFacts
  /** Where it comes from. */
  readonly facts: string
}
