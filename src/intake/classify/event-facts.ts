/** What every event carries, read from its raw form (facts §1.2). Pure. */
import type { PendingEvent } from '../../domain/deliveries.ts'
import { items, type Json, recordOf, said, text } from '../../domain/json.ts'
import { readInstant } from '../../domain/time.ts'
import type { EventFacts, Subject } from '../../domain/vocabulary.ts'
import { contextOf } from './event-context.ts'
import { deviceOf } from './event-device.ts'

/* Whom an event is about and who acted (facts §2.4 item 6). Pure. */

export interface EventPeople {
  readonly subject: Subject
  readonly actor: EventFacts['actor']
}

/** The subject is the first target of type `User`, wherever it stands in the list; else an acting user; else nobody. */
function peopleOf(event: Json): EventPeople {
  const actor = recordOf(event.actor)
  const target = items(event.target)
    .map(recordOf)
    .find((candidate) => candidate.type === 'User' && isNamed(candidate))
  const person = target ?? (actor.type === 'User' ? actor : {})
  return {
    subject: { id: said(person.id), login: said(person.alternateId), name: said(person.displayName) },
    actor: { id: said(actor.id), type: said(actor.type), login: said(actor.alternateId) }
  }
}

function isNamed(person: Json): boolean {
  return said(person.id) !== null || said(person.alternateId) !== null
}

/**
 * Somebody other than the subject acted: an admin, or a service app. Okta itself (`SystemPrincipal`) is nobody else. When
 * both are named in ways that cannot be compared, they count as two.
 */
export function actsForAnother({ subject, actor }: EventPeople): boolean {
  if (actor.type === 'SystemPrincipal') return false
  if (actor.id !== null && subject.id !== null) return actor.id !== subject.id
  const bothNamed = (actor.id ?? actor.login) !== null && (subject.id ?? subject.login) !== null
  return bothNamed && actor.login?.toLowerCase() !== subject.login?.toLowerCase()
}

/** Longest event type kept; the longest of Okta's catalogue has under 100 characters. */
const TYPE_LIMIT = 128

/** Longest result looked at; Okta's have under 12 characters, and capitals can be up to three times as long. */
const RESULT_LIMIT = 64

export function eventTypeOf(event: Json): string | null {
  return said(event.eventType, TYPE_LIMIT)
}

/** `outcome.result` in capitals, or null when the event names none. `UNKNOWN` is a result; `"null"` is none (facts §1.2). */
export function resultOf(event: Json): string | null {
  const result = text(recordOf(event.outcome).result, RESULT_LIMIT)?.toUpperCase() ?? null
  return result === 'NULL' ? null : result
}

export function eventFacts(
  { uuid, source, publishedAt, receivedAt }: PendingEvent,
  event: Json,
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
    reason: text(recordOf(event.outcome).reason),
    transactionId: said(recordOf(event.transaction).id),
    device: deviceOf(event),
    context: contextOf(event)
  }
}

/**
 * Looks like "Deliver request" in the Admin Console: sent long after it happened (facts §1.6). Without a send time, arrival
 * is the latest it can be; without a time of its own, a hook's event cannot show that it is fresh.
 */
export function isPreview(arrived: PendingEvent, event: Json, previewAfterMs: number): boolean {
  if (arrived.source !== 'hook') return false
  const publishedAt = readInstant(event.published)
  if (publishedAt === null) return true
  return Date.parse(arrived.sentAt ?? arrived.receivedAt) - Date.parse(publishedAt) > previewAfterMs
}
