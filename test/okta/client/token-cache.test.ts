import t from 'tap'
import { MINUTE_MS } from '../../../src/domain/time.ts'
import { OktaCallFailed } from '../../../src/okta/client/errors.ts'
import { patchTokenCache, type SdkOAuth } from '../../../src/okta/client/token-cache.ts'
import { orgClient } from './org-client.ts'

const TOKEN_PATH = '/oauth2/v1/token'

t.test('trouble at the token endpoint is passing trouble, and leaves no write ambiguous', async (t) => {
  const { client, move, org, sandbox } = await orgClient(t, { client: { requestTimeoutMs: 1_500 } })
  const user = org.addUser({ status: 'SUSPENDED' })
  const unsuspend = () =>
    client.call({ method: 'POST', pattern: '/api/v1/users/{id}/lifecycle/unsuspend', ids: { id: user.id } })
  const once = { method: 'POST', path: TOKEN_PATH, times: 1 } as const
  sandbox.faults.add({ ...once, answer: { status: 503 } })
  t.match(await unsuspend(), { error: { kind: 'unavailable', status: 503, ambiguous: false } })
  sandbox.faults.add({ ...once, answer: 'drop' })
  t.match(await unsuspend(), { error: { kind: 'unavailable', ambiguous: false } })
  sandbox.faults.add({ ...once, answer: { status: 429 } })
  t.match(await unsuspend(), { error: { kind: 'throttled', status: 429, retryAfterMs: Number } })
  const requests = org.requests.get('token')
  t.match(await unsuspend(), { error: { kind: 'throttled', because: /no more token requests/ } })
  t.equal(org.requests.get('token'), requests, 'the endpoint is left alone meanwhile')
  t.equal(user.status, 'SUSPENDED')
  move(2 * MINUTE_MS)
  t.match(await unsuspend(), { ok: true })
})

t.test(
  'a token endpoint that never answers does not hold a call longer than its time, and sends no write',
  async (t) => {
    const { client, org, sandbox } = await orgClient(t, { client: { requestTimeoutMs: 500 } })
    const user = org.addUser({ status: 'SUSPENDED' })
    sandbox.faults.add({ method: 'POST', path: TOKEN_PATH, answer: 'hang' })
    const call = { method: 'POST', pattern: '/api/v1/users/{id}/lifecycle/unsuspend', ids: { id: user.id } } as const
    t.match(await client.call(call), {
      error: { kind: 'unavailable', because: /no answer within/, ambiguous: false }
    })
    t.strictSame(org.writes, [])
  }
)

/** An `OAuth` like the SDK's: it keeps whatever it is given, and calls itself again for a nonce. */
function sdkOAuth(answers: ((nonce?: string | null) => unknown)[]): SdkOAuth<unknown> & { asked: number } {
  return {
    accessToken: null,
    asked: 0,
    async getAccessToken(nonce) {
      this.asked++
      const answer = answers.shift()?.(nonce)
      if (answer === 'nonce') return this.getAccessToken('a nonce')
      this.accessToken = answer
      return answer
    },
    clearCachedAccessToken() {
      this.accessToken = null
    }
  }
}

t.test('an answer without a token is never kept', async (t) => {
  const oauth = sdkOAuth([() => ({ error: 'odd' }), () => ({ access_token: 'good' })])
  patchTokenCache(oauth)
  await t.rejects(oauth.getAccessToken(), OktaCallFailed)
  t.equal(oauth.accessToken, null)
  t.match(await oauth.getAccessToken(), { access_token: 'good' })
})

t.test('an org that asks for one nonce after the other is given up on', async (t) => {
  const oauth = sdkOAuth(Array.from({ length: 9 }, () => () => 'nonce'))
  patchTokenCache(oauth)
  await t.rejects(oauth.getAccessToken(), /keeps asking for a DPoP nonce/)
  t.ok(oauth.asked < 5)
})

t.test('a late 401 about an old token does not throw the new one away', async (t) => {
  const oauth = sdkOAuth([() => ({ access_token: 'old' }), () => ({ access_token: 'new' })])
  const tokens = patchTokenCache(oauth)
  await oauth.getAccessToken()
  tokens.refused('DPoP old')
  t.equal(oauth.accessToken, null)
  tokens.refused('DPoP old')
  await oauth.getAccessToken()
  tokens.refused('DPoP old')
  oauth.clearCachedAccessToken()
  t.match(oauth.accessToken, { access_token: 'new' })
  tokens.refused('Bearer new')
  t.equal(oauth.accessToken, null)
})
