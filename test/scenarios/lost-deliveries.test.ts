import { join } from 'node:path'
import t from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { HOUR_MS } from '../../src/domain/time.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import type { SandboxLogEvent } from '../../src/sandbox/org/model.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { createNaps } from '../jobs/naps.ts'
import { addHook } from '../sandbox/receiver.ts'
import { manualClock } from '../support/clock.ts'
import { startLossyWay } from './lossy-way.ts'
import { allCases } from './settle.ts'

t.setTimeout(120_000)

const SECRET = 'Bearer hook-secret-of-the-test'
const POLICY: Policy = { ...DEFAULT_POLICY, log: { ...DEFAULT_POLICY.log, hookGracePeriodMs: 0 } }

t.test('what the hook loses, delays or cannot deliver for a day is handled all the same, once', async (t) => {
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const org = createOrg({ clock: time.clock })
  const okta = attachDelivery(org, { timeoutMs: 2_000 })
  const sandbox = await startSandbox({ clock: time.clock, org, apiTokens: ['test-token'], limits: 'none' })
  const way = await startLossyWay({ lost: 0.3, doubled: 0.2, delayMs: 80 })
  const hook = addHook(org, way.url)
  hook.channel.config.authScheme.value = SECRET
  const naps = createNaps(time)
  const storeUrl = `sqlite:${join(t.testdir(), 'lost.db')}`
  t.teardown(async () => {
    okta.detach()
    await way.close()
    await sandbox.close()
  })

  async function start(): Promise<Service> {
    const service = await startService({
      settings: {
        okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
        hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
        ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
        storeUrl,
        mode: 'auto'
      },
      policy: POLICY,
      clock: time.clock,
      logLevel: 'silent',
      worker: { pollMs: 50 },
      followLog: { sleep: naps.sleep }
    })
    way.to = service.hookUrl
    await naps.resting()
    return service
  }
  const happened: string[] = []
  function fail(count: number, everyMs = 1_000, status = 'ACTIVE'): SandboxLogEvent[] {
    return Array.from({ length: count }, () => {
      const user = org.addUser({ status })
      const person = { id: user.id, type: 'User', alternateId: user.profile.login, displayName: 'A person' }
      time.advance(everyMs)
      const event = org.record({
        eventType: 'user.mfa.factor.activate',
        actor: { ...person, detailEntry: null },
        target: [{ ...person, detailEntry: null }],
        outcome: { result: 'FAILURE', reason: 'invalidToken: Okta Verify' }
      })
      happened.push(event.uuid)
      return event
    })
  }
  const digested = async (service: Service) => {
    await okta.flush()
    await service.worker.idle()
  }
  const poll = async (service: Service) => {
    await naps.rest()
    await service.worker.idle()
  }
  const recovered = (service: Service) => counted(service, 'reenroll_events_recovered_total')

  let service = await start()
  t.teardown(() => service.close())

  fail(24)
  await digested(service)
  const lost = way.lost.length
  t.ok(lost >= 4 && lost <= 12, `${lost} of 24 are lost on the way`)
  t.equal(await recovered(service), 0)
  await poll(service)
  t.equal(await recovered(service), lost, 'the log brings exactly those')

  const doubled = way.arrived.length - new Set(way.arrived).size
  way.luck = { lost: 1, doubled: 0, delayMs: 0 }
  const late = fail(6)
  await okta.flush()
  way.luck = { ...way.luck, lost: 0 }
  await poll(service)
  t.equal(await recovered(service), lost + 6)
  time.advance(HOUR_MS)
  for (const event of late) await okta.preview(event)
  await digested(service)
  t.equal(await counted(service, 'reenroll_events_duplicate_total'), 6 + doubled, 'an hour late')

  await service.close()
  way.luck = { lost: 0.3, doubled: 0.2, delayMs: 0 }
  const before = way.lost.length
  const away = fail(12, 2 * HOUR_MS, 'PROVISIONED')
  await okta.flush()
  time.advance(HOUR_MS)
  t.ok(way.lost.length - before < 12, 'Okta tried, and nobody was there')
  const lostAway = way.lost.length
  service = await start()
  await service.worker.idle()
  t.equal(await recovered(service), 12, 'all of the day')
  t.ok((await counted(service, 'reenroll_hook_delivery_failures_total')) > 0, 'and Okta’s own word on it')

  fail(6)
  await digested(service)
  await poll(service)
  t.equal((await recovered(service)) - 12, way.lost.length - lostAway, 'and it continues as before')

  const cases = await allCases({ service })
  const handled = cases.flatMap((c) => c.failures.map(({ uuid }) => uuid))
  t.strictSame([...handled].sort(), [...happened].sort(), 'the set handled is the set that happened')
  const old = cases.filter(({ failures }) => away.some(({ uuid }) => uuid === failures[0]?.uuid))
  t.equal(old.length, 12)
  for (const { decision } of old) {
    t.match(decision, { kind: 'ticket', remediation: 'resend_activation' })
    t.ok(decision?.stoppedBy.includes('G13'), 'what would be repaired by itself is too old for that')
  }
  t.strictSame(org.writes, [])
  t.equal((await service.store.snapshot()).pendingEvents, 0)
})

async function counted(service: Service, name: string): Promise<number> {
  const text = await (await fetch(`${service.opsUrl}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `))
  return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)
}
