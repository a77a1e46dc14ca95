/** Takes a stored delivery apart again. Bodies of every source have the shape `{data: {events: [...]}}`. Pure. */
import type { Instant, IntakeSource, SkipReason } from './vocabulary.ts'

/* What comes in and where it ends, in the words of `store.ts`: deliveries, their events, the events' fates. */

/** A delivery on its way to disk: the raw body once, and where each event stands in it. */
export interface Delivery {
  readonly source: IntakeSource
  /** Okta's `eventId`; of source `ssf` the key of its user, under which `Store.forDeciding` finds it. Dedupe is by event `uuid`. */
  readonly envelopeId: string | null
  readonly hookId: string | null
  /** Okta's `eventTime`, when it says. */
  readonly sentAt: Instant | null
  readonly receivedAt: Instant
  /** Exactly what was received. The hook gives bytes away to the store: the garbage collector copies texts that wait for the disk. */
  readonly body: string | Uint8Array
  readonly events: readonly DeliveredEvent[]
  /** Events of the body that cannot be handled; kept as one dead letter of the delivery, with a reason. */
  readonly unreadable: readonly { readonly index: number; readonly why: string }[]
}
export interface DeliveredEvent {
  readonly uuid: string
  /** Position in `data.events` of the body. */
  readonly index: number
  /** Okta's `published`, or `receivedAt` when it has none. */
  readonly publishedAt: Instant
}

/** Which events were new. A known uuid changes nothing. */
export interface Receipt {
  readonly fresh: readonly string[]
  readonly duplicates: number
}

/** An event waiting to be read, with its own part of the raw body, parsed. */
export interface PendingEvent {
  readonly uuid: string
  readonly source: IntakeSource
  readonly raw: unknown
  readonly publishedAt: Instant
  readonly receivedAt: Instant
  /** When Okta sent the delivery; null when the envelope does not say. */
  readonly sentAt: Instant | null
}

/** Where an event ended. Nothing is dropped silently (DESIGN §5). */
export type EventDisposition =
  | { readonly kind: 'case'; readonly caseId: string; readonly as: 'failure' | 'recovery' | 'signal' }
  | { readonly kind: 'skipped'; readonly why: SkipReason }
  | { readonly kind: 'dead'; readonly why: string }

/** What storm detection counts: one per failure (facts §6.1 G8). */
export interface FailureTrace {
  readonly subjectKey: string
  readonly publishedAt: Instant
  readonly ip: string | null
  readonly asNumber: number | null
  readonly appVersion: string | null
  readonly platform: string
}

export interface DeadLetter {
  readonly at: Instant
  readonly why: string
  /** The event's uuid, or `delivery:<n>` for events that have none. */
  readonly subject: string
}

/** The events of the body in their order; none when it cannot be read, which makes each of its events unreadable. */
export function eventParts(body: string): readonly unknown[] {
  try {
    const events: unknown = JSON.parse(body)?.data?.events
    return Array.isArray(events) ? events : []
  } catch {
    return []
  }
}
