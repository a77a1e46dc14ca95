/** Cases saved at the same time on PostgreSQL: every conflict is noticed, and none harms a neighbour. */
import pg from 'pg'
import t, { type Test } from 'tap'
import type { EventDisposition } from '../../src/domain/deliveries.ts'
import type { Store } from '../../src/domain/store.ts'
import { verifyChain } from '../../src/store/ledger.ts'
import { readConnectionConfig } from '../../src/store/postgres/connection-config.ts'
import { ConnectBreaker, PostgresPool } from '../../src/store/postgres/pool.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { asAdmin, sharedPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine, aTrace, changed, minute, NOON } from './build.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)

async function open(t: Test, url: string) {
  const store = await openPostgres(url, { connections: 4 })
  t.teardown(() => store.close())
  return store
}

const lines = (store: Store) => store.ledger({ after: 0, limit: 1_000 })
const users = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`)
const ofCase = (user: string): EventDisposition => ({ kind: 'case', caseId: `RE-${user}`, as: 'failure' })

t.test(
  'one that is in conflict, one that was digested before and one that cannot be kept harm no neighbour',
  async (t) => {
    const store = await open(t, await server.createDatabase())
    await store.receive(aDelivery(['old', 'new']))
    const skipped: EventDisposition = { kind: 'skipped', why: 'not_listed' }
    await store.processEvents({ events: [{ uuid: 'old', disposition: skipped }] })
    await store.save({ next: aCase('anna'), ledger: [] })
    const fates = await Promise.allSettled([
      store.save({ next: changed(aCase('bert')), ledger: [aLine()] }),
      store.processEvents({
        events: [{ uuid: 'old', disposition: skipped }],
        write: { next: aCase('carl'), ledger: [aLine()] }
      }),
      store.processEvents({ events: [{ uuid: 'unheard-of', disposition: skipped }] }),
      store.save({ next: aCase('other', { subjectKey: 'user:anna' }), ledger: [aLine()] }),
      store.processEvents({
        events: [{ uuid: 'new', disposition: ofCase('dora') }],
        write: { next: aCase('dora'), ledger: [aLine()] }
      }),
      store.save({ next: changed(aCase('anna')), ledger: [aLine()] })
    ])
    t.match(fates, [
      { value: 'conflict' },
      { value: 'already' },
      { status: 'rejected', reason: /never received/ },
      { value: 'conflict' },
      { value: 'saved' },
      { value: 'saved' }
    ])
    t.equal((await lines(store)).length, 2, 'nothing stays of those that were not saved')
    t.equal(verifyChain(await lines(store)), null)
    t.equal(await store.getCase('RE-carl'), null)
  }
)

t.test('a case that somebody holds locked keeps none of the others waiting', async (t) => {
  const url = await server.createDatabase()
  const store = await open(t, url)
  const [anna, bert] = [aCase('anna'), aCase('bert')]
  await Promise.all([anna, bert].map((next) => store.save({ next, ledger: [] })))
  await asAdmin(url, async (client) => {
    await client.query('BEGIN')
    await client.query(`SELECT FROM reenroll.cases WHERE id = 'RE-anna' FOR UPDATE`)
    const locked = store.save({ next: changed(anna), ledger: [] })
    t.equal(await store.save({ next: changed(bert), ledger: [] }), 'saved')
    await client.query('COMMIT')
    t.equal(await locked, 'saved')
  })
})

t.test('of two replicas that make the same case at once, one is told of the conflict', async (t) => {
  const url = await server.createDatabase()
  const stores = [await open(t, url), await open(t, url)]
  for (const user of users(30)) {
    const saved = await Promise.all(stores.map((store) => store.save({ next: aCase(user), ledger: [aLine()] })))
    t.same(saved.sort(), ['conflict', 'saved'])
  }
  const [store] = stores
  t.equal(store && (await lines(store)).length, 30)
})

t.test('replicas that open the same subjects in any order open each once', async (t) => {
  const url = await server.createDatabase()
  const stores = [await open(t, url), await open(t, url), await open(t, url)]
  const all = users(40)
  const saved = await Promise.all(
    stores.map((store, n) => {
      const own = n === 1 ? [...all].reverse() : all
      return Promise.all(
        own.map((user) => {
          const next = aCase(`${user}-${n}`, { subjectKey: `user:${user}` })
          return store.save({ next, ledger: [aLine()] })
        })
      )
    })
  )
  t.equal(saved.flat().filter((one) => one === 'saved').length, 40)
  t.equal(saved.flat().filter((one) => one === 'conflict').length, 80)
  const [store] = stores
  t.equal(store && (await lines(store)).length, 40)
})

t.test('who saves, and asks then, is told of what was saved', async (t) => {
  const store = await open(t, await server.createDatabase())
  await Promise.all(
    users(20).map(async (user) => {
      let c = aCase(user)
      for (let n = 1; n <= 5; n++) {
        t.equal(await store.save({ next: c, ledger: [] }), 'saved')
        t.equal((await store.getCase(c.id))?.version, n)
        t.equal((await store.latestCase(c.subjectKey))?.version, n)
        c = changed(c)
      }
    })
  )
})

t.test('users who ask at the same time about recent failures each get their own counts', async (t) => {
  const store = await open(t, await server.createDatabase())
  const traces = [
    aTrace('a', { ip: '198.51.100.1', asNumber: 1 }),
    aTrace('b', { ip: '198.51.100.1', asNumber: 2 }),
    aTrace('c', { ip: null, asNumber: 2 }),
    aTrace('a', { ip: '198.51.100.2', asNumber: 2, publishedAt: minute(1) })
  ]
  await store.receive(aDelivery(traces.map((_, n) => `event-${n}`)))
  const disposition: EventDisposition = { kind: 'skipped', why: 'not_listed' }
  await store.processEvents({ events: traces.map((trace, n) => ({ uuid: `event-${n}`, disposition, trace })) })
  const wide = { now: NOON, stormWindowMs: 10 * 365 * 86_400_000 }
  const ask = (ips: string[], asNumbers: number[]) => store.recent({ subjectKey: 'user:a', ips, asNumbers, ...wide })
  t.match(
    await Promise.all([
      ask(['198.51.100.1'], [2]),
      ask([], []),
      ask(['198.51.100.1', '198.51.100.2'], [1, 2]),
      ask(['198.51.100.1'], [2]),
      store.recent({ subjectKey: 'user:a', ips: ['198.51.100.1'], asNumbers: [1], now: NOON, stormWindowMs: 1 })
    ]),
    [
      { failingUsers: 3, sameIpUsers: 2, sameNetworkUsers: 3 },
      { failingUsers: 3, sameIpUsers: 0, sameNetworkUsers: 0 },
      { failingUsers: 3, sameIpUsers: 2, sameNetworkUsers: 3 },
      { failingUsers: 3, sameIpUsers: 2, sameNetworkUsers: 3 },
      { failingUsers: 0, sameIpUsers: 0, sameNetworkUsers: 0 }
    ]
  )
})

/** The statements that connections send during `work`; notifications come when they like. */
async function statementsOf(t: Test, work: () => Promise<unknown>): Promise<readonly string[]> {
  const sent = t.capture(pg.Client.prototype, 'query', pg.Client.prototype.query)
  await work()
  sent.restore()
  const texts = sent().map(({ args: [query] }) => (typeof query === 'string' ? query : String(Object(query).text)))
  return texts.filter((sql) => !sql.includes('pg_notify')).map((sql) => sql.slice(0, 60))
}

t.test(
  'what sixteen users save at once, looking for work in vain and what a decision asks are few statements',
  async (t) => {
    const store = await open(t, await server.createDatabase())
    const all = users(16)
    await store.receive(aDelivery(all))
    const saved = await statementsOf(t, () =>
      Promise.all(
        all.map((user) =>
          store.processEvents({
            events: [{ uuid: user, disposition: ofCase(user), trace: aTrace(user) }],
            write: { next: aCase(user), ledger: [aLine({ caseId: `RE-${user}` })] }
          })
        )
      )
    )
    t.equal(saved.filter((sql) => sql.startsWith('BEGIN')).length, 1, 'one transaction')
    // Besides its ends: lock events, lock cases, write events, traces and cases, lock the ledger, read its end, append.
    t.equal(saved.length, 10, saved.join('\n'))
    t.equal((await lines(store)).length, 16)
    const claim = { limit: 10, now: minute(-1), leaseMs: 1_000, holder: 'worker' }
    const vain = await statementsOf(t, async () => {
      t.same(await store.claimEvents(claim), [])
      t.same(await store.claimDue(claim), [])
      t.equal(await store.claimOutboxEntry({ ...claim, target: 'jira' }), null)
    })
    t.equal(vain.length, 3, vain.join('\n'))
    const asked = await statementsOf(t, () =>
      store.forDeciding({
        recent: { subjectKey: 'user:user-1', ips: [], asNumbers: [], now: NOON, stormWindowMs: 1_000 },
        stormKey: 'storm',
        shared: { keys: ['key'], since: NOON }
      })
    )
    t.equal(asked.length, 1, asked.join('\n'))
  }
)

t.test('saves of one case that come together follow one another, and one that came too late does not', async (t) => {
  const store = await open(t, await server.createDatabase())
  const first = aCase('anna')
  const second = changed(first)
  const write = (next: typeof first) => store.save({ next, ledger: [aLine()] })
  t.same(await Promise.all([write(first), write(second), write(second), write(changed(second))]), [
    ...['saved', 'saved', 'conflict', 'saved']
  ])
  t.match(await store.getCase(first.id), changed(second))
  t.equal((await lines(store)).length, 3)
})

t.test('a transaction that fails in one part keeps nothing of what the other parts send afterwards', async (t) => {
  const url = await server.createDatabase()
  await asAdmin(url, (client) => client.query('CREATE TABLE kept (n int PRIMARY KEY)'))
  const pool = new PostgresPool(
    readConnectionConfig(`${url}?options=-csearch_path=public`, null),
    new ConnectBreaker(),
    {
      connections: 1,
      withinMs: 8_000,
      connectMs: 4_000
    }
  )
  t.teardown(() => pool.close())
  const put = (n: number) => `INSERT INTO public.kept VALUES (${n})`
  const late = Promise.withResolvers<void>()
  let sentLate: Promise<unknown> = Promise.resolve()
  await t.rejects(
    pool.transact(async (db) => {
      sentLate = db.all(put(1)).then(async () => {
        await late.promise
        await db.all(put(2))
      })
      sentLate.catch(() => {})
      await Promise.all([sentLate, Promise.reject(new Error('no'))])
    }),
    { message: 'no' }
  )
  late.resolve()
  await t.rejects(sentLate, { message: 'the transaction is over' })
  await t.rejects(
    pool.transact((db) => Promise.all([db.all(put(4)), db.all(put(4)), db.all('SELECT 1')])),
    { code: '23505' }
  )
  await pool.transact((db) => db.run(put(5)))
  t.same(await pool.use((db) => db.all('SELECT n FROM public.kept')), [{ n: 5 }])
})
