/** The two formats of the metrics: Prometheus' text, and OpenMetrics for those who ask for it, which carries exemplars. */
import { type OpenMetricsContentType, Registry } from 'prom-client'

export interface Exposition {
  readonly contentType: string
  readonly body: string
}

export async function expose(registry: Registry, accept: string | undefined): Promise<Exposition> {
  const wanted = wantsOpenMetrics(accept) ? openMetricsOf(registry) : registry
  return { contentType: wanted.contentType, body: await wanted.metrics() }
}

const OPEN_METRICS = 'application/openmetrics-text'

/** Whether it is asked for by name, and no less than plain text. A `*` gets plain text, as ever. */
export function wantsOpenMetrics(accept: string | undefined): boolean {
  const weights = new Map((accept ?? '').split(',').map(weightOf))
  const weight = weights.get(OPEN_METRICS) ?? 0
  return weight > 0 && weight >= (weights.get('text/plain') ?? 0)
}

function weightOf(range: string): readonly [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return [type, q === undefined ? 1 : Number(q.slice(2)) || 0]
}

/**
 * The same metrics in a registry of the other format. prom-client takes `_total` off the name of a counter when it writes
 * OpenMetrics, and would leave it off in plain text ever after; so it is given views of the metrics, not the metrics.
 */
function openMetricsOf(registry: Registry): Registry<OpenMetricsContentType> {
  const views = new Registry<OpenMetricsContentType>()
  views.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name)
    if (metric) views.registerMetric(Object.create(metric))
  }
  return views
}
