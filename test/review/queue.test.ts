import t from 'tap'
import type { Case } from '../../src/domain/case.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { queueHref, readQueue, readQueueQuery } from '../../src/review/queue.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { failure } from '../remediate/situations.ts'
import { approver } from '../support/operators.ts'
import { caseOf, proposed } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

const at = (minutes: number) => plus(NOW, minutes * MINUTE_MS)

async function storeOf(cases: readonly Case[]) {
  const store = openInMemory()
  for (const c of cases) await store.save({ next: { ...c, version: 1 }, ledger: [] })
  return store
}

/** Every page of the queue, names by group. */
async function walk(cases: readonly Case[], address: Record<string, string>, now = at(60)) {
  const store = await storeOf(cases)
  const pages: string[][] = []
  let after: string | null = null
  do {
    const query = readQueueQuery({ ...address, ...(after ? { after } : {}) })
    const page = await readQueue(store, query, { me: 'ana', now })
    pages.push(page.sections.flatMap(({ group, cases }) => cases.map((c) => `${group.id}:${c.user.name}`)))
    after = page.next
  } while (after)
  return pages
}

const CASES: readonly Case[] = [
  caseOf('watched', { state: 'watching', openedAt: at(1) }),
  caseOf('younger', { state: 'with_person', openedAt: at(3) }),
  caseOf('older', { state: 'awaiting_approval', openedAt: at(2) }),
  caseOf('asleep', { state: 'with_person', openedAt: at(0), snoozedUntil: at(90) }),
  caseOf('done', { state: 'resolved', openedAt: at(0) }),
  caseOf('later', { state: 'closed', openedAt: at(4) }),
  caseOf('child', { state: 'with_person', openedAt: at(0), parentId: 'RE-STORM' })
]

t.test('sections by what is needed, oldest first; storms are folded', async (t) => {
  t.same(await walk(CASES, {}), [['approval:older', 'person:younger', 'watching:watched']])
  t.same(await walk(CASES, { view: 'snoozed' }), [['snoozed:asleep']])
  t.same(await walk(CASES, {}, at(91)), [['approval:older', 'person:asleep', 'person:younger', 'watching:watched']])
  t.same(await walk(CASES, { view: 'ended' }), [['ended:later', 'ended:done']], 'ended ones newest first')
})

t.test('cases whose steps can be sent have a section of their own, and late rows say so', async (t) => {
  const cause = { id: 'app_state_stale', confidence: 'high', because: [], kbOption: 2 } as const
  const steps = caseOf('steps', {
    state: 'with_person',
    cause,
    guards: [],
    decision: null,
    openedAt: plus(NOW, -9 * HOUR_MS)
  })
  t.same(await walk([...CASES, steps], {}), [['approval:older', 'steps:steps', 'person:younger', 'watching:watched']])
  const { as, store } = await pagesWith(t, {
    cases: [
      steps,
      caseOf('other', { openedAt: NOW, decision: null, guards: [{ id: 'G9', state: 'tripped', because: 'x' }] })
    ],
    clock: () => NOW
  })
  const ana = await as(approver('ana'))
  const { body } = await ana.get('/')
  t.match(body, /Send steps <span class="n">1.*9 h ago.*1 h late/s)
  t.equal(body.match(/class="late"/g)?.length, 1)
  t.match(body, /class="due".*due in 8 h/s)
  t.match((await ana.get(`/cases/${steps.id}`)).body, /opened <time.*1 h late/s)
  t.match(
    (await ana.get(`/bulk?act=send&case=${steps.id}&case=${caseOf('other').id}`)).body,
    /Send steps: 2 cases.*By mail/s
  )
  const form: [string, string][] = [
    ['_csrf', ana.csrf()],
    ['act', 'send'],
    ['case', steps.id],
    ['case', caseOf('other').id]
  ]
  const answer = await ana.post('/bulk', {}, {}, new URLSearchParams(form))
  t.match(answer.body, /Send steps: 1 case of 2\..*RE-OTHER.*may not be sent now/s)
  t.match(await store.getCase(steps.id), {
    stepsAskedAt: NOW,
    timeline: [{}, { what: 'ana asked to send the steps to the user.' }]
  })
})

t.test('what Security handles first comes first, whatever its age and state', async (t) => {
  const guards = [{ id: 'G5', state: 'tripped', because: 'The user reported suspicious activity.' }] as const
  const signs = [
    caseOf('attack', { state: 'with_person', openedAt: at(9), guards }),
    caseOf('earlier', { state: 'awaiting_approval', openedAt: at(5), guards })
  ]
  t.same(await walk([...CASES, ...signs], {}), [
    ['security:earlier', 'security:attack', 'approval:older', 'person:younger', 'watching:watched']
  ])
  const many = Array.from({ length: 60 }, (_, n) => caseOf(`p${n + 100}`, { state: 'with_person', openedAt: at(0) }))
  const store = await storeOf([...many, ...signs])
  const { sections, next } = await readQueue(store, readQueueQuery({}), { me: 'ana', now: at(60) })
  t.same(
    sections.map(({ group, count, cases }) => [group.id, count, cases.length]),
    [
      ['security', 2, 2],
      ['person', 60, 48]
    ],
    'also before many that are older, and the counts are of all pages'
  )
  t.ok(next)
})

