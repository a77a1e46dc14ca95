/**
 * `/sandbox/*`: for the demo and for people with curl, not part of Okta. See the state and the writes, change a user,
 * add faults. Answers callers on the same machine only.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SandboxUser } from '../org/model.ts'
import type { FaultAsk, Org } from '../org/org.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
/** What of a user may be changed from outside. */
const CHANGEABLE = ['status', 'transitioningToStatus', 'blocks', 'risk', 'roles', 'providerType'] as const

/** Adds the control routes to the server. */
export function addControlRoutes(app: FastifyInstance, org: Org): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/sandbox/') && !LOOPBACK.has(request.socket.remoteAddress ?? '')) {
      return reply.code(403).send({ error: 'the sandbox is controlled from the machine it runs on' })
    }
  })
  app.get('/sandbox/state', async () => stateOf(org))
  app.get('/sandbox/writes', async () => org.writes)
  app.get('/sandbox/users', async () => [...org.users.values()])
  app.post('/sandbox/users/:userId', async (request, reply) => {
    const { userId } = request.params as { userId: string }
    const user = org.users.get(userId)
    if (!user) return reply.code(404).send({ error: `no user has the id ${userId}` })
    const change = readObject(request)
    if (!change) return reply.code(400).send({ error: `send a JSON object with any of ${CHANGEABLE.join(', ')}` })
    return changeUser(org, user, change)
  })
  app.get('/sandbox/faults', async () => org.faults.list())
  app.post('/sandbox/faults', async (request, reply) => {
    const ask = readFault(readObject(request))
    if (!ask)
      return reply
        .code(400)
        .send({ error: 'send {"path": "/api/v1/…", "answer": {"status": 503} or "drop", "hang", "normal"}' })
    return reply.code(201).send(org.faults.add(ask))
  })
  app.delete('/sandbox/faults', async (_request, reply) => {
    org.faults.clear()
    return reply.code(204).send()
  })
  app.delete('/sandbox/faults/:faultId', async (request, reply) => {
    org.faults.clear((request.params as { faultId: string }).faultId)
    return reply.code(204).send()
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
    faults: org.faults.list(),
    requests: Object.fromEntries(org.requests)
  }
}

function changeUser(org: Org, user: SandboxUser, change: Record<string, unknown>): SandboxUser {
  const known = Object.fromEntries(Object.entries(change).filter(([key]) => CHANGEABLE.some((name) => name === key)))
  const before = user.status
  Object.assign(user, known, { lastUpdated: org.clock() })
  if (user.status !== before) user.statusChanged = org.clock()
  return user
}

function readObject(request: FastifyRequest): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(String(request.body))
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function readFault(body: Record<string, unknown> | null): FaultAsk | null {
  if (!body || typeof body.path !== 'string') return null
  const answer = readAnswer(body.answer)
  if (!answer) return null
  return {
    path: body.path,
    answer,
    ...(typeof body.method === 'string' ? { method: body.method } : {}),
    ...(body.afterEffect === true ? { afterEffect: true } : {}),
    ...(typeof body.delayMs === 'number' ? { delayMs: body.delayMs } : {}),
    ...(typeof body.times === 'number' ? { times: body.times } : {})
  }
}

function readAnswer(value: unknown): FaultAsk['answer'] | null {
  if (value === 'drop' || value === 'hang' || value === 'normal') return value
  if (typeof value !== 'object' || value === null || !('status' in value)) return null
  const { status, errorCode, concurrency } = value as Record<string, unknown>
  if (!Number.isInteger(status) || Number(status) < 400 || Number(status) > 599) return null
  return {
    status: Number(status),
    ...(typeof errorCode === 'string' ? { errorCode } : {}),
    ...(concurrency === true ? { concurrency: true } : {})
  }
}
