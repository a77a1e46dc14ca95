/**
 * The envelope of Okta's event hooks (facts §1.2): strict about the envelope, loose about its events, since one event that
 * cannot be read must not cost us its neighbours. Pure.
 */
import type { DeliveredEvent, Delivery } from '../domain/deliveries.ts'
import { isRecord, type Json, shapeError, text } from '../domain/json.ts'
import { readInstant } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'

export type EnvelopeRead =
  | { readonly ok: true; readonly delivery: Delivery }
  /** A sentence that names the field and what to send instead. */
  | { readonly ok: false; readonly fault: string }

const EVENT_HOOK = 'com.okta.event_hook'
/** Okta's are UUIDs of 36 characters. Visible ASCII only, since it becomes a key and stands in logs. */
const UUID = /^[\x21-\x7e]{1,128}$/

/** Reads a parsed body; `raw` is what it was parsed from, kept as it is. */
export function readEnvelope(
  body: unknown,
  raw: Delivery['body'],
  { receivedAt }: { readonly receivedAt: Instant }
): EnvelopeRead {
  if (!isRecord(body)) return fault('The body is not a JSON object. Send the envelope of an Okta event hook.')
  if (body.eventType !== EVENT_HOOK) return fault(faultOfType(body.eventType))
  if (!isRecord(body.data)) return fault('data is missing or no object. Send {"data": {"events": […]}}.')
  const { events } = body.data
  if (!Array.isArray(events)) return fault('data.events is missing or no list. Send the list of events, even for one.')
  return {
    ok: true,
    delivery: {
      source: 'hook',
      // Beta documentation of 2019 spells it eventID (facts §1.2).
      envelopeId: idOf(body.eventId) ?? idOf(body.eventID),
      hookId: hookIdOf(body),
      sentAt: readInstant(body.eventTime),
      receivedAt,
      body: raw,
      ...sortOut(events, receivedAt)
    }
  }
}

function fault(sentence: string): EnvelopeRead {
  return { ok: false, fault: sentence }
}

function faultOfType(eventType: unknown): string {
  const found = typeof eventType === 'string' ? `is ${JSON.stringify(text(eventType, 60) ?? '')}` : 'is missing'
  return `eventType ${found}; it must be "${EVENT_HOOK}". Only event hooks may be sent here, no inline hooks.`
}

/** An identifier that is fit to be stored, or null; it is only information. */
function idOf(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value : null
}

/** `source` is `https://{yourOktaDomain}/api/v1/eventHooks/{eventHookId}` (facts §1.2). */
function hookIdOf({ source }: Json): string | null {
  return /\/eventHooks\/(\w{1,64})$/.exec(text(source) ?? '')?.[1] ?? null
}

/** Events that can be kept by their uuid, and the places of those that cannot. */
export function sortOut(events: readonly unknown[], receivedAt: Instant): Pick<Delivery, 'events' | 'unreadable'> {
  const readable: DeliveredEvent[] = []
  const unreadable: Delivery['unreadable'][number][] = []
  for (const [index, event] of events.entries()) {
    const why = faultOfEvent(event)
    if (why !== null) unreadable.push({ index, why })
    else readable.push(delivered(event as Json, index, receivedAt))
  }
  return { events: readable, unreadable }
}

function faultOfEvent(event: unknown): string | null {
  if (!isRecord(event)) return event === null ? 'it is null' : 'it is not an object'
  if (typeof event.uuid !== 'string') return 'it has no uuid'
  return UUID.test(event.uuid) ? shapeError(event) : 'its uuid is not 1 to 128 visible characters'
}

function delivered({ uuid, published }: Json, index: number, receivedAt: Instant): DeliveredEvent {
  return { uuid: String(uuid), index, publishedAt: readInstant(published) ?? receivedAt }
}
