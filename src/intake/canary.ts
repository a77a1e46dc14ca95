/** What a canary looks like on its way through the hook, and how to tell it from Okta's deliveries. Pure. */
import type { Delivery } from '../domain/deliveries.ts'
import { CANARY, type Instant } from '../domain/vocabulary.ts'

/** Okta's own envelope ids are UUIDs without a prefix (facts §1.2). */
const ENVELOPE = 'reenroll-canary-'

/** A body as Okta sends it, with one event that no org can have. */
export function canaryBody(id: string, now: Instant): string {
  return JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    eventId: `${ENVELOPE}${id}`,
    eventTime: now,
    data: { events: [{ uuid: `${ENVELOPE}${id}`, published: now, eventType: CANARY.eventType }] }
  })
}

export function isCanaryDelivery({ envelopeId }: Pick<Delivery, 'envelopeId'>): boolean {
  return envelopeId?.startsWith(ENVELOPE) ?? false
}
