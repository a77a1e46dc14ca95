import { join } from 'node:path'
import t, { type Test } from 'tap'
import { newServiceApp } from '../../src/cli/sandbox.ts'
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
  t.ok(sent.length > 10, `${sent.length} failures during the rotation`)
  t.ok(okta.deliveries.every(({ outcome }) => outcome === 'delivered'))
  const got = await store.claimEvents({ limit: 10_000, now: org.clock(), leaseMs: 1, holder: 'test' })
  t.strictSame(got.map(({ uuid }) => uuid).sort(), sent.sort())
  t.match(said.out, /Remove the others from REENROLL_HOOK_SECRETS/)
})

t.test('a rotation does not begin before the service knows both secrets', async (t) => {
  const { run, hookUrl, env, changes } = await registered(t)
  t.match(await run('--rotate'), { exitCode: 1, err: /--rotate needs both secrets, the new one first/ })
  const unknown = { ...env, REENROLL_HOOK_SECRETS: `a-secret-nobody-knows-0123456789,${OLD_SECRET}` }
  const said = await say(['register', '--url', hookUrl, '--rotate'], unknown)
  t.match(said, { exitCode: 1, err: /rejects secret 1 \(HTTP 401\)/ })
  t.notMatch(said.err, /a-secret-nobody-knows/)
  t.equal(changes(), 0)
})

t.test('what goes wrong is said with what to do', async (t) => {
  const { env, org, run, changes } = await registered(t)
  const nobody = await say(['register', '--url', 'http://127.0.0.1:9/okta/event-hooks'], env)
  t.match(nobody, {
    exitCode: 1,
    err: /does not respond within 3 seconds; check that the service runs.*\nNothing was changed/
  })
  t.equal(changes(), 0)
  t.match(await say(['register', '--url', 'http://reenroll.example.com/'], env), {
    exitCode: 1,
    err: /^--url: http\S+ is not an https address/
  })
  t.match(await run('--settle', 'soon'), { exitCode: 1, err: /--settle: soon is not a valid duration/ })
  org.faults.add({ path: '/api/v1/eventHooks', method: 'GET', answer: { status: 403, errorCode: 'E0000006' } })
  t.match(await run(), { exitCode: 1, err: /The event hooks cannot be read\..*403 E0000006/ })
  org.faults.clear()
  org.faults.add({ path: '/api/v1/eventHooks', method: 'POST', answer: { status: 403, errorCode: 'E0000006' } })
  t.match(await run(), { exitCode: 1, err: /403 E0000006.* Run register with an admin’s credentials/ })
})

t.test('a mistyped address leaves the live hooks as they are', async (t) => {
  const { run, hooks, env, changes, hookUrl } = await registered(t)
  await run()
  const before = JSON.stringify(hooks())
  const written = changes()
  const wrong = await say(['register', '--url', hookUrl.replace('event-hooks', 'event-hook')], env)
  t.match(wrong, { exitCode: 1, err: /does not echo Okta's challenge.*\nNothing was changed in Okta\./s })
  t.equal(JSON.stringify(hooks()), before)
  t.equal(changes(), written)
})

t.test('an address that Okta cannot reach, though we can, is rolled back', async (t) => {
  const { run, hooks, org, hookUrl } = await registered(t)
  await run()
  const [failures] = hooks()
  if (!failures) throw new Error('no hook')
  // The org delivers to another address; the new one fails Okta's verification.
  failures.channel.config.uri = `${hookUrl}?old`
  const before = JSON.stringify(hooks())
  org.faults.add({ path: '/api/v1/eventHooks/*/lifecycle/verify', answer: { status: 400, errorCode: 'E0000001' } })
  t.match(await run('--settle', '0s'), { exitCode: 1, err: /The event hooks are as they were before\./ })
  t.equal(JSON.stringify(hooks()), before, 'the live hook still delivers, and the new one is gone')
  const signals = hooks()[1]
  if (!signals) throw new Error('no hook')
  Object.assign(failures, { status: 'INACTIVE' })
  failures.channel.config.uri = hookUrl
  signals.channel.config.uri = `${hookUrl}?old`
  const { exitCode, out } = await run('--settle', '0s')
  t.equal(exitCode, 1)
  t.match(out, /Activate the failures hook/)
  t.equal(hooks()[0]?.status, 'INACTIVE', 'what it had activated is as it was')
  org.faults.clear()
  t.match(await run('--settle', '0s'), { exitCode: 0 })
  t.ok(
    hooks().every(
      ({ channel, verificationStatus }) => channel.config.uri === hookUrl && verificationStatus === 'VERIFIED'
    )
  )
  t.equal(hooks().length, 2)
})

t.test('the token of an admin is used once and kept nowhere', async (t) => {
  const { env, hookUrl, hooks } = await registered(t)
  const { OKTA_CLIENT_TOKEN: token, ...rest } = env
  const app = {
    ...rest,
    OKTA_CLIENT_CLIENTID: '0oaNoRights000000000',
    OKTA_CLIENT_PRIVATEKEY: JSON.stringify((await newServiceApp('0oaNoRights000000000')).privateJwk)
  }
  const file = join(t.testdir({ token: `${token}\n`, empty: '' }), 'token')
  const register = (...args: string[]) => say(['register', '--url', hookUrl, ...args], app)
  t.match(await register(), { exitCode: 1 })
  const said = await register('--admin-token-file', file)
  t.match(said, { exitCode: 0 })
  t.notMatch(said.out + said.err, token)
  t.equal(hooks().length, 2)
  t.match(await register('--admin-token-file', `${file}s`), {
    exitCode: 1,
    err: /^--admin-token-file: .*cannot be read/
  })
})
