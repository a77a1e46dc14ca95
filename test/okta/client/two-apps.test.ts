/** A service with two apps at Okta: one reads, one writes, and neither can do the other's work. */
import t from 'tap'
import { startService } from '../../../src/app/service.ts'
import { newServiceApp } from '../../../src/cli/sandbox.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { AppCredentials } from '../../../src/config/settings/okta.ts'
import { writerOf } from '../../../src/config/settings/okta.ts'
import type { Settings } from '../../../src/config/settings/settings.ts'
import { systemClock } from '../../../src/domain/time.ts'
import { createOktaClient } from '../../../src/okta/client/client.ts'
import { createWriter } from '../../../src/okta/writes.ts'
import { attachDelivery } from '../../../src/sandbox/hooks/delivery.ts'
import { createOrg } from '../../../src/sandbox/org/org.ts'
import { failEnrollment } from '../../../src/sandbox/people.ts'
import { orphaned, suspended } from '../../../src/sandbox/scenarios/cast.ts'
import type { AnsweredCall } from '../../../src/sandbox/server/gateway.ts'
import { startSandbox } from '../../../src/sandbox/server/server.ts'
import { addHook } from '../../sandbox/receiver.ts'

const SECRET = 'Bearer hook-secret-of-the-test'

async function appWith(clientId: string, scopes: readonly string[]) {
  const { client, privateJwk } = await newServiceApp(clientId)
  const credentials: AppCredentials = {
    ...{ kind: 'private_key', clientId, keyId: String(privateJwk.kid), scopes },
    privateKey: JSON.stringify(privateJwk)
  }
  return { client: { ...client, scopes }, credentials }
}

async function orgOfTwo(t: { teardown(fn: () => Promise<void>): unknown }) {
  const reader = await appWith('0oaReader0000000000d7', [
    ...['okta.users.read', 'okta.devices.read', 'okta.logs.read', 'okta.roles.read', 'okta.userRisk.read']
  ])
  const actuator = await appWith('0oaActuator00000000d7', ['okta.users.manage', 'okta.devices.manage'])
  const exchanges: AnsweredCall[] = []
  const org = createOrg({ clock: systemClock })
  const clients = [reader.client, actuator.client]
  const onExchange = (exchange: AnsweredCall) => void exchanges.push(exchange)
  const sandbox = await startSandbox({ clock: systemClock, org, clients, limits: 'none', onExchange })
  t.teardown(() => sandbox.close())
  const okta: Settings['okta'] = { orgUrl: sandbox.url, auth: reader.credentials, actuator: actuator.credentials }
  return { org, okta, exchanges }
}

t.test('a repair reads with the reader, re-reads with the reader, and writes with the actuator', async (t) => {
  const { org, okta, exchanges } = await orgOfTwo(t)
  const delivery = attachDelivery(org)
  const hook = addHook(org, 'http://127.0.0.1:9/okta/event-hooks')
  hook.channel.config.authScheme.value = SECRET
  const service = await startService({
    settings: {
      okta,
      hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
      ops: { host: '127.0.0.1', port: 0, token: 'ops-token-of-thirty-two-characters' },
      ...{ storeUrl: 'memory:', mode: 'auto' }
    },
    ...{ policy: DEFAULT_POLICY, logLevel: 'silent', followLog: false, worker: { pollMs: 50 } }
  })
  t.teardown(async () => {
    delivery.detach()
    await service.close()
  })
  hook.channel.config.uri = service.hookUrl
  await failEnrollment(org, orphaned(org, 'Olivia'))
  await delivery.flush()
  await service.worker.idle()
  const { cases } = await service.store.listCases({ limit: 2 })
  t.match(cases, [{ state: 'watching', actions: [{ remediation: 'remove_orphaned_enrollment', state: 'done' }] }])
  t.ok(org.writes.length > 0)
  const calls = exchanges.filter(({ url }) => url.startsWith('/api/v1/'))
  const tokens = (isWrite: boolean) =>
    new Set(calls.filter(({ method }) => (method !== 'GET') === isWrite).map(({ authorization }) => authorization))
  t.equal(tokens(false).size, 1, 'all reads come with one token')
  t.equal(tokens(true).size, 1, 'all writes with another')
  t.notOk(
    [...tokens(false)].some((token) => tokens(true).has(token)),
    'and they are two'
  )
  const writtenAt = calls.findIndex(({ method }) => method !== 'GET')
  t.ok(
    calls.slice(0, writtenAt).filter(({ url }) => /\/factors$/.test(url)).length >= 2,
    'read, and read again before it'
  )
  for (const write of org.writes) t.match(write, { clientId: '0oaActuator00000000d7', ok: true })
})

t.test('a reader that tries to write is refused by Okta, and nothing happens', async (t) => {
  const { org, okta } = await orgOfTwo(t)
  const person = suspended(org, 'Sue')
  const parts = { requestTimeoutMs: 5_000, emit: () => {} }
  const refused = await createWriter(createOktaClient(okta, parts)).unsuspendUser(person.id)
  t.match(refused, { ok: false, error: { kind: 'forbidden', status: 403, ambiguous: false } })
  t.equal(org.users.get(person.id)?.status, 'SUSPENDED')
  t.match(await createWriter(createOktaClient(writerOf(okta), parts)).unsuspendUser(person.id), { ok: true })
  t.equal(org.users.get(person.id)?.status, 'ACTIVE')
})
