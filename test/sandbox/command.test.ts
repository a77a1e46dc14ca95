import okta from '@okta/okta-sdk-nodejs'
import t from 'tap'
import { runSandbox } from '../../src/cli/sandbox.ts'
import { systemClock } from '../../src/domain/time.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { startReceiver } from './receiver.ts'

/** The printed settings, read as a shell would. */
function settingsIn(printed: string): Record<string, string> {
  const lines = printed.split('\n').filter((line) => line.startsWith('OKTA_CLIENT_'))
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).map((part) => part.replace(/^['"]|['"]$/g, ''))))
}

t.test('the sandbox alone: what it prints is enough to read it, register a hook, and hear of the people', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  let printed = ''
  const stdout = { write: (text: string) => (printed += text) }
  const sandbox = await runSandbox({ host: '127.0.0.1', port: 0, clock: systemClock, stdout })
  t.teardown(sandbox.close)
  const settings = settingsIn(printed)
  t.equal(settings.OKTA_CLIENT_ORGURL, sandbox.url)
  const client = new okta.Client({
    orgUrl: settings.OKTA_CLIENT_ORGURL ?? '',
    authorizationMode: 'PrivateKey',
    clientId: settings.OKTA_CLIENT_CLIENTID ?? '',
    keyId: settings.OKTA_CLIENT_KEYID ?? '',
    scopes: (settings.OKTA_CLIENT_SCOPES ?? '').split(' '),
    privateKey: settings.OKTA_CLIENT_PRIVATEKEY ?? '',
    cacheMiddleware: null
  })
  const dana = [...sandbox.org.users.values()].find(({ profile }) => profile.lastName === 'Suspended')
  t.equal((await client.userApi.getUser({ userId: dana?.id ?? '' })).status, 'SUSPENDED')

  const uri = receiver.url
  const hook = await client.eventHookApi.createEventHook({
    eventHook: {
      name: 'reenroll',
      events: {
        type: 'EVENT_TYPE',
        items: ['user.mfa.factor.activate', 'device.enrollment.create', 'device.user.add']
      },
      channel: {
        type: 'HTTP',
        version: '1.0.0',
        config: { uri, authScheme: { type: 'HEADER', key: 'Authorization', value: 'the-secret' } }
      }
    }
  })
  t.equal(receiver.arrivals.length, 0, 'nobody fails before the hook is verified')
  await client.eventHookApi.verifyEventHook({ eventHookId: hook.id ?? '' })
  const crowd = SCENARIOS.filter(({ isolated }) => !isolated).length
  await receiver.arrived(crowd)
  const heard = JSON.stringify(receiver.arrivals.map(({ body }) => body))
  t.ok(dana && heard.includes(dana.id))
  t.match(printed, /people now fail to enroll/)
})
