/** The address of a listener, how it is closed, and the start of the self-service listener. */
import { hkdfSync } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { localUrl } from '../config/settings/listeners.ts'
import type { SelfSettings } from '../config/settings/self.ts'
import { SECOND_MS } from '../domain/time.ts'
import { buildSelfListener } from '../self/listener.ts'
import { addOwnCasePages, type OwnCaseDeps } from '../self/own-case-routes.ts'
import { createPersonSignIn } from '../self/person.ts'

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

/** Adds routes to the listener before it listens. */
export type SelfRoutes = (app: FastifyInstance) => void | Promise<void>

/** Builds it with these routes, and listens. */
export async function startSelf(
  settings: SelfSettings,
  deps: { readonly logger: Logger; readonly routes: readonly SelfRoutes[]; readonly trustedProxies?: string[] }
): Promise<{ readonly app: FastifyInstance; readonly url: string }> {
  const { routes, ...rest } = deps
  const app = await buildSelfListener({ publicUrl: settings.publicUrl, ...rest })
  for (const add of routes) await add(app)
  await app.listen({ host: settings.host, port: settings.port })
  return { app, url: listenerUrl(app, settings.host) }
}

/** The pages where a person signs in and sees their own case; none without an app at the org. */
export function ownCaseRoutes(
  settings: SelfSettings,
  deps: Omit<OwnCaseDeps, 'signIn' | 'key'> & { readonly orgUrl: string }
): readonly SelfRoutes[] {
  const { signIn } = settings
  if (!signIn) return []
  const person = createPersonSignIn({ ...signIn, issuer: deps.orgUrl }, deps.publicUrl)
  const key = selfKey(settings, 'cookie of self-service')
  return [(app) => addOwnCasePages(app, { ...deps, signIn: person, key })]
}

/** 32 bytes for one purpose, the same in every replica and after a restart. */
export function selfKey({ key }: SelfSettings, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, 'reenroll', purpose, 32))
}
