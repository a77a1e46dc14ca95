/** The routes of the listeners that a test builds, so that a table over all routes covers a new one by itself. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'

export interface Route {
  readonly method: string
  readonly url: string
}

const MADE = 'fastify.initialization'

/** Keeps every route that is added while `build` runs. Fastify announces each instance before it has any. */
export async function routesOf(build: () => Promise<unknown>): Promise<readonly Route[]> {
  const routes: Route[] = []
  const onMade = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, url })
    })
  }
  subscribe(MADE, onMade)
  await build().finally(() => unsubscribe(MADE, onMade))
  return routes
}
