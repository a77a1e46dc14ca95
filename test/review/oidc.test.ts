import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import t, { type Test } from 'tap'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { operatorFromClaims } from '../../src/review/session/oidc.ts'
import { proposed } from './cases.ts'
import { NOW, type PagesOptions, pagesWith } from './pages-with.ts'
import { CLIENT, claimsOf, followTo, type People, type ProviderAnswer, signed, startProvider } from './provider.ts'

const PUBLIC_URL = 'http://localhost'
const CALLBACK = `${PUBLIC_URL}/sign-in/callback`
const PEOPLE = {
  ana: { groups: ['everyone', 'reenroll-approvers'] },
  vic: { groups: ['service-desk'] },
  eve: { groups: ['everyone'] }
}

/** A provider that nobody can reach. */
const AWAY = {
  issuer: 'http://127.0.0.1:9',
  clientId: 'x',
  clientSecret: null,
  groupsClaim: 'groups',
  approverGroups: ['a'],
  viewerGroups: [],
  scopes: ['openid']
}

async function signInWith(t: Test, inIdToken: boolean, options: Partial<PagesOptions> = {}, people: People = PEOPLE) {
  const { issuer, login, stop } = await startProvider(t, { people, redirectUri: CALLBACK, inIdToken })
  const oidc = {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    groupsClaim: 'groups',
    approverGroups: ['reenroll-approvers'],
    viewerGroups: ['service-desk'],
    scopes: ['openid', 'profile', 'groups']
  }
  const pages = await pagesWith(t, { cases: [proposed()], oidc, publicUrl: PUBLIC_URL, ...options })
  /** A visitor's whole way to the provider and back. */
  async function arrive(as: string, next = '/') {
    login.as = as
    const visitor = pages.visitor()
    const begun = await visitor.get(`/sign-in/oidc?next=${encodeURIComponent(next)}`)
    const back = await followTo(String(begun.headers.location), CALLBACK)
    return { visitor, back: back.slice(PUBLIC_URL.length), answer: await visitor.get(back.slice(PUBLIC_URL.length)) }
  }
  return { ...pages, arrive, login, issuer, provider: { stop } }
}

for (const inIdToken of [true, false]) {
  t.test(
    `people sign in at the provider; groups ${inIdToken ? 'in the id token' : 'in the user info'} give the role`,
    async (t) => {
      const { arrive, store } = await signInWith(t, inIdToken)
      const path = `/cases/${proposed().id}`
      const { visitor: ana, answer } = await arrive('ana', path)
      t.equal(answer.headers.location, path, 'back to where she wanted to go')
      t.match((await ana.get(path)).body, /ana@example\.com/)
      await ana.send(`${path}/approve`, { override_G9: 'HR confirmed it' })
      t.match(await store.getCase(proposed().id), { state: 'acting', approval: { by: 'ana@example.com' } })

      const { visitor: vic } = await arrive('vic')
      t.match((await vic.get(path)).body, /\(viewer\)/)
      t.equal((await vic.get(`${path}/close`)).statusCode, 403)

      const { visitor: eve, answer: no } = await arrive('eve')
      t.equal(no.statusCode, 403)
      t.match(no.body, /eve@example\.com is not in a group that may use Reenroll/)
      t.equal((await eve.get('/')).statusCode, 303, 'still outside')
    }
  )
}

t.test('signing out ends the session here and leads to the provider, which accepts it', async (t) => {
  const { arrive } = await signInWith(t, true)
  const { visitor: ana } = await arrive('ana')
  const policy = String((await ana.get('/')).headers['content-security-policy'])
  const out = await ana.post('/sign-out')
  t.equal(out.statusCode, 303)
  const end = new URL(String(out.headers.location))
  t.match(policy, `form-action 'self' ${end.origin}`, 'browsers let the form lead there')
  t.equal(end.searchParams.get('post_logout_redirect_uri'), `${PUBLIC_URL}/sign-in`)
  t.ok(end.searchParams.get('id_token_hint'))
  const page = await fetch(end)
  t.equal(page.status, 200)
  t.match(await page.text(), /xsrf/, 'the provider asks to confirm')
  t.equal((await ana.get('/')).statusCode, 303, 'outside')
})

t.test('when the provider is away, signing out still ends the session here', async (t) => {
  const { as } = await pagesWith(t, { oidc: AWAY })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.equal((await ana.get('/')).statusCode, 200)
  t.equal((await ana.post('/sign-out')).headers.location, '/sign-in')
  t.equal((await ana.get('/')).statusCode, 303)
})

