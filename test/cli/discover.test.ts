import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readPolicy } from '../../src/config/policy/file.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import { orgBeside } from './org-beside.ts'
import { say } from './recorder.ts'

/** Things that name somebody and may stand in no example. */
const CANARIES = [
  'Petra Private',
  'petra.private@example.com',
  '198.51.100.77',
  'Serial0815',
  'Petras iPhone',
  'Springfield'
]

/** Three days of an org: known failures and recoveries, and a failure under a type and a name that nobody listed. */
function fillLog(org: Org): void {
  const now = org.clock()
  const record = (hoursAgo: number, eventType: string, result: string, reason: string | null, more: object = {}) => {
    const user = {
      id: `00u${String(hoursAgo).padStart(17, 'x')}`,
      type: 'User',
      alternateId: CANARIES[1],
      displayName: CANARIES[0]
    }
    org.record({
      eventType,
      published: plus(now, -hoursAgo * HOUR_MS),
      actor: { ...user, detailEntry: null },
      target: [{ ...user, detailEntry: null }],
      outcome: { result, reason },
      client: { ipAddress: CANARIES[2], geographicalContext: { city: CANARIES[5], country: 'United States' } },
      debugContext: { debugData: { deviceFingerprint: CANARIES[3] } },
      device: { name: CANARIES[4], os_platform: 'IOS' },
      ...more
    } as Parameters<Org['record']>[0])
  }
  for (const hours of [2, 3, 30])
    record(hours, 'user.mfa.factor.activate', 'FAILURE', `invalidToken for ${CANARIES[1]}: OKTA_VERIFY_PUSH`)
  record(1, 'device.user.add', 'SUCCESS', null)
  record(50, 'user.authentication.auth_via_mfa', 'SUCCESS', null)
  for (const hours of [4, 60]) record(hours, 'user.mfa.factor.enroll_app', 'FAILURE', 'OKTA_VERIFY_PUSH: invalidToken')
  record(5, 'user.session.start', 'SUCCESS', null)
}

async function discovered(t: Test, ...args: string[]) {
  const world = await orgBeside(t)
  fillLog(world.org)
  const folder = t.testdir()
  const state = join(folder, 'state.json')
  const run = () => say(['discover', '--since', '3d', '--state', state, ...args], world.env)
  return { ...world, folder, state, run }
}

t.test('shapes with counts, how each is read, and settings that fit', async (t) => {
  const { run, state } = await discovered(t, '--json')
  const { shapes, proposal } = JSON.parse((await run()).out)
  t.match(shapes, [
    { eventType: 'user.mfa.factor.activate', result: 'FAILURE', count: 3, users: 3, readsAs: 'failure (high)' },
    { eventType: 'user.mfa.factor.enroll_app', count: 2, nearMiss: true },
    { eventType: 'device.user.add', count: 1, readsAs: 'recovery' }
  ])
  t.equal(shapes.length, 3, 'sign-ins and sessions that went well are not read')
  t.equal(shapes[0].reason, 'invalidToken for <email>: OKTA_VERIFY_PUSH', 'one shape, whoever it was about')
  const policy = readPolicy(proposal.policy)
  t.ok(policy.ok && policy.policy.classifier.failureTypes.includes('user.mfa.factor.enroll_app'), 'it is a policy file')
  t.strictSame(proposal.hookFilter, { 'user.authentication.auth_via_mfa': "event.outcome.result ne 'SUCCESS'" })
  t.match(proposal.remarks.join('\n'), /enroll_app failed in words of an Okta Verify enrollment, and is not listed/)
  t.match(proposal.remarks.join('\n'), /device\.enrollment\.create was not seen\./)
  t.notOk(existsSync(state), 'nothing is left behind')
})

t.test('for people: a table and YAML; nothing in it names anybody', async (t) => {
  const { run } = await discovered(t)
  const { out, exitCode } = await run()
  t.equal(exitCode, 0)
  t.match(out, /user\.mfa\.factor\.activate.*FAILURE/)
  t.match(out, /classifier:\n {2}failureTypes:/)
  for (const canary of CANARIES) t.notMatch(out, canary)
})

t.test('one example per shape, with everything personal taken out and everything of use kept', async (t) => {
  const { run, folder } = await discovered(t, '--examples', join(t.testdirName, 'examples'))
  await run()
  const names = readdirSync(join(folder, 'examples'))
  t.strictSame(names, [
    '001-user.mfa.factor.activate-FAILURE.json',
    '002-user.mfa.factor.enroll_app-FAILURE.json',
    '003-device.user.add-SUCCESS.json'
  ])
  const texts = names.map((name) => readFileSync(join(folder, 'examples', name), 'utf8'))
  for (const canary of CANARIES)
    t.ok(
      texts.every((text) => !text.includes(canary)),
      canary
    )
  t.match(JSON.parse(texts[0] ?? ''), {
    eventType: 'user.mfa.factor.activate',
    outcome: { result: 'FAILURE', reason: 'invalidToken for <email>: OKTA_VERIFY_PUSH' },
    actor: { id: '<00u id>', type: 'User', alternateId: '<email>', displayName: '<text>' },
    client: { ipAddress: '<ip>', geographicalContext: { country: 'United States', city: '<text>' } },
    device: { os_platform: 'IOS', name: '<text>' }
  })
})

t.test('an interrupted run is said to be one, and the next goes on: the same result as in one go', async (t) => {
  const whole = JSON.parse((await (await discovered(t, '--json')).run()).out)
  const { run, org, state } = await discovered(t, '--json')
  org.faults.add({ path: '/api/v1/logs', answer: { status: 400, errorCode: 'E0000001' } })
  org.faults.add({ path: '/api/v1/logs', answer: 'normal', times: 2 })
  t.match(await run(), { exitCode: 1, err: /cannot be read further\..*\n?.*it resumes where it stopped/s })
  t.ok(existsSync(state))
  for (const canary of CANARIES) t.notMatch(readFileSync(state, 'utf8'), canary, 'what is kept names nobody')
  org.faults.clear()
  const before = org.requests.get('logs') ?? 0
  const said = await run()
  t.match(said.err, /Resuming at /)
  t.equal((org.requests.get('logs') ?? 0) - before, 1, 'only the window that was missing')
  const counts = (result: { shapes: { eventType: string; count: number }[] }) =>
    result.shapes.map(({ eventType, count }) => [eventType, count])
  t.strictSame(counts(JSON.parse(said.out)), counts(whole))
})

t.test('a time that Okta does not keep is refused', async (t) => {
  for (const since of ['91d', '0d', 'soon']) {
    t.match(await say(['discover', '--since', since]), { exitCode: 1, err: /at most 90d/ })
  }
})
