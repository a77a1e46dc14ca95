/** People's own cases, after a sign-in at a real OpenID Connect provider: who gets in, and what they may do there. */
import { generateKeyPairSync } from 'node:crypto'
import pino from 'pino'
import t, { type Test } from 'tap'
import { selfKey } from '../../src/app/listeners.ts'
import { signInOf } from '../../src/app/review.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import type { Case } from '../../src/domain/case.ts'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { GUARD_IDS, type GuardId, type GuardState } from '../../src/domain/vocabulary.ts'
import { buildSelfListener } from '../../src/self/listener.ts'
import { ownCase } from '../../src/self/own-case.ts'
import { addOwnCasePages, type OwnCaseDeps } from '../../src/self/own-case-routes.ts'
import { createPersonSignIn } from '../../src/self/person.ts'
import { failure } from '../remediate/situations.ts'
import { caseOf } from '../review/cases.ts'
import { Visitor } from '../review/pages-with.ts'
import { CLIENT, claimsOf, followTo, type ProviderAnswer, signed, startProvider } from '../review/provider.ts'

const PUBLIC_URL = 'http://localhost'
const CALLBACK = `${PUBLIC_URL}/sign-in/callback`
const NOW = '2026-06-15T12:00:00.000Z'
const DANA = '00u7zXRk9fcsiaiEvJd7'
const ERIN = '00uERINk9fcsiaiEvJd7'

type Taken = Parameters<OwnCaseDeps['reports']['takeOwn']>

async function openPages(t: Test, latest: () => Case | null = () => null, language: string | null = null) {
  const { issuer, login } = await startProvider(t, {
    ...{ people: { [DANA]: { groups: [] }, [ERIN]: { groups: [] } }, redirectUri: CALLBACK, inIdToken: true }
  })
  const taken: Taken[] = []
  const disowned: string[] = []
  const app = await buildSelfListener({ publicUrl: PUBLIC_URL, logger: pino({ level: 'silent' }) })
  t.teardown(() => app.close())
  await addOwnCasePages(app, {
    signIn: createPersonSignIn({ issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret }, () => PUBLIC_URL),
    key: Buffer.alloc(32, 7),
    publicUrl: () => PUBLIC_URL,
    reports: {
      takeOwn: async (...report) => ({ id: `report-${taken.push(report)}`, subject: `user:${DANA}` }),
      caseOf: async () => null
    },
    store: { latestCase: async () => latest() },
    disown: async (id) => void disowned.push(id),
    languageOf: async () => language,
    keyOf: ({ id }) => `user:${id}`,
    clock: () => NOW
  })
  login.as = DANA
  return { app, login, taken, disowned, visitor: () => new Visitor(app) }
}

/** Back from the provider, as the address of the callback. */
async function back(visitor: Visitor, path = '/sign-in') {
  const begun = String((await visitor.get(path)).headers.location)
  return { begun: new URL(begun), back: (await followTo(begun, CALLBACK)).slice(PUBLIC_URL.length) }
}

async function signedIn(visitor: Visitor): Promise<Visitor> {
  await visitor.get((await back(visitor)).back)
  return visitor
}

t.test(
  'the pages speak the language that Okta has for the person, and before the sign-in that of the browser',
  async (t) => {
    const { visitor } = await openPages(t, () => null, 'fr_CA')
    const dana = visitor()
    t.match((await dana.get('/')).body, '<html lang="en"')
    await signedIn(dana)
    t.match((await dana.get('/')).body, '<html lang="fr"')
    const { visitor: other } = await openPages(t, () => null, 'pt_BR')
    t.match((await (await signedIn(other())).get('/')).body, '<html lang="en"', 'a language without texts')
  }
)

