/** Sends the canary now and then: a signed delivery of our own through the public address, as Okta's would come. */
import type { CanaryResult, Emit } from '../domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { canaryBody } from '../intake/canary.ts'

export interface CanaryOptions {
  /** Public address of the hook listener. */
  readonly url: string
  /** Header and value that the hook endpoint requires. */
  readonly authHeader: string
  readonly secret: string
  readonly everyMs: number
  readonly clock: Clock
  readonly newId: () => string
  readonly emit: Emit
}

/** As long as Okta waits (facts §1.4). */
const PATIENCE_MS = 3 * SECOND_MS
/** Sooner than usual after one that did not arrive: a load balancer may not know us yet. */
const AGAIN_MS = MINUTE_MS

/** Sends one; returns the wait until the next. */
export async function sendCanary(options: CanaryOptions, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now()
  const result = await send(options, signal)
  if (!signal.aborted) options.emit({ type: 'canary', result, afterMs: performance.now() - startedAt })
  return result === 'delivered' ? options.everyMs : Math.min(options.everyMs, AGAIN_MS)
}

async function send(options: CanaryOptions, signal: AbortSignal): Promise<CanaryResult> {
  const { url, authHeader, secret, newId, clock } = options
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [authHeader]: secret },
      body: canaryBody(newId(), clock()),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
    })
    await answer.arrayBuffer()
    return answer.status === 204 ? 'delivered' : 'refused'
  } catch {
    return 'unreachable'
  }
}
