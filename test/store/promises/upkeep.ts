/** What a store promises about letting go of what is past its time, and about forgetting a person. */
import type { Test } from 'tap'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { EventDisposition } from '../../../src/domain/deliveries.ts'
import { NOTHING_PRUNED } from '../../../src/domain/retention.ts'
import type { Store } from '../../../src/domain/store.ts'
import { DAY_MS, plus } from '../../../src/domain/time.ts'
import { removeExpired } from '../../../src/jobs/retention.ts'
import { verifyChain } from '../../../src/store/ledger.ts'
import type { OpenStore } from '../../contract/store.ts'
import { matchAll } from '../../support/match-all.ts'
import { aCase, aDelivery, aLine, anAction, aTrace, changed, NOON } from '../build.ts'

const ages = { deliveriesMs: 30 * DAY_MS, dedupeKeysMs: 60 * DAY_MS, closedCasesMs: 400 * DAY_MS }
const later = (days: number) => plus(NOON, days * DAY_MS)
const prune = (store: Store, days: number, limit = 100) => store.applyRetention({ now: later(days), ages, limit })
const failure: EventDisposition = { kind: 'case', caseId: 'RE-anna', as: 'failure' }
const ticket = {
  key: 'T-1',
  state: 'resolved',
  title: 'Anna',
  body: '',
  comments: [],
  createdAt: NOON,
  updatedAt: NOON
} as const

const ANNA = { now: NOON, caseIds: ['RE-anna'], subjectKeys: ['user:anna'], masked: [], rewritten: [], entries: [] }
const mentions = async (store: Store, text: string) =>
  (await store.findMentions({ table: 'deliveries', texts: [text], after: null, limit: 10 })).found

