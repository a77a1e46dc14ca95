/** Claimed events as an engine's tables hold them, and as the worker gets them. Pure; the same for every engine with tables. */

import { eventParts } from '../domain/deliveries.ts'
import type { PendingEvent } from '../domain/store.ts'
import type { Instant, IntakeSource } from '../domain/vocabulary.ts'

/** Claimed events beside the deliveries they stand in, so that each body is read and parsed once. */
export interface ClaimedEvents {
  readonly events: readonly {
    readonly uuid: string
    readonly idx: number
    readonly published_at: Instant
    readonly received_at: Instant
    readonly delivery_id: number
  }[]
  readonly deliveries: readonly {
    readonly id: number
    readonly source: IntakeSource
    readonly sent_at: Instant | null
    readonly body: string
  }[]
}

/** Each event with its own part of its delivery, which is parsed once however many of its events were claimed. */
export function pendingEvents({ events, deliveries }: ClaimedEvents): PendingEvent[] {
  const opened = new Map(deliveries.map((row) => [row.id, { ...row, parts: eventParts(row.body) }]))
  return events.flatMap((event) => {
    const delivery = opened.get(event.delivery_id)
    if (!delivery) return []
    return {
      uuid: event.uuid,
      source: delivery.source,
      raw: delivery.parts[event.idx] ?? null,
      publishedAt: event.published_at,
      receivedAt: event.received_at,
      sentAt: delivery.sent_at
    }
  })
}
