/** A way from Okta to the service on which deliveries are lost, doubled, late and out of order; the same seed, the same luck. */
import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import { createRandom } from '../../src/sandbox/org/seeds.ts'

type Event = { readonly uuid: string }

/** Fractions are between 0 and 1. */
export interface Luck {
  readonly lost: number
  readonly doubled: number
  readonly delayMs: number
}

/** Events in one delivery after it was divided. */
const MOST = 4

/** Passes deliveries on to `to`. What is lost is acknowledged all the same. */
export async function startLossyWay(luck: Luck) {
  const draw = createRandom(7)
  const app = Fastify({ forceCloseConnections: true })
  const way = { to: '', luck, lost: [] as string[], arrived: [] as string[], url: '', close: () => app.close() }
  const shuffled = (events: readonly Event[]) =>
    events
      .map((event) => ({ event, at: draw() }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event)
  app.post('/okta/event-hooks', async ({ headers, body }, reply) => {
    const envelope = body as { readonly data: { readonly events: readonly Event[] } }
    const kept = envelope.data.events.filter(({ uuid }) => draw() >= way.luck.lost || !way.lost.push(uuid))
    const all = [...shuffled(kept), ...shuffled(kept.filter(() => draw() < way.luck.doubled))]
    const send = async (events: readonly Event[], delayMs: number) => {
      await pause(delayMs)
      const { authorization = '' } = headers
      const response = await fetch(way.to, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ ...envelope, data: { events } })
      })
      if (response.ok) way.arrived.push(...events.map(({ uuid }) => uuid))
      return response.ok
    }
    const parts = Array.from({ length: Math.ceil(all.length / MOST) }, (_, n) => all.slice(n * MOST, (n + 1) * MOST))
    const sent = await Promise.all(parts.map((part) => send(part, draw() * way.luck.delayMs).catch(() => false)))
    return reply.code(sent.includes(false) ? 503 : 204).send()
  })
  way.url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/okta/event-hooks`
  return way
}
