/** An OpenTelemetry collector for tests: takes OTLP over HTTP as JSON and keeps the spans. */

import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { TracingSettings } from '../../src/config/settings/tracing.ts'
import { listen } from '../support/loopback.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
}
interface RawSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly { readonly key: string; readonly value: Value }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}
export interface CollectedSpan extends Omit<RawSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly service: unknown
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: RawSpan['attributes'] }
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[]
  }[]
}

export interface Collector {
  readonly url: string
  readonly spans: CollectedSpan[]
  /** Everything received, as text, and the headers it came with. */
  readonly bodies: string[]
  readonly headers: Record<string, unknown>[]
  /** Spans of one trace by name. */
  trace(traceId: string): Map<string, CollectedSpan[]>
}

export async function openCollector(t: { teardown(fn: () => void): void }): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const headers: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
      bodies.push(text)
      headers.push({ ...request.headers, path: request.url })
      spans.push(...spansOf(JSON.parse(text) as Export))
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  const port = await listen(t, server)
  const trace = (traceId: string) =>
    Map.groupBy(
      spans.filter((span) => span.traceId === traceId),
      ({ name }) => name
    )
  return { url: `http://127.0.0.1:${port}/v1/traces`, spans, bodies, headers, trace }
}

export function tracingTo({ url }: Pick<Collector, 'url'>, over: Partial<TracingSettings> = {}): TracingSettings {
  return {
    ...{ url, headers: {}, serviceName: 'reenroll', resource: {}, sampler: 'parentbased_always_on', ratio: 1 },
    ...over
  }
}

function spansOf({ resourceSpans }: Export): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes)['service.name']
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, attributes: valuesOf(span.attributes), service }))
    )
  })
}

function valuesOf(attributes: RawSpan['attributes'] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
