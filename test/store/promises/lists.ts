/** What a store promises about finding cases. */
import type { Test } from 'tap'
import type { Case } from '../../../src/domain/case.ts'
import type { CaseQuery, Store } from '../../../src/domain/store.ts'
import { CANARY, type CauseId } from '../../../src/domain/vocabulary.ts'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, minute } from '../build.ts'

async function saveAll(store: Store, cases: readonly Case[]): Promise<void> {
  await Promise.all(cases.map((next) => store.save({ next, ledger: [] })))
}

/** Every case of the list, page by page. */
async function pages(store: Store, query: Omit<CaseQuery, 'after'>): Promise<string[][]> {
  const all: string[][] = []
  let after: string | undefined
  do {
    const { cases, next } = await store.listCases({ ...query, ...(after === undefined ? {} : { after }) })
    all.push(cases.map((c) => c.id))
    after = next ?? undefined
  } while (after !== undefined)
  return all
}

function caused(id: CauseId): Pick<Case, 'cause'> {
  return { cause: { id, confidence: 'high', because: [], kbOption: null } }
}

export async function listPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('pages hold every case once, newest first, also when many were opened at one moment', async (t) => {
    const store = await open(t)
    const cases = Array.from({ length: 23 }, (_, n) =>
      aCase(`u${String(n).padStart(2, '0')}`, {
        openedAt: minute(Math.floor(n / 6)),
        state: n % 2 ? 'received' : 'closed'
      })
    )
    await saveAll(store, cases)
    const newestFirst = cases
      .toSorted((a, b) => (`${a.openedAt} ${a.id}` < `${b.openedAt} ${b.id}` ? 1 : -1))
      .map((c) => c.id)
    const found = await pages(store, { limit: 4 })
    t.same(found.flat(), newestFirst)
    t.same(
      found.map((page) => page.length),
      [4, 4, 4, 4, 4, 3]
    )
  })

  await t.test('the last page says that it is the last, even when it is full', async (t) => {
    const store = await open(t)
    await saveAll(store, [aCase('anna'), aCase('bert')])
    t.equal((await store.listCases({ limit: 2 })).next, null)
    t.equal((await store.listCases({ limit: 5 })).next, null)
  })

  await t.test('a case opened between two pages neither shifts nor doubles anything', async (t) => {
    const store = await open(t)
    await saveAll(
      store,
      [1, 2, 3, 4].map((n) => aCase(`u${n}`, { openedAt: minute(n) }))
    )
    const first = await store.listCases({ limit: 2 })
    await saveAll(store, [aCase('u9', { openedAt: minute(9) })])
    const second = await store.listCases({ limit: 2, after: first.next ?? '' })
    t.same(
      second.cases.map((c) => c.id),
      ['RE-u2', 'RE-u1']
    )
  })

  await t.test('lists by states, by cause, and by both', async (t) => {
    const store = await open(t)
    await saveAll(store, [
      aCase('a', { ...caused('account_suspended'), state: 'with_person', openedAt: minute(1) }),
      aCase('b', { ...caused('account_suspended'), state: 'resolved', openedAt: minute(2) }),
      aCase('c', { ...caused('unknown'), state: 'with_person', openedAt: minute(3) }),
      aCase('d', { openedAt: minute(4) })
    ])
    const ids = async (query: Partial<CaseQuery>) => (await pages(store, { limit: 1, ...query })).flat()
    t.same(await ids({ states: ['with_person', 'received', 'received'] }), ['RE-d', 'RE-c', 'RE-a'])
    t.same(await ids({ cause: 'account_suspended' }), ['RE-b', 'RE-a'])
    t.same(await ids({ cause: 'account_suspended', states: ['with_person'] }), ['RE-a'])
    t.same(await ids({ cause: 'device_suspended' }), [])
    t.same(await ids({ cause: 'account_suspended', user: 'a' }), ['RE-a'])
    t.same(await ids({ states: [] }), [])
  })

  await t.test('lists one user’s cases by id, or by login in any case', async (t) => {
    const store = await open(t)
    await saveAll(store, [
      aCase('anna', { state: 'resolved', openedAt: minute(1) }),
      aCase('anna', {
        id: 'RE-second',
        openedAt: minute(2),
        user: { id: 'anna', login: 'Anna@Example.com', name: null }
      }),
      aCase('bert'),
      aCase('nobody', { user: { id: null, login: null, name: null } })
    ])
    const ids = async (user: string) => (await pages(store, { limit: 1, user })).flat()
    t.same(await ids('anna'), ['RE-second', 'RE-anna'])
    t.same(await ids('ANNA@example.com'), ['RE-second', 'RE-anna'])
    t.same(await ids('nobody'), [])
  })

  await t.test('the canary’s case is left out of lists, counts and charts, unless somebody asks for it', async (t) => {
    const store = await open(t)
    const canary = { sentAt: minute(0), doneAt: minute(0) }
    const own = { id: CANARY.caseId, subjectKey: CANARY.subjectKey, user: { id: null, login: null, name: null } }
    await saveAll(store, [
      aCase('anna', { state: 'closed', dueAt: null, openedAt: minute(1) }),
      { ...aCase('canary', { state: 'closed', dueAt: null, outcome: 'canary', canary }), ...own }
    ])
    const ids = async (query: Partial<CaseQuery>) => (await pages(store, { limit: 1, ...query })).flat()
    for (const query of [{}, { states: ['closed'] as const }, { folded: true }, { openedSince: minute(-9) }]) {
      t.same(await ids(query), ['RE-anna'])
      t.equal(await store.countCases(query), 1)
      t.same(await ids({ ...query, canary: true }), ['RE-anna', CANARY.caseId])
      t.equal(await store.countCases({ ...query, canary: true }), 2)
    }
    t.same(
      (await store.activity({ since: minute(-9), until: minute(9_999), by: 'day' })).cases.map(({ count, outcome }) => [
        count,
        outcome
      ]),
      [[1, null]]
    )
    t.match(await store.getCase(CANARY.caseId), { outcome: 'canary', canary })
  })

  await t.test('a text that is no cursor is refused with a sentence', async (t) => {
    const store = await open(t)
    await t.rejects(store.listCases({ limit: 2, after: 'garbage' }), { name: 'RangeError', message: /not a cursor/ })
  })
}
