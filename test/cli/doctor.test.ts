import { join } from 'node:path'
import t, { type Test } from 'tap'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { DEFAULT_SCOPES } from '../../src/config/settings/scopes.ts'
import { plus, systemClock } from '../../src/domain/time.ts'
import type { SandboxHook } from '../../src/sandbox/org/model.ts'
import { FINDING_IDS } from '../../src/setup/doctor.ts'
import { JIRA_TOKEN } from '../fakes/jira.ts'
import { TICKET_FAULTS, withJira } from './doctor-tickets.ts'
import { NEW_SECRET, OLD_SECRET } from './org-beside.ts'
import { say } from './recorder.ts'
import { ACTUATOR, APP, actuator, readsOnly, type Setup, STRANGER, soundSetup } from './sound-setup.ts'

t.setTimeout(120_000)

const FORBIDDEN = { status: 403, errorCode: 'E0000006' }

/** What is broken, what is found, and anything else that `doctor` must be told. */
interface Broken {
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly how: string
  readonly breakIt: (setup: Setup, t: Test) => void | Promise<void>
  readonly clock?: () => string
}

function setEnv(name: string, value: string): Broken['breakIt'] {
  return ({ env }) => void Object.assign(env, { [name]: value })
}

function refuse(path: string, answer = FORBIDDEN): Broken['breakIt'] {
  return ({ org }) => void org.faults.add({ path, method: 'GET', answer })
}

function damage(change: (hook: SandboxHook) => void): Broken['breakIt'] {
  return ({ failures }) => change(failures)
}

function withPolicy(yaml: string): Broken['breakIt'] {
  return ({ env }, t) => {
    env.REENROLL_POLICY_FILE = join(t.testdir({ 'policy.yaml': yaml }), 'policy.yaml')
  }
}

const OTHER_KEY = JSON.stringify((await newServiceApp(APP.client.clientId)).privateJwk)
const filterOn = (event: string) => ({
  type: 'EXPRESSION_LANGUAGE',
  eventFilterMap: [{ event, condition: { expression: "event.outcome.result ne 'SUCCESS'" } }]
})

