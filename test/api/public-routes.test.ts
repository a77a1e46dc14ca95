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
  for (const url of ['/metrics', '/livez', '/openapi.json', '/api/cases', '/api/none', '/none']) {
    for (const headers of [AUTH, {}]) {
      const answer = await app.inject({ url, headers })
      t.equal(answer.headers['cache-control'], 'no-store', url)
      t.equal(answer.headers['x-content-type-options'], 'nosniff', url)
    }
  }
})
