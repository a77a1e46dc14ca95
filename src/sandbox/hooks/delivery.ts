/**
 * Delivers the org's log entries to its event hooks as Okta does: batched, at least once, unordered. A receiver has three
 * seconds; a timeout or 5xx is retried once, a 4xx never, and nothing is replayed (facts §1.4).
 */
import { isRecord, recordOf } from '../../domain/json.ts'
import { HOUR_MS, msBetween, SECOND_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { SandboxHook, SandboxLogEvent } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { createIds } from '../org/seeds.ts'
import { hears } from './admin.ts'

export interface DeliveryOptions {
  /** Okta gives a receiver 3 s (facts §1.4). */
  readonly timeoutMs?: number
  /** How long entries are gathered into one batch. */
  readonly gatherMs?: number
}

export interface HookDelivery {
  readonly deliveries: readonly DeliveryRecord[]
  /** Resolves when everything that is due has been tried, retries included. */
  flush(): Promise<void>
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

const MAX_BATCH = 100
/** Older entries are the past that a scenario fills in, not news. */
const NEWS_MS = HOUR_MS

/** Starts delivering what the org logs from now on. */
export function attachDelivery(org: Org, options: DeliveryOptions = {}): HookDelivery {
  const { timeoutMs = 3 * SECOND_MS, gatherMs = 20 } = options
  const ids = createIds(1)
  // 32 bits of a seeded id: the same entries give the same deliveries.
  const draw = () => Number.parseInt(ids.uuid().slice(0, 8), 16) / 2 ** 32
  const nanos = () => (draw() < 0.5 ? String(Math.floor(draw() * 1e6)).padStart(6, '0') : null)
  const parcelOf = (events: readonly SandboxLogEvent[]): Parcel => ({
    ...{ eventId: ids.uuid(), events },
    nanos: [nanos(), nanos()]
  })
  const sender = createSender(org, timeoutMs)
  const outbox = createOutbox(gatherMs, (hookId, events) => {
    const hook = org.hooks.get(hookId)
    const batches = Array.from({ length: Math.ceil(events.length / MAX_BATCH) }, (_, n) =>
      events.slice(n * MAX_BATCH, (n + 1) * MAX_BATCH)
    )
    return hook ? batches.map((batch) => sender.deliver(hook, parcelOf(batch))) : []
  })
  const stopListening = org.onEvent((event) => {
    // Failed deliveries are not hook-eligible (facts §1.4), so they never cause another delivery.
    if (event.eventType === 'event_hook.delivery' || msBetween(event.published, org.clock()) > NEWS_MS) return
    const hooks = [...org.hooks.values()].filter((hook) => hears(hook, event))
    noteHooks(event, hooks)
    for (const hook of hooks) outbox.put(hook.id, event)
  })
  return {
    deliveries: sender.records,
    flush: () => outbox.flush(),
    async preview(event) {
      const hooks = [...org.hooks.values()].filter((hook) => hook.events.items.includes(event.eventType))
      for (const hook of hooks) await sender.attempt(hook, parcelOf([event]), 1)
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

/* Sending: one HTTP POST as Okta's hook service makes it, at most two attempts, each recorded (facts §1.4). */

/** `status` is null when nobody answered in time, or at all. */
export interface PostAnswer {
  readonly status: number | null
  readonly error: 'timeout' | 'unreachable' | null
}

/** Posts the body as it is. Redirects are not followed (facts §1.3). Never throws. */
async function post(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number
): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // Bytes, so that no content type is added that the caller did not ask for.
      body: new Uint8Array(typeof body === 'string' ? Buffer.from(body, 'utf8') : body),
      headers: { ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs)
    })
    await response.arrayBuffer()
    return { status: response.status, error: null }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { status: null, error: timedOut ? 'timeout' : 'unreachable' }
  }
}

/** 200 and 204 are success; Okta documents no other (facts §1.4). */
function accepted(answer: PostAnswer): boolean {
  return answer.status === 200 || answer.status === 204
}

/** Timeouts and 5xx are tried once more, 4xx never (facts §1.4). A refused connection counts as an error response. */
function worthRetrying(answer: PostAnswer): boolean {
  return answer.status === null || answer.status >= 500
}

/** One attempt. `status` is null when there was no answer. */
export interface DeliveryRecord {
  readonly at: Instant
  readonly hookId: string
  readonly eventId: string
  readonly uuids: readonly string[]
  readonly attempt: number
  readonly status: number | null
  readonly outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable'
}

function createSender(org: Org, timeoutMs: number) {
  const records: DeliveryRecord[] = []

  async function attempt(hook: SandboxHook, parcel: Parcel, nth: 1 | 2): Promise<PostAnswer> {
    const body = envelope(parcel, hook, org, org.clock(), parcel.nanos[nth - 1] ?? null)
    const answer = await post(hook.channel.config.uri, body, hookHeaders(hook), timeoutMs)
    records.push({
      at: org.clock(),
      hookId: hook.id,
      eventId: parcel.eventId,
      uuids: parcel.events.map(({ uuid }) => uuid),
      attempt: nth,
      status: answer.status,
      outcome: answer.error ?? (accepted(answer) ? 'delivered' : 'refused')
    })
    return answer
  }

  return {
    records,
    attempt,
    /** Up to two attempts. */
    async deliver(hook: SandboxHook, parcel: Parcel): Promise<void> {
      let answer = await attempt(hook, parcel, 1)
      if (worthRetrying(answer)) answer = await attempt(hook, parcel, 2)
      if (!accepted(answer)) logFailure(org, hook, parcel, answer)
    }
  }
}

function logFailure(org: Org, hook: SandboxHook, parcel: Parcel, answer: PostAnswer): void {
  org.record({
    eventType: 'event_hook.delivery',
    outcome: { result: 'FAILURE', reason: answer.error ?? `HTTP ${answer.status}` },
    target: [{ id: hook.id, type: 'EventHook', alternateId: 'unknown', displayName: hook.name, detailEntry: null }],
    debugContext: { debugData: { eventId: parcel.eventId } }
  })
}

interface Parcel {
  /** The same on a second attempt and on a redelivery; whether Okta's is, is open (facts §9 item 3). */
  readonly eventId: string
  readonly events: readonly SandboxLogEvent[]
  /** Six more digits for the `eventTime` of each of the two attempts, or null for milliseconds. */
  readonly nanos: readonly (string | null)[]
}

/** The JSON body. `nanos` makes the fraction nine digits long, as some real deliveries have it (facts §1.2). */
function envelope(
  parcel: Parcel,
  hook: SandboxHook,
  org: { readonly url: string },
  sentAt: Instant,
  nanos: string | null
): string {
  return JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `${org.url}/api/v1/eventHooks/${hook.id}`,
    eventId: parcel.eventId,
    data: { events: parcel.events.map(inHookShape) },
    eventTime: nanos === null ? sentAt : sentAt.replace('Z', `${nanos}Z`),
    contentType: 'application/json'
  })
}

