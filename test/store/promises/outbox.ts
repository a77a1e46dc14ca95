/** What a store promises about the outbox: `domain/outbox.ts`. */
import type { Test } from 'tap'
import type { OutboxEntry } from '../../../src/domain/outbox.ts'
import type { Store } from '../../../src/domain/store.ts'
import type { OpenStore } from '../../contract/store.ts'
import { matchAll } from '../../support/match-all.ts'
import { aCase, changed, minute, NOON } from '../build.ts'

const ask = { target: 'jira', now: NOON, leaseMs: 60_000, holder: 'w1' }
const draft = { revision: 1, targets: ['jira'], at: NOON }

async function opened(store: Store, user: string, over: object = {}): Promise<void> {
  await store.save({ next: aCase(user), ledger: [], outbox: { ...draft, ...over } })
}

/** As the worker leaves an errand whose story is told. */
function told(errand: OutboxEntry, over: Partial<OutboxEntry> = {}): OutboxEntry {
  const ticket = { key: 'OPS-1', url: 'https://jira.example.com/OPS-1', state: 'open', wontFix: false, since: NOON }
  return { ...errand, state: 'done', deliveredRevision: errand.desiredRevision, ticket, ...over } as OutboxEntry
}

async function claimed(store: Store, over: Partial<typeof ask> = {}): Promise<OutboxEntry> {
  const errand = await store.claimOutboxEntry({ ...ask, ...over })
  if (!errand) throw new Error('nothing to claim')
  return errand
}

