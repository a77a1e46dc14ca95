/** A receiver of event hooks for the tests, and an org with a hook that points to it. */
import Fastify from 'fastify'
import type { SandboxHook } from '../../src/sandbox/org/model.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'

const NOW = '2026-06-15T14:00:00.000Z'

/** What arrived, in order. */
export interface Arrival {
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Envelope
}
export interface Envelope {
  readonly eventType: string
  readonly eventTypeVersion: string
  readonly cloudEventsVersion: string
  readonly source: string
  readonly eventId: string
  readonly eventTime: string
  readonly contentType: string
  readonly data: { readonly events: readonly Record<string, unknown>[] }
}

/** Answers with the given statuses in turn, the last one for ever; `hang` never answers. `arrived` waits for so many events. */
export async function startReceiver(answers: readonly (number | 'hang')[] = [204]) {
  const app = Fastify({ forceCloseConnections: true })
  const arrivals: Arrival[] = []
  const waiting = new Set<() => void>()
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (uuidsOf(arrivals).length >= count && waiting.delete(look)) resolve()
      }
      waiting.add(look)
      look()
    })
  app.post('/okta/event-hooks', async (request, reply) => {
    const answer = answers[Math.min(arrivals.length, answers.length - 1)] ?? 204
    arrivals.push({ headers: request.headers, body: request.body as Envelope })
    for (const look of waiting) look()
    if (answer === 'hang') return new Promise(() => {})
    return reply.code(answer).send()
  })
  app.get('/okta/event-hooks', async (request) => ({ verification: request.headers['x-okta-verification-challenge'] }))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${origin}/okta/event-hooks`, arrivals, arrived, close: () => app.close() }
}

/** A verified, active hook for failed enrollments, unless said otherwise. */
export function addHook(org: Org, uri: string, more: Partial<SandboxHook> = {}): SandboxHook {
  const hook: SandboxHook = {
    id: org.ids.id('who'),
    name: 'reenroll',
    status: 'ACTIVE',
    verificationStatus: 'VERIFIED',
    events: { type: 'EVENT_TYPE', items: ['user.mfa.factor.activate'] },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri,
        headers: [{ key: 'X-Hook-Env', value: 'test' }],
        authScheme: { type: 'HEADER', key: 'Authorization', value: 'the-secret' }
      }
    },
    created: NOW,
    lastUpdated: NOW,
    ...more
  }
  org.hooks.set(hook.id, hook)
  return hook
}

export function newOrg(seed = 1): Org {
  return createOrg({ clock: () => NOW, url: 'https://id.example.com', seed })
}

/** Logs a failed enrollment of nobody in particular. */
export function logFailure(org: Org) {
  return org.record({ eventType: 'user.mfa.factor.activate', outcome: { result: 'FAILURE', reason: null } })
}

export function uuidsOf(arrivals: readonly Arrival[]): unknown[] {
  return arrivals.flatMap(({ body }) => body.data.events.map((event) => event.uuid))
}
