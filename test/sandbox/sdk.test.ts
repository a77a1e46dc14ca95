import okta from '@okta/okta-sdk-nodejs'
import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { handClock, makeApp } from './api-client.ts'

const HOUR_MS = 3_600_000

t.test('Okta’s own SDK reads and writes with private_key_jwt and DPoP', async (t) => {
  const hand = handClock()
  const app = await makeApp()
  const sandbox = await startSandbox({ clock: hand.clock, clients: [app.client] })
  t.teardown(() => sandbox.close())
  const user = sandbox.org.addUser({ status: 'SUSPENDED' })
  sandbox.org.addFactor(user.id)
  sandbox.org.addFactor(user.id, { factorType: 'signed_nonce' })
  const client = new okta.Client({
    orgUrl: sandbox.url,
    authorizationMode: 'PrivateKey',
    clientId: app.client.clientId,
    scopes: [...app.client.scopes],
    privateKey: JSON.stringify(app.privateJwk),
    cacheMiddleware: null
  })

  t.equal((await client.userApi.getUser({ userId: user.id })).status, 'SUSPENDED')
  const types: string[] = []
  await (await client.userFactorApi.listFactors({ userId: user.id })).each((factor) => {
    types.push(String(factor?.factorType))
  })
  t.strictSame(types, ['push', 'signed_nonce'])
  await client.userApi.unsuspendUser({ userId: user.id })
  t.equal((await client.userApi.getUser({ userId: user.id })).status, 'ACTIVE')
  t.match(sandbox.org.writes, [{ action: 'unsuspend', userId: user.id, clientId: app.client.clientId, ok: true }])
  t.match(sandbox.org.log, [
    { eventType: 'user.lifecycle.unsuspend', actor: { type: 'PublicClientAppEntity', id: app.client.clientId } }
  ])

  const refused: unknown = await client.userApi.unsuspendUser({ userId: user.id }).catch((error: unknown) => error)
  t.match(refused, { status: 400, errorCode: 'E0000001' })
  hand.move(2 * HOUR_MS)
  t.equal((await client.userApi.getUser({ userId: user.id })).status, 'ACTIVE', 'a token that ran out is renewed')
  t.equal(sandbox.org.requests.get('token'), 4, 'two dances of two requests each')
})

t.test('an org URL that ends in a slash fails with DPoP, as it does at Okta', async (t) => {
  const app = await makeApp()
  const sandbox = await startSandbox({ clock: handClock().clock, clients: [app.client] })
  t.teardown(() => sandbox.close())
  const user = sandbox.org.addUser()
  const client = new okta.Client({
    orgUrl: `${sandbox.url}/`,
    authorizationMode: 'PrivateKey',
    clientId: app.client.clientId,
    scopes: [...app.client.scopes],
    privateKey: JSON.stringify(app.privateJwk),
    cacheMiddleware: null
  })
  const error: unknown = await client.userApi.getUser({ userId: user.id }).catch((caught: unknown) => caught)
  t.match(error, { status: 400 })
})
