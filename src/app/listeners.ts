/** The address of a listener, and how it is closed. */
import type { FastifyInstance } from 'fastify'
import { localUrl } from '../config/settings/listeners.ts'
import { SECOND_MS } from '../domain/time.ts'

/** Its address for callers on this machine. */
export function listenerUrl(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return localUrl(host, port)
}

/** A listener as it is closed. */
export interface Listener {
  close(): PromiseLike<unknown>
  readonly server: { closeAllConnections(): void }
}

/** Time for open requests to finish: a delivery waits two seconds for the store, at most. */
const REQUESTS_END_WITHIN_MS = 3 * SECOND_MS

/**
 * Closes a listener. Node ends connections that are idle between two requests, but waits a minute for those that never had
 * one, which load balancers and browsers open in advance; so the remaining ones are cut after a while.
 */
export async function closeListener(listener: Listener, withinMs = REQUESTS_END_WITHIN_MS): Promise<void> {
  const timer = setTimeout(() => listener.server.closeAllConnections(), withinMs)
  try {
    await listener.close()
  } finally {
    clearTimeout(timer)
  }
}