t.test('before a write the role is read again: who left the group writes nothing, and is signed out', async (t) => {
  let now = NOW
  const groups = ['reenroll-approvers']
  const people = { ana: { groups } }
  const { arrive, store } = await signInWith(t, true, { clock: () => now }, people)
  const { visitor: ana } = await arrive('ana')
  const path = `/cases/${proposed().id}`
  groups[0] = 'service-desk'
  await ana.get(`${path}/close`)
  now = plus(NOW, 5 * MINUTE_MS)
  t.equal((await ana.post(`${path}/close`, { because: 'a last act' })).statusCode, 403, 'now a viewer')
  groups.pop()
  now = plus(NOW, 10 * MINUTE_MS)
  t.equal((await ana.post(`${path}/close`, { because: 'a last act' })).statusCode, 401)
  t.equal((await ana.get(path)).statusCode, 303)
  t.equal((await store.getCase(proposed().id))?.state, 'awaiting_approval')
})

t.test('a role that the provider does not confirm counts for 15 minutes', async (t) => {
  let now = NOW
  const { arrive, store, provider } = await signInWith(t, true, { clock: () => now })
  const { visitor: ana } = await arrive('ana')
  const path = `/cases/${proposed().id}`
  await provider.stop()
  await ana.get(path)
  now = plus(NOW, 14 * MINUTE_MS)
  t.equal((await ana.post(`${path}/assign`)).statusCode, 303)
  t.match(await store.getCase(proposed().id), { assignee: 'ana@example.com' })
  now = plus(NOW, 16 * MINUTE_MS)
  t.equal((await ana.post(`${path}/unassign`)).statusCode, 401)
  t.match(await store.getCase(proposed().id), { assignee: 'ana@example.com' })
})

t.test('with a provider the ops token opens no page', async (t) => {
  const { visitor } = await signInWith(t, true)
  const guest = visitor()
  const page = await guest.get('/sign-in')
  t.notMatch(page.body, /name="token"/)
  t.equal((await guest.post('/sign-in', { token: 'ops-token-for-tests-0123456789' })).statusCode, 404)
})

t.test('an answer of the provider counts once, and only in the browser that asked', async (t) => {
  const { arrive, visitor } = await signInWith(t, true)
  const { visitor: ana, back } = await arrive('ana')
  t.equal((await ana.get(back)).statusCode, 400, 'twice')
  t.equal((await visitor().get(back)).statusCode, 400, 'somewhere else')
  const mallory = visitor()
  await mallory.get('/sign-in/oidc')
  const swapped = await mallory.get(back)
  t.equal(swapped.statusCode, 403, 'with the answer to another question')
  t.equal((await mallory.get('/')).statusCode, 303)
})

t.test('a provider that is away is told in words', async (t) => {
  const { visitor } = await pagesWith(t, { oidc: AWAY })
  const page = await visitor().get('/sign-in/oidc')
  t.equal(page.statusCode, 502)
  t.match(page.body, /sign-in provider is unavailable/)
})

/** Claims of an id token, changed and signed again by the provider's own key. */
const claims = (change: object) => (answer: ProviderAnswer, key: KeyObject) =>
  answer.id_token ? { ...answer, id_token: signed({ ...claimsOf(answer.id_token), ...change }, key) } : answer
const idToken = (make: (token: string) => string | undefined) => (answer: ProviderAnswer) =>
  answer.id_token ? { ...answer, id_token: make(answer.id_token) } : answer
const head = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const NOW_S = Math.floor(Date.now() / 1_000)

/** What a provider that is not the one we know, or somebody between us and it, may answer. */
const FORGED_TOKENS: Readonly<Record<string, (answer: ProviderAnswer, key: KeyObject) => object>> = {
  'a token signed by another key': idToken((token) => signed(claimsOf(token), stranger)),
  'a token signed by a key that nobody published': idToken((token) =>
    signed(claimsOf(token), stranger, { alg: 'RS256', kid: 'mine' })
  ),
  'a token that brings its key along': idToken((token) =>
    signed(claimsOf(token), stranger, { alg: 'RS256', jwk: createPublicKey(stranger).export({ format: 'jwk' }) })
  ),
  'a token without a signature': idToken((token) => `${head({ alg: 'none' })}.${token.split('.')[1]}.`),
  'a token signed with the client secret': idToken((token) => {
    const text = `${head({ alg: 'HS256' })}.${token.split('.')[1]}`
    return `${text}.${createHmac('sha256', CLIENT.secret).update(text).digest('base64url')}`
  }),
  'a token of another issuer': claims({ iss: 'https://evil.example' }),
  'a token for another client': claims({ aud: 'another' }),
  'a token for several, of which we are not the one': claims({ aud: [CLIENT.id, 'another'], azp: 'another' }),
  'a token that has expired': claims({ exp: NOW_S - 3_600 }),
  'a token that never ends': claims({ exp: undefined }),
  'a token of no time': claims({ iat: undefined }),
  'a token for another sign-in': claims({ nonce: 'another' }),
  'a token for no sign-in': claims({ nonce: undefined }),
  'a token about nobody': claims({ sub: undefined }),
  'a token about a number': claims({ sub: 7 }),
  'no token': idToken(() => undefined),
  'a token that is not one': idToken(() => 'a.b.c'),
  'tokens of another type': (answer) => (answer.id_token ? { ...answer, token_type: 'mac' } : answer)
}

