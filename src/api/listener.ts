/** The ops listener: metrics, health and the API. Pages are added to the instance it returns, before it listens. */
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController } from 'fastify'
import type { Api } from './app.ts'
import { requireOperator } from './authenticate.ts'
import { brakeRoutes } from './brake.ts'
import { caseRoutes } from './cases.ts'
import { commandRoutes } from './commands.ts'
import { answerError, errorBody } from './errors.ts'
import { ledgerRoutes } from './ledger.ts'
import type { OpsDeps } from './ops-deps.ts'
import { outboxRoutes, ticketRoutes } from './outbox.ts'
import { refuseLooksWhenOverloaded } from './overload.ts'
import { policyRoutes } from './policy.ts'
import { openRoutes } from './public-routes.ts'
import { reportRoutes } from './reports.ts'
import { CASE, CONTROLS, ERROR, LOCAL_TICKET } from './schemas.ts'
import { sessionRoutes } from './session.ts'
import { switchRoutes } from './switches.ts'

/** Largest body: a report of 4,000 characters, generously. */
const BODY_LIMIT = 64 * 1024

export async function buildOpsListener(deps: OpsDeps): Promise<Api> {
  const app = fastify({
    loggerInstance: deps.logger,
    // A line per scrape and probe says nothing; what goes wrong is logged by `answerError`.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // A body is taken as it is written, and a field we do not know is refused rather than dropped.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } }
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]
    return reply.code(404).send(errorBody('not_found', `There is nothing at ${request.method} ${path}.`))
  })
  // Answers are our own typed data; schemas describe them, they do not filter them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  for (const schema of [CASE, ERROR, CONTROLS, LOCAL_TICKET]) app.addSchema(schema)

  await refuseLooksWhenOverloaded(app, deps.overload)
  await app.register(rateLimit, { global: false })
  await deps.session?.install(app)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Reenroll', version: deps.version, description: 'Cases, approvals, reports and the brake.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'reenroll-session' }
        }
      }
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`) }
  })
  await app.register(async (open) => openRoutes(open, deps))
  await app.register(
    async (api: Api) => {
      requireOperator(api, deps.token, deps.session)
      api.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, security: [{ token: [] }, { session: [] }] }
      })
      for (const routes of [
        caseRoutes,
        commandRoutes,
        ledgerRoutes,
        reportRoutes,
        brakeRoutes,
        policyRoutes,
        sessionRoutes,
        switchRoutes,
        ticketRoutes,
        outboxRoutes
      ]) {
        routes(api, deps)
      }
    },
    { prefix: '/api' }
  )
  return app
}
