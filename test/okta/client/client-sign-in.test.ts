import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newServiceApp } from '../../../src/cli/sandbox.ts'
import type { Settings } from '../../../src/config/settings/settings.ts'
import { HOUR_MS } from '../../../src/domain/time.ts'
import { orgClient } from './org-client.ts'

const user = (id: string) => ({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin: id } }) as const

t.test('however many first calls there are, one token is asked for', async (t) => {
  const { client, org, told } = await orgClient(t)
  const { id } = org.addUser()
  const replies = await Promise.all(Array.from({ length: 8 }, () => client.call(user(id))))
  t.ok(replies.every(({ ok }) => ok))
  t.strictSame(
    told.filter(({ bucket }) => bucket === 'POST /oauth2/v1/token').map(({ code }) => code),
    ['400', '200'],
    'Okta’s demand for a nonce, and the token'
  )
})

t.test('a token that ran out is renewed once for all who find out', async (t) => {
  const { client, org, told, move } = await orgClient(t)
  const { id } = org.addUser()
  await client.call(user(id))
  move(2 * HOUR_MS)
  told.length = 0
  const replies = await Promise.all(Array.from({ length: 5 }, () => client.call(user(id))))
  t.ok(replies.every(({ ok }) => ok))
  t.equal(told.filter(({ bucket }) => bucket.startsWith('POST')).length, 2)
})

t.test('a token that is refused again and again is renewed once, and then it is trouble', async (t) => {
  const { client, org, sandbox, told } = await orgClient(t)
  const { id } = org.addUser()
  sandbox.faults.add({ path: '/api/v1/users/*', answer: { status: 401 } })
  t.match(await client.call(user(id)), {
    ok: false,
    error: { kind: 'unauthenticated', status: 401, errorCode: 'E0000011', ambiguous: false }
  })
  t.equal(told.filter(({ bucket }) => bucket.startsWith('GET')).length, 2)
})

t.test('the key of another app surfaces as what it is, not as an invalid token', async (t) => {
  const stranger = await newServiceApp('0oa1stranger00000d7')
  const { client, writer, org, told } = await orgClient(t, {
    settings: (okta) => ({
      ...okta,
      auth: {
        ...(okta.auth.kind === 'private_key' ? okta.auth : nobody()),
        privateKey: JSON.stringify(stranger.privateJwk)
      }
    })
  })
  const { id } = org.addUser()
  const trouble = { kind: 'unauthenticated', errorCode: 'invalid_client', ambiguous: false, because: /OKTA_CLIENT_/ }
  t.match(await client.call(user(id)), { ok: false, error: trouble })
  t.match(await writer.unsuspendUser(id), { ok: false, error: trouble })
  t.ok(
    told.every(({ bucket }) => bucket === 'POST /oauth2/v1/token'),
    'nothing was called without a token'
  )
})

t.test('a scope that was not granted is named as the reason', async (t) => {
  const { client, org } = await orgClient(t, {
    settings: (okta) => ({
      ...okta,
      auth: { ...(okta.auth.kind === 'private_key' ? okta.auth : nobody()), scopes: ['okta.apps.manage'] }
    })
  })
  t.match(await client.call(user(org.addUser().id)), {
    ok: false,
    error: { kind: 'unauthenticated', errorCode: 'invalid_scope', because: /OKTA_CLIENT_SCOPES/ }
  })
})

t.test('a key the SDK cannot sign with is trouble with the key, and no secret of it is told', async (t) => {
  const key = '-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----'
  const { client, org } = await orgClient(t, {
    settings: (okta) => ({
      ...okta,
      auth: { ...(okta.auth.kind === 'private_key' ? okta.auth : nobody()), privateKey: key }
    })
  })
  const reply = await client.call(user(org.addUser().id))
  t.match(reply, {
    ok: false,
    error: { kind: 'unauthenticated', because: /OKTA_CLIENT_PRIVATEKEY must be an RSA key/ }
  })
  t.notMatch(JSON.stringify(reply), /TOPSECRET/)
})

t.test('an app that needs no DPoP, and an API token, sign in too', async (t) => {
  const app = await newServiceApp('0oa1bearer0000000d7')
  const bearer = await orgClient(t, {
    sandbox: { clients: [{ ...app.client, dpop: false }] },
    settings: signedInAs(app)
  })
  t.match(await bearer.client.call(user(bearer.org.addUser().id)), { ok: true })
  const ssws = await orgClient(t, {
    sandbox: { apiTokens: ['dev-token'] },
    settings: ({ orgUrl }) => ({ orgUrl, auth: { kind: 'token', token: 'dev-token' } })
  })
  t.match(await ssws.client.call(user(ssws.org.addUser().id)), { ok: true })
  const wrong = await orgClient(t, {
    settings: ({ orgUrl }) => ({ orgUrl, auth: { kind: 'token', token: 'not-a-token' } })
  })
  t.match(await wrong.client.call(user(wrong.org.addUser().id)), { error: { kind: 'unauthenticated', status: 401 } })
})

t.test('stray settings of the SDK, in the environment or an okta.yaml, change nothing', async (t) => {
  const dir = t.testdir()
  const before = { cwd: process.cwd(), env: { ...process.env } }
  t.teardown(() => {
    process.chdir(before.cwd)
    process.env = before.env
  })
  const stray = 'orgUrl: https://stray.example.com\n    token: stray\n    clientId: stray\n    keyId: stray'
  writeFileSync(
    join(dir, 'okta.yaml'),
    `okta:\n  client:\n    ${stray}\n    authorizationMode: SSWS\n    scopes: stray\n`
  )
  process.chdir(dir)
  for (const name of ['ORGURL', 'TOKEN', 'CLIENTID', 'KEYID', 'SCOPES', 'PRIVATEKEY', 'AUTHORIZATIONMODE']) {
    process.env[`OKTA_CLIENT_${name}`] = 'stray'
  }
  const { client, org, told } = await orgClient(t)
  t.match(await client.call(user(org.addUser().id)), { ok: true })
  t.equal(told.length, 3)
})

/** The settings of an org whose client is this app. */
const signedInAs =
  ({ client, privateJwk }: Awaited<ReturnType<typeof newServiceApp>>) =>
  (okta: Settings['okta']) => ({
    ...okta,
    auth: {
      ...(okta.auth.kind === 'private_key' ? okta.auth : nobody()),
      clientId: client.clientId,
      privateKey: JSON.stringify(privateJwk)
    }
  })

function nobody(): never {
  throw new Error('the settings of these tests sign in with a private key')
}

t.test('a call that Okta answers with a demand for a nonce is sent once more with it, a write too', async (t) => {
  const app = await newServiceApp('0oa1demanding0000d7')
  const roles = [{ role: 'SUPER_ADMIN' }] as const
  const { client, writer, org, told } = await orgClient(t, {
    sandbox: { strict: true, clients: [{ ...app.client, roles }] },
    settings: signedInAs(app)
  })
  const { id } = org.addUser({ status: 'SUSPENDED' })
  const codes = () => told.filter(({ bucket }) => bucket.includes('/api/v1/')).map(({ code }) => code)
  t.match(await writer.unsuspendUser(id), { ok: true })
  t.strictSame(codes(), ['401', '200'])
  t.match(await client.call(user(id)), { ok: true, answer: { body: { status: 'ACTIVE' } } })
  t.strictSame(codes(), ['401', '200', '200'], 'later calls carry it at once')
  t.equal(told.filter(({ bucket }) => bucket === 'POST /oauth2/v1/token').length, 2, 'the token is kept')
})
