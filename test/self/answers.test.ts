/** Attacks on the links in messages: each is refused and changes nothing; opening a link changes nothing either. */
import pino from 'pino'
import t, { type Test } from 'tap'
import { selfKey, startSelf } from '../../src/app/listeners.ts'
import { recordAnswer } from '../../src/case/commands.ts'
import type { Case } from '../../src/domain/case.ts'
import { DAY_MS, plus } from '../../src/domain/time.ts'
import { LANGUAGES } from '../../src/domain/vocabulary.ts'
import { answerRoutes } from '../../src/self/answers.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { WORDS } from '../../src/ticket/languages/languages.ts'
import { createAnswerLinks } from '../../src/ticket/mail/answer-links.ts'
import { aCase, NOW } from '../case/build.ts'
import { manualClock } from '../support/clock.ts'

const SETTINGS = { host: '127.0.0.1', port: 0, publicUrl: 'https://help.example.com', key: 'k'.repeat(32) }

const guided = (id: string): Case =>
  aCase({
    id,
    subjectKey: `user:${id}`,
    state: 'with_user',
    version: 1,
    guide: { at: NOW, until: NOW },
    mailed: { at: NOW, result: 'sent' },
    user: { id: '00uSecret', login: 'secret@example.com', name: 'Secret Name' }
  })

async function open(t: Test) {
  const store = openInMemory()
  const time = manualClock(NOW)
  const links = createAnswerLinks(SETTINGS.publicUrl, selfKey(SETTINGS, 'answer links'))
  const take = (id: string, ask: Parameters<typeof recordAnswer>[1]) =>
    recordAnswer(id, ask, { store, clock: time.clock, emit: () => {} })
  const routes = [answerRoutes({ links, take, clock: time.clock })]
  const { app } = await startSelf(SETTINGS, { logger: pino({ level: 'silent' }), routes })
  t.teardown(() => app.close())
  for (const id of ['RE-ANNA', 'RE-BERT']) await store.save({ next: guided(id), ledger: [] })
  const pathOf = (id: string) => new URL(links.urlFor(id, time.clock())).pathname
  let caller = 0
  const nextAddress = () => {
    caller += 1
    return `10.0.0.${caller}`
  }
  return {
    store,
    time,
    links,
    pathOf,
    app,
    caseOf: async (id: string) => (await store.getCase(id)) as Case,
    // Each from an address of its own, so that the limit does not decide.
    post: (path: string, fields: Record<string, string>, remoteAddress = nextAddress()) =>
      app.inject({
        ...{ method: 'POST', url: path, remoteAddress },
        payload: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' }
      })
  }
}

t.test('the page shows nothing about the account and is the same for a false link, in every language', async (t) => {
  const { app, pathOf } = await open(t)
  for (const language of LANGUAGES) {
    const page = await app.inject(`${pathOf('RE-ANNA')}?lang=${language}`)
    t.equal(page.statusCode, 200)
    t.match(page.body, `<html lang="${language}" dir="ltr">`)
    t.match(page.body, WORDS[language].pages.notMe)
    t.notMatch(page.body, /RE-ANNA|00uSecret|secret@|Secret Name|script/i)
    t.equal(page.headers['set-cookie'], undefined, 'no session')
    t.equal((await app.inject(`/answer/RE-NOBODY.x.y?lang=${language}`)).body, page.body)
  }
})

