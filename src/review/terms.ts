/** Names for the ids that stored sentences hold: Okta's event types, and ids of causes, repairs, states and proposals. Pure. */
import { CAUSE_ADVICE } from '../decide/advice.ts'
import { BINDINGS } from '../decide/bindings.ts'
import { eventName } from '../decide/event-names.ts'

const STATES: Readonly<Record<string, string>> = {
  with_person: 'with a person',
  awaiting_approval: 'waiting for approval'
}

/** An event type of another vendor or of Okta with its result, an id with underscores, or a hash. */
export const TERM =
  /\b(?:(?:caep|risc)\.[a-z-]+(?::[a-z-]+)?(?: SUCCESS)?|[a-z]+(?:\.[a-z_]+)+(?: (?:SUCCESS|FAILURE|DENY|ALLOW|UNANSWERED))?|[a-z]+(?:_[a-z]+)+|[0-9a-f]{64})\b/

/** What a reader calls it, or null for what has no name of its own. */
export function nameOfTerm(term: string): string | null {
  if (/^[0-9a-f]{64}$/.test(term)) return `${term.slice(0, 8)}…`
  const [id = '', result] = term.split(' ')
  const event = eventName(id, result)
  if (event) return event
  if (Object.hasOwn(CAUSE_ADVICE, term)) return CAUSE_ADVICE[term as keyof typeof CAUSE_ADVICE].label
  return Object.hasOwn(BINDINGS, term) ? BINDINGS[term as keyof typeof BINDINGS].does : (STATES[term] ?? null)
}