t.test('a person signs in anew and reports in two taps', async (t) => {
  const { visitor, taken } = await openPages(t)
  const dana = visitor()
  t.match((await dana.get('/')).body, /Sign in here on a computer/)
  const begun = await back(dana)
  t.match(Object.fromEntries(begun.begun.searchParams), {
    max_age: '0',
    scope: 'openid',
    code_challenge_method: 'S256'
  })
  t.equal((await dana.get(begun.back)).headers.location, '/')
  t.match((await dana.get('/')).body, /On which device does it fail\?.*iPhone or iPad/s)
  const choice = await dana.get('/?device=IOS')
  t.match(choice.body, /What do you see\?.*invalidToken/s)
  t.notMatch(choice.body, /<script/)
  t.equal((await dana.post('/report', { device: 'IOS', error: 'invalid_token' })).headers.location, '/')
  t.match(taken, [
    [
      { id: DANA, signIn: { amr: Array, at: /Z$/ } },
      { platform: 'IOS', errorCode: 'invalidToken' }
    ]
  ])
  const looking = await dana.get('/')
  t.match(looking.body, /We are looking at it/)
  t.equal(looking.headers.refresh, '3')
  await dana.send('/?again=', {}, '/sign-out')
  t.match((await dana.get('/')).body, /Sign in here/)
  t.equal((await back(dana, '/sign-in?with=key')).begun.searchParams.get('acr_values'), 'phr')
})

const claims = (change: object) => (answer: ProviderAnswer, key: Parameters<typeof signed>[1]) =>
  answer.id_token ? { ...answer, id_token: signed({ ...claimsOf(answer.id_token), ...change }, key) } : answer

t.test('who did not sign in just now as a user of the org stays outside', async (t) => {
  const { login, visitor } = await openPages(t)
  const refused: Readonly<Record<string, object>> = {
    'a session from ten minutes ago, perhaps stolen': { auth_time: Math.floor(Date.now() / 1_000) - 600 },
    'no time of the sign-in': { auth_time: undefined },
    'an id that is no user of the org': { sub: 'admin@example.com' },
    'another sign-in': { nonce: 'another' },
    'another app': { aud: 'another' },
    'another org': { iss: 'https://another.okta.com' },
    'a token that has ended': { exp: Math.floor(Date.now() / 1_000) - 3_600 }
  }
  for (const [name, change] of Object.entries(refused)) {
    login.forge = claims(change)
    const mallory = visitor()
    const answer = await mallory.get((await back(mallory)).back)
    t.equal(answer.statusCode, 403, name)
    t.match(answer.body, /The sign-in was not completed/, name)
    t.match((await mallory.get('/')).body, /Sign in here/, `${name}: outside`)
  }
  const unsigned = (answer: ProviderAnswer) => {
    const [, body] = answer.id_token?.split('.') ?? []
    return answer.id_token ? { ...answer, id_token: `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${body}.` } : answer
  }
  const byAnother = (answer: ProviderAnswer) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return answer.id_token ? { ...answer, id_token: signed(claimsOf(answer.id_token), privateKey) } : answer
  }
  for (const forge of [unsigned, byAnother]) {
    login.forge = forge
    const mallory = visitor()
    t.equal((await mallory.get((await back(mallory)).back)).statusCode, 403, forge.name)
  }
  login.forge = null
  t.equal((await visitor().get((await back(visitor())).back)).statusCode, 403, 'in another browser')
})

t.test('a sign-in begun long ago does not take over a newer sign-in of the owner of the session', async (t) => {
  const { issuer, login } = await startProvider(t, {
    ...{ people: { [DANA]: { groups: [] } }, redirectUri: CALLBACK, inIdToken: true }
  })
  login.as = DANA
  const signIn = createPersonSignIn({ issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret }, () => PUBLIC_URL)
  const now = Math.floor(Date.now() / 1_000)
  const finish = async (begunAt: number, signedInAt: number) => {
    const { url, ...pending } = await signIn.begin('any')
    login.forge = claims({ auth_time: signedInAt, amr: ['pop'] })
    const query = (await followTo(url, CALLBACK)).split('?')[1] ?? ''
    return signIn.finish(query, { ...pending, startedAtS: begunAt })
  }
  t.match(await finish(now - 120, now - 60), { id: DANA }, 'a sign-in may take some minutes')
  await t.rejects(finish(now - 1_700, now - 1_600), { message: 'The sign-in took more than five minutes.' })
})

