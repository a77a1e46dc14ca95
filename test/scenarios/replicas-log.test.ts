/** Replicas on one PostgreSQL: one of them follows the System Log, and the next one resumes at the same place. */
import t, { type Test } from 'tap'
import { type Service, startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { createNaps } from '../jobs/naps.ts'
import { manualClock } from '../support/clock.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { allCases } from './settle.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const POLICY: Policy = { ...DEFAULT_POLICY, log: { ...DEFAULT_POLICY.log, hookGracePeriodMs: 0 } }

/** An org whose hook brings nothing, and as many services as one likes. */
async function world(t: Test) {
  const time = manualClock(new Date().toISOString())
  const org = createOrg({ clock: time.clock })
  const sandbox = await startSandbox({ clock: time.clock, org, apiTokens: ['test-token'], limits: 'none' })
  const url = await server.createDatabase()
  const store = await openPostgres(url)
  t.teardown(async () => {
    await store.close()
    await sandbox.close()
  })
  const happened: string[] = []
  return {
    org,
    store,
    happened,
    fail(count: number): void {
      for (let n = 0; n < count; n++) {
        const user = org.addUser({ status: 'ACTIVE' })
        const person = { id: user.id, type: 'User', alternateId: user.profile.login, displayName: 'A person' }
        const failed = { eventType: 'user.mfa.factor.activate', outcome: { result: 'FAILURE', reason: 'invalidToken' } }
        const who = { ...person, detailEntry: null }
        time.advance(MINUTE_MS)
        happened.push(org.record({ ...failed, actor: who, target: [who] }).uuid)
      }
    },
    async start() {
      const naps = createNaps(time)
      const service = await startService({
        settings: {
          okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
          hook: { secrets: ['Bearer the-hooks-own'], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
          ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
          storeUrl: url,
          mode: 'observe'
        },
        policy: POLICY,
        clock: time.clock,
        logLevel: 'silent',
        worker: { pollMs: 50 },
        followLog: { sleep: naps.sleep },
        jobLeaseMs: 4_000
      })
      t.teardown(() => service.close())
      return { service, naps }
    }
  }
}

async function logReads({ opsUrl }: Service): Promise<number> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith('reenroll_log_reads_total{'))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** `others` may have claimed some of the events. */
async function handled(
  { service }: { readonly service: Service },
  ...others: readonly { readonly service: Service }[]
): Promise<string[]> {
  for (const { service: one } of [...others, { service }]) await one.worker.idle()
  return (await allCases({ service })).flatMap((c) => c.failures.map(({ uuid }) => uuid)).sort()
}

t.test('only one of two reads the log; when it stops, the other goes on where it was', async (t) => {
  const w = await world(t)
  const one = await w.start()
  await one.naps.resting()
  const two = await w.start()
  w.fail(4)
  await one.naps.rest()
  t.strictSame(await handled(one, two), w.happened.toSorted())
  t.equal(await logReads(two.service), 0)

  w.fail(3)
  await one.service.close()
  w.fail(2)
  await two.naps.resting()
  t.strictSame(await handled(two), w.happened.toSorted(), 'nothing is missed')
  t.equal(await logReads(two.service), 2, 'what lies shortly before once more, and on from the same link')
})

t.test('one that was killed is followed when its lease has run out, from the place it had reached', async (t) => {
  const w = await world(t)
  const one = await w.start()
  await one.naps.resting()
  w.fail(2)
  await one.naps.rest()
  await handled(one)
  await one.service.close()
  const killed = { name: 'system_log', holder: 'a killed replica', now: '', leaseMs: 120_000 }
  t.equal(await w.store.acquireLease(killed), 'held')
  w.fail(3)
  const two = await w.start()
  t.equal(await logReads(two.service), 0)
  t.equal(await w.store.acquireLease({ ...killed, leaseMs: 500 }), 'held', 'its last renewal')
  await two.naps.resting()
  t.strictSame(await handled(two), w.happened.toSorted(), 'nothing is missed')
})
