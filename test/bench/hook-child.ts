/** The hook listener alone: with an engine, or with a store that stores nothing (the baseline). */

import type { Delivery } from '../../src/domain/deliveries.ts'
import { systemClock } from '../../src/domain/time.ts'
import { buildHookListener } from '../../src/intake/hook/endpoint.ts'
import { openStore } from '../../src/store/open.ts'
import { createLogger } from '../../src/telemetry/logging.ts'
import { asChild } from './child.ts'
import { cpuMeter } from './cpu.ts'
import { SECRET } from './deliveries.ts'

/** A listener under measurement, also the plain one. */
export interface HookChild {
  readonly url: string
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
  const busy = cpuMeter()
  return {
    ready: { url },
    ask: async () => busy(),
    async end() {
      await hook.close()
      await stored?.close()
    }
  }
})
