import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import {
  type App,
  askToken,
  asObject,
  assertion,
  dpopCall,
  dpopToken,
  handClock,
  hashOf,
  makeApp,
  proof
} from './api-client.ts'

const HOUR_MS = 3_600_000

async function started(test: Pick<typeof t, 'teardown'>, app: App) {
  const hand = handClock()
  const sandbox = await startSandbox({ clock: hand.clock, clients: [app.client] })
  test.teardown(() => sandbox.close())
  const user = sandbox.org.addUser()
  return { hand, sandbox, userUrl: `${sandbox.url}/api/v1/users/${user.id}` }
}

t.test('the DPoP dance: no proof, no nonce, then a bound token', async (t) => {
  const app = await makeApp()
  const { sandbox } = await started(t, app)
  const url = `${sandbox.url}/oauth2/v1/token`

  const bare = await askToken(app, sandbox.url)
  t.equal(bare.status, 400)
  t.equal((await asObject(bare)).error, 'invalid_dpop_proof')

  const first = await askToken(app, sandbox.url, { dpop: await proof(app, 'POST', url) })
  t.equal(first.status, 400)
  t.equal((await asObject(first)).error, 'use_dpop_nonce')
  const nonce = first.headers.get('dpop-nonce')
  t.ok(nonce, 'the nonce comes in a header')

  const second = await askToken(app, sandbox.url, { dpop: await proof(app, 'POST', url, { nonce }) })
  t.equal(second.status, 200)
  t.match(await asObject(second), { token_type: 'DPoP', expires_in: 3600, access_token: String })
})

t.test('an API call needs the token, its scheme and a fresh proof bound to it', async (t) => {
  const app = await makeApp()
  const { sandbox, userUrl } = await started(t, app)
  const token = await dpopToken(app, sandbox.url)
  t.equal((await dpopCall(app, token, 'GET', userUrl)).status, 200)

  const call = async (headers: Record<string, string>, url = userUrl) => {
    const response = await fetch(url, { headers: { authorization: `DPoP ${token}`, ...headers } })
    return `${response.status} ${/error_description="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1] ?? ''}`
  }
  const ath = hashOf(token)
  t.match(await call({}), /400 .*missing/, 'no proof')
  t.match(await call({ dpop: await proof(app, 'GET', userUrl) }), /400 'ath'/, 'a proof not bound to the token')
  t.match(await call({ dpop: await proof(app, 'POST', userUrl, { ath }) }), /400 'htm'/, 'of another method')
  t.match(await call({ dpop: await proof(app, 'GET', `${userUrl}x`, { ath }) }), /400 'htu'/, 'of another URL')
  t.match(await call({ dpop: await proof(app, 'GET', userUrl, { ath, iat: 1_000_000 }) }), /400 'iat'/, 'an old one')
  const stranger = await makeApp()
  t.match(await call({ dpop: await proof(stranger, 'GET', userUrl, { ath }) }), /400 .*another key/, 'of another key')
  const used = await proof(app, 'GET', userUrl, { ath })
  t.match(await call({ dpop: used }), /200/)
  t.match(await call({ dpop: used }), /400 .*already been used/, 'a proof is good once')
  const doubled = userUrl.replace('/api/', '//api/')
  t.match(await call({ dpop: await proof(app, 'GET', doubled, { ath }) }, doubled), /400 'htu'/, 'a doubled slash')
  const bearer = await fetch(userUrl, { headers: { authorization: `Bearer ${token}` } })
  t.equal(bearer.status, 401, 'a bound token is no bearer token')
  t.equal((await asObject(bearer)).errorCode, 'E0000011')
})

t.test('the proof is compared with the decoded path, as Okta does', async (t) => {
  const app = await makeApp()
  const { sandbox } = await started(t, app)
  const token = await dpopToken(app, sandbox.url)
  sandbox.org.addUser({ profile: { login: 'dana@example.com' } })
  const plain = `${sandbox.url}/api/v1/users/dana@example.com`
  const encoded = plain.replace('@', '%40')
  const ath = hashOf(token)
  const status = async (called: string, signed: string) => {
    const headers = { authorization: `DPoP ${token}`, dpop: await proof(app, 'GET', signed, { ath }) }
    return (await fetch(called, { headers })).status
  }
  t.equal(await status(plain, plain), 200)
  t.equal(await status(encoded, plain), 200)
  t.equal(await status(encoded, encoded), 400)
})

