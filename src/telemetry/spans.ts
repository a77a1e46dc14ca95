/** Which spans there are, what is above what, and what they say; knows no library. */
import { createHash } from 'node:crypto'
import type { Attributes, Span } from '@opentelemetry/api'
import type { TelemetryEvent, TelemetryEventOf } from '../domain/telemetry-event.ts'
import { readTraceparent, type Trace, type TracedCase } from '../domain/trace.ts'

interface SpanIds {
  readonly traceId: string
  readonly spanId: string
}

export interface NewSpan {
  readonly name: string
  readonly traceId: string
  /** Null: any. */
  readonly spanId: string | null
  readonly parent: SpanIds | null
  /** Since the epoch. */
  readonly startMs: number
  readonly kind: 'internal' | 'server' | 'client' | 'consumer'
  readonly attributes: Attributes
  readonly links: readonly (SpanIds & { readonly traceFlags: number })[]
}

export type StartSpan = (span: NewSpan) => Span

/** What this file needs of the library. */
export interface Spans {
  readonly start: StartSpan
  /** The same answer in every replica, since it depends on the id alone. */
  readonly isSampled: (traceId: string) => boolean
  /** The span of the step under way, or null. */
  readonly active: () => Span | null
  readonly within: <T>(span: Span, run: () => T) => T
}

/** Of the API's `SpanStatusCode`. */
const ERROR = 2
const SAMPLED = 1

export function createSpans(spans: Spans): Omit<Trace, 'close'> {
  function begin(span: Partial<NewSpan> & Pick<NewSpan, 'name' | 'traceId'>): Span {
    return spans.start({
      ...{ spanId: null, parent: null, startMs: nowMs(), kind: 'internal', attributes: {}, links: [] },
      ...span
    })
  }

  return {
    async intake({ source, elapsedMs, traceparent }, commit) {
      const startMs = nowMs()
      const receipt = await commit()
      const sender = readTraceparent(traceparent)
      for (const uuid of receipt.fresh) {
        const traceId = traceOfEvent(uuid)
        if (!spans.isSampled(traceId)) continue
        const arrived = { startMs: startMs - elapsedMs, kind: 'server', links: sender ? [sender] : [] } as const
        const root = begin({ name: source, traceId, spanId: spanOf(uuid, 'arrival'), ...arrived })
        begin({ name: 'store', traceId, parent: arrivalOf(uuid), startMs }).end(nowMs())
        root.end(nowMs())
      }
      return receipt
    },

    async step(c, step, run) {
      const home = homeOf(c)
      if (!spans.isSampled(home.traceId)) return run()
      const span = begin({ name: step, ...home, attributes: { 'reenroll.case': c.id } })
      try {
        return await spans.within(span, run)
      } catch (error) {
        span.setStatus({ code: ERROR })
        throw error
      } finally {
        span.end(nowMs())
      }
    },

    observe(event, user) {
      if (event.type === 'event') return readSpan(event, user)
      const span = spans.active()
      if (!span?.isRecording()) return
      if (event.type === 'okta_call') return oktaSpan(event, span.spanContext())
      const attributes = attributesOf(event)
      if (attributes) span.setAttributes({ ...attributes, ...(user ? { 'reenroll.user': user } : {}) })
      if (event.type === 'step' && event.error !== null) {
        span.setStatus({ code: ERROR, message: event.error })
      }
    },

    idOf(event) {
      if (event.type !== 'event') return spans.active()?.spanContext().traceId ?? null
      const traceId = traceOfEvent(event.uuid)
      return spans.isSampled(traceId) ? traceId : null
    }
  }

  /** An event was read and put where it belongs; that span is above every step of the case which it opened. */
  function readSpan({ uuid, openedBy, disposition, ...event }: TelemetryEventOf<'event'>, user: string | null): void {
    const traceId = traceOfEvent(uuid)
    if (!spans.isSampled(traceId)) return
    const endMs = nowMs()
    const other = openedBy !== null && openedBy !== uuid ? [{ ...readOf(openedBy), traceFlags: SAMPLED }] : []
    const attributes = {
      'reenroll.event': uuid,
      'reenroll.kind': event.kind,
      ...(disposition.kind === 'case' ? { 'reenroll.case': disposition.caseId } : {}),
      ...(user ? { 'reenroll.user': user } : {}),
      ...(event.reason ? { 'reenroll.why': event.reason } : {}),
      ...(event.confidence ? { 'reenroll.confidence': event.confidence } : {})
    }
    const place = { spanId: spanOf(uuid, 'read'), parent: arrivalOf(uuid), startMs: endMs - event.ms }
    begin({ name: 'read', traceId, ...place, kind: 'consumer', attributes, links: other }).end(endMs)
  }

  function oktaSpan({ bucket, code, ms, waitedMs }: TelemetryEventOf<'okta_call'>, parent: SpanIds): void {
    const endMs = nowMs()
    const [method = '', template = ''] = bucket.split(' ')
    const attributes = {
      'http.request.method': method,
      'url.template': template,
      ...(/^\d+$/.test(code) ? { 'http.response.status_code': Number(code) } : { 'error.type': code }),
      ...(waitedMs === undefined ? {} : { 'reenroll.waited_ms': Math.round(waitedMs) })
    }
    const { traceId, spanId } = parent
    const place = { traceId, parent: { traceId, spanId }, startMs: endMs - ms, kind: 'client' } as const
    const span = begin({ name: bucket, ...place, attributes })
    if (!/^[23]/.test(code)) span.setStatus({ code: ERROR })
    span.end(endMs)
  }
}

/** What an event adds to the span of its step. Only words of closed lists and our ids. */
function attributesOf(event: TelemetryEvent): Attributes | null {
  switch (event.type) {
    case 'step':
      return { 'reenroll.from': event.from, 'reenroll.to': event.to }
    case 'decision': {
      const { rule, kind, mode, cause } = event
      return { 'reenroll.rule': rule, 'reenroll.verdict': kind, 'reenroll.mode': mode, 'reenroll.cause': cause }
    }
    case 'action':
      return { 'reenroll.remediation': event.remediation, 'reenroll.action': event.state }
    case 'ticket':
      return {
        'reenroll.ticket.system': event.system,
        'reenroll.ticket.op': event.op,
        'reenroll.ticket.result': event.result
      }
    default:
      return null
  }
}

/** Under the reading of the event that opened the case; a storm's case was opened by no single event. */
function homeOf(c: TracedCase): Pick<NewSpan, 'traceId' | 'parent'> {
  const opener = c.failures[0]?.uuid
  if (opener === undefined) return { traceId: idFrom('case', c.id, 32), parent: null }
  return { traceId: traceOfEvent(opener), parent: readOf(opener) }
}

function arrivalOf(uuid: string): SpanIds {
  return { traceId: traceOfEvent(uuid), spanId: spanOf(uuid, 'arrival') }
}

function readOf(uuid: string): SpanIds {
  return { traceId: traceOfEvent(uuid), spanId: spanOf(uuid, 'read') }
}

function traceOfEvent(uuid: string): string {
  return idFrom('event', uuid, 32)
}

function spanOf(uuid: string, name: 'arrival' | 'read'): string {
  return idFrom(name, uuid, 16)
}

/** Spread evenly, so that sampling by id takes a fair share. */
function idFrom(kind: string, text: string, length: number): string {
  return createHash('sha256').update(`${kind}\n${text}`).digest('hex').slice(0, length)
}

/** Real time, finer than a millisecond: spans measure, they do not follow the service's own clock. */
function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
