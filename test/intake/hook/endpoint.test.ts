import t from 'tap'
import { StoreUnavailable } from '../../../src/domain/store.ts'
import { anEvent, envelope, fixture, NOW } from '../build.ts'
import { AUTHENTIC, hookWith, OLD_SECRET, PATH, SECRET } from './hook-with.ts'

const CHALLENGE = 'x-okta-verification-challenge'

t.test('the challenge is echoed as JSON, with or without the secret, and not logged', async (t) => {
  const { app, requests, logged } = hookWith(t)
  for (const headers of [{ [CHALLENGE]: 'challenge-<b>1' }, { [CHALLENGE]: 'challenge-<b>1', authorization: SECRET }]) {
    const reply = await app.inject({ method: 'GET', url: PATH, headers })
    t.equal(reply.statusCode, 200)
    t.match(reply.headers['content-type'], /^application\/json/)
    t.same(reply.json(), { verification: 'challenge-<b>1' })
  }
  t.match(requests, [{ outcome: 'verified' }, { outcome: 'verified' }])
  t.notMatch(logged(), /challenge-/)
})

t.test('a slash too many in the hook address loses nothing: Okta does not retry a 404', async (t) => {
  const { app, post } = hookWith(t)
  const reply = await app.inject({ method: 'GET', url: `${PATH}/`, headers: { [CHALLENGE]: 'abc' } })
  t.same(reply.json(), { verification: 'abc' })
  t.equal((await post({ url: `${PATH}/` })).statusCode, 204)
})

t.test('no challenge, an empty one and one that is too long are refused', async (t) => {
  const { app, requests } = hookWith(t)
  for (const headers of [{}, { [CHALLENGE]: '' }, { [CHALLENGE]: 'x'.repeat(513) }]) {
    const reply = await app.inject({ method: 'GET', url: PATH, headers })
    t.equal(reply.statusCode, 400)
    t.match(reply.json().error.message, /x-okta-verification-challenge/)
  }
  t.equal((await app.inject({ method: 'GET', url: PATH, headers: { [CHALLENGE]: 'x'.repeat(512) } })).statusCode, 200)
  t.same(
    requests.map(({ outcome }) => outcome),
    ['malformed', 'malformed', 'malformed', 'verified']
  )
})

t.test('a delivery is stored before the 204, its text kept byte for byte', async (t) => {
  const { memory, post, received, requests } = hookWith(t)
  const payload = `  ${fixture('suspended-user')}\n`
  const reply = await post({ payload, headers: { ...AUTHENTIC, 'content-type': 'application/json; charset=utf-8' } })
  t.equal(reply.statusCode, 204)
  t.equal(reply.body, '')
  t.equal(String(received[0]?.body), payload)
  t.match(received[0], { source: 'hook', receivedAt: NOW, hookId: 'who1evthookEXAMPL0d7' })
  t.equal((await memory.snapshot()).pendingEvents, 1)
  t.match(requests, [{ outcome: 'stored', events: 1, duplicates: 0 }])
  t.ok((requests[0]?.ms ?? 0) > 0, 'the time it took is told')
})

t.test('a redelivery is acknowledged and changes nothing', async (t) => {
  const { memory, post, requests } = hookWith(t)
  await post({ payload: fixture('suspended-user') })
  t.equal((await post({ payload: fixture('duplicate') })).statusCode, 204)
  t.equal((await memory.snapshot()).pendingEvents, 1)
  t.match(requests[1], { outcome: 'stored', events: 1, duplicates: 1 })
})

t.test('nothing is coerced: null stays null and numbers stay numbers', async (t) => {
  const { memory, post } = hookWith(t)
  const event = anEvent({ uuid: 'odd', version: 0, target: null, client: { zone: 'null', id: null }, severity: '' })
  await post({ payload: JSON.stringify(envelope([event])) })
  const [pending] = await memory.claimEvents({ limit: 1, now: NOW, leaseMs: 1_000, holder: 'test' })
  t.same(pending?.raw, event)
})

t.test('during rotation both secrets are good, in the header that the settings name', async (t) => {
  const { post } = hookWith(t, { settings: { secrets: [OLD_SECRET, SECRET], authHeader: 'x-hook-secret' } })
  const headers = { 'content-type': 'application/json' }
  t.equal((await post({ headers: { ...headers, 'x-hook-secret': OLD_SECRET } })).statusCode, 204)
  t.equal((await post({ headers: { ...headers, 'X-Hook-Secret': SECRET } })).statusCode, 204)
  t.equal((await post({ headers: { ...headers, authorization: SECRET } })).statusCode, 401)
})

t.test('a store that fails gets the delivery sent again', async (t) => {
  for (const error of [new StoreUnavailable('disk full at /var/lib'), new Error('bug')]) {
    const { post, requests, logged } = hookWith(t, { store: { receive: () => Promise.reject(error) } })
    const reply = await post()
    t.equal(reply.statusCode, 503)
    t.equal(reply.headers['retry-after'], '1')
    t.same(reply.json().error.code, 'store_unavailable')
    t.notMatch(reply.body, /disk|bug/)
    await post()
    t.equal(logged().split('delivery not stored').length, 2, 'once a minute, however many deliveries fail')
    t.equal(/"stack"/.test(logged()), !(error instanceof StoreUnavailable), 'no stack where the text says all')
    t.match(requests, [{ outcome: 'store_unavailable' }, { outcome: 'store_unavailable' }])
  }
})

t.test('a store that takes too long counts as failed, and its late answer harms nobody', async (t) => {
  const late = Promise.withResolvers<never>()
  const { post, requests } = hookWith(t, { store: { receive: () => late.promise }, storeTimeoutMs: 5 })
  const reply = await post()
  t.equal(reply.statusCode, 503)
  t.equal(reply.headers['retry-after'], '1')
  t.match(requests, [{ outcome: 'store_unavailable' }])
  late.reject(new StoreUnavailable('at last'))
  await t.resolves(Promise.allSettled([late.promise]))
})

t.test('liveness answers without a secret, and everything else is not there', async (t) => {
  const { app, requests } = hookWith(t)
  const live = await app.inject({ url: '/livez' })
  t.equal(live.statusCode, 200)
  t.same(live.json(), { status: 'ok' })
  for (const [method, url] of [
    ['GET', '/'],
    ['GET', '/metrics'],
    ['GET', '/api/cases'],
    ['PUT', PATH],
    ['DELETE', PATH]
  ] as const) {
    const reply = await app.inject({ method, url })
    t.equal(reply.statusCode, 404, `${method} ${url}`)
    t.equal(reply.json().error.code, 'not_found')
  }
  const broken = await app.inject({ url: '/%zz' })
  t.equal(broken.statusCode, 400)
  t.equal(broken.json().error.code, 'malformed')
  t.same(requests, [], 'none of these came to the hook')
})
