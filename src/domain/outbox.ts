/**
 * The outbox: what ticket systems beyond the built-in desk still have to be told. One row, an errand, per case and
 * target; it also holds which ticket the case has there, so that the mapping and the queue are one truth. An errand says
 * that a story is to be told, not which call to make; a newer story takes the place of an older one that was not told yet.
 */
import type { Instant } from './vocabulary.ts'

/** Comes with a case that is saved: these targets, and all that know the case already, are to be told this story. */
export interface OutboxDraft {
  readonly story: number
  readonly targets: readonly string[]
  readonly at: Instant
}

/** `dead`: given up; a person looks at `lastError` and sends it again, or a newer story does. */
export const ERRAND_STATES = ['pending', 'done', 'dead'] as const
export type ErrandState = (typeof ERRAND_STATES)[number]

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

export interface Errand {
  /** Counts up in the order in which cases were first to be told. */
  readonly id: number
  readonly caseId: string
  readonly subjectKey: string
  readonly target: string
  readonly state: ErrandState
  /** The story to tell, and the one told last (0 before the first). */
  readonly wanted: number
  readonly told: number
  /** Lines of the case's timeline that the ticket has told, and when. */
  readonly lines: number
  readonly toldAt: Instant | null
  /** Keeps its place in the queue through all tries. */
  readonly queuedAt: Instant
  readonly dueAt: Instant
  /** Failed tries that count against the errand itself. */
  readonly tries: number
  /** A ticket may have been made at this moment that we do not know of: look before making one. */
  readonly doubtAt: Instant | null
  readonly lastError: string | null
  readonly ticket: RemoteTicket | null
}

export interface ErrandClaim {
  readonly target: string
  readonly now: Instant
  readonly leaseMs: number
  readonly holder: string
}

export interface ErrandSave {
  /** `wanted` is the store's own business: it may have grown meanwhile, and then the errand stays pending. */
  readonly next: Errand
  readonly holder: string
  /** More is to follow at once. */
  readonly keepLease: boolean
}

export interface ErrandQuery {
  readonly state?: ErrandState
  readonly caseId?: string
  readonly target?: string
  readonly key?: string
  readonly subjectKey?: string
  readonly limit: number
  /** Only errands older than this id. */
  readonly before?: number
}

/** One target's share of the outbox. */
export interface OutboxFigure {
  readonly target: string
  readonly pending: number
  readonly dead: number
  readonly oldestQueuedAt: Instant | null
}

/** What a store keeps of the outbox besides the drafts that come with a case (`CaseWrite.outbox`). */
export interface Outbox {
  /** Leases the errand of the target that waits longest, if one is due that nobody holds. */
  claimErrand(ask: ErrandClaim): Promise<Errand | null>
  /** `conflict`: the lease is lost; nothing was written. */
  saveErrand(ask: ErrandSave): Promise<'saved' | 'conflict'>
  /** Newest first. */
  errands(query: ErrandQuery): Promise<Errand[]>
  /** Sends a dead errand again; null when there is none with this id. */
  retryErrand(id: number, now: Instant): Promise<Errand | null>
  outboxFigures(): Promise<OutboxFigure[]>
}

/** A target hears of a case for the first time. */
export function newErrand(
  id: number,
  c: { id: string; subjectKey: string },
  target: string,
  draft: OutboxDraft
): Errand {
  return {
    id,
    caseId: c.id,
    subjectKey: c.subjectKey,
    target,
    state: 'pending',
    wanted: draft.story,
    told: 0,
    lines: 0,
    toldAt: null,
    queuedAt: draft.at,
    dueAt: draft.at,
    tries: 0,
    doubtAt: null,
    lastError: null,
    ticket: null
  }
}

/** A newer story is to be told. A back-off goes on; a mere wait ends. */
export function withStory(errand: Errand, { story, at }: OutboxDraft): Errand {
  if (errand.wanted >= story) return errand
  if (errand.state === 'pending') return { ...errand, wanted: story, dueAt: errand.tries > 0 ? errand.dueAt : at }
  return { ...errand, wanted: story, state: 'pending', queuedAt: at, dueAt: at, tries: 0 }
}

/** What is stored after a save: the worker's word, except for a story that came in meanwhile. */
export function afterSave(stored: Errand, next: Errand): Errand {
  const { wanted } = stored
  if (next.state !== 'done' || wanted <= next.told) return { ...next, wanted }
  return { ...next, wanted, state: 'pending', queuedAt: next.dueAt }
}

/** A dead errand, sent again. */
export function revived(errand: Errand, now: Instant): Errand {
  return { ...errand, state: 'pending', tries: 0, queuedAt: now, dueAt: now }
}
