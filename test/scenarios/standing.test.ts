/** What one replica finds out for all shows on every one of them. */
import t from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { systemClock } from '../../src/domain/time.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { addHook } from '../sandbox/receiver.ts'
import { aLine } from '../store/build.ts'
import { sharedPostgres } from '../support/postgres-server.ts'

t.setTimeout(240_000)

const HOOK = 'https://reenroll.example.com/okta/event-hooks'

async function figure({ opsUrl }: Service, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}

/** Resolves once the metric is there; figures of the store are read at most once in five seconds. */
async function shown(service: Service, name: string): Promise<number> {
  for (;;) {
    const value = await figure(service, name)
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

t.test('an unverified hook and a whole ledger, on both of two replicas', async (t) => {
  const server = await sharedPostgres(t)
  const storeUrl = await server.createDatabase()
  const org = createOrg({ clock: systemClock })
  addHook(org, HOOK).verificationStatus = 'UNVERIFIED'
  const sandbox = await startSandbox({ clock: systemClock, org, apiTokens: ['test-token'], limits: 'none' })
  const store = await openPostgres(storeUrl)
  await store.setControls({ ...(await store.controls()), version: 1 }, aLine({ kind: 'control' }))
  await store.close()
  const start = () =>
    startService({
      settings: {
        okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
        hook: { secrets: ['Bearer the-hooks-own'], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
        ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
        storeUrl,
        mode: 'observe'
      },
      policy: DEFAULT_POLICY,
      logLevel: 'silent',
      followLog: false
    })
  const services = [await start(), await start()]
  t.teardown(async () => {
    for (const service of services) await service.close()
    await sandbox.close()
  })
  for (const service of services) {
    t.equal(await shown(service, 'reenroll_ledger_intact'), 1)
    t.equal(await shown(service, 'reenroll_hook_verified'), 0)
  }
  const held = async (duty: string) => {
    const each = services.map((service) => figure(service, `reenroll_leader{task="${duty}"}`))
    return (await Promise.all(each)).reduce((sum: number, value) => sum + (value ?? 0), 0)
  }
  for (const duty of ['ledger_check', 'hook_status', 'retention']) t.equal(await held(duty), 1, duty)
  t.equal(await held('canary'), 0)
})