t.test('filters narrow the list and its counts; a state is found whatever the view', async (t) => {
  t.same(await walk(CASES, { state: 'resolved' }), [['ended:done']])
  t.same(await walk(CASES, { q: 'OLDER@' }), [['approval:older']])
  t.same(await walk(CASES, { cause: 'unknown' }), [[]])
  const store = await storeOf(CASES)
  const { counts } = await readQueue(store, readQueueQuery({ q: 'er' }), { me: 'ana', now: at(60) })
  t.same(counts, { security: 0, approval: 1, steps: 0, person: 1, moving: 0, watching: 0, snoozed: 0, ended: 1 })
  t.same(await walk(CASES, { state: 'nonsense', cause: 'x', mode: 'y', since: 'z', view: 'w' }), await walk(CASES, {}))
})

t.test('pages run through all groups, each case once, also when somebody makes a cursor up', async (t) => {
  const many = Array.from({ length: 130 }, (_, n) =>
    caseOf(`u${String(n).padStart(3, '0')}`, { state: n < 70 ? 'with_person' : 'watching', openedAt: at(n % 7) })
  )
  const pages = await walk(many, {})
  t.same(
    pages.map((page) => page.length),
    [50, 50, 30]
  )
  t.equal(new Set(pages.flat()).size, 130)
  for (const after of ['person.garbage', 'nosuch.x', '.', 'moving']) {
    const page = await readQueue(await storeOf(many), readQueueQuery({ after }), { me: 'ana', now: at(60) })
    t.equal(page.sections.flatMap(({ cases }) => cases).length, 50)
  }
})

t.test('next and previous case lead across the end of a page and a section, with filter and search', async (t) => {
  const many = Array.from({ length: 120 }, (_, n) =>
    caseOf(`u${1_000 + n}`, { state: n < 110 ? 'with_person' : 'watching', openedAt: at(n % 7) })
  )
  const others = ['x1', 'v1'].map((name) => caseOf(name, { openedAt: at(3) }))
  const { as, store } = await pagesWith(t, { cases: [...many, ...others], clock: () => at(60) })
  const ana = await as({ name: 'ana', role: 'viewer' })
  const link = (rel: string, body: string) =>
    new RegExp(`rel="${rel}"[^>]*href="(/cases/[^"]*)"`).exec(body)?.[1]?.replaceAll('&#61;', '=') ?? null
  const [rows] = [await walk(many, { q: 'u1' })]
  const inOrder = rows.flat().map((row) => row.replace(/^\w+:/, ''))
  const names: string[] = []
  const { body } = await ana.get('/?q=u1')
  let href = /href="(\/cases\/[^"]*)" data-row/.exec(body)?.[1]?.replaceAll('&#61;', '=') ?? null
  let last = ''
  while (href && names.length < 200) {
    t.match(href, /section%3D\w+%26q%3Du1/)
    last = (await ana.get(href)).body
    names.push(/<h1><bdi>(\w+)/.exec(last)?.[1] ?? '')
    href = link('next', last)
  }
  t.same(names, inOrder, 'each case that matches, once, in the order of the queue')
  t.match((await ana.get(link('prev', last) ?? '')).body, new RegExp(`<h1><bdi>${inOrder.at(-2)}`))
  const gone = many.find(({ user }) => user.name === inOrder[60])
  await store.save({ next: { ...caseOf(''), ...gone, state: 'acting', version: 2 }, ledger: [] })
  const after = (await ana.get(`/cases/${gone?.id}?in=${encodeURIComponent('q=u1&section=person')}`)).body
  t.match(
    (await ana.get(link('next', after) ?? '')).body,
    new RegExp(`<h1><bdi>${inOrder[61]}`),
    'a case that was handled'
  )
})

t.test('addresses keep the filters and leave the place behind', async (t) => {
  const query = readQueueQuery({
    q: ' a&b ',
    state: 'watching',
    view: 'open',
    app: '9.4',
    owner: 'mine',
    after: 'person'
  })
  t.equal(queueHref(query), '/?view=open&state=watching&owner=mine&app=9.4&q=a%26b')
  t.equal(queueHref(readQueueQuery({})), '/')
})