export async function upkeepPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('bodies and traces go first, dedupe keys later, each when its time is up', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: failure, trace: aTrace('anna') }] })
    t.same(await prune(store, 29.9), { ...NOTHING_PRUNED, packed: 1 })
    t.same(await prune(store, 30), { ...NOTHING_PRUNED, deliveries: 1, traces: 1 })
    t.same(await mentions(store, 'uuid'), [])
    t.same(await store.receive(aDelivery(['a'])), { fresh: [], duplicates: 1 }, 'still known')
    t.match(await prune(store, 60), { dedupeKeys: 1 })
    t.same(await store.receive(aDelivery(['a'])), { fresh: ['a'], duplicates: 0 }, 'forgotten')
  })

  await t.test('an event that waits keeps its body, however old', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a', 'b']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: failure }] })
    t.match(await prune(store, 1_000), { deliveries: 0, dedupeKeys: 1 })
    const [event] = await store.claimEvents({ limit: 5, now: later(1_000), leaseMs: 1, holder: 'w' })
    t.match(event, { uuid: 'b', raw: { uuid: 'b' } })
    t.equal((await store.snapshot()).pendingEvents, 1)
  })

  await t.test(
    'an hour after it was processed a body is compressed, and is found and erased like any other',
    async (t) => {
      const store = await open(t)
      await store.receive(aDelivery(['anna-1', 'x']))
      await store.receive(aDelivery(['waiting']))
      for (const uuid of ['anna-1', 'x']) await store.processEvents({ events: [{ uuid, disposition: failure }] })
      t.same(await prune(store, 0.04), NOTHING_PRUNED)
      t.same(await prune(store, 0.05), { ...NOTHING_PRUNED, packed: 1 }, 'the event that waits keeps its plain body')
      t.same(await prune(store, 0.05), NOTHING_PRUNED, 'once')
      t.same(await mentions(store, 'bert'), [])
      const [row] = await mentions(store, 'anna')
      t.match(row?.text, /"uuid":"anna-1"/)
      if (!row) return
      const rewritten = [{ ...row, table: 'deliveries', text: '{"data":{"events":[]}}', before: row.text }] as const
      t.equal(await store.erasePerson({ ...ANNA, caseIds: [], rewritten, line: aLine() }), 'erased')
      t.same(await mentions(store, 'anna'), [])
      const [event] = await store.claimEvents({ limit: 5, now: later(1), leaseMs: 1, holder: 'w' })
      t.match(event, { uuid: 'waiting', raw: { uuid: 'waiting' } })
    }
  )

  await t.test('ended cases go with all that hangs on them; open ones and the ledger stay', async (t) => {
    const store = await open(t)
    const ended = { state: 'resolved', dueAt: null } as const
    const anna = aCase('anna', { ...ended, actions: [anAction()] })
    await store.save({ next: anna, ledger: [aLine()], ticket: { ...ticket, caseId: anna.id } })
    await store.save({ next: aCase('bert', { state: 'with_person', dueAt: null }), ledger: [aLine()] })
    await store.save({ next: aCase('carl', { ...ended, updatedAt: later(1) }), ledger: [] })
    t.ok(await store.getTicket('T-1'))
    t.match(await prune(store, 400), { cases: 1 })
    t.equal(await store.getCase('RE-anna'), null)
    t.equal(await store.getTicket('T-1'), null)
    t.same(await store.actionsSince(NOON), [])
    t.equal((await store.getCase('RE-bert'))?.state, 'with_person')
    const figures = await store.snapshot()
    t.match(figures.cases, { resolved: { count: 1, oldestAt: NOON }, with_person: { count: 1 } })
    t.equal(verifyChain(await store.ledger({ after: 0, limit: 10 })), null)
    t.equal((await store.ledger({ after: 0, limit: 10 })).length, 2)
  })

  await t.test('which incidents a tracker merged is forgotten with the last of their cases', async (t) => {
    const store = await open(t)
    for (const user of ['anna', 'bert']) {
      const next = aCase(user, { state: 'resolved', updatedAt: later(user === 'anna' ? 0 : 1), dueAt: null })
      await store.save({ next, ledger: [], outbox: { revision: 1, targets: ['pager'], at: NOON } })
      const entry = await store.claimOutboxEntry({ target: 'pager', now: NOON, leaseMs: 1, holder: 'w' })
      if (!entry) throw new Error('nothing to claim')
      const shown = { key: next.id, url: 'https://x', state: 'resolved', wontFix: false, since: NOON } as const
      const told = { ...entry, state: 'done', deliveredRevision: 1, ticket: shown } as const
      await store.saveOutboxEntry({ next: told, holder: 'w', keepLease: false })
    }
    const kept = async () =>
      Object.fromEntries(
        await Promise.all(['Q1', 'Q2', 'Q3', 'Q4'].map(async (id) => [id, await store.cursor(`merged:pager:${id}`)]))
      )
    await store.setCursor('merged:pager:Q1', '[]')
    await store.setCursor('merged:pager:Q2', '["RE-anna","disk full"]')
    await store.setCursor('merged:pager:Q3', '["RE-anna","RE-bert"]')
    await store.setCursor('merged:pager:Q4', '["disk full"]')
    await store.setCursor('closings:pager', '{}')
    await prune(store, 399)
    const both = { Q1: null, Q2: '["RE-anna","disk full"]', Q3: '["RE-anna","RE-bert"]', Q4: null }
    t.same(await kept(), both, 'only what is nobody’s')
    await prune(store, 400)
    await prune(store, 400)
    t.same(await kept(), { ...both, Q2: null })
    await prune(store, 401)
    await prune(store, 401)
    t.same(await kept(), { ...both, Q2: null, Q3: null })
    t.equal(await store.cursor('closings:pager'), '{}')
  })

  await t.test('the built-in policy lets bodies go after 30 days and ended cases after 180', async (t) => {
    const store = await open(t)
    let now = NOON
    await store.receive(aDelivery(['a']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: failure }] })
    await store.save({ next: aCase('anna', { state: 'resolved', dueAt: null }), ledger: [aLine()] })
    const lookAfter = (days: number) => {
      now = later(days)
      return removeExpired({ store, clock: () => now, ages: DEFAULT_POLICY.retention })
    }
    t.same(await lookAfter(29), { ...NOTHING_PRUNED, packed: 1 })
    t.match(await lookAfter(30), { deliveries: 1, cases: 0 })
    t.same(await mentions(store, 'uuid'), [])
    t.same(await lookAfter(179), NOTHING_PRUNED)
    t.match(await lookAfter(180), { cases: 1 })
    t.equal(await store.getCase('RE-anna'), null)
    t.equal((await store.ledger({ after: 0, limit: 10 })).length, 1, 'the ledger stays')
  })

  await t.test('dead letters go with their time, and the figure follows', async (t) => {
    const store = await open(t)
    const unreadable = [{ index: 0, why: 'not an object' }]
    await store.receive(aDelivery([], { unreadable }))
    t.match(await prune(store, 30), { deadLetters: 1 })
    t.equal((await store.snapshot()).deadLetters, 0)
  })

  await t.test('one call removes no more than asked for, the oldest first', async (t) => {
    const store = await open(t)
    for (let n = 0; n < 5; n++) {
      const over = { state: 'closed', dueAt: null, updatedAt: later(-n) } as const
      await store.save({ next: aCase(`user-${n}`, over), ledger: [] })
    }
    t.match(await prune(store, 500, 3), { cases: 3 })
    t.equal(await store.getCase('RE-user-4'), null)
    t.not(await store.getCase('RE-user-0'), null)
    t.match(await prune(store, 500, 3), { cases: 2 })
    t.same(await prune(store, 500, 3), NOTHING_PRUNED)
  })

  await t.test('deliveries that mention a person are found, in any case, bit by bit', async (t) => {
    const store = await open(t)
    const body = (login: string) => JSON.stringify({ data: { events: [{ actor: { alternateId: login } }] } })
    await store.receive(aDelivery(['a'], { body: body('Anna@example.com') }))
    await store.receive(aDelivery(['b'], { body: body('bert@example.com') }))
    await store.receive(aDelivery(['c'], { body: body('anna@EXAMPLE.com') }))
    await store.processEvents({ events: [{ uuid: 'a', disposition: failure }] })
    const ask = { table: 'deliveries', texts: ['anna@example.com', '00u-anna'], limit: 2 } as const
    const first = await store.findMentions({ ...ask, after: null })
    matchAll(t, first.found, [{ text: body('Anna@example.com') }])
    const second = await store.findMentions({ ...ask, after: first.next ?? -1 })
    t.match(second, { found: [{ text: body('anna@EXAMPLE.com') }], next: null })
  })

  await t.test('an erased person is nowhere any more, and the chain holds', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a'], { body: '{"data":{"events":[{"id":"00u-anna"}]}}' }))
    await store.processEvents({ events: [{ uuid: 'a', disposition: failure, trace: aTrace('anna') }] })
    const next = aCase('anna', { state: 'closed', dueAt: null, actions: [anAction({ intendedAt: later(-2) })] })
    const reason = aLine({ kind: 'close', entry: { because: 'Anna called' } })
    const ledger = [reason, aLine({ caseId: 'RE-bert', entry: { because: 'Bert wrote' } })]
    await store.save({ next, ledger, ticket: { ...ticket, caseId: next.id } })
    const recent = { subjectKey: 'user:bert', ips: [], asNumbers: [], now: NOON, stormWindowMs: DAY_MS }
    t.equal((await store.recent(recent)).failingUsers, 1)
    const [found] = await mentions(store, '00u-anna')
    const line = aLine({ kind: 'control', caseId: null, by: 'kim', entry: { erased: 1 } })
    const { key = 0, text: before = '' } = found ?? {}
    const rest = { table: 'deliveries', key, before, text: '{"data":{"events":[null]}}' } as const
    const ask = { ...ANNA, rewritten: [{ ...rest, before: 'changed since' }], line }
    t.equal(await store.erasePerson({ ...ask, caseIds: [] }), 'erased')
    t.equal((await mentions(store, '00u-anna')).length, 1, 'a row that has changed is left')
    ask.rewritten = [{ ...rest, before }]
    t.equal(await store.erasePerson(ask), 'erased')
    t.equal(await store.getCase('RE-anna'), null)
    t.equal(await store.getTicket('T-1'), null)
    t.same(await mentions(store, '00u-anna'), [])
    t.equal((await store.failing({ now: NOON, windowMs: DAY_MS })).users, 0)
    t.equal((await store.recent(recent)).failingUsers, 0)
    const lines = await store.ledger({ after: 0, limit: 10 })
    t.notMatch(JSON.stringify(lines), /Anna/)
    t.match(JSON.stringify(lines), /Bert wrote/)
    t.equal(verifyChain(lines), null)
    t.match(lines.at(-1), { kind: 'control', by: 'kim' })
    t.same(await store.receive(aDelivery(['a'])), { fresh: [], duplicates: 1 }, 'a late copy does not bring her back')
  })

  await t.test('an open case, or a write that caps still count, keeps everything', async (t) => {
    const store = await open(t)
    const ask = { ...ANNA, line: aLine() }
    const first = aCase('anna', { actions: [anAction({ intendedAt: plus(NOON, -1) })] })
    await store.save({ next: first, ledger: [] })
    t.equal(await store.erasePerson(ask), 'open')
    await store.save({ next: changed(first, { state: 'closed' }), ledger: [] })
    t.equal(await store.erasePerson(ask), 'counted')
    t.not(await store.getCase('RE-anna'), null)
    t.same(await store.ledger({ after: 0, limit: 10 }), [])
    t.equal(await store.erasePerson({ ...ask, now: later(1) }), 'erased')
  })
}