const MATRIX: readonly Broken[] = [
  {
    id: 'okta_unreachable',
    severity: 'error',
    how: 'wrong org',
    breakIt: setEnv('OKTA_CLIENT_ORGURL', 'http://127.0.0.1:9')
  },
  {
    id: 'sign_in_refused',
    severity: 'error',
    how: 'another key',
    breakIt: setEnv('OKTA_CLIENT_PRIVATEKEY', OTHER_KEY)
  },
  {
    id: 'scope_not_granted',
    severity: 'error',
    how: 'a scope too many',
    breakIt: ({ env }) => void Object.assign(env, { OKTA_CLIENT_SCOPES: `${env.OKTA_CLIENT_SCOPES} okta.apps.read` })
  },
  {
    id: 'clock_wrong',
    severity: 'error',
    how: 'an hour off',
    breakIt: () => {},
    clock: () => plus(systemClock(), 3_600_000)
  },
  {
    id: 'no_admin_role',
    severity: 'error',
    how: 'scopes and no role',
    breakIt: ({ org }) => {
      const paths = ['/users', '/devices', '/logs', '/users/*', '/users/*/*', '/iam/assignees/users']
      for (const path of paths.map((each) => `/api/v1${each}`)) {
        org.faults.add({ path, method: 'GET', answer: FORBIDDEN })
      }
    }
  },
  { id: 'users_unreadable', severity: 'error', how: 'no factors', breakIt: refuse('/api/v1/users/*/factors') },
  { id: 'source_not_there', severity: 'error', how: 'no devices', breakIt: refuse('/api/v1/devices') },
  { id: 'roles_unreadable', severity: 'error', how: 'no roles', breakIt: refuse('/api/v1/users/*/roles') },
  { id: 'log_unreadable', severity: 'error', how: 'no log', breakIt: refuse('/api/v1/logs') },
  { id: 'source_not_there', severity: 'error', how: 'no risk', breakIt: refuse('/api/v1/users/*/risk') },
  {
    id: 'writes_not_granted',
    severity: 'warning',
    how: 'read scopes only',
    breakIt: ({ env }) =>
      void Object.assign(env, {
        OKTA_CLIENT_SCOPES: APP.client.scopes.filter((s) => s !== 'okta.users.manage').join(' ')
      })
  },
  {
    id: 'actuator_refused',
    severity: 'error',
    how: 'an app that writes and that Okta does not know',
    breakIt: ({ env }) => void Object.assign(env, readsOnly(), actuator('0oaUnknown00000000d7', STRANGER))
  },
  {
    id: 'writes_not_granted',
    severity: 'warning',
    how: 'an actuator without one of the scopes',
    breakIt: ({ env }) =>
      void Object.assign(env, readsOnly(), actuator(ACTUATOR.client.clientId, ACTUATOR.privateJwk), {
        REENROLL_ACTUATOR_SCOPES: 'okta.devices.manage'
      })
  },
  {
    id: 'reader_may_write',
    severity: 'warning',
    how: 'a reader with manage scopes beside an actuator',
    breakIt: ({ env }) => void Object.assign(env, actuator(ACTUATOR.client.clientId, ACTUATOR.privateJwk))
  },
  {
    id: 'api_token',
    severity: 'warning',
    how: 'SSWS',
    breakIt: ({ env }) => {
      for (const name of ['OKTA_CLIENT_CLIENTID', 'OKTA_CLIENT_PRIVATEKEY', 'OKTA_CLIENT_SCOPES']) delete env[name]
      env.OKTA_CLIENT_TOKEN = 'test-token'
    }
  },
  {
    id: 'failures_hook_missing',
    severity: 'error',
    how: 'deleted',
    breakIt: ({ org, failures }) => void org.hooks.delete(failures.id)
  },
  {
    id: 'signals_hook_missing',
    severity: 'warning',
    how: 'deleted',
    breakIt: ({ org, signals }) => void org.hooks.delete(signals.id)
  },
  { id: 'hooks_unreadable', severity: 'warning', how: 'no right to', breakIt: refuse('/api/v1/eventHooks') },
  {
    id: 'hook_inactive',
    severity: 'error',
    how: 'switched off',
    breakIt: damage((hook) => void Object.assign(hook, { status: 'INACTIVE' }))
  },
  {
    id: 'hook_unverified',
    severity: 'error',
    how: 'changed in the console',
    breakIt: damage((hook) => void Object.assign(hook, { verificationStatus: 'UNVERIFIED' }))
  },
  {
    id: 'hook_types_missing',
    severity: 'error',
    how: 'one type gone',
    breakIt: damage((hook) => void hook.events.items.shift())
  },
  {
    id: 'hook_filter_hides',
    severity: 'error',
    how: 'only failures',
    breakIt: damage((hook) => void Object.assign(hook.events, { filter: filterOn('user.mfa.factor.activate') }))
  },
  {
    id: 'hook_header',
    severity: 'error',
    how: 'another header',
    breakIt: damage((hook) => void Object.assign(hook.channel.config.authScheme, { key: 'x-secret' }))
  },
  {
    id: 'hook_elsewhere',
    severity: 'error',
    how: 'the old address',
    breakIt: damage(
      (hook) => void Object.assign(hook.channel.config, { uri: 'https://old.example.com/okta/event-hooks' })
    )
  },
  {
    id: 'hook_twice',
    severity: 'warning',
    how: 'an interrupted rotation',
    breakIt: ({ org, failures }) => void org.hooks.set('whoSecond', { ...failures, id: 'whoSecond' })
  },
  {
    id: 'endpoint_unreachable',
    severity: 'error',
    how: 'nobody listens',
    breakIt: ({ failures, signals, env }) => {
      env.URL = 'http://127.0.0.1:9/okta/event-hooks'
      for (const hook of [failures, signals]) hook.channel.config.uri = env.URL
    }
  },
  {
    id: 'secret_refused',
    severity: 'error',
    how: 'the service has another secret',
    breakIt: setEnv('REENROLL_HOOK_SECRETS', 'a-secret-nobody-knows-0123456789')
  },
  {
    id: 'hook_cannot_take',
    severity: 'error',
    how: 'nothing can be written',
    breakIt: ({ store }) => void Object.assign(store, { receive: () => Promise.reject(new Error('disk full')) })
  },
  {
    id: 'old_secret_kept',
    severity: 'info',
    how: 'after a rotation',
    breakIt: setEnv('REENROLL_HOOK_SECRETS', `${NEW_SECRET},${OLD_SECRET}`)
  },
  {
    id: 'deliveries_fail',
    severity: 'warning',
    how: 'Okta gave up',
    breakIt: ({ org, failures }) => {
      const target = [
        { id: failures.id, type: 'EventHook', alternateId: 'unknown', displayName: 'x', detailEntry: null }
      ]
      org.record({ eventType: 'event_hook.delivery', target, outcome: { result: 'FAILURE', reason: 'timeout' } })
    }
  },
  { id: 'store_in_memory', severity: 'error', how: 'memory', breakIt: setEnv('REENROLL_STORE_URL', 'memory:') },
  {
    id: 'store_unusable',
    severity: 'error',
    how: 'a file where the folder should be',
    breakIt: ({ env }, t) => {
      const folder = t.testdir({ data: 'a file' })
      env.REENROLL_STORE_URL = `sqlite:${join(folder, 'data', 'reenroll.db')}`
    }
  },
  {
    id: 'policy_user_unknown',
    severity: 'error',
    how: 'a protected user with a misspelt login',
    breakIt: withPolicy('guards: { protectedUsers: [ceo@exmaple.com] }')
  },
  {
    id: 'policy_not_checked',
    severity: 'warning',
    how: 'a protected group, when groups cannot be listed',
    breakIt: (setup, t) => {
      refuse('/api/v1/groups')(setup, t)
      return withPolicy('guards: { protectedGroups: [Executives] }')(setup, t)
    }
  },
  {
    id: 'policy_group_unknown',
    severity: 'error',
    how: 'a misspelt protected group, with the default scopes in the settings and the guide’s scopes granted',
    breakIt: (setup, t) => {
      setup.env.OKTA_CLIENT_SCOPES = DEFAULT_SCOPES.join(' ').concat(' okta.userRisk.read okta.eventHooks.read')
      return withPolicy('guards: { protectedGroups: [Exectuives] }')(setup, t)
    }
  },
  {
    id: 'policy_actor_unseen',
    severity: 'warning',
    how: 'trusted actors that do not exist, one by a name',
    breakIt: withPolicy('guards: { trustedActorIds: [0oaNobodyAtAll0000d7, "HR workflow"] }')
  },
  {
    id: 'absent_source',
    severity: 'info',
    how: 'enrollments declared absent, which both removals need',
    breakIt: withPolicy('absentSources: [enrollments]')
  },
  {
    id: 'absent_source',
    severity: 'info',
    how: 'device permissions that the org does not have, declared',
    breakIt: (setup, t) => {
      refuse('/api/v1/devices')(setup, t)
      return withPolicy('absentSources: [device_users]')(setup, t)
    }
  },
  ...TICKET_FAULTS
]

