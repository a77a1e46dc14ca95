/** Sends one parcel to one hook: two attempts at most, each noted, the final failure logged (facts §1.4). */
import type { Instant } from '../vocabulary.ts'
import type { Shipment } from './hook-chaos.ts'
import { envelope, hookHeaders, type Parcel } from './hook-envelope.ts'
import { accepted, type PostAnswer, post, worthRetrying } from './hook-post.ts'
import type { SandboxHook } from './model.ts'
import type { Org } from './org.ts'

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
