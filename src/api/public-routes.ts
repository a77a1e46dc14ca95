/** What the ops listener answers without a token: metrics, health and the API's description. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { expose } from './exposition.ts'
import { type Check, readiness } from './health.ts'
import type { OpsDeps } from './ops-deps.ts'

const LIVE = Type.Object({ status: Type.Literal('ok') })
const READY = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) })

export function openRoutes(app: Api, deps: OpsDeps): void {
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const { contentType, body } = await expose(deps.metrics.registry, request.headers.accept)
    return reply.type(contentType).header('vary', 'accept').send(body)
  })

  app.get(
    '/livez',
    { schema: { operationId: 'livez', summary: 'The process answers', response: { 200: LIVE } } },
    async () => ({ status: 'ok' as const })
  )

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readyz',
        summary: 'Whether to send work here; 503 names the reasons',
        response: { 200: READY, 503: READY }
      }
    },
    async (_request, reply) => {
      const state = await readiness(checksOf(deps))
      return reply.code(state.ready ? 200 : 503).send({ ready: state.ready, reasons: [...state.reasons] })
    }
  )

  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

function checksOf(deps: OpsDeps): readonly Check[] {
  return [
    { name: 'process', trouble: async () => (deps.isDraining() ? 'it is shutting down' : null) },
    { name: 'store', trouble: async () => ((await deps.store.healthy()) ? null : 'it cannot commit right now') },
    ...deps.checks
  ]
}
