/** Where a listener can be reached. */
import type { FastifyInstance } from 'fastify'

/** Its address for callers on this machine. */
export function listenerUrl(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