t.test('a strict org asks for a nonce on API calls too', async (t) => {
  const app = await makeApp()
  const sandbox = await startSandbox({
    clock: handClock().clock,
    clients: [{ ...app.client, roles: [{ role: 'READ_ONLY_ADMIN' }] }],
    strict: true
  })
  t.teardown(() => sandbox.close())
  const token = await dpopToken(app, sandbox.url)
  const url = `${sandbox.url}/api/v1/users`
  const first = await dpopCall(app, token, 'GET', url)
  t.equal(first.status, 401)
  t.match(first.headers.get('www-authenticate'), /error="use_dpop_nonce"/)
  const dpop = await proof(app, 'GET', url, { ath: hashOf(token), nonce: first.headers.get('dpop-nonce') })
  t.equal((await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop } })).status, 200)
})

t.test('a token lasts one hour of the clock of the org', async (t) => {
  const app = await makeApp()
  const { hand, sandbox, userUrl } = await started(t, app)
  const token = await dpopToken(app, sandbox.url)
  hand.move(HOUR_MS - 1)
  t.equal((await dpopCall(app, token, 'GET', userUrl)).status, 200)
  hand.move(1)
  const late = await dpopCall(app, token, 'GET', userUrl)
  t.equal(late.status, 401)
  t.equal((await asObject(late)).errorCode, 'E0000011')
})

t.test('a nonce is good for three days', async (t) => {
  const app = await makeApp()
  const { hand, sandbox } = await started(t, app)
  const url = `${sandbox.url}/oauth2/v1/token`
  const first = await askToken(app, sandbox.url, { dpop: await proof(app, 'POST', url) })
  const nonce = first.headers.get('dpop-nonce')
  hand.move(71 * HOUR_MS)
  t.equal((await askToken(app, sandbox.url, { dpop: await proof(app, 'POST', url, { nonce }) })).status, 200)
  hand.move(HOUR_MS)
  const late = await askToken(app, sandbox.url, { dpop: await proof(app, 'POST', url, { nonce }) })
  t.equal((await asObject(late)).error, 'use_dpop_nonce')
  t.not(late.headers.get('dpop-nonce'), nonce)
})

t.test('without DPoP a client gets a bearer token', async (t) => {
  const app = await makeApp({ dpop: false })
  const { sandbox, userUrl } = await started(t, app)
  const answer = await asObject(await askToken(app, sandbox.url))
  t.equal(answer.token_type, 'Bearer')
  const call = (scheme: string) => fetch(userUrl, { headers: { authorization: `${scheme} ${answer.access_token}` } })
  t.equal((await call('Bearer')).status, 200)
  t.equal((await call('DPoP')).status, 401)
})

t.test('an assertion is checked in every claim and is good once', async (t) => {
  const app = await makeApp({ dpop: false })
  const { sandbox } = await started(t, app)
  const nowS = Math.floor(Date.now() / 1000)
  const wrong: Record<string, Record<string, unknown>> = {
    'another subject': { sub: 'somebody' },
    'an unknown issuer': { iss: 'somebody' },
    'another audience': { aud: `${sandbox.url}//oauth2/v1/token` },
    expired: { exp: nowS - 10 },
    'more than an hour ahead': { exp: nowS + 3700 },
    'without jti': { jti: undefined }
  }
  for (const [name, claims] of Object.entries(wrong)) {
    const response = await askToken(app, sandbox.url, { assertion: await assertion(app, sandbox.url, claims) })
    t.equal(response.status, 401, name)
    t.equal((await asObject(response)).error, 'invalid_client', name)
  }
  const stranger = await makeApp({ dpop: false })
  const forged = await askToken(app, sandbox.url, { assertion: await assertion(stranger, sandbox.url) })
  t.equal(forged.status, 401, 'signed by another key')
  t.equal((await askToken(app, sandbox.url, { assertion: 'no jwt' })).status, 401)

  const once = await assertion(app, sandbox.url)
  t.equal((await askToken(app, sandbox.url, { assertion: once })).status, 200)
  t.equal((await askToken(app, sandbox.url, { assertion: once })).status, 401, 'a second time')
})

t.test('only granted scopes and only client_credentials', async (t) => {
  const app = await makeApp({ dpop: false, scopes: ['okta.users.read'] })
  const { sandbox } = await started(t, app)
  const error = async (asked: Parameters<typeof askToken>[2]) =>
    (await asObject(await askToken(app, sandbox.url, asked))).error
  t.equal(await error({ scope: 'okta.users.read okta.logs.read' }), 'invalid_scope')
  t.equal(await error({ scope: '' }), 'invalid_scope')
  t.equal(await error({ grantType: 'password' }), 'unsupported_grant_type')
})
