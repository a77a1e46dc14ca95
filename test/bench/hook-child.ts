/** The hook listener alone: with an engine, or with a store that stores nothing (the baseline). */

import type { Delivery } from '../../src/domain/deliveries.ts'
import { systemClock } from '../../src/domain/time.ts'
import { buildHookListener } from '../../src/intake/hook/endpoint.ts'
import { openStore } from '../../src/store/open.ts'
import { createLogger } from '../../src/telemetry/logging.ts'
import { asChild } from './child.ts'
import { SECRET } from './deliveries.ts'

export interface HookChild {
  readonly url: string
}

/** CPU use since the last request: 1 is a whole core. */
export interface Busy {
  readonly cores: number
}

asChild<{ storeUrl: string | null }>(async ({ storeUrl }) => {
  const stored = storeUrl === null ? null : await openStore(storeUrl)
  const nowhere = {
    receive: async ({ events }: Delivery) => ({ fresh: events.map(({ uuid }) => uuid), duplicates: 0 })
  }
  const hook = buildHookListener({
    store: stored ?? nowhere,
    settings: { secrets: [SECRET], authHeader: 'authorization' },
    clock: systemClock,
    emit: () => {},
    logger: createLogger({ level: 'silent', secrets: [] })
  })
  const url = `${await hook.listen({ host: '127.0.0.1', port: 0 })}/okta/event-hooks`
  let since = { cpu: process.cpuUsage(), at: performance.now() }
  return {
    ready: { url },
    async ask(): Promise<Busy> {
      const { user, system } = process.cpuUsage(since.cpu)
      const cores = (user + system) / 1_000 / (performance.now() - since.at)
      since = { cpu: process.cpuUsage(), at: performance.now() }
      return { cores }
    },
    async end() {
      await hook.close()
      await stored?.close()
    }
  }
})
