/** Sends one parcel to one hook: two attempts at most, each noted, the final failure logged (facts §1.4). */
import type { Instant } from '../../domain/vocabulary.ts'
import type { SandboxHook } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import type { Shipment } from './chaos.ts'
import { envelope, hookHeaders, type Parcel } from './envelope.ts'

/* One HTTP POST the way Okta's hook service makes it, and what came of it. */

/** `status` is null when nobody answered in time, or at all. */
export interface PostAnswer {
  readonly status: number | null
  readonly trouble: 'timeout' | 'unreachable' | null
}

/** Posts the body as it is. Redirects are not followed (facts §1.3). Never throws. */
export async function post(
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
    return { status: response.status, trouble: null }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { status: null, trouble: timedOut ? 'timeout' : 'unreachable' }
  }
}

/** 200 and 204 are success; Okta documents no other (facts §1.4). */
export function accepted(answer: PostAnswer): boolean {
  return answer.status === 200 || answer.status === 204
}

/** Timeouts and 5xx are tried once more, 4xx never (facts §1.4). A refused connection counts as an error response. */
export function worthRetrying(answer: PostAnswer): boolean {
  return answer.status === null || answer.status >= 500
}

/** One attempt, or a drop (attempt 0). `status` is null when there was no answer. */
export interface DeliveryRecord {
  readonly at: Instant
  readonly hookId: string
  readonly eventId: string
  readonly uuids: readonly string[]
  readonly attempt: number
  readonly status: number | null
  readonly outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable' | 'dropped'
}

export interface Sender {
  readonly records: readonly DeliveryRecord[]
  /** Up to two attempts. */
  deliver(hook: SandboxHook, shipment: Shipment): Promise<void>
  /** One attempt. */
  attempt(hook: SandboxHook, parcel: Parcel, nth: number, nanos: string | null): Promise<PostAnswer>
  noteDrop(hook: SandboxHook, parcel: Parcel): void
}

/** A sender for the org's hooks. */
export function createSender(org: Org, timeoutMs: number): Sender {
  const records: DeliveryRecord[] = []

  function note(
    hook: SandboxHook,
    { eventId, events }: Parcel,
    tried: Pick<DeliveryRecord, 'attempt' | 'status' | 'outcome'>
  ): void {
    const uuids = events.map((event) => event.uuid)
    records.push({ at: org.clock(), hookId: hook.id, eventId, uuids, ...tried })
  }

  async function attempt(hook: SandboxHook, parcel: Parcel, nth: number, nanos: string | null): Promise<PostAnswer> {
    const body = envelope(parcel, hook, org, org.clock(), nanos)
    const answer = await post(hook.channel.config.uri, body, hookHeaders(hook), timeoutMs)
    const outcome = answer.trouble ?? (accepted(answer) ? 'delivered' : 'refused')
    note(hook, parcel, { attempt: nth, status: answer.status, outcome })
    return answer
  }

  return {
    records,
    attempt,
    async deliver(hook, { parcel, waitMs, nanos }) {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      let answer = await attempt(hook, parcel, 1, nanos[0] ?? null)
      if (worthRetrying(answer)) answer = await attempt(hook, parcel, 2, nanos[1] ?? null)
      if (!accepted(answer)) logFailure(org, hook, parcel, answer)
    },
    noteDrop: (hook, parcel) => note(hook, parcel, { attempt: 0, status: null, outcome: 'dropped' })
  }
}

function logFailure(org: Org, hook: SandboxHook, parcel: Parcel, answer: PostAnswer): void {
  org.record({
    eventType: 'event_hook.delivery',
    outcome: { result: 'FAILURE', reason: answer.trouble ?? `HTTP ${answer.status}` },
    target: [{ id: hook.id, type: 'EventHook', alternateId: 'unknown', displayName: hook.name, detailEntry: null }],
    debugContext: { debugData: { eventId: parcel.eventId } }
  })
}
