import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo
} from 'openid-client'
import t, { type Test } from 'tap'
import { addStaff } from '../../src/cli/sandbox.ts'
import { plus, systemClock } from '../../src/domain/time.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'

const APP = {
  clientId: '0oaTest',
  clientSecret: 'a secret of the app, for tests only',
  redirectUris: ['http://localhost/cb'],
  postLogoutRedirectUris: ['http://localhost/bye']
}
/** Nothing, or the error that the org answered with. */
const outcome = (redeemed: Promise<unknown>) =>
  redeemed.then(
    () => null,
    (error: { error?: string }) => error.error
  )

const VERIFIER = 'v'.repeat(50)

async function orgWithApp(t: Test) {
  const time = { aheadMs: 0 }
  const clock = () => plus(systemClock(), time.aheadMs)
  const org = createOrg({ clock })
  addStaff(org)
  const sandbox = await startSandbox({ clock, org, limits: 'none', signingClock: clock })
  t.teardown(() => sandbox.close())
  sandbox.signIn.addApp(APP)
  const execute = [allowInsecureRequests]
  const config = await discovery(new URL(sandbox.url), APP.clientId, undefined, ClientSecretPost(APP.clientSecret), {
    execute
  })
  async function address(patch: Record<string, string> = {}) {
    const code_challenge = await calculatePKCECodeChallenge(VERIFIER)
    const asked = {
      redirect_uri: 'http://localhost/cb',
      scope: 'openid profile email groups',
      state: 's1',
      nonce: 'n1'
    }
    return buildAuthorizationUrl(config, { ...asked, code_challenge, code_challenge_method: 'S256', ...patch }).href
  }
  /** What the browser of somebody who picks this person is sent to. */
  async function choose(login: string, patch: Record<string, string> = {}) {
    const user = [...org.users.values()].find(({ profile }) => profile.login === login)
    const body = new URLSearchParams({ user: user?.id ?? '' })
    const answer = await fetch(await address(patch), { method: 'POST', body, redirect: 'manual' })
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    return { status: answer.status, back: new URL(answer.headers.get('location') ?? 'http://none/'), cookie }
  }
  const checks = { expectedState: 's1', expectedNonce: 'n1', pkceCodeVerifier: VERIFIER, idTokenExpected: true }
  const redeem = (back: URL, patch = {}) => authorizationCodeGrant(config, back, { ...checks, ...patch })
  return { url: sandbox.url, config, time, address, choose, redeem }
}

t.test('a person signs in: thin id token, name and groups in the user info', async (t) => {
  const { config, choose, redeem, address } = await orgWithApp(t)
  const page = await fetch(await address())
  t.match(await page.text(), /Whom do you want to be.*Ana Approver.*ana\.approver@example\.com/s)
  const { back, cookie } = await choose('vera.viewer@example.com')
  const tokens = await redeem(back)
  t.match(tokens.claims(), { sub: /^00u/, groups: undefined })
  const info = await fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
  t.match(info, { preferred_username: 'vera.viewer@example.com', groups: ['Everyone', 'Service desk'] })
  const again = await fetch(await address(), { headers: { cookie }, redirect: 'manual' })
  t.match(again.headers.get('location'), /code=/, 'the session of the org asks nothing')
  const anew = await fetch(await address({ prompt: 'login' }), { headers: { cookie }, redirect: 'manual' })
  t.equal(anew.status, 200, 'unless the app wants it')
})

t.test('a code is good once, for a minute, and only with its verifier', async (t) => {
  const { choose, redeem, time } = await orgWithApp(t)
  const ana = 'ana.approver@example.com'
  const { back } = await choose(ana)
  await redeem(back)
  t.equal(await outcome(redeem(back)), 'invalid_grant')
  t.equal(await outcome(redeem((await choose(ana)).back, { pkceCodeVerifier: 'w'.repeat(50) })), 'invalid_grant')
  const late = await choose(ana)
  time.aheadMs = 61_000
  t.equal(await outcome(redeem(late.back)), 'invalid_grant')
})

t.test('an app that asks wrongly is told so, at its own address only', async (t) => {
  const { address, choose, url } = await orgWithApp(t)
  for (const patch of [{ redirect_uri: 'https://evil.example/cb' }, { client_id: 'nobody' }]) {
    const answer = await fetch(await address(patch), { redirect: 'manual' })
    t.equal(answer.status, 400)
    t.equal(answer.headers.get('location'), null)
  }
  const wrong = [{ scope: 'profile' }, { response_type: 'token' }, { code_challenge_method: 'plain' }] as const
  for (const patch of wrong) {
    const answer = await fetch(await address({ ...patch }), { redirect: 'manual' })
    t.match(answer.headers.get('location'), /^http:\/\/localhost\/cb\?error=/)
  }
  t.equal((await choose('nobody@example.com')).status, 400)
  const form = { grant_type: 'authorization_code', code: 'x', client_id: APP.clientId, client_secret: 'guess' }
  const stranger = await fetch(`${url}/oauth2/v1/token`, { method: 'POST', body: new URLSearchParams(form) })
  t.equal(stranger.status, 401)
  t.equal((await fetch(`${url}/oauth2/v1/userinfo`, { headers: { authorization: 'Bearer x' } })).status, 401)
})

t.test('signing out ends the session of the org and goes back to a registered address only', async (t) => {
  const { choose, redeem, url, address } = await orgWithApp(t)
  const { back, cookie } = await choose('ana.approver@example.com')
  const id_token_hint = (await redeem(back)).id_token ?? ''
  const end = (query: Record<string, string>) =>
    fetch(`${url}/oauth2/v1/logout?${new URLSearchParams(query)}`, { headers: { cookie }, redirect: 'manual' })
  const bye = 'http://localhost/bye'
  t.equal((await end({ id_token_hint, post_logout_redirect_uri: 'https://evil.example' })).status, 400)
  t.equal((await end({ id_token_hint: 'x.y.z', post_logout_redirect_uri: bye })).status, 400)
  const out = await end({ id_token_hint, post_logout_redirect_uri: bye, state: 's2' })
  t.equal(out.headers.get('location'), `${bye}?state=s2`)
  t.equal((await fetch(await address(), { headers: { cookie }, redirect: 'manual' })).status, 200, 'asked again')
})
