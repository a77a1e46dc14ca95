/** What every event carries, read from its raw form (facts §1.2). Pure. */
import { readInstant } from '../time.ts'
import type { EventFacts, Instant, IntakeSource } from '../vocabulary.ts'
import { contextOf } from './event-context.ts'
import { deviceOf } from './event-device.ts'
import { peopleOf } from './event-people.ts'
import { type Fields, fields, said, text } from './narrow.ts'

/** An event as the store hands it out. */
export interface ArrivedEvent {
  readonly uuid: string
  readonly source: IntakeSource
  readonly raw: unknown
  readonly publishedAt: Instant
  readonly receivedAt: Instant
  /** When Okta sent the delivery; null when the envelope does not say. */
  readonly sentAt: Instant | null
}

/** Longest event type kept; the longest of Okta's catalogue has under 100 characters. */
const TYPE_LIMIT = 128

/** Longest result looked at; Okta's have under 12 characters, and capitals can be up to three times as long. */
const RESULT_LIMIT = 64

export function eventTypeOf(event: Fields): string | null {
  return said(event.eventType, TYPE_LIMIT)
}

/** `outcome.result` in capitals, or null when the event names none. `UNKNOWN` is a result; `"null"` is none (facts §1.2). */
export function resultOf(event: Fields): string | null {
  const result = text(fields(event.outcome).result, RESULT_LIMIT)?.toUpperCase() ?? null
  return result === 'NULL' ? null : result
}

export function factsOf(
  { uuid, source, publishedAt, receivedAt }: ArrivedEvent,
  event: Fields,
  eventType: string
): EventFacts {
  const { subject, actor } = peopleOf(event)
  return {
    uuid,
    eventType,
    publishedAt,
    receivedAt,
    source,
    subject,
    actor,
    result: resultOf(event),
    reason: text(fields(event.outcome).reason),
    transactionId: said(fields(event.transaction).id),
    device: deviceOf(event),
    context: contextOf(event)
  }
}

/**
 * Looks like "Deliver request" in the Admin Console: sent long after it happened (facts §1.6). Without a send time, arrival
 * is the latest it can be; without a time of its own, a hook's event cannot show that it is fresh.
 */
export function isPreview(arrived: ArrivedEvent, event: Fields, previewAfterMs: number): boolean {
  if (arrived.source !== 'hook') return false
  const publishedAt = readInstant(event.published)
  if (publishedAt === null) return true
  return Date.parse(arrived.sentAt ?? arrived.receivedAt) - Date.parse(publishedAt) > previewAfterMs
}
