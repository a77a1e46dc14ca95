/** What a store promises about controls, tickets, figures and its own health. */
import type { Test } from 'tap'
import type { LocalTicket } from '../../../src/domain/store.ts'
import { StoreUnavailable } from '../../../src/domain/store.ts'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aDelivery, aLine, changed, minute, NOON } from '../build.ts'

const ticket: LocalTicket = {
  key: 'T-1',
  caseId: 'RE-anna',
  state: 'open',
  title: 'Anna cannot enroll',
  body: '# What happened',
  comments: [],
  createdAt: NOON,
  updatedAt: NOON
}

export async function recordPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('controls start with nothing switched, and change one version at a time', async (t) => {
    const store = await open(t)
    const first = await store.controls()
    t.same(first, { version: 0, kill: null, rules: {}, ceiling: null })
    const next = { ...first, version: 1, ceiling: 'propose' as const, rules: { unlock: { mode: 'observe' as const } } }
    t.equal(await store.setControls(next, aLine({ kind: 'control' })), 'saved')
    t.equal(await store.setControls(next, aLine({ kind: 'control' })), 'conflict')
    t.same(await store.controls(), next)
    t.equal((await store.ledger({ after: 0, limit: 10 })).length, 1, 'only the change that came through is told')
  })

  await t.test('of many changes of the controls at once, one wins', async (t) => {
    const store = await open(t)
    const next = { ...(await store.controls()), version: 1 }
    const all = await Promise.all(Array.from({ length: 9 }, () => store.setControls(next, aLine({ kind: 'control' }))))
    t.equal(all.filter((saved) => saved === 'saved').length, 1)
  })

  await t.test('a ticket is kept under its key, the last text wins', async (t) => {
    const store = await open(t)
    t.equal(await store.getTicket('T-1'), null)
    const c = aCase('anna')
    await store.save({ next: c, ledger: [], ticket })
    t.same(await store.getTicket('T-1'), ticket)
    const later: LocalTicket = { ...ticket, state: 'resolved', comments: [{ at: minute(1), text: 'Enrolled.' }] }
    t.equal(await store.save({ next: c, ledger: [], ticket: later }), 'conflict')
    t.same(await store.getTicket('T-1'), ticket, 'a case that is not saved writes no ticket')
    await store.save({ next: changed(c), ledger: [], ticket: later })
    t.same(await store.getTicket('T-1'), later)
  })

  await t.test('figures follow what happens', async (t) => {
    const store = await open(t)
    const empty = await store.snapshot()
    t.match(empty, { pendingEvents: 0, oldestPendingEventAt: null, deadLetters: 0 })
    t.same(empty.cases.with_person, { count: 0, oldestAt: null })
    await store.receive(aDelivery(['b'], { receivedAt: minute(1) }))
    await store.receive(aDelivery(['a'], { receivedAt: minute(2) }))
    await store.save({ next: aCase('anna', { openedAt: minute(3) }), ledger: [] })
    await store.save({ next: aCase('bert', { openedAt: minute(4) }), ledger: [] })
    await store.save({ next: changed(aCase('anna', { openedAt: minute(3) }), { state: 'with_person' }), ledger: [] })
    const now = await store.snapshot()
    t.match(now, { pendingEvents: 2, oldestPendingEventAt: minute(1) })
    t.same(now.cases.with_person, { count: 1, oldestAt: minute(3) })
    t.same(now.cases.received, { count: 1, oldestAt: minute(4) })
    await store.processEvents({ events: [{ uuid: 'b', disposition: { kind: 'skipped', why: 'not_listed' } }] })
    t.match(await store.snapshot(), { pendingEvents: 1, oldestPendingEventAt: minute(2) })
  })

  await t.test('dead letters come newest first, no more than asked for', async (t) => {
    const store = await open(t)
    const uuids = ['a', 'b', 'c']
    await store.receive(aDelivery(uuids))
    for (const uuid of uuids)
      await store.processEvents({ events: [{ uuid, disposition: { kind: 'dead', why: 'unreadable' } }] })
    t.same(
      (await store.deadLetters(2)).map((letter) => letter.subject),
      ['c', 'b']
    )
  })

  await t.test('an open store is healthy; a closed one says so and takes nothing', async (t) => {
    const store = await open(t)
    t.equal(await store.healthy(), true)
    await store.close()
    t.equal(await store.healthy(), false)
    await t.rejects(store.receive(aDelivery(['a'])), StoreUnavailable)
    await store.close()
  })
}
