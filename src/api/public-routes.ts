/** Routes of the ops listener that need no token: metrics, health and the API description. */
import { type OpenMetricsContentType, Registry } from 'prom-client'
import { Type } from 'typebox'
import { MINUTE_MS } from '../domain/time.ts'
import type { Api } from './app.ts'
import { type Check, readiness } from './health.ts'
import type { OpsDeps } from './ops-deps.ts'
import { route } from './schemas.ts'

const LIVE = Type.Object({ status: Type.Literal('ok') })
const READY = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) })

/** Requests per address and minute to what costs more than a probe. Scrapes come a few times a minute. */
const LIMITED = { rateLimit: { max: 120, timeWindow: MINUTE_MS } }
/** Each look at readiness is a commit. Load balancers probe a few times a second at most. */
const PROBED = { rateLimit: { max: 600, timeWindow: MINUTE_MS } }

export function publicRoutes(app: Api, deps: OpsDeps): void {
  app.get('/metrics', { schema: { hide: true }, config: LIMITED }, async (request, reply) => {
    const { contentType, body } = await expose(deps.metrics.registry, request.headers.accept)
    return reply.type(contentType).header('vary', 'accept').send(body)
  })

  app.get('/livez', route('livez', 'Liveness: the process responds', { response: { 200: LIVE } }), async () => ({
    status: 'ok' as const
  }))

  app.get(
    '/readyz',
    {
      config: PROBED,
      ...route('readyz', 'Readiness; 503 lists the reasons', { response: { 200: READY, 503: READY } })
    },
    async (_request, reply) => {
      const state = await readiness(checksOf(deps))
      return reply.code(state.ready ? 200 : 503).send({ ready: state.ready, reasons: [...state.reasons] })
    }
  )

  app.get('/openapi.json', { schema: { hide: true }, config: LIMITED }, async () => app.swagger())
}

function checksOf(deps: OpsDeps): readonly Check[] {
  return [
    { name: 'process', problem: async () => (deps.isDraining() ? 'shutting down' : null) },
    { name: 'store', problem: async () => ((await deps.store.healthy()) ? null : 'commits fail') },
    ...deps.checks
  ]
}

export interface Exposition {
  readonly contentType: string
  readonly body: string
}

export async function expose(registry: Registry, accept: string | undefined): Promise<Exposition> {
  const wanted = wantsOpenMetrics(accept) ? openMetricsOf(registry) : registry
  return { contentType: wanted.contentType, body: await wanted.metrics() }
}

const OPEN_METRICS = 'application/openmetrics-text'

/** True when OpenMetrics is named with at least the weight of plain text. `*` gets plain text. */
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
 * The same metrics in an OpenMetrics registry. prom-client removes `_total` from counter names when it writes OpenMetrics and
 * keeps them changed for plain text. It therefore gets views of the metrics, not the metrics.
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
