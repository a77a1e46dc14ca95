/**
 * The self-service listener: what people who cannot enroll reach, from any network. Nothing of the ops listener is here: no
 * API, no metrics, no page of the review. Its routes are added by the composition root before it listens.
 */
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import { ANSWER_HEADERS, answerBadAddress, endUnreadBodies, refuseClosedConnections } from '../intake/hook/endpoint.ts'
import { languageOf, WORDS } from '../ticket/languages/languages.ts'
import { selfPage, serveStyle } from './page.ts'

export interface SelfListenerDeps {
  /** Where people reach it. */
  readonly publicUrl: string
  /** Proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: string[]
  /** Origins to which a form may lead besides our own, such as the sign-in provider's. */
  readonly formTargets?: readonly string[]
  readonly logger: FastifyBaseLogger
}

/** Requests per address and minute, to all routes together. */
const REQUESTS_A_MINUTE = 120
/** Forms here are a few choices. */
const BODY_LIMIT = 4 * 1024
const REQUEST_MS = 10 * SECOND_MS

/** Builds it with `/livez` and its stylesheet. It does not listen yet. */
export async function buildSelfListener(deps: SelfListenerDeps): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerBadAddress('Open the link of the message again.'),
    ...{ bodyLimit: BODY_LIMIT, requestTimeout: REQUEST_MS, trustProxy: deps.trustedProxies ?? false }
  })
  endUnreadBodies(app)
  refuseClosedConnections(app)
  await app.register(rateLimit, { max: REQUESTS_A_MINUTE, timeWindow: MINUTE_MS })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        // Browsers apply this to redirects after a form too.
        formAction: ["'self'", ...(deps.formTargets ?? [])],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"]
      }
    },
    // A link's token must not reach another site.
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    hsts: deps.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false
  })
  await app.register(formbody)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(ANSWER_HEADERS)
    reply.header('x-robots-tag', 'noindex')
  })
  app.setNotFoundHandler((request, reply) => {
    const language = languageOf(request.headers['accept-language'])
    return selfPage(reply, language, { status: 404, title: WORDS[language].pages.notFound, main: null })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'self-service page failed')
    const language = languageOf(request.headers['accept-language'])
    const { tooMany, failed } = WORDS[language].pages
    return selfPage(reply, language, { status, title: status === 429 ? tooMany : failed, main: null })
  })
  app.get('/livez', async () => ({ status: 'ok' }))
  serveStyle(app)
  return app
}
