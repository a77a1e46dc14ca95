/** `GET /sandbox/state`, for people who watch; not part of Okta. Answers callers on the same machine only. */
import type { FastifyInstance } from 'fastify'
import type { Org } from '../org/org.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export function addControlRoutes(app: FastifyInstance, org: Org): void {
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