t.test('a malicious provider, or somebody in its place, signs nobody in', async (t) => {
  const { arrive, login, store } = await signInWith(t, true)
  for (const [name, forge] of Object.entries(FORGED_TOKENS)) {
    login.forge = forge
    const { visitor: ana, answer } = await arrive('ana')
    t.equal(answer.statusCode, 403, name)
    t.match(answer.body, /did not confirm the sign-in/, name)
    t.equal((await ana.get('/')).statusCode, 303, `${name}: outside`)
  }
  t.same(await store.credentials(), [])
  login.forge = null
  t.equal((await arrive('ana')).answer.statusCode, 303, 'the true provider does')
})

t.test('metadata of another issuer begins no sign-in', async (t) => {
  const { login, visitor } = await signInWith(t, true)
  login.forge = (answer) => (answer.issuer ? { ...answer, issuer: 'https://evil.example' } : answer)
  t.equal((await visitor().get('/sign-in/oidc')).statusCode, 502)
})

t.test('groups that the user info gives for somebody else count for nobody', async (t) => {
  const { arrive, login } = await signInWith(t, false)
  login.forge = (answer) => ('groups' in answer ? { ...answer, sub: 'vic' } : answer)
  t.equal((await arrive('ana')).answer.statusCode, 403)
})

t.test('an address of the callback that was changed on the way signs nobody in', async (t) => {
  const { login, visitor, issuer } = await signInWith(t, true)
  login.as = 'ana'
  const changes: Readonly<Record<string, (query: URLSearchParams) => void>> = {
    'another state': (query) => query.set('state', 'another'),
    'no state': (query) => query.delete('state'),
    'another issuer': (query) => query.set('iss', 'https://evil.example'),
    'another code': (query) => query.set('code', 'another'),
    'an error with markup': (query) => query.set('error', '<script>alert(1)</script>')
  }
  for (const [name, change] of Object.entries(changes)) {
    const ana = visitor()
    const begun = await ana.get('/sign-in/oidc')
    t.match(begun.headers.location, issuer)
    const back = new URL(await followTo(String(begun.headers.location), CALLBACK))
    change(back.searchParams)
    const answer = await ana.get(`${back.pathname}${back.search}`)
    t.equal(answer.statusCode, 403, name)
    t.notMatch(answer.body, /<script>alert/, name)
    t.equal((await ana.get('/')).statusCode, 303, name)
  }
})

t.test('signing in is limited by address, so that strangers cannot keep the provider busy', async (t) => {
  const { visitor } = await pagesWith(t, { oidc: AWAY })
  const guest = visitor()
  const statuses: number[] = []
  for (let count = 0; count < 121; count++) {
    statuses.push((await guest.get('/sign-in/callback?code=x')).statusCode)
  }
  t.same(new Set(statuses.slice(0, 120)), new Set([400]))
  t.equal(statuses.at(-1), 429)
})

t.test('a group claim may be one text; no group means no role', async (t) => {
  const settings = { groupsClaim: 'roles', approverGroups: ['a'], viewerGroups: ['v'] }
  const who = { iss: 'https://id', sub: 's' }
  const operator = { id: 'https://id s', name: 's', role: 'approver', provider: 'https://id' }
  t.same(operatorFromClaims({ ...who, roles: 'a' }, settings), operator)
  t.same(operatorFromClaims({ ...who, email: 'e@example.com', roles: ['v'] }, settings), {
    ...operator,
    name: 'e@example.com',
    role: 'viewer'
  })
  t.match(operatorFromClaims(who, settings), { refused: /is not in a group/ })
  for (const claims of [{ roles: ['a'] }, { iss: 'https://id', email: 'e@example.com', roles: ['a'] }]) {
    t.match(operatorFromClaims(claims, settings), { refused: /did not send your id/ })
  }
})
