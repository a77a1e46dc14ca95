/** Says 503 at once when the process is too busy to answer in time: the one answer that Okta tries again (facts §1.4). */
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { lasting } from '../lasting.ts'
import { SECOND_MS } from '../time.ts'
import { errorBody } from './hook-answers.ts'
import type { Door } from './hook-door.ts'

export interface OverloadBounds {
  /** How late the event loop may be, on average over a sample. */
  readonly maxDelayMs: number
  readonly sampleMs: number
}

/** Okta gives up after 3 seconds (facts §1.3). */
export const OVERLOAD: OverloadBounds = { maxDelayMs: 2.5 * SECOND_MS, sampleMs: SECOND_MS }

/** Guards deliveries, on every route registered after it. Liveness: killing a busy process would not make it less busy. */
export async function refuseWhenOverloaded(app: FastifyInstance, door: Door, bounds: OverloadBounds): Promise<void> {
  const isLasting = lasting(bounds.sampleMs)
  await app.register(underPressure, {
    maxEventLoopDelay: bounds.maxDelayMs,
    sampleInterval: bounds.sampleMs,
    pressureHandler: (request, reply, _kind, delayMs) => {
      // Nothing sent means: go on. Liveness and Okta's verification cost nothing, and the latter is asked for only twice.
      if (request.method === 'GET' || !isLasting(performance.now(), Number(delayMs ?? 0))) return
      door.tell('overloaded', reply)
      reply.code(503).header('retry-after', '1')
      reply.send(errorBody('overloaded', 'The service is too busy to answer in time. Send the delivery again.'))
    }
  })
}
