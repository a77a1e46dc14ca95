import t from 'tap'
import { AUTH, listenerWith, TOKEN } from './listener-with.ts'

t.test('metrics are open, in the text format', async (t) => {
  const { app } = await listenerWith(t)
  const answer = await app.inject('/metrics')
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  t.match(answer.body, /reenroll_build_info\{version="1\.2\.3"/)
  t.match(answer.body, /reenroll_cases\{state="received"\} 0/)
})

t.test('alive is alive', async (t) => {
  const { app } = await listenerWith(t, { isDraining: () => true })
  t.strictSame((await app.inject('/livez')).json(), { status: 'ok' })
})

t.test('ready says so, and otherwise why not', async (t) => {
  const { app, store } = await listenerWith(t, {
    checks: [{ name: 'hook listener', problem: async () => null }]
  })
  t.match(await app.inject('/readyz'), { statusCode: 200 })
  t.strictSame((await app.inject('/readyz')).json(), { ready: true, reasons: [] })
  await store.close()
  const { app: bad } = await listenerWith(t, {
    store: { ...store, healthy: async () => false },
    isDraining: () => true,
    checks: [
      { name: 'hook listener', problem: async () => 'it does not listen' },
      { name: 'okta', problem: () => Promise.reject(new Error('ENOTFOUND acme.okta.com')) }
    ]
  })
  const answer = await bad.inject('/readyz')
  t.equal(answer.statusCode, 503)
  t.strictSame(answer.json(), {
    ready: false,
    reasons: [
      'process: shutting down',
      'store: commits fail',
      'hook listener: it does not listen',
      'okta: the check failed'
    ]
  })
})

t.test('neither the token nor a query reaches the log', async (t) => {
  const { app, logged } = await listenerWith(t, { policyView: () => Promise.reject(new Error(`bad ${TOKEN}`)) })
  await app.inject({ url: '/api/policy?user=anna%40example.com', headers: AUTH })
  t.match(logged(), /request failed/)
  t.notMatch(logged(), new RegExp(TOKEN))
  t.notMatch(logged(), /anna/)
})

t.test('no answer is stored by a cache or read as another type', async (t) => {
  const { app } = await listenerWith(t)
  for (const url of ['/metrics', '/livez', '/openapi.json', '/api/cases', '/api/none', '/none', '/api/%zz']) {
    for (const headers of [AUTH, {}]) {
      const answer = await app.inject({ url, headers })
      t.equal(answer.headers['cache-control'], 'no-store', url)
      t.equal(answer.headers['x-content-type-options'], 'nosniff', url)
    }
  }
})

t.test('a page whose name was made to point here reads nothing', async (t) => {
  const { app } = await listenerWith(t)
  const status = async (host: string, url = '/metrics') =>
    (await app.inject({ url, headers: { ...AUTH, host } })).statusCode
  for (const host of [
    'localhost:9090',
    '127.0.0.1:9090',
    '[::1]:9090',
    '10.1.2.3',
    'reenroll:9090',
    'REENROLL.example.com'
  ]) {
    t.equal(await status(host), 200, host)
  }
  for (const url of ['/metrics', '/openapi.json', '/api/cases', '/none']) {
    for (const host of ['evil.example', 'reenroll.example.com.evil.example', '127.0.0.1.evil.example']) {
      t.equal(await status(host, url), 421, `${host}${url}`)
    }
  }
  t.equal(await status('probe.example', '/livez'), 200)
  const behindProxy = await listenerWith(t, { trustedProxies: ['127.0.0.1'] })
  const headers = { ...AUTH, host: 'evil.example', 'x-forwarded-host': 'localhost' }
  const forged = await behindProxy.app.inject({ url: '/metrics', headers })
  t.equal(forged.statusCode, 421, 'a page can send X-Forwarded-Host through the proxy')
})

t.test('what needs no token is limited by address', async (t) => {
  const { app } = await listenerWith(t)
  const statuses = []
  for (let count = 0; count < 121; count++) statuses.push((await app.inject('/openapi.json')).statusCode)
  t.same(new Set(statuses.slice(0, 120)), new Set([200]))
  const last = await app.inject('/openapi.json')
  t.match(last, { statusCode: 429 })
  t.match(last.json(), { error: { code: 'limited' } })
  t.equal((await app.inject('/readyz')).statusCode, 200)
})

t.test('readiness, which commits, is limited by address, far above what load balancers probe', async (t) => {
  const { app } = await listenerWith(t)
  const probe = async (remoteAddress: string) => (await app.inject({ url: '/readyz', remoteAddress })).statusCode
  for (let count = 0; count < 600; count++) if ((await probe('10.0.0.1')) !== 200) t.fail(`refused after ${count}`)
  t.equal(await probe('10.0.0.1'), 429)
  t.equal(await probe('10.0.0.2'), 200, 'others are served')
  t.equal((await app.inject({ url: '/livez', remoteAddress: '10.0.0.1' })).statusCode, 200)
})

t.test('a request that trickles in has ten seconds', async (t) => {
  const { app } = await listenerWith(t)
  t.equal(app.server.requestTimeout, 10_000)
})
