/**
 * Reads Okta's envelope: strict about the envelope, loose about its events (facts §1.2). One bad event never harms its
 * neighbours. Pure, no recursion, one pass, so that no body is expensive.
 */
import type { DeliveredEvent, Delivery } from '../store/store.ts'
import { readInstant } from '../time.ts'
import type { Instant } from '../vocabulary.ts'
import { fields, short, text } from './narrow.ts'

export type Envelope =
  | { readonly ok: true; readonly delivery: Delivery }
  | { readonly ok: false; readonly fault: string }

/** Of `event.uuid`; Okta's are 36 characters. */
const UUID_MAX = 100

/** `raw` is exactly what was received; `parsed` is its JSON. */
export function readEnvelope(parsed: unknown, raw: string, receivedAt: Instant): Envelope {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return fault('The body must be a JSON object: an Okta event hook delivery.')
  }
  const envelope = fields(parsed)
  if (envelope.eventType !== 'com.okta.event_hook') {
    return fault('The field "eventType" must be "com.okta.event_hook": only event hook deliveries are taken here.')
  }
  const { events } = fields(envelope.data)
  if (!Array.isArray(events)) return fault('The field "data.events" must be a list of events.')
  if (events.length === 0) return fault('The list "data.events" is empty; a delivery has at least one event.')
  const { readable, unreadable } = sortEvents(events, receivedAt)
  return {
    ok: true,
    delivery: {
      source: 'hook',
      // Documented as `eventId`; the 2019 beta spelled it `eventID` (facts §1.2).
      envelopeId: short(text(envelope.eventId) ?? text(envelope.eventID), UUID_MAX),
      hookId: hookIdOf(text(envelope.source)),
      sentAt: readInstant(envelope.eventTime),
      receivedAt,
      body: raw,
      events: readable,
      unreadable
    }
  }
}

function fault(words: string): Envelope {
  return { ok: false, fault: words }
}

/** The events that can be told apart, and why the others cannot. */
function sortEvents(events: readonly unknown[], receivedAt: Instant) {
  const readable: DeliveredEvent[] = []
  const unreadable: { index: number; why: string }[] = []
  for (const [index, event] of events.entries()) {
    const { uuid, published } = fields(event)
    const id = text(uuid)
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      unreadable.push({ index, why: 'not an object' })
    } else if (id === null || id.length > UUID_MAX) {
      unreadable.push({ index, why: id === null ? 'no uuid' : 'a uuid of more than 100 characters' })
    } else {
      readable.push({ uuid: id, index, publishedAt: readInstant(published) ?? receivedAt })
    }
  }
  return { readable, unreadable }
}

/** The last part of `https://{org}/api/v1/eventHooks/{id}`. */
function hookIdOf(source: string | null): string | null {
  return /\/eventHooks\/([A-Za-z0-9]{1,64})$/.exec(source ?? '')?.[1] ?? null
}
