import t from 'tap'
import { hookWith, PATH, SECRET } from './hook-with.ts'

const CHALLENGE = { 'x-okta-verification-challenge': 'challenge-1' }

t.test('a caller without the secret is slowed down after its bad tries, whatever it tries', async (t) => {
  const { app, post, requests } = hookWith(t, { badTriesPerMinute: 3 })
  t.equal((await post({ headers: {} })).statusCode, 401)
  t.equal((await app.inject({ url: '/wp-login.php' })).statusCode, 404)
  t.equal((await app.inject({ url: PATH })).statusCode, 400)
  for (const reply of [
    await post({ headers: {} }),
    await app.inject({ url: '/.env' }),
    await app.inject({ url: PATH })
  ]) {
    t.equal(reply.statusCode, 429)
    t.ok(Number(reply.headers['retry-after']) > 0)
    t.equal(reply.json().error.code, 'rate_limited')
  }
  t.same(
    requests.map(({ outcome }) => outcome),
    ['bad_secret', 'malformed', 'rate_limited', 'rate_limited', 'rate_limited']
  )
})

t.test('authentic deliveries are never limited, not even beside bad tries from the same address', async (t) => {
  const { app, post } = hookWith(t, { badTriesPerMinute: 1 })
  for (let n = 0; n < 5; n++) await post({ headers: {} })
  for (let n = 0; n < 50; n++) t.equal((await post()).statusCode, 204)
  t.equal((await app.inject({ url: PATH, headers: CHALLENGE })).statusCode, 200, 'nor is the verification')
  t.equal((await app.inject({ url: '/livez' })).statusCode, 200, 'nor liveness')
})

t.test('a flood of challenges is slowed down, though wrong secrets do not keep Okta from verifying', async (t) => {
  const { app, post } = hookWith(t, { badTriesPerMinute: 3 })
  for (let n = 0; n < 10; n++) await post({ headers: {} })
  const verify = async (more = {}) => (await app.inject({ url: PATH, headers: { ...CHALLENGE, ...more } })).statusCode
  t.same([await verify(), await verify(), await verify(), await verify(), await verify()], [200, 200, 200, 429, 429])
  t.equal(await verify({ authorization: SECRET }), 200, 'with the secret always')
})

t.test('every answer is not stored by a cache and not read as another type', async (t) => {
  const { app, post } = hookWith(t)
  for (const answer of [
    ...[await post(), await post({ headers: {} }), await post({ payload: 'x' })],
    ...[await app.inject({ url: PATH, headers: CHALLENGE }), await app.inject({ url: PATH })],
    ...[await app.inject({ url: '/none' }), await app.inject({ url: '/%zz' }), await app.inject({ url: '/livez' })]
  ]) {
    const { 'cache-control': cache, 'x-content-type-options': options } = answer.headers
    t.same([cache, options], ['no-store', 'nosniff'], `${answer.statusCode}`)
  }
})

t.test('each address has its own tries; a forwarded address counts only from a trusted proxy', async (t) => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address, authorization: `${SECRET}x` } })
  // `inject` comes from 127.0.0.1.
  const behindProxy = hookWith(t, { badTriesPerMinute: 1, trustedProxies: ['127.0.0.0/8'] })
  t.equal((await behindProxy.post(from('192.0.2.1'))).statusCode, 401)
  t.equal((await behindProxy.post(from('192.0.2.1'))).statusCode, 429)
  t.equal((await behindProxy.post(from('192.0.2.2'))).statusCode, 401)
  const inTheOpen = hookWith(t, { badTriesPerMinute: 1, trustedProxies: ['10.0.0.0/8'] })
  t.equal((await inTheOpen.post(from('192.0.2.1'))).statusCode, 401)
  t.equal((await inTheOpen.post(from('192.0.2.2'))).statusCode, 429)
})
