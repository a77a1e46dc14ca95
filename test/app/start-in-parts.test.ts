/** The service takes deliveries before the rest of it runs; whatever then becomes of the rest, none of them is lost. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startReceiving } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import type { Store } from '../../src/domain/store.ts'
import { systemClock } from '../../src/domain/time.ts'
import { openStore } from '../../src/store/open.ts'
import { delivery } from '../bench/deliveries.ts'

const SECRET = 'hook-secret-of-thirty-two-characters'

function settingsFor(t: Test, ops = { host: '127.0.0.1', port: 0 }): Settings {
  return {
    // Nobody is asked: no event here is a failed enrollment.
    okta: { orgUrl: 'http://127.0.0.1:9', auth: { kind: 'token', token: 'test-token' } },
    hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
    ops: { ...ops, token: 'ops-token-of-thirty-two-characters' },
    storeUrl: `sqlite:${join(t.testdir(), 'parts.db')}`,
    policyFile: null,
    mode: 'auto'
  }
}

function receiving(settings: Settings, store?: Store) {
  const parts = { followLog: false as const, logLevel: 'silent' as const, ...(store ? { store } : {}) }
  return startReceiving({ settings, policy: DEFAULT_POLICY, ...parts })
}

async function deliver(hookUrl: string): Promise<number> {
  const headers = { authorization: SECRET, 'content-type': 'application/json', connection: 'close' }
  const { status } = await fetch(hookUrl, { method: 'POST', headers, body: delivery(1, 'other').body })
  return status
}

/** Events that nobody has digested yet, in the file that a process has left. */
async function waiting({ storeUrl }: Settings): Promise<number> {
  const store = await openStore(storeUrl)
  const events = await store.claimEvents({ limit: 10, now: systemClock(), leaseMs: 1_000, holder: 'the test' })
  await store.close()
  return events.length
}

t.test('a delivery that comes before everything runs is acknowledged, worked on and counted', async (t) => {
  const settings = settingsFor(t)
  const store = await openStore(settings.storeUrl)
  const soon = Promise.withResolvers<void>()
  // The worker asks for events as soon as it runs, so not before the delivery has been acknowledged.
  const watched: Store = { ...store, claimEvents: (ask) => soon.promise.then(() => store.claimEvents(ask)) }
  const { hookUrl, running, close } = await receiving(settings, watched)
  t.teardown(close)
  t.equal(await deliver(hookUrl), 204)
  soon.resolve()
  const service = await running
  await service.worker.idle()
  t.equal((await fetch(`${service.opsUrl}/readyz`)).status, 200)
  const metrics = await (await fetch(`${service.opsUrl}/metrics`)).text()
  t.match(metrics, /^reenroll_hook_requests_total\{outcome="stored"\} 1$/m)
  t.strictSame(await store.claimEvents({ limit: 10, now: systemClock(), leaseMs: 1, holder: 'the test' }), [])
})

t.test('closed before everything runs, it keeps what it has acknowledged for the next start', async (t) => {
  const settings = settingsFor(t)
  const { hookUrl, running, close } = await receiving(settings)
  const refused = t.rejects(running, { name: 'AbortError' })
  t.equal(await deliver(hookUrl), 204)
  await close()
  await refused
  await t.rejects(deliver(hookUrl), 'nobody listens any more')
  t.equal(await waiting(settings), 1)
})

t.test('a part that cannot start after the hook listens ends all of it, and loses nothing', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const settings = settingsFor(t, { host: '127.0.0.1', port })
  const { hookUrl, running } = await receiving(settings)
  const refused = t.rejects(running, { code: 'EADDRINUSE', port })
  t.equal(await deliver(hookUrl), 204)
  await refused
  await t.rejects(deliver(hookUrl), 'nobody listens any more')
  t.equal(await waiting(settings), 1, 'and the file is free again')
})

t.test(
  'a store that cannot be opened, or a target without its secret, is refused before anything listens',
  async (t) => {
    const settings = settingsFor(t)
    const store = await openStore(settings.storeUrl)
    t.teardown(() => store.close())
    await t.rejects(receiving(settings), { name: 'StoreConfigError', message: /Another process already uses/ })
    const { tickets } = DEFAULT_POLICY
    const target = {
      ...{ name: 'siem', personalData: [], callsPerMinute: 60 },
      settings: { system: 'webhook' as const, url: 'https://siem.example' }
    }
    const policy = { ...DEFAULT_POLICY, tickets: { ...tickets, targets: [target] } }
    const starting = startReceiving({ settings, policy, logLevel: 'silent' })
    await t.rejects(starting, { message: /siem.*REENROLL_TICKET_SECRETS/ })
  }
)