const SOUND =
  /^No problems found\.\nWhat the app may do: GET \/api\/v1\/users: yes; .* remove_replaced_enrollment: yes\.\nNot seen in a real org yet: event: eventType = /

function doctor(setup: Setup, ...args: string[]) {
  return say(['doctor', '--url', setup.env.URL ?? setup.hookUrl, ...args], setup.env)
}

t.test('a sound set-up has no findings, and one can leave the address to the hook', async (t) => {
  const setup = await soundSetup(t)
  t.match(await doctor(setup), { exitCode: 0, out: SOUND, err: '' })
  t.match(await say(['doctor', '--json'], setup.env), { exitCode: 0, out: /"findings": \[\]/ })
})

t.test('two apps, each with its own scopes, are a sound set-up too', async (t) => {
  const setup = await soundSetup(t)
  Object.assign(setup.env, readsOnly(), actuator(ACTUATOR.client.clientId, ACTUATOR.privateJwk))
  t.match(await doctor(setup), { exitCode: 0, out: SOUND })
})

t.test('a ticket system that is set up right is asked and left as it was', async (t) => {
  const setup = await soundSetup(t)
  const jira = await withJira(setup, t)
  t.match(await doctor(setup), { exitCode: 0, out: SOUND, err: '' })
  t.ok(jira.requests.length > 0)
  // The right to write is proved by an issue without fields, which Jira refuses.
  const writes = jira.requests.filter(({ method }) => method !== 'GET')
  t.match(writes, [{ method: 'POST', url: '/rest/api/3/issue', body: { fields: {} } }])
  t.equal(writes.length, 1)
})

