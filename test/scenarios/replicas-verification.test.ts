/** Two replicas on one PostgreSQL and two operators at once: a user gets one challenge, and its answer counts once. */
import t from 'tap'
import { startService } from '../../src/app/service.ts'
import { createCommands } from '../../src/case/commands.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import type { VerificationPolicy } from '../../src/domain/verification.ts'
import { logDelivery } from '../../src/intake/system-log.ts'
import { inHookShape } from '../../src/sandbox/hooks/delivery.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { lockedOut, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { manualClock } from '../support/clock.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { ANA, BEN, TABLET } from './caller-desk.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const VERIFICATION: VerificationPolicy = {
  ...DEFAULT_POLICY.decide.verification,
  ...{ kinds: ['push'], neededFor: ['unlock_user'], countsForMs: 15 * MINUTE_MS }
}
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  decide: { ...DEFAULT_POLICY.decide, verification: VERIFICATION }
}

t.test('two operators press at once while two replicas work', async (t) => {
  const time = manualClock(new Date().toISOString())
  const org = createOrg({ clock: time.clock })
  const sandbox = await startSandbox({ clock: time.clock, org, apiTokens: ['test-token'], limits: 'none' })
  const url = await server.createDatabase()
  const store = await openPostgres(url)
  const begin = () =>
    startService({
      settings: {
        okta: { orgUrl: sandbox.url, auth: { kind: 'token', token: 'test-token' } },
        hook: { secrets: ['Bearer the-hooks-own'], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
        ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
        storeUrl: url,
        mode: 'auto'
      },
      policy: POLICY,
      clock: time.clock,
      logLevel: 'silent',
      worker: { pollMs: 50 },
      followLog: false
    })
  const replicas = await Promise.all([begin(), begin()])
  t.teardown(async () => {
    await Promise.all(replicas.map((service) => service.close()))
    await store.close()
    await sandbox.close()
  })
  const work = async () => {
    for (const { worker } of replicas) worker.wake()
    await Promise.all(replicas.map(({ worker }) => worker.idle()))
  }

  const person = lockedOut(org, 'Rae Replica')
  withPhone(org, { ...person, phone: TABLET }, {}, 'ACTIVE')
  time.advance(SECOND_MS)
  const failed = failEnrollment(org, { ...person, deviceId: null })
  const delivery = { ...logDelivery([inHookShape(failed)], time.clock()), source: 'hook' } as const
  // A busy machine may keep a commit longer than a hook may wait; Okta sends again then.
  while ((await store.receive(delivery).catch(() => null)) === null);
  const current = async () => {
    const c = await store.latestCase(`user:${person.id}`)
    return c?.state === 'awaiting_approval' ? c : null
  }
  for (let round = 0; round < 60 && !(await current()); round++) {
    time.advance(SECOND_MS)
    await work()
  }
  const c = await current()
  if (!c) throw new Error('no proposal')

  const push = org.users.get(person.id)?.factors.find(({ factorType }) => factorType === 'push')?.id ?? ''
  const commands = createCommands({ store, policy: POLICY, clock: time.clock, emit: () => {} })
  const asked = await Promise.all([ANA, BEN].map((by) => commands.verify(c.id, { factor: push }, by)))
  t.equal(asked.filter(({ ok }) => ok).length, 1, 'the second one waits for the result of the first')
  for (let round = 0; round < 5; round++) await work()
  t.equal(org.challenges.length, 1, 'one push')
  t.match((await store.getCase(c.id))?.challenges, [{ state: 'push' }])

  answerPush(org, person.id, org.challenges[0]?.number ?? 0)
  time.advance(5 * SECOND_MS)
  for (let round = 0; round < 5; round++) await work()
  t.match((await store.getCase(c.id))?.challenges, [{ state: 'passed' }])
  const lines = await store.ledger({ after: 0, limit: 1_000, caseId: c.id })
  const passed = lines.filter(({ kind, entry }) => kind === 'verification' && entry.state === 'passed')
  t.equal(passed.length, 1, 'recorded once')

  const { proposal } = (await store.getCase(c.id)) ?? {}
  const overrides = (proposal?.overridesNeeded ?? []).map((guard) => ({ guard, because: 'asked the caller' }))
  const ask = { hash: proposal?.hash ?? '', overrides }
  const approved = await Promise.all([ANA, BEN].map((by) => commands.approve(c.id, ask, by)))
  t.equal(approved.filter(({ ok }) => ok).length, 1)
  for (let round = 0; round < 5; round++) await work()
  t.equal(org.writes.length, 1, 'one write')
})
