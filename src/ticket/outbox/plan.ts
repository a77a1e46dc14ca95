/** The next step of an outbox entry. Pure: the mapping, the case and the clock decide; the dispatcher carries it out. */
import type { OutboxPolicy } from '../../config/policy/ticket-policy.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { OutboxEntry, RemoteTicket } from '../../domain/outbox.ts'
import { MINUTE_MS, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Capabilities } from '../targets/target.ts'

export type Plan =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly until: Instant }
  /** A ticket may have been made that we do not know of. */
  | { readonly do: 'recover'; readonly since: Instant }
  | { readonly do: 'create' }
  /** The ticket of the person's previous case is reopened and shows this one. */
  | { readonly do: 'adopt'; readonly ticket: RemoteTicket }
  | { readonly do: 'reopen'; readonly ticket: RemoteTicket }
  /** Its ticket is closed for good: the mapping is dropped, and a new ticket follows. */
  | { readonly do: 'renew' }
  | { readonly do: 'update'; readonly ticket: RemoteTicket }
  | { readonly do: 'resolve'; readonly ticket: RemoteTicket }
  /** A person closed the ticket; the case follows. */
  | { readonly do: 'close_case'; readonly ticket: RemoteTicket }

export interface PlanInput {
  readonly c: Case | null
  readonly entry: OutboxEntry
  /** The ticket of the person's case before this one. */
  readonly earlier: RemoteTicket | null
  readonly can: Capabilities
  readonly policy: OutboxPolicy
  readonly now: Instant
}

/** A ticket that looks closed or cannot be seen is looked at again after this, before anything follows from it. */
export const SECOND_LOOK_MS = 3 * MINUTE_MS

/** The tracker's clock may differ by this much when a look-up asks for tickets made since a moment. */
const CLOCK_SKEW_MS = 120_000

export function planOf(situation: PlanInput): Plan {
  const { c, entry } = situation
  if (c === null) return { do: 'nothing' }
  return entry.ticket === null ? planWithoutTicket(c, situation) : planWithTicket(c, entry.ticket, situation)
}

/** The case needs no ticket any more, or the storm's ticket covers it. */
function isOver(c: Case): boolean {
  return !isOpen(c) || (c.parentId !== null && c.securityAlert === null)
}

function planWithoutTicket(c: Case, { entry, earlier, can, policy, now }: PlanInput): Plan {
  if (entry.possiblyCreatedAt !== null) {
    if (can.lookupSettlesMs === null && !isOver(c)) return { do: 'create' }
    const settled = plus(entry.possiblyCreatedAt, can.lookupSettlesMs ?? 0)
    if (settled > now) return { do: 'wait', until: settled }
    return { do: 'recover', since: plus(entry.possiblyCreatedAt, -CLOCK_SKEW_MS) }
  }
  if (isOver(c)) return { do: 'nothing' }
  return earlier && mayReopen(earlier, can, policy, now) ? { do: 'adopt', ticket: earlier } : { do: 'create' }
}

function planWithTicket(c: Case, ticket: RemoteTicket, { entry, can, policy, now }: PlanInput): Plan {
  if (ticket.state === 'closed_there') {
    if (isOver(c)) return { do: 'nothing' }
    const until = plus(ticket.since, SECOND_LOOK_MS)
    return until > now ? { do: 'wait', until } : { do: 'close_case', ticket }
  }
  // A reopening that was not answered may have happened: it is undone, or continued even after the window.
  if (isOver(c))
    return ticket.state === 'resolved' && entry.possiblyCreatedAt === null
      ? { do: 'nothing' }
      : { do: 'resolve', ticket }
  if (ticket.state === 'resolved') {
    const begun = can.reopen && entry.possiblyCreatedAt !== null
    return begun || mayReopen(ticket, can, policy, now) ? { do: 'reopen', ticket } : { do: 'renew' }
  }
  if (entry.deliveredAt !== null && onlyRepeats(c, entry)) {
    const until = plus(entry.deliveredAt, policy.repeatEveryMs)
    if (until > now) return { do: 'wait', until }
  }
  return { do: 'update', ticket }
}

function mayReopen(ticket: RemoteTicket, can: Capabilities, policy: OutboxPolicy, now: Instant): boolean {
  const { state, wontFix, since } = ticket
  return can.reopen && state !== 'open' && !wontFix && now <= plus(since, policy.reopenWithinMs)
}

/** Only events of Okta happened since: no decision, no action, no comment of a person. */
function onlyRepeats(c: Case, entry: OutboxEntry): boolean {
  const lines = newTimeline(c, entry)
  return lines.length > 0 && lines.every((line) => line.by === 'okta')
}

/** Timeline entries that the ticket does not have yet. A full timeline loses entries in the middle. */
export function newTimeline(
  c: Case,
  { deliveredEntries, deliveredAt }: Pick<OutboxEntry, 'deliveredEntries' | 'deliveredAt'>
): Case['timeline'] {
  const rest = c.timeline.slice(deliveredEntries)
  return rest.length > 0 || deliveredAt === null ? rest : c.timeline.filter((line) => line.at > deliveredAt)
}