t.test('each broken set-up has exactly one finding, by name, with its fix', async (t) => {
  for (const { id, severity, how, breakIt, clock } of MATRIX) {
    await t.test(`${id}: ${how}`, async (t) => {
      const setup = await soundSetup(t, clock)
      await breakIt(setup, t)
      const said = await doctor(setup, '--json')
      const { findings } = JSON.parse(said.out)
      t.match(findings, [{ id, severity, what: /\w.*\.$/s, fix: /\w.*\.$/s }])
      t.equal(findings.length, 1, JSON.stringify(findings))
      t.equal(said.exitCode, { error: 1, warning: 2, info: 0 }[severity])
      for (const secret of [OLD_SECRET, NEW_SECRET, JIRA_TOKEN, 'revoked-token'])
        t.notMatch(said.out + said.err, secret)
    })
  }
  t.ok(MATRIX.length >= 15)
  t.ok(MATRIX.every(({ id }) => FINDING_IDS.includes(id)))
})

t.test('names of the policy that the org does not have are named with the nearest one', async (t) => {
  const setup = await soundSetup(t)
  setup.org.addGroup('Executives')
  const { login } = setup.org.addUser({
    profile: { login: 'vip.boss@example.com', email: 'vip.boss@example.com' }
  }).profile
  const actor = {
    id: '0oaHrWorkflow0000d7',
    type: 'PublicClientApp',
    alternateId: 'unknown',
    displayName: 'HR workflow'
  }
  setup.org.record({ eventType: 'user.lifecycle.suspend', actor: { ...actor, detailEntry: null } })
  const guards = {
    protectedGroups: ['Exectuives'],
    protectedUsers: [login, 'vip.bos@example.com', 'nobody@example.com']
  }
  await withPolicy(JSON.stringify({ guards: { ...guards, trustedActorIds: ['HR workflow', actor.id] } }))(setup, t)
  const { out, exitCode } = await doctor(setup)
  t.equal(exitCode, 1)
  t.match(out, /Exectuives \(guards\.protectedGroups; did you mean Executives\?\)\. \[policy_group_unknown\]/)
  t.match(
    out,
    /: vip\.bos@example\.com \(guards\.protectedUsers; did you mean vip\.boss@example\.com\?\), nobody@example\.com \(guards\.protectedUsers\)\. \[policy_user_unknown\]/
  )
  t.match(
    out,
    /: HR workflow \(guards\.trustedActorIds; did you mean 0oaHrWorkflow0000d7 \(HR workflow\)\?\)\. \[policy_actor_unseen\]/
  )
})

t.test('for people: severity, what is wrong, and the fix below it', async (t) => {
  const setup = await soundSetup(t)
  setup.failures.status = 'INACTIVE'
  const { out, exitCode } = await doctor(setup)
  t.equal(exitCode, 1)
  t.match(
    out,
    /^error: The event hook "reenroll failures" \(who\w+\) is not active\. .*\[hook_inactive\]\n {2}Run: npx reenroll register /
  )
})

t.test('the log of a typical active user is counted', async (t) => {
  const setup = await soundSetup(t)
  const actor = { id: setup.user.id, type: 'User', alternateId: 'x', displayName: 'x' } as const
  for (let n = 0; n < 1_200; n++) setup.org.record({ eventType: 'user.authentication.auth_via_mfa', actor })
  t.match(await doctor(setup), {
    out: /A typical active user has more than 1000 log entries in 30 d; all that guards need are read\./
  })
})
