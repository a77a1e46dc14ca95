/** How stored things are named and found, the same for every engine. Pure. */
import type { CaseState } from '../vocabulary.ts'
import type { Delivery } from './store.ts'

/** A case in any other state is open; a subject has at most one open case. */
export const ENDED_STATES: readonly CaseState[] = ['resolved', 'closed']

/** True while the case may still move. */
export function isOpen(state: CaseState): boolean {
  return !ENDED_STATES.includes(state)
}

/** Okta compares logins without regard to case. */
export function loginKey(login: string): string {
  return login.toLowerCase()
}

/** Reasons shown in one dead letter; a delivery of 100,000 broken events would otherwise make a book of it. */
const REASONS_SHOWN = 10

/** What a dead letter says about the events of a delivery that cannot be handled. */
export function unreadableReasons(unreadable: Delivery['unreadable']): string {
  const shown = unreadable.slice(0, REASONS_SHOWN).map(({ index, why }) => `event ${index}: ${why}`)
  const rest = unreadable.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}
