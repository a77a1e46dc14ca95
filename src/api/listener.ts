/** The ops listener: metrics, health and the API. The pages are added to it before it listens. */
import { isIP } from 'node:net'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController } from 'fastify'
import { shapeError } from '../domain/json.ts'
import { SECOND_MS } from '../domain/time.ts'
import { ANSWER_HEADERS, answerBadAddress, endUnreadBodies, refuseClosedConnections } from '../intake/hook/endpoint.ts'
import { errorBody } from '../intake/hook/errors.ts'
import { accessRoutes } from './access-routes.ts'
import type { Api } from './app.ts'
import { requireOperator, sessionRoutes } from './authenticate.ts'
import { caseRoutes, commandRoutes, reportRoutes } from './cases.ts'
import { killSwitchRoutes, policyRoutes, switchRoutes } from './control-routes.ts'
import { answerError } from './errors.ts'
import { figureRoutes } from './figures.ts'
import type { OpsDeps } from './ops-deps.ts'
import { shedReadsWhenOverloaded } from './overload.ts'
import { publicRoutes } from './public-routes.ts'
import { ledgerRoutes, outboxRoutes, peopleRoutes, recentLineRoutes, ticketRoutes } from './records.ts'
import { CASE, CONTROLS, ERROR, LOCAL_TICKET } from './schemas.ts'

/** Largest body; a report has at most 4,000 characters. */
const BODY_LIMIT = 64 * 1024

/** How long a caller may take to send a request; Fastify has no limit of its own. */
const REQUEST_MS = 10 * SECOND_MS

/** Keys and list entries of a body; the largest has a reason for each guard. */
const BODY_VALUES = 1_000

/** Load balancers probe with host names of their own. */
const PROBES = ['/livez', '/readyz']

/**
 * True for a name under which nobody else's page can reach this listener: a page whose name is made to resolve to our address
 * (DNS rebinding) sends its own name. Addresses and names without a dot cannot be such a page's.
 */
function isOwnHost(hostname: string, hosts: readonly string[]): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost') || hosts.includes(name)
}

/** Builds the ops listener with all its routes. It does not listen yet. */
export async function buildOpsListener(deps: OpsDeps): Promise<Api> {
  const app = fastify({
    loggerInstance: deps.logger,
    // No log line per scrape and probe; `answerError` logs errors.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    trustProxy: deps.trustedProxies ?? false,
    frameworkErrors: answerBadAddress('A % in it must be followed by two hexadecimal digits.'),
    // No coercion, and unknown fields are refused rather than dropped.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } }
  }).withTypeProvider<TypeBoxTypeProvider>()

  endUnreadBodies(app)
  refuseClosedConnections(app)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]
    return reply.code(404).send(errorBody('not_found', `${request.method} ${path} does not exist.`))
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(ANSWER_HEADERS)
    // Not `request.hostname`, which believes `X-Forwarded-Host`: a page can set that header itself.
    const hostname = (request.headers.host ?? '').replace(/:\d*$/, '')
    if (!isOwnHost(hostname, deps.hosts) && !PROBES.includes(request.url)) {
      return reply.code(421).send(errorBody('wrong_host', 'This host name is not among REENROLL_OPS_HOSTS.'))
    }
    // No name or id contains NUL, and PostgreSQL refuses it in a text.
    if (request.url.includes('%00')) {
      return reply.code(400).send(errorBody('bad_request', 'The address contains a NUL character.'))
    }
  })
  // Here for all routes, so that nothing behind needs to bound what it walks.
  app.addHook('preValidation', async ({ body }, reply) => {
    const error = shapeError(body, BODY_VALUES)
    if (error) return reply.code(400).send(errorBody('bad_request', `The body cannot be read: ${error}.`))
  })
  // Responses are typed data; schemas describe them and do not filter them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  for (const schema of [CASE, ERROR, CONTROLS, LOCAL_TICKET]) app.addSchema(schema)

  await shedReadsWhenOverloaded(app, deps.overload)
  await app.register(rateLimit, { global: false })
  await deps.session?.install(app)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Reenroll', version: deps.version, description: 'Cases, approvals, reports and the kill switch.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'reenroll-session' }
        }
      }
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`) }
  })
  await app.register(async (open) => publicRoutes(open, deps))
  await app.register(
    async (api: Api) => {
      requireOperator(api, deps)
      api.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, security: [{ token: [] }, { session: [] }] }
      })
      for (const routes of [
        caseRoutes,
        commandRoutes,
        ledgerRoutes,
        reportRoutes,
        killSwitchRoutes,
        policyRoutes,
        figureRoutes,
        sessionRoutes,
        switchRoutes,
        ticketRoutes,
        accessRoutes,
        outboxRoutes,
        peopleRoutes,
        recentLineRoutes
      ]) {
        routes(api, deps)
      }
    },
    { prefix: '/api' }
  )
  return app
}
