/**
 * The tracing interface, and an implementation that does nothing. A trace follows one event: hook, store, read, and, when it
 * opened a case, every step of that case. Its ids are derived from the event's uuid, which is part of the delivery and of the
 * case's first failure. So the queue, restarts and other replicas need no stored trace ids.
 */
import type { Receipt } from './deliveries.ts'
import type { StepName, TelemetryEvent } from './telemetry-event.ts'
import type { IntakeSource } from './vocabulary.ts'

/** The part of a case that determines its trace. */
export interface TracedCase {
  readonly id: string
  /** The first failure opened the case; a storm's case has none. */
  readonly failures: readonly { readonly uuid: string }[]
}

/** A request or a page that brings events. */
export interface Arrival {
  readonly source: IntakeSource
  /** Since the request began. */
  readonly elapsedMs: number
  /** The sender's `traceparent`. It becomes a link, not the parent. */
  readonly traceparent: string | null
}

export interface Trace {
  /** Wraps the commit of events; a trace starts for each new event. */
  intake(arrival: Arrival, commit: () => Promise<Receipt>): Promise<Receipt>
  /** Wraps a step of a case; calls inside become part of its span. */
  step<T>(c: TracedCase, step: StepName, run: () => Promise<T>): Promise<T>
  /** `user`: the name that may be shown. */
  observe(event: TelemetryEvent, user: string | null): void
  /** The trace of this telemetry event; null when it is not traced. */
  idOf(event: TelemetryEvent): string | null
  /** Flushes the remaining spans. */
  close(): Promise<void>
}

/** Tracing off: costs one function call. */
export const NO_TRACE: Trace = {
  intake: (_, commit) => commit(),
  step: (_c, _step, run) => run(),
  observe: () => {},
  idOf: () => null,
  close: async () => {}
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/** The ids of a W3C `traceparent`, or null when it is not valid. */
export function readTraceparent(header: string | null): {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
} | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined || header?.startsWith('ff')) return null
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}
