/**
 * OpenTelemetry, switched on by the `OTEL_*` settings. The only file that knows the libraries, and it loads them only when
 * they are wanted. Spans hold ids of cases, events and rules, never people, devices or what Okta answered.
 */
import type { Context, Span } from '@opentelemetry/api'
import type { Sampler } from '@opentelemetry/sdk-trace'
import type { TracingSettings } from '../config/settings/tracing.ts'
import type { Trace } from '../domain/trace.ts'
import { createSpans, type Spans, type StartSpan } from './spans.ts'

export interface TracingParts {
  readonly version: string
  /** An error of the collector. Traces are dropped then, and nothing waits for them. */
  readonly onError: (message: string) => void
}

/** A page of the System Log brings up to 1,000 events at once, two spans each. */
const MOST_WAITING = 8192

/** Loads the libraries and starts to export. */
export async function openTrace(settings: TracingSettings, parts: TracingParts): Promise<Trace> {
  const [api, sdk, otlp, resources, hooks] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/context-async-hooks')
  ])
  const tell = (message: string) => parts.onError(message)
  const quiet = () => {}
  api.diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true }
  )
  const ids = createIds(new sdk.RandomIdGenerator())
  const sampler = samplerOf(settings, sdk)
  const provider = new sdk.TracerProvider({
    sampler,
    idGenerator: ids,
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        'service.version': parts.version,
        ...settings.resource,
        'service.name': settings.serviceName
      })
    ),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new otlp.OTLPTraceExporter({ url: settings.url, headers: { ...settings.headers } }),
        maxQueueSize: MOST_WAITING
      })
    ]
  })
  const tracer = provider.getTracer('reenroll', parts.version)
  const contexts = new hooks.AsyncLocalStorageContextManager().enable()

  const start: StartSpan = ({ name, traceId, spanId, parent, startMs, kind, attributes, links }) => {
    const above: Context = parent
      ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...parent, traceFlags: api.TraceFlags.SAMPLED })
      : api.ROOT_CONTEXT
    ids.use({ traceId, spanId })
    const options = { startTime: startMs, kind: KINDS[kind], attributes: { ...attributes } }
    return tracer.startSpan(name, { ...options, links: links.map((context) => ({ context })) }, above)
  }
  const spans: Spans = {
    start,
    isSampled: (traceId) =>
      sampler.shouldSample(api.ROOT_CONTEXT, traceId, '', api.SpanKind.INTERNAL, {}, []).decision ===
      api.SamplingDecision.RECORD_AND_SAMPLED,
    active: () => api.trace.getSpan(contexts.active()) ?? null,
    within: (span: Span, run) => contexts.with(api.trace.setSpan(api.ROOT_CONTEXT, span), run)
  }
  return {
    ...createSpans(spans),
    async close() {
      await provider.shutdown().catch((error: unknown) => tell(error instanceof Error ? error.message : 'not sent'))
      contexts.disable()
    }
  }
}

/** `SpanKind` of the API, as numbers, since its module is not loaded yet. */
const KINDS = { internal: 0, server: 1, client: 2, consumer: 4 } as const

interface Ids {
  readonly traceId: string
  readonly spanId: string | null
}

/** Hands out the ids that were named right before; `startSpan` asks for them before it returns. */
function createIds(random: { generateTraceId(): string; generateSpanId(): string }) {
  let next: Ids | null = null
  return {
    use: (ids: Ids) => {
      next = ids
    },
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId()
  }
}

/** Nobody's span is above ours (a caller's `traceparent` is only a link), so `parentbased_x` means x. */
function samplerOf({ sampler, ratio }: TracingSettings, sdk: typeof import('@opentelemetry/sdk-trace')): Sampler {
  switch (sampler.replace(/^parentbased_/, '')) {
    case 'always_off':
      return new sdk.AlwaysOffSampler()
    case 'traceidratio':
      return new sdk.TraceIdRatioBasedSampler(ratio)
    default:
      return new sdk.AlwaysOnSampler()
  }
}
