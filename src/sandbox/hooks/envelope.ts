/** What goes over the wire when Okta delivers events (facts §1.2, §1.3). */
import type { Instant } from '../../domain/vocabulary.ts'
import type { SandboxHook, SandboxLogEvent } from '../org/model.ts'

export interface Parcel {
  /** The same on a second attempt and on a redelivery; whether Okta's is, is open (facts §9 item 3). */
  readonly eventId: string
  readonly events: readonly SandboxLogEvent[]
}

/** The JSON body. `nanos` makes the fraction nine digits long, as some real deliveries have it (facts §1.2). */
export function envelope(
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
export function hookHeaders(hook: SandboxHook): Record<string, string> {
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
  const client = isRecord(event.client) ? event.client : {}
  return { ...rest, client: { ...client, ipChain: client.ipChain ?? request.ipChain } }
}

/** Notes in the entry which hooks are told of it: configured, which is no proof of delivery (facts §1.4). */
export function noteHooks(event: SandboxLogEvent, hooks: readonly SandboxHook[]): void {
  if (hooks.length === 0) return
  const context = isRecord(event.debugContext) ? event.debugContext : {}
  const debugData = isRecord(context.debugData) ? context.debugData : {}
  const targetEventHookIds = hooks.map((hook) => hook.id).join(', ')
  event.debugContext = { ...context, debugData: { ...debugData, targetEventHookIds } }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
