/**
 * A ticket system beyond the built-in desk. Each adapter declares its capabilities, so that the outbox treats all alike: the
 * local mapping is the truth, and a look-up only recovers a ticket that a crash or a time-out left possibly created.
 */
import type { TicketFields, TicketSystem } from '../../config/policy/ticket-policy.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Block, Line } from '../../domain/document.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { UserMessage } from '../mail/message.ts'
import type { TargetReason } from './answers.ts'

export interface Ref {
  readonly key: string
  readonly url: string
}

/** The case as this target may show it: a draft within its allow-list, and what is new since the last delivery. */
export interface TicketSnapshot extends Draft {
  readonly caseUrl: string
  readonly openedAt: Instant
  /** What the policy sets for a new ticket. */
  readonly set: TicketFields
  /** Of the user that Okta confirmed, where the target may have it. */
  readonly login: string | null
  /** Timeline entries since the last delivery, oldest first. */
  readonly newEntries: readonly Line[]
  /** A person has taken the case, or has approved the proposal. */
  readonly taken: boolean
  /** What a person may answer from a chat; null when nothing waits for an answer. */
  readonly proposal: { readonly hash: string; readonly overrides: number } | null
}

/** A comment that is made once. */
export interface Note {
  /** The same for every try, and part of the text: how a note that may be there already is found. */
  readonly id: string
  readonly body: readonly Block[]
  /** An earlier try may have made it: look first. */
  readonly possiblySent: boolean
}

/** The state of a ticket in its own system. */
export interface TicketStatus {
  readonly ref: Ref
  readonly state: 'open' | 'closed'
  /** Closed with a resolution that means: leave it closed. */
  readonly wontFix: boolean
}

/** How a ticket came to be resolved: by us, or by somebody before us. `left_open`: the policy leaves that to people. */
export type Resolution = 'resolved' | 'left_open' | 'was_closed' | 'wont_fix'

/** A ticket of Reenroll's that was closed there. */
export interface Closing extends TicketStatus {
  readonly how: string
  /** Who closed it, and when; null where the system does not show it. */
  readonly by: string | null
  readonly at: Instant | null
  /** Only a person's act closes a case; `machine` is a bot, a rule or an integration. */
  readonly actor: 'person' | 'machine' | 'unknown'
}

export interface Capabilities {
  /**
   * How long after it was made a ticket is surely found by `recover`: 0 where look-ups are consistent, more where search
   * lags behind. Null where the key is ours to choose, so that making a ticket again makes nothing twice.
   */
  readonly lookupSettlesMs: number | null
  /** A resolved ticket can be opened again. */
  readonly reopen: boolean
  /** The system keeps notes; otherwise `ensure` and `resolve` carry the new entries. */
  readonly notes: boolean
  /** Closings by people can be read. */
  readonly closings: boolean
}

/** A call about a ticket that cannot be seen throws `not_visible`, or `gone` where the system says so; the outbox decides. */
export interface Target {
  /** As the policy names it. */
  readonly name: string
  readonly system: TicketSystem
  readonly can: Capabilities
  /**
   * Without `known`: makes the ticket. With it: brings the ticket up to date, except where a person has edited it, and
   * returns its state; a ticket that a person closed is left closed.
   */
  ensure(snapshot: TicketSnapshot, known: Ref | null): Promise<TicketStatus>
  /** False: an earlier try had made it. */
  note(ref: Ref, note: Note): Promise<boolean>
  /** Posts a message that is about no single case; only chats can. */
  announce?(message: UserMessage): Promise<void>
  /** Afterwards the ticket is resolved, with the reason. One that is closed already is left as it is. */
  resolve(ref: Ref, snapshot: TicketSnapshot, note: Note): Promise<Resolution>
  /**
   * Afterwards the ticket is open, with the reason; it may have shown an earlier case of the same person. False: it cannot
   * be reopened, and another one is needed.
   */
  reopen(ref: Ref, snapshot: TicketSnapshot, note: Note): Promise<boolean>
  /** The newest ticket of the case that was made since then, if there is one. A system that takes a key as its id counts as having made it. */
  recover(of: Pick<TicketSnapshot, 'caseId' | 'caseUrl'>, since: Instant): Promise<TicketStatus | null>
  /** Reenroll's tickets that were closed since then, those it resolved itself included. */
  readSince(since: Instant): Promise<readonly Closing[]>
  /**
   * Throws unless the login works and may see where tickets with these fields are made. Only then is a ticket that cannot be seen taken for
   * deleted, and one that was not found taken for never made.
   */
  prove(set?: TicketFields): Promise<void>
  /** How the ticket with this key was closed; null while it is open, when it is not visible, and where nothing can be read. */
  readOne(key: string): Promise<Closing | null>
  /** Looks at credentials, rights and fields; changes nothing. `set`: what the policy sets on tickets. */
  check(set?: readonly TicketFields[]): Promise<CheckResult>
}

/** What `check` of a target found. */
export interface CheckResult {
  /** What is wrong, as sentences. */
  readonly faults: readonly string[]
  /** What works today and may not tomorrow, as sentences. */
  readonly warnings: readonly string[]
  /** Rights that only a ticket proves, with this login and these settings. */
  readonly unproved: readonly string[]
}

/**
 * What a system that cannot be read has in common with others: the case's id is the ticket's key, nothing is looked up, and
 * what may have been sent counts as sent.
 */
export const WITHOUT_READS = {
  note: async () => true,
  recover: async ({ caseId, caseUrl }) => ({ ref: { key: caseId, url: caseUrl }, state: 'open', wontFix: false }),
  readSince: async () => [],
  readOne: async () => null,
  prove: async () => {}
} as const satisfies Pick<Target, 'note' | 'recover' | 'readSince' | 'readOne' | 'prove'>

/** What an adapter is handed besides its settings and its secret. */
export interface TargetDeps {
  readonly http: HttpClient
  readonly clock: Clock
}

/** Why a call to a ticket system failed. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
  readonly reason: TargetReason
  /** HTTP status, when there was an answer. */
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(reason: TargetReason, message: string, more: { status?: number; retryAfterMs?: number | null } = {}) {
    super(message)
    this.reason = reason
    this.status = more.status ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  /** The JSON body; null without one. */
  readonly body: unknown
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is text already. */
  readonly body?: unknown
  /** Statuses of 400 and up that are an answer to the caller, such as 404. */
  readonly expect?: readonly number[]
  readonly system?: TicketSystem
  /** The call is about one ticket: a 404 then says that it cannot be seen. */
  readonly aboutTicket?: boolean
}

export interface HttpClient {
  call(method: string, url: string, ask?: HttpRequest): Promise<HttpResponse>
  readonly fetch: typeof fetch
  /** Writes so far that had, or may have had, an effect. */
  effects(): number
  /** When the credential ends, by the newest answer that said so. */
  credentialEndsAt(): Instant | null
}