t.test('forms from elsewhere report nothing', async (t) => {
  const { visitor, taken } = await openPages(t)
  const dana = await signedIn(visitor())
  const fields = { device: 'IOS', error: 'invalid_token' }
  await dana.get('/?device=IOS')
  t.equal((await dana.post('/report', { ...fields, _csrf: '' })).statusCode, 403, 'without the token')
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  t.equal((await dana.post('/report', fields, foreign)).statusCode, 403, 'from another site')
  t.equal((await visitor().post('/report', fields)).statusCode, 403, 'without a sign-in')
  for (const odd of [{ device: 'unknown' }, { device: 'IOS', error: '__proto__' }, { device: 'IOS', error: 'x' }])
    await dana.send('/?device=IOS', odd, '/report')
  t.same(taken, [], 'nor what nobody could choose')
  await dana.send('/?device=IOS', fields, '/report')
  t.equal(taken.length, 1, 'the same form, as it is')
})

t.test('“this was not me” on every page of a case, by a form of the page alone', async (t) => {
  let latest: Case | null = null
  const { visitor, disowned } = await openPages(t, () => latest)
  const dana = await signedIn(visitor())
  t.notMatch((await dana.get('/')).body, /not-me/, 'there is no case')
  await dana.post('/not-me')
  t.same(disowned, [])
  for (const over of [
    { state: 'with_user' },
    { state: 'with_person', securityAlert: 'a new factor' },
    { state: 'resolved', updatedAt: plus(NOW, 365 * 24 * 60 * MINUTE_MS) }
  ] as const) {
    latest = caseOf('dana', over)
    t.match((await dana.get('/')).body, /action="\/not-me"[\s\S]*This was not me/, over.state)
    t.equal((await dana.post('/not-me', { _csrf: '' })).statusCode, 403, 'without the token')
    t.equal((await dana.get('/not-me')).statusCode, 404, 'a link does nothing')
    const thanks = await dana.send('/', {}, '/not-me')
    t.match(thanks.body, /Security has your report now[\s\S]*Reference: RE-/)
    t.notMatch(thanks.body, /<script/)
  }
  t.equal(disowned.length, 3)
  t.equal((await visitor().post('/not-me')).statusCode, 403, 'nor does somebody who did not sign in')
})

t.test('the sixth report within an hour is for a person', async (t) => {
  const own = (n: number) => failure({ uuid: `own-${n}`, source: 'self', publishedAt: plus(NOW, -n * MINUTE_MS) })
  let reports = 4
  const latest = () => caseOf('dana', { failures: Array.from({ length: reports }, (_, n) => own(n + 1)) })
  const { visitor, taken } = await openPages(t, latest)
  const dana = await signedIn(visitor())
  const report = () => dana.send('/?device=MACOS', { device: 'MACOS', error: 'qr_code' }, '/report')
  await report()
  reports = 5
  await report()
  t.equal(taken.length, 1)
})

t.test('a copied cookie ends half an hour after the sign-in, however often it is used', async (t) => {
  const { visitor, taken } = await openPages(t)
  const [dana, now] = [await signedIn(visitor()), Date.now()]
  const later = (ms: number) => t.intercept(Date, 'now', { value: () => now + ms })
  for (const minutes of [20, 29]) {
    later(minutes * MINUTE_MS)
    await dana.send('/?device=IOS', { device: 'IOS', error: 'invalid_token' }, '/report')
  }
  t.equal(taken.length, 2)
  later(31 * MINUTE_MS)
  t.match((await dana.get('/')).body, /Sign in here/)
  await dana.post('/report', { device: 'IOS', error: 'invalid_token' })
  t.equal(taken.length, 2)
})

