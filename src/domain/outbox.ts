/**
 * The outbox: updates that ticket systems beyond the built-in desk still have to receive. One entry per case and target;
 * it also holds which ticket the case has there, so that the mapping and the queue cannot disagree. An entry names the
 * content revision to deliver, not the call to make; a newer revision replaces one that was not delivered yet.
 */
import type { Instant } from './vocabulary.ts'

/** Comes with a case that is saved: these targets, and all that have the case already, are to receive this revision. */
export interface OutboxDraft {
  readonly revision: number
  readonly targets: readonly string[]
  readonly at: Instant
}

/** `dead`: given up; a person looks at `lastError` and sends it again, or a newer revision does. */
export const OUTBOX_STATES = ['pending', 'done', 'dead'] as const
export type OutboxState = (typeof OUTBOX_STATES)[number]

/** The ticket that a case has at a target. */
export interface RemoteTicket {
  readonly key: string
  readonly url: string
  /** `closed_there`: a person closed it in the tracker. */
  readonly state: 'open' | 'resolved' | 'closed_there'
  /** Closed with a resolution that says: leave it closed. */
  readonly wontFix: boolean
  /** Since when the state holds. */
  readonly since: Instant
}

export interface OutboxEntry {
  /** Counts up in the order in which cases were first enqueued. */
  readonly id: number
  readonly caseId: string
  readonly subjectKey: string
  readonly target: string
  readonly state: OutboxState
  /** The revision to deliver, and the one delivered last (0 before the first). */
  readonly desiredRevision: number
  readonly deliveredRevision: number
  /** Entries of the case's timeline that the ticket has, and since when. */
  readonly deliveredEntries: number
  readonly deliveredAt: Instant | null
  /** Keeps its place in the queue through all tries. */
  readonly enqueuedAt: Instant
  readonly dueAt: Instant
  /** Failed tries that count against the entry itself. */
  readonly tries: number
  /** A ticket may have been made at this moment that we do not know of: look before making one. */
  readonly possiblyCreatedAt: Instant | null
  /** The ticket could not be seen at this moment: it may be deleted, or hidden from the account. Of a dead entry: a person decides. */
  readonly notVisibleSince: Instant | null
  readonly lastError: string | null
  readonly ticket: RemoteTicket | null
}

export interface OutboxClaim {
  readonly target: string
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

export interface OutboxSave {
  /** `desiredRevision` is the store's: it may have grown meanwhile, and then the entry stays pending. */
  readonly next: OutboxEntry
  readonly holder: string
  /** More is to follow at once. */
  readonly keepLease: boolean
}

export interface OutboxQuery {
  readonly state?: OutboxState
  readonly caseId?: string
  readonly target?: string
  readonly key?: string
  readonly subjectKey?: string
  readonly limit: number
  /** Only entries older than this id. */
  readonly before?: number
}

/** One target's share of the outbox. */
export interface OutboxFigure {
  readonly target: string
  readonly pending: number
  readonly dead: number
  readonly oldestQueuedAt: Instant | null
}

/** `delivered`: a dead one or a delivered one; `gone`: a dead one whose hidden ticket is gone, as a person says. */
export type RetriedEntry = 'dead' | 'delivered' | 'gone'

/** What a store keeps of the outbox besides the drafts that come with a case (`CaseWrite.outbox`). */
export interface Outbox {
  /** Leases the entry of the target that waits longest, if one is due and not leased. */
  claimOutboxEntry(ask: OutboxClaim): Promise<OutboxEntry | null>
  /** `conflict`: the lease is lost; nothing was written. */
  saveOutboxEntry(ask: OutboxSave): Promise<'saved' | 'conflict'>
  /** Newest first. */
  outboxEntries(query: OutboxQuery): Promise<OutboxEntry[]>
  /** Tries an entry again; null when there is none such with this id. Default: a dead one. */
  retryOutboxEntry(id: number, now: Instant, which?: RetriedEntry): Promise<OutboxEntry | null>
  outboxFigures(): Promise<OutboxFigure[]>
}

/** Tries all dead entries of a target again, the oldest first; returns how many. */
export async function retryDead(
  outbox: Pick<Outbox, 'outboxEntries' | 'retryOutboxEntry'>,
  target: string,
  now: Instant
): Promise<number> {
  const dead = await outbox.outboxEntries({ target, state: 'dead', limit: 100_000 })
  let retried = 0
  for (const { id } of dead.toReversed()) if (await outbox.retryOutboxEntry(id, now)) retried += 1
  return retried
}

/** The first entry of a case for a target. */
export function newOutboxEntry(
  id: number,
  c: { id: string; subjectKey: string },
  target: string,
  draft: OutboxDraft
): OutboxEntry {
  return {
    id,
    caseId: c.id,
    subjectKey: c.subjectKey,
    target,
    state: 'pending',
    desiredRevision: draft.revision,
    deliveredRevision: 0,
    deliveredEntries: 0,
    deliveredAt: null,
    enqueuedAt: draft.at,
    dueAt: draft.at,
    tries: 0,
    possiblyCreatedAt: null,
    notVisibleSince: null,
    lastError: null,
    ticket: null
  }
}

/** A newer revision is to be delivered. A back-off continues; a mere wait ends. */
export function withRevision(entry: OutboxEntry, { revision, at }: OutboxDraft): OutboxEntry {
  if (entry.desiredRevision >= revision) return entry
  if (entry.state === 'pending')
    return { ...entry, desiredRevision: revision, dueAt: entry.tries > 0 ? entry.dueAt : at }
  return { ...entry, desiredRevision: revision, state: 'pending', enqueuedAt: at, dueAt: at, tries: 0 }
}

/** What is stored after a save: what the worker wrote, except for a revision that came in meanwhile. */
export function afterSave(stored: OutboxEntry, next: OutboxEntry): OutboxEntry {
  const { desiredRevision } = stored
  if (next.state !== 'done' || desiredRevision <= next.deliveredRevision) return { ...next, desiredRevision }
  return { ...next, desiredRevision, state: 'pending', enqueuedAt: next.dueAt }
}

/** A person must say whether the ticket was deleted: the account cannot see it. */
export function isTicketHidden({ state, notVisibleSince }: OutboxEntry): boolean {
  return state === 'dead' && notVisibleSince !== null
}

/** Another ticket follows. It counts as delivered before, so that the ticket of the person's earlier case is not taken again. */
export function withoutTicket(entry: OutboxEntry): OutboxEntry {
  const deliveredRevision = Math.max(entry.deliveredRevision, 1)
  const nothing = { ticket: null, deliveredEntries: 0, deliveredAt: null, possiblyCreatedAt: null }
  return { ...entry, ...nothing, deliveredRevision, notVisibleSince: null }
}

/** An entry whose delivery starts again. */
export function revived(entry: OutboxEntry, now: Instant): OutboxEntry {
  return { ...entry, state: 'pending', tries: 0, enqueuedAt: now, dueAt: now }
}
