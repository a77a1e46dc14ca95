/** The self-service listener: nothing of the ops listener, hardened, in the reader's language. */
import pino from 'pino'
import t, { type Test } from 'tap'
import { type SelfRoutes, startSelf } from '../../src/app/listeners.ts'

const SETTINGS = { host: '127.0.0.1', port: 0, publicUrl: 'https://help.example.com', key: 'k'.repeat(32) }

async function open(t: Test, routes: readonly SelfRoutes[] = [], trustedProxies: string[] = []) {
  const self = await startSelf(SETTINGS, { logger: pino({ level: 'silent' }), routes, trustedProxies })
  t.teardown(() => self.app.close())
  return self
}

t.test('a page has the headers that keep it alone, and no script', async (t) => {
  const { url } = await open(t)
  const page = await fetch(`${url}/nothing`, { headers: { 'accept-language': 'de-CH,en;q=0.5' } })
  t.equal(page.status, 404)
  t.match(Object.fromEntries(page.headers), {
    'content-security-policy': /default-src 'none';.*frame-ancestors 'none'/,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'strict-transport-security': /max-age/
  })
  t.match(await page.text(), /<html lang="de" dir="ltr">[\s\S]*Seite nicht gefunden/)
  t.equal((await fetch(`${url}/livez`)).status, 200)
  const broken = await fetch(`${url}/%zz`)
  t.equal(broken.status, 400)
  t.match(Object.fromEntries(broken.headers), { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
})

t.test('nothing of the ops listener is there', async (t) => {
  const { url } = await open(t)
  for (const path of ['/', '/metrics', '/readyz', '/openapi.json', '/api/cases', '/cases/RE-1', '/sign-in', '/brake'])
    t.equal((await fetch(`${url}${path}`)).status, 404, path)
})

t.test('an error shows nothing of its cause; too many requests are refused', async (t) => {
  const { app, url } = await open(t, [
    (app) =>
      void app.get('/broken', () => {
        throw new Error('a secret')
      })
  ])
  const broken = await fetch(`${url}/broken`)
  t.equal(broken.status, 500)
  t.notMatch(await broken.text(), /secret/)
  const answers = await Promise.all(Array.from({ length: 130 }, () => app.inject('/livez')))
  t.ok(answers.some(({ statusCode }) => statusCode === 429))
})

t.test('behind a trusted proxy each caller has limits of its own; the header of anybody else is ignored', async (t) => {
  const from = (address: string) => ({ url: '/livez', headers: { 'x-forwarded-for': address } })
  const refused = async (trusted: string[], address: (nth: number) => string) => {
    const { app } = await open(t, [], trusted)
    const answers = await Promise.all(Array.from({ length: 130 }, (_, nth) => app.inject(from(address(nth)))))
    return answers.some(({ statusCode }) => statusCode === 429)
  }
  const another = (nth: number) => `192.0.2.${nth + 1}`
  t.equal(await refused(['127.0.0.1'], another), false, 'many people behind the proxy')
  t.equal(await refused(['127.0.0.1'], () => '192.0.2.1'), true, 'one of them who asks too often')
  t.equal(await refused(['127.0.0.1'], (nth) => `${another(nth)}, 192.0.2.1`), true, 'who adds addresses in front')
  t.equal(await refused(['10.0.0.0/8'], another), true, 'nobody trusts this caller')
})