t.test('the page shows rows, tabs with counts, and what to do when it is empty', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed(), ...CASES], clock: () => at(60) })
  const ana = await as({ name: 'ana', role: 'viewer' })
  const { body } = await ana.get('/')
  t.match(body, /Needs approval <span class="n">2<.*Needs a person <span class="n">1</s)
  t.match(body, /<strong>Unsuspend the user<\/strong> <span class="aside">override Blocked by an untrusted actor/)
  t.match(body, /Queue \(3\) · Reenroll/)
  t.match((await ana.get('/?q=nobody-like-this')).body, /No case matches/)
  const [ended] = CASES.filter(({ state }) => state === 'closed' || state === 'resolved')
  t.ok((await ana.get(`/?q=${ended?.user.name}`)).body.includes(`/cases/${ended?.id}?in&#61;`), 'found in any state')
  const elsewhere = (await ana.get(`/?view=open&q=${ended?.user.name}`)).body
  t.match(elsewhere, /No case matches here/)
  t.ok(elsewhere.includes(`q&#61;${ended?.user.name}">1 ended case matching`))
  const jump = await ana.get(`/?q=${proposed().id.toLowerCase()}`)
  t.equal(jump.headers.location, `/cases/${proposed().id}`)
})

t.test('cases are filtered by who has them, their age and facts, and found by facts with what matched', async (t) => {
  const from = (ip: string) => [failure({ context: { ...failure().context, ip, appVersion: '9.40.1' } })]
  const cases = [
    caseOf('mine', { state: 'with_person', assignee: 'ana', openedAt: at(0), failures: from('192.0.2.7') }),
    caseOf('free', { state: 'with_person', openedAt: at(50), failures: from('192.0.2.8') })
  ]
  t.same(await walk(cases, { owner: 'mine' }), [['person:mine']])
  t.same(await walk(cases, { owner: 'none' }), [['person:free']])
  t.same(await walk(cases, { older: '1h' }, at(61)), [['person:mine']])
  t.same(await walk(cases, { app: '9.40.1' }), [['person:mine', 'person:free']])
  t.same(await walk(cases, { address: '192.0.2.8' }), [['person:free']])
  const { as } = await pagesWith(t, { cases, clock: () => at(60) })
  const ana = await as({ name: 'ana', role: 'viewer' })
  t.match((await ana.get('/?q=192.0.2.8')).body, /free.*class="match">address <bdi>192\.0\.2\.8/s)
})

t.test('a search reads its sections at once, and its pages have each case once', async (t) => {
  const people = Array.from({ length: 30 }, (_, n) => caseOf(`p${n + 10}z`, { state: 'with_person', openedAt: at(n) }))
  const ended = Array.from({ length: 40 }, (_, n) => caseOf(`e${n + 10}z`, { state: 'resolved', openedAt: at(n) }))
  const { store } = await pagesWith(t, { cases: [...people, ...ended] })
  let [running, most] = [0, 0]
  const counting: typeof store = {
    ...store,
    async listCases(query) {
      running += 1
      most = Math.max(most, running)
      const found = await store.listCases(query)
      running -= 1
      return found
    }
  }
  const query = readQueueQuery({ view: 'all', q: 'example.com' })
  const reader = { me: 'ana', now: at(60) }
  const first = await readQueue(counting, query, reader)
  t.equal(most, 8, 'one for each section')
  const second = await readQueue(counting, { ...query, after: first.next }, reader)
  const ids = [first, second].map(({ sections }) => sections.flatMap(({ cases }) => cases.map(({ id }) => id)))
  t.same(
    ids.map(({ length }) => length),
    [50, 20]
  )
  t.equal(new Set(ids.flat()).size, 70)
  t.equal(first.counts.ended, 40)
  t.equal(second.next, null)
})

t.test('the list is downloaded as CSV, as it is filtered, and no cell is a formula', async (t) => {
  const many = Array.from({ length: 120 }, (_, n) =>
    caseOf(`u${n + 100}x`, { state: 'with_person', openedAt: at(n % 7) })
  )
  const formula = caseOf('formula', { user: { id: '00uf', login: null, name: '=HYPERLINK("x"),' }, evidence: null })
  const { as } = await pagesWith(t, { cases: [...many, formula, ...CASES], clock: () => at(60) })
  const ana = await as({ name: 'ana', role: 'viewer' })
  const { body, headers } = await ana.get('/queue.csv?state=with_person')
  t.match(headers['content-disposition'], /attachment; filename="cases-\d{4}-/)
  t.equal(body.trimEnd().split('\r\n').length, 1 + 120 + 3)
  t.match(body, /^case,opened \(UTC\),due \(UTC\),/)
  t.match(body, /\r\nRE-[^,]*,2026-06-\d\d \d\d:\d\d:\d\d,/, 'a spreadsheet reads it as a time')
  t.match(body, /,"'=HYPERLINK\(""x""\), \(not confirmed\)",/)
})

t.test('an empty service says what comes next', async (t) => {
  const { as } = await pagesWith(t)
  const ana = await as({ name: 'ana', role: 'viewer' })
  t.match((await ana.get('/')).body, /No open cases/)
  t.match((await ana.get('/?view=all')).body, /Verify the hook in the Admin Console/)
  t.match((await ana.get('/activity')).body, /No cases in this period/)
})
