/** The hook listener over a memory store, with what it emitted and logged at hand. */
import { PassThrough } from 'node:stream'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import type { Delivery } from '../../../src/domain/deliveries.ts'
import type { TelemetryEvent } from '../../../src/domain/telemetry-event.ts'
import { buildHookListener, type HookListenerDeps } from '../../../src/intake/hook/endpoint.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { createLogger } from '../../../src/telemetry/logging.ts'
import { envelope, NOW } from '../build.ts'

export const SECRET = 'hook-secret-for-tests-0123456789'
export const OLD_SECRET = 'old-secret-for-tests-0123456789'
export const PATH = '/okta/event-hooks'
/** Headers of an authentic delivery. */
export const AUTHENTIC = { authorization: SECRET, 'content-type': 'application/json' }

type Request = TelemetryEvent & { readonly type: 'request' }

export function hookWith(t: Test, patch: Partial<HookListenerDeps> = {}) {
  const memory = openInMemory()
  const received: Delivery[] = []
  const requests: Request[] = []
  const lines = new PassThrough()
  let logged = ''
  lines.on('data', (chunk: Buffer) => {
    logged += chunk.toString()
  })
  const store = {
    receive: (delivery: Delivery) => {
      received.push(delivery)
      return memory.receive(delivery)
    }
  }
  const app = buildHookListener({
    store,
    settings: { secrets: [OLD_SECRET, SECRET], authHeader: 'authorization' },
    clock: () => NOW,
    emit: (happening) => {
      if (happening.type === 'request') requests.push(happening)
    },
    logger: createLogger({ level: 'debug', secrets: [], to: lines }),
    ...patch
  })
  t.teardown(() => app.close())

  /** A POST to the hook; by default an authentic, empty delivery. */
  function post(over: InjectOptions = {}): Promise<LightMyRequestResponse> {
    const payload = JSON.stringify(envelope([]))
    return app.inject({ method: 'POST', url: PATH, headers: AUTHENTIC, payload, ...over })
  }
  return { app, memory, received, requests, post, logged: () => logged }
}