export async function outboxPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('errands come with the case, all or nothing', async (t) => {
    const store = await open(t)
    await opened(store, 'anna', { targets: ['jira', 'slack'] })
    matchAll(t, await store.outboxEntries({ caseId: 'RE-anna', limit: 9 }), [
      {
        target: 'slack',
        state: 'pending',
        desiredRevision: 1,
        deliveredRevision: 0,
        ticket: null,
        subjectKey: 'user:anna'
      },
      { target: 'jira', state: 'pending', desiredRevision: 1, deliveredRevision: 0, enqueuedAt: NOON, dueAt: NOON }
    ])
    t.equal(await store.save({ next: aCase('anna'), ledger: [], outbox: { ...draft, revision: 5 } }), 'conflict')
    matchAll(t, await store.outboxEntries({ target: 'jira', limit: 9 }), [{ desiredRevision: 1 }])
  })

  await t.test('a newer story takes the older one’s place, and reaches every target that knows the case', async (t) => {
    const store = await open(t)
    await opened(store, 'anna')
    const next = changed(aCase('anna'))
    await store.save({ next, ledger: [], outbox: { revision: 3, targets: ['pager'], at: minute(1) } })
    await store.save({ next: changed(next), ledger: [], outbox: { revision: 2, targets: [], at: minute(2) } })
    matchAll(t, await store.outboxEntries({ limit: 9 }), [
      { target: 'pager', desiredRevision: 3, enqueuedAt: minute(1) },
      { target: 'jira', desiredRevision: 3, enqueuedAt: NOON }
    ])
  })

  await t.test('the longest waiting errand of a target is claimed first, by one worker', async (t) => {
    const store = await open(t)
    await opened(store, 'late', { at: minute(2) })
    await opened(store, 'first')
    await opened(store, 'second')
    await opened(store, 'other', { targets: ['slack'] })
    const order: (string | undefined)[] = []
    for (const holder of ['w1', 'w2', 'w3']) order.push((await store.claimOutboxEntry({ ...ask, holder }))?.caseId)
    t.same(order, ['RE-first', 'RE-second', undefined], 'what is not due yet waits')
    t.match(await claimed(store, { now: minute(2), holder: 'w4' }), { caseId: 'RE-first' }, 'a lease runs out')
    await store.release('w4')
    t.match(await claimed(store, { now: minute(2), holder: 'w5' }), { caseId: 'RE-first' }, 'or is given back')
  })

  await t.test('what the worker learns is kept, as long as its lease holds', async (t) => {
    const store = await open(t)
    await opened(store, 'anna')
    const errand = await claimed(store)
    const doubt = { ...errand, possiblyCreatedAt: NOON, lastError: 'no answer', tries: 2, dueAt: minute(5) }
    t.equal(await store.saveOutboxEntry({ next: doubt, holder: 'w2', keepLease: false }), 'conflict')
    t.equal(await store.saveOutboxEntry({ next: doubt, holder: 'w1', keepLease: true }), 'saved')
    t.equal(await store.claimOutboxEntry({ ...ask, holder: 'w2' }), null, 'the lease continues')
    t.equal(await store.saveOutboxEntry({ next: doubt, holder: 'w1', keepLease: false }), 'saved')
    t.equal(
      await store.saveOutboxEntry({ next: doubt, holder: 'w1', keepLease: false }),
      'conflict',
      'the lease has ended'
    )
    t.equal(await store.claimOutboxEntry({ ...ask, now: minute(4) }), null, 'not due')
    t.same(await claimed(store, { now: minute(5) }), doubt)
  })

  await t.test('an errand is done when the newest story is told, and pending again with the next', async (t) => {
    const store = await open(t)
    await opened(store, 'anna')
    const errand = await claimed(store)
    const next = changed(aCase('anna'))
    await store.save({ next, ledger: [], outbox: { revision: 2, targets: [], at: minute(1) } })
    await store.saveOutboxEntry({ next: told(errand), holder: 'w1', keepLease: false })
    const again = await claimed(store)
    t.match(
      again,
      { state: 'pending', desiredRevision: 2, deliveredRevision: 1, ticket: { key: 'OPS-1' } },
      'a story came in meanwhile'
    )
    await store.saveOutboxEntry({ next: told(again), holder: 'w1', keepLease: false })
    t.equal(await store.claimOutboxEntry({ ...ask, now: minute(60) }), null)
    matchAll(t, await store.outboxEntries({ target: 'jira', key: 'OPS-1', limit: 1 }), [
      { state: 'done', deliveredRevision: 2 }
    ])
    t.same(await store.outboxEntries({ target: 'jira', key: 'OPS-2', limit: 1 }), [])
    t.equal(await store.retryOutboxEntry(errand.id, minute(8)), null, 'not dead')
    t.match(await store.retryOutboxEntry(errand.id, minute(8), 'delivered'), { state: 'pending' })
    await store.saveOutboxEntry({
      next: told(await claimed(store, { now: minute(8) })),
      holder: 'w1',
      keepLease: false
    })
    await store.save({ next: changed(next), ledger: [], outbox: { revision: 3, targets: [], at: minute(9) } })
    t.match(await claimed(store, { now: minute(9) }), {
      desiredRevision: 3,
      deliveredRevision: 2,
      enqueuedAt: minute(9)
    })
  })

  await t.test('a dead errand waits for a person or a newer story', async (t) => {
    const store = await open(t)
    await opened(store, 'anna')
    const errand = await claimed(store)
    const dead = { ...errand, state: 'dead', tries: 5, lastError: 'the project has no such field' } as const
    await store.saveOutboxEntry({ next: dead, holder: 'w1', keepLease: false })
    t.equal(await store.claimOutboxEntry({ ...ask, now: minute(60) }), null)
    matchAll(t, await store.outboxEntries({ state: 'dead', limit: 9 }), [{ id: errand.id, lastError: dead.lastError }])
    t.match(await store.retryOutboxEntry(errand.id, minute(1)), { state: 'pending', tries: 0, dueAt: minute(1) })
    t.equal(await store.retryOutboxEntry(errand.id, minute(1)), null, 'it is pending')
    t.equal(await store.retryOutboxEntry(errand.id, minute(1), 'delivered'), null)
    t.equal(await store.retryOutboxEntry(999, minute(1)), null)
    t.equal(await store.retryOutboxEntry(errand.id, minute(1), 'gone'), null, 'its ticket is not hidden')
    await store.saveOutboxEntry({
      next: { ...(await claimed(store, { now: minute(1) })), state: 'dead' },
      holder: 'w1',
      keepLease: false
    })
    await store.save({ next: changed(aCase('anna')), ledger: [], outbox: { revision: 2, targets: [], at: minute(2) } })
    t.match(await claimed(store, { now: minute(2) }), { desiredRevision: 2, tries: 0 })
  })

  await t.test(
    'a person says that the hidden ticket of a dead errand is gone: it starts again without it',
    async (t) => {
      const store = await open(t)
      await opened(store, 'anna')
      const dead = { state: 'dead', deliveredRevision: 0, deliveredEntries: 4, notVisibleSince: NOON } as const
      await store.saveOutboxEntry({ next: told(await claimed(store), dead), holder: 'w1', keepLease: false })
      const [{ id } = { id: 0 }] = await store.outboxEntries({ limit: 1 })
      const again = await store.retryOutboxEntry(id, minute(1), 'gone')
      t.match(again, {
        state: 'pending',
        ticket: null,
        deliveredEntries: 0,
        deliveredRevision: 1,
        notVisibleSince: null
      })
      t.same(await store.outboxEntries({ key: 'OPS-1', limit: 1 }), [])
      t.equal(await store.retryOutboxEntry(id, minute(1), 'gone'), null, 'once')
    }
  )

  await t.test('lists page by id, and figures tell what waits', async (t) => {
    const store = await open(t)
    for (const user of ['a', 'b', 'c']) await opened(store, user, { targets: ['jira', 'slack'] })
    const errand = await claimed(store)
    await store.saveOutboxEntry({ next: { ...errand, state: 'dead' }, holder: 'w1', keepLease: false })
    const [newest] = await store.outboxEntries({ limit: 1 })
    t.match(newest, { caseId: 'RE-c', target: 'slack' })
    matchAll(t, await store.outboxEntries({ before: newest?.id ?? 0, limit: 1 }), [{ caseId: 'RE-c', target: 'jira' }])
    matchAll(t, await store.outboxEntries({ subjectKey: 'user:b', limit: 9 }), [{ caseId: 'RE-b' }, { caseId: 'RE-b' }])
    t.same(await store.outboxFigures(), [
      { target: 'jira', pending: 2, dead: 1, oldestQueuedAt: NOON },
      { target: 'slack', pending: 3, dead: 0, oldestQueuedAt: NOON }
    ])
  })

  await t.test('a case that brings only an errand wakes the worker too', async (t) => {
    const store = await open(t)
    let wakes = 0
    store.onWork(() => {
      wakes += 1
    })
    await store.save({ next: aCase('anna', { dueAt: null }), ledger: [], outbox: draft })
    t.equal(wakes, 1)
  })
}
