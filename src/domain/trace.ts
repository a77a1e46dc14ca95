/**
 * What the stages know of tracing: an interface, and the one that does nothing. A trace is one event's way: hook, store,
 * read, and, when it opened a case, every step of that case. Its ids follow from the uuid of that event, which stands in
 * every delivery and stays the first failure of its case; so the queue, a restart and other replicas need nothing stored.
 */
import type { Receipt } from './deliveries.ts'
import type { StepName, TelemetryEvent } from './telemetry-event.ts'
import type { IntakeSource } from './vocabulary.ts'

/** What of a case says which trace it belongs to. */
export interface TracedCase {
  readonly id: string
  /** The first one opened the case; a storm's case has none. */
  readonly failures: readonly { readonly uuid: string }[]
}

/** A request or a page that brings events. */
export interface Arrival {
  readonly source: IntakeSource
  /** Since the request began. */
  readonly elapsedMs: number
  /** The sender's `traceparent`. It becomes a link: whose trace this is, is ours to say. */
  readonly traceparent: string | null
}

export interface Trace {
  /** Around the commit of events: one trace begins for each event that was new. */
  intake(arrival: Arrival, commit: () => Promise<Receipt>): Promise<Receipt>
  /** Around a step of a case; what is observed meanwhile becomes part of its span. */
  step<T>(c: TracedCase, step: StepName, run: () => Promise<T>): Promise<T>
  /** `user`: the name that may be shown. */
  observe(happening: TelemetryEvent, user: string | null): void
  /** The trace that this happening belongs to at this moment; null when it is not traced. */
  idOf(happening: TelemetryEvent): string | null
  /** Sends what is left. */
  close(): Promise<void>
}

/** Off: costs one function call. */
export const NO_TRACE: Trace = {
  intake: (_, commit) => commit(),
  step: (_c, _step, run) => run(),
  observe: () => {},
  idOf: () => null,
  close: async () => {}
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/** The ids of a W3C `traceparent`, or null when it is none. */
export function readTraceparent(header: string | null): {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
} | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined || header?.startsWith('ff')) return null
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}