t.test(
  'in one browser two tabs are one person: the newer sign-in counts, and forms of the older one do nothing',
  async (t) => {
    const { login, visitor, taken } = await openPages(t)
    const browser = await signedIn(visitor())
    await browser.get('/?device=IOS')
    const ofDana = browser.csrf()
    login.as = ERIN
    await signedIn(browser)
    const fields = { device: 'IOS', error: 'invalid_token' }
    t.equal((await browser.post('/report', { ...fields, _csrf: ofDana })).statusCode, 403)
    t.same(taken, [], 'the form of the first tab reports nothing for the second person')
    const first = await back(browser)
    const second = await back(browser)
    t.equal((await browser.get(first.back)).statusCode, 403, 'a sign-in that was begun again')
    t.equal((await browser.get(second.back)).statusCode, 403, 'and each is taken once')
    const third = await back(browser)
    t.equal((await browser.get(third.back)).headers.location, '/')
    t.equal((await browser.get(third.back)).statusCode, 403, 'the same callback again')
  }
)

t.test('nobody is signed in with a session that somebody else prepared', async (t) => {
  const { login, visitor, taken } = await openPages(t)
  const mallory = visitor()
  const prepared = await back(mallory)
  const planted = new Map(mallory.cookies)
  const dana = visitor()
  for (const [name, value] of planted) dana.cookies.set(name, value)
  await signedIn(dana)
  t.match((await dana.get('/')).body, /On which device/)
  t.match((await mallory.get('/')).body, /Sign in here/, 'the planted cookie was replaced')
  login.as = ERIN
  t.equal((await visitor().get(prepared.back)).statusCode, 403, 'a callback without its cookie')
  t.same(taken, [])
})

t.test('its cookie is no session of the ops listener', async (t) => {
  const key = 'the one session key of both listeners'
  const self = { host: '', port: 0, publicUrl: '', key }
  const ops = signInOf({
    ops: { host: '', port: 0, token: '' },
    review: { publicUrl: null, sessionKey: key, oidc: null }
  } as unknown as Settings)
  t.notOk(selfKey(self, 'cookie of self-service').equals(ops.sessionKey))
  const { visitor } = await openPages(t)
  const dana = visitor()
  await dana.get((await back(dana)).back)
  t.same(
    [...dana.cookies.keys()].filter((name) => name.startsWith('reenroll')),
    ['reenroll-self']
  )
})

t.test('what a person sees of their case is one of few answers', async (t) => {
  const seen = (over: Partial<Case>, reported: string | null = 'own') =>
    ownCase(caseOf('dana', { failures: [failure({ uuid: 'own', source: 'self' })], ...over }), reported, NOW).of
  t.equal(ownCase(null, null, NOW).of, 'ask')
  t.equal(ownCase(null, 'own', NOW).of, 'looking')
  t.equal(seen({ state: 'correlating' }), 'looking')
  t.equal(seen({ state: 'acting' }), 'looking')
  t.equal(seen({ state: 'watching' }), 'steps')
  t.equal(seen({ state: 'with_person' }), 'steps')
  t.equal(seen({ state: 'awaiting_approval' }), 'steps', 'unless a proposal waits')
  t.equal(seen({ state: 'resolved' }), 'enrolled')
  t.equal(seen({ state: 'closed' }), 'call')
  t.equal(seen({ state: 'closed', updatedAt: plus(NOW, -MINUTE_MS) }, null), 'ask', 'an older case')
  t.equal(seen({ state: 'with_person', securityAlert: 'a new factor' }), 'call')
  const ABOUT_THE_PERSON: readonly GuardId[] = ['G1', 'G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G6', 'G7', 'G10', 'G12']
  const stoppedBy = (state: GuardState) =>
    GUARD_IDS.filter((id) => seen({ state: 'with_person', guards: [{ id, state, because: 'a test' }] }) === 'call')
  t.strictSame(stoppedBy('tripped'), ABOUT_THE_PERSON)
  t.strictSame(
    stoppedBy('unknown'),
    ABOUT_THE_PERSON.filter((id) => id !== 'G4_event' && id !== 'G5'),
    'unknown is not clear, apart from what a sparse event cannot answer'
  )
})