t.test('a scanner that opens, probes and prefetches the link changes nothing', async (t) => {
  const { app, caseOf, pathOf } = await open(t)
  const before = await caseOf('RE-ANNA')
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'] as const)
    await app.inject({ method, url: pathOf('RE-ANNA'), headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch' } })
  await app.inject({ method: 'POST', url: pathOf('RE-ANNA') })
  t.same(await caseOf('RE-ANNA'), before, 'not even by an empty POST')
})

t.test('one answer counts: replays and forwarded links are refused', async (t) => {
  const { caseOf, pathOf, post } = await open(t)
  const path = pathOf('RE-ANNA')
  t.match(await post(path, { what: 'fails', seen: 'invalid_token' }), { statusCode: 200, body: WORDS.en.pages.thanks })
  t.match(await caseOf('RE-ANNA'), { answer: { what: 'fails', seen: 'invalid_token' }, state: 'received' })
  for (const what of ['works', 'fails']) t.match(await post(path, { what }), { statusCode: 410 })
  t.match(await post(pathOf('RE-ANNA'), { what: 'works' }), { statusCode: 410 }, 'nor by a newer link of the case')
  t.match(await caseOf('RE-ANNA'), { securityAlert: null })
  t.match(await caseOf('RE-BERT'), { answer: undefined })
})

t.test(
  'somebody to whom the mail was forwarded pressed “it works”: the user can still say “this was not me”, once',
  async (t) => {
    const { caseOf, pathOf, post, store } = await open(t)
    const path = pathOf('RE-ANNA')
    t.equal((await post(path, { what: 'works' })).statusCode, 200)
    const anna = await caseOf('RE-ANNA')
    // The enrollment that follows may be the attacker's, so it does not end the link.
    await store.save({ next: { ...anna, state: 'resolved', version: anna.version + 1 }, ledger: [] })
    const page = await post(path, { what: 'not_me' })
    t.match(page, { statusCode: 200, body: WORDS.en.pages.thanksNotMe.slice(0, 30) })
    t.match(await caseOf('RE-ANNA'), { state: 'with_person', securityAlert: /not theirs/ })
    for (const what of ['not_me', 'works', 'fails']) t.match(await post(path, { what }), { statusCode: 410 }, what)
  }
)

t.test('“this was not me” by the link of an earlier case alerts in the open one, once', async (t) => {
  const { caseOf, pathOf, post, store } = await open(t)
  const anna = await caseOf('RE-ANNA')
  await store.save({ next: { ...anna, state: 'resolved', version: anna.version + 1 }, ledger: [] })
  const newer = { ...guided('RE-NEWER'), subjectKey: anna.subjectKey, openedAt: plus(NOW, DAY_MS) }
  await store.save({ next: newer, ledger: [] })
  t.equal((await post(pathOf('RE-ANNA'), { what: 'not_me' })).statusCode, 200)
  t.match(await caseOf('RE-NEWER'), { state: 'with_person', securityAlert: /not theirs/ })
  t.match(await caseOf('RE-ANNA'), { state: 'resolved', answer: { what: 'not_me' } })
  const alerted = await caseOf('RE-NEWER')
  await store.save({ next: { ...alerted, state: 'closed', version: alerted.version + 1 }, ledger: [] })
  const third = { ...guided('RE-THIRD'), subjectKey: anna.subjectKey, openedAt: plus(NOW, 2 * DAY_MS) }
  await store.save({ next: third, ledger: [] })
  t.equal((await post(pathOf('RE-ANNA'), { what: 'not_me' })).statusCode, 410)
  t.match(await caseOf('RE-THIRD'), { state: 'with_user', securityAlert: null })
})

t.test('guessed, changed and moved links are refused', async (t) => {
  const { caseOf, links, pathOf, post, time } = await open(t)
  const path = pathOf('RE-ANNA')
  const [, ends, signature] = path.slice('/answer/'.length).split('.')
  const other = createAnswerLinks(SETTINGS.publicUrl, selfKey(SETTINGS, 'another purpose'))
  const forged = [
    `/answer/RE-BERT.${ends}.${signature}`,
    `/answer/RE-ANNA.zzzzzzz.${signature}`,
    `/answer/RE-ANNA.${ends}.${'A'.repeat(22)}`,
    `/answer/RE-ANNA.${ends}.${signature?.slice(0, 21)}`,
    `/answer/RE-ANNA.${ends}`,
    path.toLowerCase(),
    `${path}x`,
    new URL(other.urlFor('RE-ANNA', time.clock())).pathname,
    '/answer/..%2f..%2fRE-ANNA'
  ]
  for (const url of forged) t.match((await post(url, { what: 'not_me' })).statusCode, /404|410/, url)
  for (const what of ['', 'WORKS', 'constructor', 'approve'])
    t.equal((await post(path, { what })).statusCode, 410, `no answer: ${what}`)
  t.match([await caseOf('RE-ANNA'), await caseOf('RE-BERT')], [{ answer: undefined }, { answer: undefined }])
  const last = signature?.at(-1) ?? ''
  const twin = String.fromCharCode(last.charCodeAt(0) + 1)
  t.equal(
    links.caseOf(`RE-ANNA.${ends}.${signature?.slice(0, -1)}${twin}`, time.clock()),
    null,
    'one text per signature'
  )
})

t.test('a link ends after a week, and with its case', async (t) => {
  const { caseOf, pathOf, post, store, time } = await open(t)
  const [old, closed] = [pathOf('RE-ANNA'), pathOf('RE-BERT')]
  const bert = await caseOf('RE-BERT')
  await store.save({ next: { ...bert, state: 'closed', version: bert.version + 1 }, ledger: [] })
  t.match(await post(closed, { what: 'not_me' }), { statusCode: 410 })
  time.advance(7 * DAY_MS)
  t.match(await post(old, { what: 'not_me' }), { statusCode: 410 })
  t.match(await caseOf('RE-ANNA'), { answer: undefined })
})

t.test('“this was not me” reaches Security, and the user is told what to do', async (t) => {
  const { caseOf, pathOf, post } = await open(t)
  const page = await post(`${pathOf('RE-ANNA')}?lang=de`, { what: 'not_me' })
  t.match(page.body, WORDS.de.pages.thanksNotMe)
  t.match(await caseOf('RE-ANNA'), { state: 'with_person', securityAlert: /not theirs/ })
})

t.test('the same form sent ten times at once counts once', async (t) => {
  const { caseOf, pathOf, post } = await open(t)
  for (const [id, what] of [
    ['RE-ANNA', 'fails'],
    ['RE-BERT', 'not_me']
  ] as const) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(pathOf(id), { what })))
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1, what)
    const said = (await caseOf(id)).timeline.filter(({ by }) => by === 'user')
    t.equal(said.length, 1, what)
  }
})