/** The headers Okta sends, the hook's secret among them. */
function hookHeaders(hook: SandboxHook): Record<string, string> {
  const { authScheme, headers } = hook.channel.config
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': `Okta Hook Service v1.0.0 - ${hook.id}`,
    ...Object.fromEntries(headers.map((header) => [header.key, header.value])),
    [authScheme.key]: authScheme.value
  }
}

/** Hooks carry `ipChain` under `client`; the System Log API has it under `request` (facts §1.2). */
export function inHookShape(event: SandboxLogEvent): SandboxLogEvent {
  const { request, ...rest } = event
  if (!isRecord(request) || !Array.isArray(request.ipChain)) return event
  const client = recordOf(event.client)
  return { ...rest, client: { ...client, ipChain: client.ipChain ?? request.ipChain } }
}

/** Notes in the entry which hooks are configured for it, which does not prove a delivery (facts §1.4). */
function noteHooks(event: SandboxLogEvent, hooks: readonly SandboxHook[]): void {
  if (hooks.length === 0) return
  const context = recordOf(event.debugContext)
  const debugData = recordOf(context.debugData)
  const targetEventHookIds = hooks.map((hook) => hook.id).join(', ')
  event.debugContext = { ...context, debugData: { ...debugData, targetEventHookIds } }
}
