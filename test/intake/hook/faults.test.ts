/** Faults of our own, and strangers who try hard: neither costs an authentic delivery its answer. */
import t from 'tap'
import { buildHookListener } from '../../../src/intake/hook/endpoint.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { envelope, NOW } from '../build.ts'
import { AUTHENTIC, hookWith, PATH, SECRET } from './hook-with.ts'

const STRANGER = { 'content-type': 'application/json', authorization: 'wrong' }

t.test('a hundred wrong secrets end in 429 while Okta, at the same address, gets every 204', async (t) => {
  const { app, post, received } = hookWith(t)
  const answers: number[] = []
  for (let n = 0; n < 100; n++) {
    answers.push((await post({ headers: STRANGER })).statusCode)
    const payload = JSON.stringify(envelope([{ uuid: `e${n}` }]))
    t.equal((await post({ payload })).statusCode, 204)
  }
  t.equal(answers[0], 401)
  t.equal(answers.at(-1), 429)
  t.same(answers, [...answers].sort(), 'once it is 429 it stays so')
  t.equal(answers.indexOf(429), 30, 'after the thirty bad tries of a minute')
  t.equal(received.length, 100, 'and nothing of the stranger was stored')
  t.equal((await app.inject({ url: PATH })).statusCode, 429, 'a request without challenge counts as one more try')
})

t.test('a happening that cannot be counted costs nobody the answer', async (t) => {
  const emit = () => {
    throw new Error('metrics broke')
  }
  const { app, post, received, logged } = hookWith(t, { emit })
  t.equal((await post({ payload: JSON.stringify(envelope([{ uuid: 'kept' }])) })).statusCode, 204)
  t.equal(received.length, 1)
  t.equal((await post({ headers: STRANGER })).statusCode, 401)
  t.equal((await post({ payload: 'no JSON' })).statusCode, 400)
  t.equal((await app.inject({ url: PATH, headers: { 'x-okta-verification-challenge': 'c' } })).statusCode, 200)
  t.match(logged(), /request not counted/)
})

t.test('a store or a clock that throws at once is answered 503, without its words', async (t) => {
  const boom = () => {
    throw new Error('boom in /srv/app.ts:3')
  }
  for (const patch of [{ store: { receive: boom } }, { clock: boom }]) {
    const { post, requests } = hookWith(t, patch)
    const reply = await post()
    t.equal(reply.statusCode, 503)
    t.equal(reply.headers['retry-after'], '1')
    t.notMatch(reply.body, /boom|srv/)
    t.match(requests, [{ outcome: 'store_unavailable' }])
  }
})

t.test('the body of a request that nobody asked for is neither read nor counted', async (t) => {
  const { app, requests } = hookWith(t)
  const payload = 'x'.repeat(3 * 1024 * 1024)
  for (const [method, url] of [
    ['POST', '/wp-login.php'],
    ['PUT', PATH]
  ] as const) {
    const reply = await app.inject({ method, url, payload, headers: AUTHENTIC })
    t.equal(reply.statusCode, 404)
    t.equal(reply.json().error.code, 'not_found')
  }
  t.same(requests, [], 'no delivery was refused as too large')
})

t.test('a key __proto__ in an event is stored byte for byte and handed out as a key', async (t) => {
  const { memory, post, received } = hookWith(t)
  const event = '{"uuid":"proto","__proto__":{"uuid":"other"},"zone":"null","target":null,"version":0}'
  const payload = `{"eventType":"com.okta.event_hook","data":{"events":[ ${event} ]}}`
  t.equal((await post({ payload })).statusCode, 204)
  t.equal(String(received[0]?.body), payload)
  const [pending] = await memory.claimEvents({ limit: 1, now: NOW, leaseMs: 1_000, holder: 'test' })
  t.equal(pending?.uuid, 'proto')
  t.equal(JSON.stringify(pending?.raw), event, 'null stays null, 0 stays 0, and the key stays an own key')
})

t.test('without a logger it works in silence', async (t) => {
  const settings = { secrets: [SECRET], authHeader: 'authorization' }
  const app = buildHookListener({ store: openInMemory(), settings, clock: () => NOW, emit: () => {} })
  t.teardown(() => app.close())
  const payload = JSON.stringify(envelope([{ uuid: 'quiet' }]))
  t.equal((await app.inject({ method: 'POST', url: PATH, headers: AUTHENTIC, payload })).statusCode, 204)
})

t.test(
  'a delivery under way while the listener closes gets its answer, and its connection does not outlast it',
  async (t) => {
    const stored = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const settings = { secrets: [SECRET], authHeader: 'authorization' }
    const receive = async () => {
      arrived.resolve()
      await stored.promise
      return { fresh: ['late'], duplicates: 0 }
    }
    const app = buildHookListener({
      store: { receive },
      settings,
      clock: () => NOW,
      emit: () => {},
      storeTimeoutMs: 60_000
    })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const body = JSON.stringify(envelope([{ uuid: 'late' }]))
    const answer = fetch(`${address}${PATH}`, { method: 'POST', headers: AUTHENTIC, body })
    await arrived.promise
    const closed = app.close()
    await new Promise((resolve) => setImmediate(resolve))
    stored.resolve()
    t.match(await answer, { status: 204 })
    t.equal((await answer).headers.get('connection'), 'close')
    await closed
  }
)
