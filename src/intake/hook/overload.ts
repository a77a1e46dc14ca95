/** Answers 503 at once when the process is too busy to answer in time: the one answer that Okta tries again (facts §1.4). */
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { SECOND_MS } from '../../domain/time.ts'
import type { HookAuth } from './auth.ts'
import { errorBody } from './errors.ts'

/* When a process counts as too busy: not for one pause, only for sustained lateness. Pure. */

/** How many samples in a row must be late. */
const SUSTAINED_SAMPLES = 3

/**
 * One long pause (loading a library, a frozen disk) is not an overload: what waited for it is answered now, and a 503 would
 * use up Okta's only retry. Late samples must follow each other for as long as Okta would wait; a sample holds until the next,
 * which may itself come late.
 */
export function isSustained(sampleMs: number): (atMs: number, delayMs: number) => boolean {
  let since = Number.NEGATIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  return (atMs, delayMs) => {
    // A sample without any measurement is said to be infinitely late.
    const lateMs = Math.min(delayMs, SUSTAINED_SAMPLES * sampleMs)
    if (atMs - last > 2 * sampleMs + lateMs) since = atMs
    last = atMs
    return atMs - since > SUSTAINED_SAMPLES * sampleMs
  }
}

export interface OverloadBounds {
  /** How late the event loop may be, on average over a sample. */
  readonly maxDelayMs: number
  readonly sampleMs: number
}

/** Okta gives up after 3 seconds (facts §1.3). */
export const OVERLOAD: OverloadBounds = { maxDelayMs: 2.5 * SECOND_MS, sampleMs: SECOND_MS }

/** Guards deliveries, on every route registered after it. Liveness: killing a busy process would not make it less busy. */
export async function refuseWhenOverloaded(
  app: FastifyInstance,
  auth: HookAuth,
  bounds: OverloadBounds
): Promise<void> {
  const isOverloaded = isSustained(bounds.sampleMs)
  await app.register(underPressure, {
    maxEventLoopDelay: bounds.maxDelayMs,
    sampleInterval: bounds.sampleMs,
    pressureHandler: (request, reply, _kind, delayMs) => {
      // Nothing sent: the request continues. Liveness and Okta's verification cost nothing, and the latter is asked for only twice.
      if (request.method === 'GET' || !isOverloaded(performance.now(), Number(delayMs ?? 0))) return
      auth.emit('overloaded', reply)
      reply.code(503).header('retry-after', '1')
      reply.send(errorBody('overloaded', 'The service is too busy to answer in time. Send the delivery again.'))
    }
  })
}
