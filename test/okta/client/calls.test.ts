import t from 'tap'
import { bucketOf, callUrl, isWrite } from '../../../src/okta/client/calls.ts'

const ORG = 'https://id.example.com'
const user = (idOrLogin: string) =>
  callUrl({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin } }, ORG)
const factors = (userId: string) =>
  callUrl({ method: 'GET', pattern: '/api/v1/users/{userId}/factors', ids: { userId } }, ORG)

t.test('a call becomes a URL, its query encoded and a login left readable, as the DPoP proof names it', async (t) => {
  t.strictSame(factors('00u7zXRk9fcsiaiEvJd7'), { ok: true, url: `${ORG}/api/v1/users/00u7zXRk9fcsiaiEvJd7/factors` })
  t.strictSame(user('dana+x@example.com'), { ok: true, url: `${ORG}/api/v1/users/dana+x@example.com` })
  const call = { method: 'GET', pattern: '/api/v1/logs', query: { filter: 'a eq "b"', limit: '200' } } as const
  t.strictSame(callUrl(call, ORG), { ok: true, url: `${ORG}/api/v1/logs?filter=a+eq+%22b%22&limit=200` })
})

t.test('values that would call something else are not sent, and not repeated in the reason', async (t) => {
  for (const id of ['..', 'a/b', 'a?b', 'me', 'ME', '', 'dana@example.com', 'x'.repeat(65), 'a"b', 'ü']) {
    const refused = factors(id)
    t.equal(refused.ok, false, `${id} as an id`)
    if (!refused.ok && id.length > 2) t.notMatch(refused.because, id)
  }
  for (const login of ['..', '.', 'a/b', 'a b', 'a?b', 'a%2f', 'me', '', 'x'.repeat(101)]) {
    t.equal(user(login).ok, false, `${login} as a login`)
  }
  t.equal(callUrl({ method: 'GET', pattern: '/api/v1/users/{userId}/factors' }, ORG).ok, false, 'no id at all')
})

t.test('the link to the next page is followed as it is, but never out of the org with our token', async (t) => {
  const follow = (next: string) => callUrl({ method: 'GET', pattern: '/api/v1/logs', next }, ORG)
  const next = `${ORG}/api/v1/logs?after=1630946_1&limit=200`
  t.strictSame(follow(next), { ok: true, url: next })
  for (const link of [
    'https://id.example.com.evil.test/api/v1/logs',
    `${ORG}@evil.test/api/v1/x`,
    '/api/v1/logs',
    ''
  ]) {
    t.equal(follow(link).ok, false, link)
  }
})

t.test('the bucket is method and pattern, and only a GET is no write', async (t) => {
  t.equal(bucketOf({ method: 'GET', pattern: '/api/v1/users/{userId}/risk' }), 'GET /api/v1/users/{userId}/risk')
  t.strictSame(
    (['GET', 'POST', 'DELETE'] as const).map((method) => isWrite({ method })),
    [false, true, true]
  )
})
