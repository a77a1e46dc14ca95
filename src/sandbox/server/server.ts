/** The simulated Okta org on a port: Okta's API in front of `org.ts`, and `/sandbox/state` to look at it. */
import Fastify, { type FastifyInstance } from 'fastify'
import { systemClock } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { eventHookRoutes, VERIFY_TIMEOUT_MS } from '../hooks/admin.ts'
import { createOrg, type Faults, type Org } from '../org/org.ts'
import { factorRoutes } from '../routes/factors.ts'
import { logRoutes } from '../routes/logs.ts'
import { deviceRoutes, roleRoutes, userLifecycleRoutes, userRoutes } from '../routes/users.ts'
import { createOAuth, type OAuthClient } from './auth.ts'
import type { SandboxRoute } from './call.ts'
import { type AnsweredCall, createGateway, createLimiter, type Gateway, type Limits } from './gateway.ts'
import { addSignInRoutes, createSignInServer, isCodeGrant, type SignInServer, serveCode } from './sign-in.ts'

export interface SandboxOptions {
  readonly clock: Clock
  /** An org already filled; otherwise an empty one is made. */
  readonly org?: Org
  readonly host?: string
  /** 0 takes a free port. */
  readonly port?: number
  readonly clients?: readonly OAuthClient[]
  /** SSWS tokens; each acts as an admin with every right. */
  readonly apiTokens?: readonly string[]
  /** Okta's own numbers, unless said otherwise. */
  readonly limits?: Limits
  /** Refuse what a real org refuses or may refuse: apps without a role, proofs without nonce, filters of over 8,000 characters. */
  readonly strict?: boolean
  /** Characters of a filter that the org takes; Okta publishes no number. */
  readonly maxFilterLength?: number
  /** Added to every answer, in real milliseconds. */
  readonly latencyMs?: number
  /** The clock clients sign their JWTs by. The real SDK uses the machine's, whatever the org's clock says. */
  readonly signingClock?: Clock
  /** How long a hook's endpoint may take to echo the challenge. */
  readonly verifyTimeoutMs?: number
  /** Shown every request and answer, for checks against Okta's description. */
  readonly onExchange?: (exchange: AnsweredCall) => void
}

/** A guess: what common proxies take of a request line. */
const STRICT_FILTER_LENGTH = 8_000

export interface Sandbox {
  readonly url: string
  readonly org: Org
  readonly faults: Faults
  /** Where apps are registered that people sign in to. */
  readonly signIn: SignInServer
  close(): Promise<void>
}

/** Starts the org's server and resolves when it listens. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, host = '127.0.0.1' } = options
  const org = options.org ?? createOrg({ clock })
  const signingClock = options.signingClock ?? systemClock
  const closing = new AbortController()
  const { strict = false } = options
  org.maxFilterLength = options.maxFilterLength ?? (strict ? STRICT_FILTER_LENGTH : org.maxFilterLength)
  const oauth = createOAuth({
    isStrict: strict,
    clients: options.clients ?? [],
    orgUrl: () => org.url,
    clock,
    signingClock,
    ids: org.ids
  })
  const gateway = createGateway({
    org,
    oauth,
    apiTokens: new Set(options.apiTokens),
    limiter: createLimiter(options.limits ?? 'okta'),
    latencyMs: options.latencyMs ?? 0,
    signingClock,
    closing: closing.signal,
    onExchange: options.onExchange
  })
  const signIn = createSignInServer(org, signingClock)
  const app = buildApp(org, gateway, signIn, allRoutes(options.verifyTimeoutMs, options.clients))
  await app.listen({ host, port: options.port ?? 0 })
  org.url = `http://${host}:${portOf(app)}`
  return {
    url: org.url,
    org,
    faults: org.faults,
    signIn,
    close: async () => {
      closing.abort()
      await app.close()
    }
  }
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox listens on no port')
  return address.port
}

function buildApp(org: Org, gateway: Gateway, signIn: SignInServer, routes: readonly SandboxRoute[]): FastifyInstance {
  const app = Fastify({
    // Hung answers must not keep the process from ending.
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // A path with a doubled slash reaches its route, where the DPoP proof then fails as it does in Okta (facts §8.5).
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 500 }
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-okta-request-id', org.ids.token(27))
    reply.header('date', new Date(org.clock()).toUTCString())
  })
  app.post('/oauth2/v1/token', (request, reply) =>
    isCodeGrant(request.body) ? serveCode(signIn, request, reply) : gateway.serveToken(request, reply)
  )
  addSignInRoutes(app, org, signIn)
  for (const route of routes) {
    app.route({ method: route.method, url: route.path, handler: gateway.serve(route) })
  }
  addControlRoutes(app, org)
  app.setNotFoundHandler(gateway.serve(null))
  return app
}

/** Every route of Okta's API the sandbox speaks. */
export function allRoutes(
  verifyTimeoutMs = VERIFY_TIMEOUT_MS,
  clients: readonly OAuthClient[] = []
): readonly SandboxRoute[] {
  return [
    ...userRoutes,
    ...userLifecycleRoutes,
    ...factorRoutes,
    ...deviceRoutes,
    ...logRoutes,
    ...eventHookRoutes(verifyTimeoutMs),
    ...roleRoutes(clients)
  ]
}

/* `GET /sandbox/state`, for people who watch; not part of Okta. Answers callers on the same machine only. */

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

function addControlRoutes(app: FastifyInstance, org: Org): void {
  app.get('/sandbox/state', async (request, reply) => {
    if (LOOPBACK.has(request.socket.remoteAddress ?? '')) return stateOf(org)
    return reply.code(403).send({ error: 'the sandbox is watched from the machine it runs on' })
  })
}

function stateOf(org: Org) {
  return {
    url: org.url,
    now: org.clock(),
    users: [...org.users.values()].map(({ id, status, profile }) => ({ id, login: profile.login, status })),
    devices: [...org.devices.values()].map(({ id, status, users }) => ({
      id,
      status,
      userIds: users.map((u) => u.userId)
    })),
    // Secrets of hooks stay out.
    hooks: [...org.hooks.values()].map(({ id, name, status, verificationStatus }) => ({
      id,
      name,
      status,
      verificationStatus
    })),
    logEntries: org.log.length,
    writes: org.writes.length,
    requests: Object.fromEntries(org.requests)
  }
}
