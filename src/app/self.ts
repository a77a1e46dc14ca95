/** Starts the self-service listener, when its settings are there. */
import { hkdfSync } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { SelfSettings } from '../config/settings/self.ts'
import { buildSelfListener } from '../self/listener.ts'
import { addOwnCasePages, type OwnCaseDeps } from '../self/own-case-routes.ts'
import { createPersonSignIn } from '../self/person.ts'
import { listenerUrl } from './listeners.ts'

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
