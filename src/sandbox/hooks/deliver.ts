/**
 * Delivers the org's log entries to its event hooks as Okta does: batched, at least once, in no order, three seconds to
 * answer, one more try after a timeout or a 5xx and none after a 4xx, no replay (facts §1.4). Chaos on demand, the same
 * for the same seed.
 */
import { HOUR_MS, msBetween, SECOND_MS } from '../../domain/time.ts'
import type { SandboxLogEvent } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { type Chaos, createLuck } from './chaos.ts'
import { noteHooks } from './envelope.ts'
import { hears } from './filter.ts'
import { createSender, type DeliveryRecord, type PostAnswer, post } from './sender.ts'

export interface DeliveryOptions {
  readonly chaos?: Partial<Chaos>
  readonly seed?: number
  /** Okta gives a receiver 3 s (facts §1.4). */
  readonly timeoutMs?: number
  /** How long entries are gathered into one batch. */
  readonly gatherMs?: number
}

export interface HookDelivery {
  readonly deliveries: readonly DeliveryRecord[]
  /** Resolves when everything that is due has been tried, retries included. */
  flush(): Promise<void>
  setChaos(chaos: Partial<Chaos>): void
  /**
   * The Admin Console's "Deliver request": posts a past event again, with the time of now, to every hook that subscribes
   * to its type. Ignores filters, is not retried and leaves no trace in the log (facts §1.5, §1.6).
   */
  preview(event: SandboxLogEvent): Promise<void>
  /** Posts anything anywhere, once. */
  deliverRaw(url: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<PostAnswer>
  /** Stops listening; what was not sent yet is forgotten. */
  detach(): void
}

/** Older entries are the past that a scenario fills in, not news. */
const NEWS_MS = HOUR_MS

/** Starts delivering what the org logs from now on. */
export function attachDelivery(org: Org, options: DeliveryOptions = {}): HookDelivery {
  const { timeoutMs = 3 * SECOND_MS, gatherMs = 20 } = options
  const luck = createLuck(options.seed ?? 1, options.chaos ?? {})
  const sender = createSender(org, timeoutMs)
  const outbox = createOutbox(gatherMs, (hookId, events) => {
    const hook = org.hooks.get(hookId)
    return hook ? luck.ship(events).map((shipment) => sender.deliver(hook, shipment)) : []
  })
  const stopListening = org.onEvent((event) => {
    // Failed deliveries are not hook-eligible (facts §1.4), so they never cause another delivery.
    if (event.eventType === 'event_hook.delivery' || msBetween(event.published, org.clock()) > NEWS_MS) return
    const hooks = [...org.hooks.values()].filter((hook) => hears(hook, event))
    noteHooks(event, hooks)
    for (const hook of hooks) {
      if (luck.drops()) sender.noteDrop(hook, luck.newParcel([event]))
      else outbox.put(hook.id, event)
    }
  })
  return {
    deliveries: sender.records,
    flush: () => outbox.flush(),
    setChaos: (chaos) => luck.set(chaos),
    async preview(event) {
      const hooks = [...org.hooks.values()].filter((hook) => hook.events.items.includes(event.eventType))
      for (const hook of hooks) await sender.attempt(hook, luck.newParcel([event]), 1, null)
    },
    deliverRaw: (url, body, headers = {}) => post(url, body, headers, timeoutMs),
    detach() {
      stopListening()
      outbox.clear()
    }
  }
}

/** Entries waiting for their batch, per hook, and batches under way. */
function createOutbox(gatherMs: number, send: (hookId: string, events: SandboxLogEvent[]) => Promise<void>[]) {
  const waiting = new Map<string, { events: SandboxLogEvent[]; timer: NodeJS.Timeout }>()
  const underWay = new Set<Promise<void>>()

  function dispatch(hookId: string): void {
    const batch = waiting.get(hookId)
    if (!batch) return
    clearTimeout(batch.timer)
    waiting.delete(hookId)
    for (const sending of send(hookId, batch.events)) {
      underWay.add(sending)
      void sending.finally(() => underWay.delete(sending))
    }
  }

  return {
    put(hookId: string, event: SandboxLogEvent): void {
      const batch = waiting.get(hookId)
      if (batch) batch.events.push(event)
      else waiting.set(hookId, { events: [event], timer: setTimeout(dispatch, gatherMs, hookId).unref() })
    },
    async flush(): Promise<void> {
      while (waiting.size > 0 || underWay.size > 0) {
        for (const hookId of [...waiting.keys()]) dispatch(hookId)
        await Promise.all(underWay)
      }
    },
    clear(): void {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    }
  }
}
