/** Says 503 to those who only look while the process is too busy, so that deliveries and the worker have it to themselves. */
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { SECOND_MS } from '../domain/time.ts'
import { lasting } from '../intake/hook/overload.ts'
import { errorBody } from './errors.ts'

export interface OpsOverload {
  /** How late the event loop may be, on average over a sample. */
  readonly maxDelayMs: number
  readonly sampleMs: number
}

/** Half of what the hook bears: lists and pages make room before a delivery is turned away. */
export const OPS_OVERLOAD: OpsOverload = { maxDelayMs: 1.25 * SECOND_MS, sampleMs: SECOND_MS }

/** What says how busy the process is, and what stops it. Everything else that only reads can wait. */
const NEVER_REFUSED = new Set(['/metrics', '/livez', '/readyz', '/brake', '/api/brake', '/api/switches'])

export async function refuseLooksWhenOverloaded(
  app: Pick<FastifyInstance, 'register'>,
  bounds: OpsOverload = OPS_OVERLOAD
): Promise<void> {
  const isLasting = lasting(bounds.sampleMs)
  await app.register(underPressure, {
    maxEventLoopDelay: bounds.maxDelayMs,
    sampleInterval: bounds.sampleMs,
    pressureHandler: (request, reply, _kind, delayMs) => {
      // Nothing sent means: go on. Decisions of people are few, and none of them should be lost to a busy moment.
      const path = request.url.split('?')[0] ?? ''
      const isLook = request.method === 'GET' && !NEVER_REFUSED.has(path)
      if (!isLook || !isLasting(performance.now(), Number(delayMs ?? 0))) return
      reply.code(503).header('retry-after', '5')
      reply.send(errorBody('overloaded', 'The service is too busy to show this. Try again in a few seconds.'))
    }
  })
}
