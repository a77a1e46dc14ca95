import t, { type Test } from 'tap'
import { NEW_SECRET, OLD_SECRET, orgBeside } from './org-beside.ts'
import { say } from './recorder.ts'

async function registered(t: Test) {
  const world = await orgBeside(t)
  const run = (...args: string[]) => say(['register', '--url', world.hookUrl, ...args], world.env)
  const hooks = () => [...world.org.hooks.values()]
  const changes = () => world.org.writes.length
  return { ...world, run, hooks, changes }
}

t.test('an empty org gets two verified hooks; a second run changes nothing', async (t) => {
  const { run, hooks, changes } = await registered(t)
  const first = await run()
  t.match(first, { exitCode: 0, out: /Create "reenroll failures": the org has no such hook\./ })
  t.match(
    hooks().map(({ name, status, verificationStatus }) => [name, status, verificationStatus]),
    [
      ['reenroll failures', 'ACTIVE', 'VERIFIED'],
      ['reenroll signals', 'ACTIVE', 'VERIFIED']
    ]
  )
  const before = changes()
  t.match(await run(), { exitCode: 0, out: /The event hooks are as they should be\. Nothing was changed\./ })
  t.equal(changes(), before)
})

t.test('a dry run says what it would do, and does nothing', async (t) => {
  const { run, hooks, changes } = await registered(t)
  t.match(await run('--dry-run'), { exitCode: 0, out: /^Would create "reenroll failures": / })
  const json = JSON.parse((await run('--dry-run', '--json')).out)
  t.match(json, {
    dryRun: true,
    steps: [
      { do: 'create', kind: 'failures' },
      { do: 'create', kind: 'signals' }
    ],
    hooks: []
  })
  t.equal(changes(), 0)
  t.equal(hooks().length, 0)
})

t.test('a damaged hook is repaired and verified again', async (t) => {
  const { run, hooks } = await registered(t)
  await run()
  const [failures, signals] = hooks()
  if (!failures || !signals) throw new Error('no hooks')
  failures.events.items = ['user.mfa.factor.activate']
  signals.status = 'INACTIVE'
  t.match(await run('--json'), { exitCode: 0 })
  t.match(hooks(), [
    { verificationStatus: 'VERIFIED', events: { items: ['user.mfa.factor.activate', 'user.mfa.factor.update'] } },
    { status: 'ACTIVE' }
  ])
})

t.test(
  'with --filter sign-ins come too, but not the successful ones; recoveries are never filtered away',
  async (t) => {
    const { run, org, okta, store } = await registered(t)
    await run('--filter')
    const record = (eventType: string, result: string) =>
      org.record({ eventType, outcome: { result, reason: null } }).uuid
    record('user.authentication.auth_via_mfa', 'SUCCESS')
    const wanted = [
      record('user.authentication.auth_via_mfa', 'FAILURE'),
      record('user.mfa.factor.activate', 'FAILURE'),
      record('user.mfa.factor.activate', 'SUCCESS')
    ]
    await okta.flush()
    const got = await store.claimEvents({ limit: 10, now: org.clock(), leaseMs: 1, holder: 'test' })
    t.strictSame(got.map(({ uuid }) => uuid).sort(), wanted.sort())
  }
)

t.test('rotation under load loses no delivery, and only the new secret is left in Okta', async (t) => {
  const { run, org, okta, store, env, hooks } = await registered(t)
  await run()
  const sent: string[] = []
  const load = setInterval(() => {
    sent.push(org.record({ eventType: 'user.mfa.factor.activate', outcome: { result: 'FAILURE', reason: null } }).uuid)
  }, 4)
  t.teardown(() => clearInterval(load))
  const both = { ...env, REENROLL_HOOK_SECRETS: `${NEW_SECRET},${OLD_SECRET}` }
  const said = await say(
    ['register', '--url', hooks()[0]?.channel.config.uri ?? '', '--rotate', '--settle', '300ms'],
    both
  )
  clearInterval(load)
  await okta.flush()
  t.match(said, { exitCode: 0, out: /Waiting .*: events need minutes/ })
  t.strictSame(
    hooks().map(({ channel, verificationStatus }) => [channel.config.authScheme.value, verificationStatus]),
    [
      [NEW_SECRET, 'VERIFIED'],
      [NEW_SECRET, 'VERIFIED']
    ]
  )
  t.ok(sent.length > 40, `${sent.length} failures during the rotation`)
  t.ok(okta.deliveries.every(({ outcome }) => outcome === 'delivered'))
  const got = await store.claimEvents({ limit: 10_000, now: org.clock(), leaseMs: 1, holder: 'test' })
  t.strictSame(got.map(({ uuid }) => uuid).sort(), sent.sort())
  t.match(said.out, /Remove the others from REENROLL_HOOK_SECRETS/)
})

t.test('a rotation does not begin before the service knows both secrets', async (t) => {
  const { run, hookUrl, env, changes } = await registered(t)
  t.match(await run('--rotate'), { exitCode: 1, err: /needs both secrets: the new one first/ })
  const unknown = { ...env, REENROLL_HOOK_SECRETS: `a-secret-nobody-knows-0123456789,${OLD_SECRET}` }
  const said = await say(['register', '--url', hookUrl, '--rotate'], unknown)
  t.match(said, { exitCode: 1, err: /answers 401 to secret 1 of REENROLL_HOOK_SECRETS/ })
  t.notMatch(said.err, /a-secret-nobody-knows/)
  t.equal(changes(), 0)
})

t.test('what goes wrong is said with what to do', async (t) => {
  const { env, org, run } = await registered(t)
  const nobody = await say(['register', '--url', 'http://127.0.0.1:9/okta/event-hooks'], env)
  t.match(nobody, { exitCode: 1, err: /did not get its challenge back within 3 seconds\. Check that the service runs/ })
  t.match(await say(['register', '--url', 'http://reenroll.example.com/'], env), {
    exitCode: 1,
    err: /no https address/
  })
  t.match(await run('--settle', 'soon'), { exitCode: 1, err: /--settle is a duration/ })
  org.faults.add({ path: '/api/v1/eventHooks', method: 'GET', answer: { status: 403, errorCode: 'E0000006' } })
  t.match(await run(), { exitCode: 1, err: /The event hooks cannot be read\..*403 E0000006/ })
  org.faults.clear()
  org.faults.add({ path: '/api/v1/eventHooks', method: 'POST', answer: { status: 403, errorCode: 'E0000006' } })
  t.match(await run(), { exitCode: 1, err: /403 E0000006.* Run register with an admin’s credentials/ })
})
