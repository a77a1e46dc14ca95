/** Load shedding: reads get 503 while the event loop is late, so that deliveries and the worker come first. */
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { SECOND_MS } from '../domain/time.ts'
import { errorBody } from '../intake/hook/errors.ts'
import { isSustained } from '../intake/hook/overload.ts'

/** When reads are shed. */
export interface OpsOverload {
  /** Highest mean event-loop delay over a sample. */
  readonly maxDelayMs: number
  readonly sampleMs: number
}

/** Half of the hook's bound: lists and pages are shed before a delivery is refused. */
const OPS_OVERLOAD: OpsOverload = { maxDelayMs: 1.25 * SECOND_MS, sampleMs: SECOND_MS }

/** Health, metrics and the controls are always served. */
const NEVER_SHED = new Set(['/metrics', '/livez', '/readyz', '/brake', '/api/brake', '/api/switches'])

/** Adds load shedding to the listener. */
export async function shedReadsWhenOverloaded(
  app: Pick<FastifyInstance, 'register'>,
  bounds: OpsOverload = OPS_OVERLOAD
): Promise<void> {
  const isOverloaded = isSustained(bounds.sampleMs)
  await app.register(underPressure, {
    maxEventLoopDelay: bounds.maxDelayMs,
    sampleInterval: bounds.sampleMs,
    pressureHandler: (request, reply, _kind, delayMs) => {
      // Sending nothing lets the request pass. Writes by people are few and are never shed.
      const path = request.url.split('?')[0] ?? ''
      const isRead = request.method === 'GET' && !NEVER_SHED.has(path)
      if (!isRead || !isOverloaded(performance.now(), Number(delayMs ?? 0))) return
      reply.code(503).header('retry-after', '5')
      reply.send(errorBody('overloaded', 'The service is too busy. Try again in a few seconds.'))
    }
  })
}
