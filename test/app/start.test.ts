import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import type { Store } from '../../src/domain/store.ts'
import { systemClock } from '../../src/domain/time.ts'
import { openStore } from '../../src/store/open.ts'
import { delivery } from '../bench/deliveries.ts'
import { listen } from '../support/loopback.ts'
import { targetPolicy } from '../ticket/target-settings.ts'

const SECRET = 'hook-secret-of-thirty-two-characters'

function settingsFor(t: Test, ops = { host: '127.0.0.1', port: 0 }): Settings {
  return {
    // Okta is never called: no event here is a failed enrollment.
    okta: { orgUrl: 'http://127.0.0.1:9', auth: { kind: 'token', token: 'test-token' } },
    hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
    ops: { ...ops, token: 'ops-token-of-thirty-two-characters' },
    storeUrl: `sqlite:${join(t.testdir(), 'parts.db')}`,
    mode: 'auto'
  }
}

function start(settings: Settings, store?: Store, signal?: AbortSignal) {
  const parts = { followLog: false as const, logLevel: 'silent' as const }
  return startService({
    settings,
    policy: DEFAULT_POLICY,
    ...parts,
    ...(store ? { store } : {}),
    ...(signal ? { signal } : {})
  })
}

async function deliver(hookUrl: string): Promise<number> {
  const headers = { authorization: SECRET, 'content-type': 'application/json', connection: 'close' }
  const { status } = await fetch(hookUrl, { method: 'POST', headers, body: delivery(1, 'other').body })
  return status
}

/** Unprocessed events in the file that a process has left. */
async function waiting({ storeUrl }: Settings): Promise<number> {
  const store = await openStore(storeUrl)
  const events = await store.claimEvents({ limit: 10, now: systemClock(), leaseMs: 1_000, holder: 'the test' })
  await store.close()
  return events.length
}

t.test('a delivery that the stopped process had acknowledged waits for the next start', async (t) => {
  const settings = settingsFor(t)
  const store = await openStore(settings.storeUrl)
  const service = await start(settings, { ...store, claimEvents: async () => [] })
  t.equal((await fetch(`${service.opsUrl}/readyz`)).status, 200)
  t.equal(await deliver(service.hookUrl), 204)
  const metrics = await (await fetch(`${service.opsUrl}/metrics`)).text()
  t.match(metrics, /^reenroll_hook_requests_total\{outcome="stored"\} 1$/m)
  await service.close()
  await t.rejects(deliver(service.hookUrl), 'the hook does not listen any more')
  t.equal(await waiting(settings), 1)
})

t.test('a start that is stopped rejects and closes everything', async (t) => {
  const settings = settingsFor(t)
  const stopping = new AbortController()
  const starting = start(settings, undefined, stopping.signal)
  stopping.abort()
  await t.rejects(starting, { name: 'AbortError' })
  t.equal(await waiting(settings), 0, 'the file is free again')
})

t.test('a port of the second listener in use ends the start, and the file is free again', async (t) => {
  const port = await listen(t)
  const settings = settingsFor(t, { host: '127.0.0.1', port })
  await t.rejects(start(settings), { code: 'EADDRINUSE', port })
  t.equal(await waiting(settings), 0)
})

t.test(
  'a store that cannot be opened, or a target without its secret, is refused before anything listens',
  async (t) => {
    const settings = settingsFor(t)
    const store = await openStore(settings.storeUrl)
    await t.rejects(start(settings), { name: /Store/, message: /Another process already uses/ })
    await store.close()
    const { tickets } = DEFAULT_POLICY
    const target = targetPolicy({ name: 'siem' })
    const policy = { ...DEFAULT_POLICY, tickets: { ...tickets, targets: [target] } }
    const starting = startService({ settings, policy, logLevel: 'silent' })
    await t.rejects(starting, { message: /siem.*REENROLL_TICKET_SECRETS/ })
  }
)