t.test('two answers at once, of the user and of somebody who read the mail: “this was not me” counts', async (t) => {
  const { caseOf, pathOf, post } = await open(t)
  const path = pathOf('RE-ANNA')
  await Promise.all([post(path, { what: 'works' }), post(path, { what: 'not_me' }), post(path, { what: 'fails' })])
  t.match(await caseOf('RE-ANNA'), { state: 'with_person', securityAlert: /not theirs/ })
})

t.test('after the session key was changed, older links are refused, and the page says whom to call', async (t) => {
  const { caseOf, post, time } = await open(t)
  const before = createAnswerLinks(SETTINGS.publicUrl, selfKey({ ...SETTINGS, key: 'b'.repeat(32) }, 'answer links'))
  const answer = await post(new URL(before.urlFor('RE-ANNA', time.clock())).pathname, { what: 'not_me' })
  t.match(answer, { statusCode: 410, body: WORDS.en.pages.spentHelp })
  t.match(WORDS.en.pages.spentHelp, /service desk/)
  t.match(await caseOf('RE-ANNA'), { answer: undefined, securityAlert: null })
})

t.test('an address that tries many links is refused', async (t) => {
  const { post } = await open(t)
  const tries: number[] = []
  for (let nth = 0; nth < 12; nth++)
    tries.push((await post('/answer/RE-X.y.z', { what: 'works' }, '10.9.9.9')).statusCode)
  t.strictSame(tries, [...Array(10).fill(410), 429, 429])
})
