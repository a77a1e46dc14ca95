/** What a store promises about deliveries and their events. */
import type { Test } from 'tap'
import type { OpenStore } from '../../contract/store.ts'
import { aBody, aDelivery, minute, NOON } from '../build.ts'

const claim = { limit: 10, now: NOON, leaseMs: 60_000, holder: 'worker-1' }

export async function eventPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a delivery gives back its events as they were received', async (t) => {
    const store = await open(t)
    t.same(await store.receive(aDelivery(['a', 'b'])), { fresh: ['a', 'b'], duplicates: 0 })
    const events = await store.claimEvents(claim)
    t.same(events, [
      {
        uuid: 'a',
        source: 'hook',
        raw: { uuid: 'a', eventType: 'user.mfa.factor.activate' },
        publishedAt: NOON,
        receivedAt: NOON,
        sentAt: NOON
      },
      {
        uuid: 'b',
        source: 'hook',
        raw: { uuid: 'b', eventType: 'user.mfa.factor.activate' },
        publishedAt: NOON,
        receivedAt: NOON,
        sentAt: NOON
      }
    ])
  })

  await t.test('a redelivery changes nothing', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a', 'b']))
    const again = aDelivery(['a', 'b'], { receivedAt: minute(1), sentAt: minute(1), body: 'not even JSON' })
    t.same(await store.receive(again), { fresh: [], duplicates: 2 })
    const events = await store.claimEvents(claim)
    t.same(
      events.map(({ uuid, receivedAt, sentAt }) => ({ uuid, receivedAt, sentAt })),
      [
        { uuid: 'a', receivedAt: NOON, sentAt: NOON },
        { uuid: 'b', receivedAt: NOON, sentAt: NOON }
      ]
    )
    t.equal((await store.snapshot()).pendingEvents, 2)
  })

  await t.test('a delivery may bring known and new events together, and one event twice', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    t.same(await store.receive(aDelivery(['a', 'b', 'c', 'b'])), { fresh: ['b', 'c'], duplicates: 2 })
    t.same((await store.claimEvents(claim)).map((event) => event.uuid).toSorted(), ['a', 'b', 'c'])
  })

  await t.test('the same event in many deliveries at once is new exactly once', async (t) => {
    const store = await open(t)
    const receipts = await Promise.all(Array.from({ length: 20 }, () => store.receive(aDelivery(['a']))))
    t.equal(receipts.filter((receipt) => receipt.fresh.length === 1).length, 1)
  })

  await t.test('each event gets its own part of the body, wherever it stands', async (t) => {
    const store = await open(t)
    const events = [{ uuid: 'third', index: 2, publishedAt: NOON }]
    await store.receive(aDelivery([], { source: 'log', body: aBody(['first', 'second', 'third']), events }))
    const [event] = await store.claimEvents(claim)
    t.match(event, { uuid: 'third', source: 'log', raw: { uuid: 'third' } })
  })

  await t.test('bodies that come as bytes keep every byte, small ones and large ones at once', async (t) => {
    const store = await open(t)
    const notes = ['Zoë 🐘', 'Ω'.repeat(60_000), '', 'ß'.repeat(3_000)]
    const receipts = notes.map((note, n) => {
      const body = Buffer.from(JSON.stringify({ data: { events: [{ uuid: `note-${n}`, note }] } }))
      return store.receive(aDelivery([`note-${n}`], { body }))
    })
    await Promise.all(receipts)
    const events = await store.claimEvents(claim)
    const found = new Map(events.map(({ uuid, raw }) => [uuid, raw]))
    for (const [n, note] of notes.entries()) t.same(found.get(`note-${n}`), { uuid: `note-${n}`, note })
  })

  await t.test('an event whose body cannot be read any more comes with nothing, not with an error', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a'], { body: 'not JSON' }))
    await store.receive(aDelivery(['b'], { body: '{"data":null}' }))
    t.same(
      (await store.claimEvents(claim)).map((event) => event.raw),
      [null, null]
    )
  })

  await t.test('the oldest published events come first, and no more than asked for', async (t) => {
    const store = await open(t)
    const order = [3, 1, 2]
    const events = order.map((n, index) => ({ uuid: `at-${n}`, index, publishedAt: minute(-n) }))
    await store.receive(aDelivery([], { body: aBody(['at-3', 'at-1', 'at-2']), events }))
    const uuids = (await store.claimEvents({ ...claim, limit: 2 })).map((event) => event.uuid)
    t.same(uuids, ['at-3', 'at-2'])
  })

  await t.test('what other vendors reported is found by the key of a user, lately and newest first', async (t) => {
    const store = await open(t)
    const ssf = { source: 'ssf', envelopeId: 'ssf:anna' } as const
    await store.receive(aDelivery(['old'], { ...ssf, receivedAt: minute(-60) }))
    await store.receive(aDelivery(['first'], { ...ssf, receivedAt: minute(1) }))
    await store.receive(aDelivery(['second'], { ...ssf, receivedAt: minute(2) }))
    await store.receive(aDelivery(['third'], { ...ssf, envelopeId: 'ssf:by-mail', receivedAt: minute(3) }))
    await store.receive(aDelivery(['hers'], { ...ssf, envelopeId: 'ssf:ben' }))
    await store.receive(aDelivery(['nobody'], { ...ssf, envelopeId: null }))
    await store.receive(aDelivery(['okta'], { source: 'hook', envelopeId: 'ssf:anna' }))
    const recent = { subjectKey: 'user:anna', ips: [], asNumbers: [], now: NOON, stormWindowMs: 60_000 }
    const found = async (...keys: string[]) => {
      const { shared } = await store.forDeciding({ recent, stormKey: 'storm:org', shared: { keys, since: NOON } })
      return shared.map((event) => (event as { uuid: string }).uuid)
    }
    t.strictSame(await found('ssf:anna', 'ssf:by-mail'), ['third', 'second', 'first'])
    t.strictSame(await found('ssf:carla'), [])
    t.strictSame(await found(), [])
  })

  await t.test('a leased event is nobody else’s until its lease has run out or is given back', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    t.equal((await store.claimEvents(claim)).length, 1)
    const other = { ...claim, holder: 'worker-2' }
    t.equal((await store.claimEvents({ ...other, now: minute(0.9) })).length, 0)
    t.equal((await store.claimEvents({ ...other, now: minute(1) })).length, 1)
    await store.release('worker-2')
    t.equal((await store.claimEvents({ ...claim, now: minute(1) })).length, 1)
  })

  await t.test('the unreadable events of a delivery become one dead letter, once', async (t) => {
    const store = await open(t)
    const unreadable = [
      { index: 0, why: 'not an object' },
      { index: 2, why: 'without a uuid' }
    ]
    await store.receive(aDelivery(['a'], { unreadable }))
    await store.receive(aDelivery(['a'], { unreadable }))
    const [letter, ...more] = await store.deadLetters(10)
    t.match(letter, { at: NOON, why: 'event 0: not an object; event 2: without a uuid', subject: /^delivery:\d+$/ })
    t.same(more, [])
    t.equal((await store.snapshot()).deadLetters, 1)
  })

  await t.test(
    'a delivery of nothing but unreadable events is kept as a dead letter with a bounded reason',
    async (t) => {
      const store = await open(t)
      const unreadable = Array.from({ length: 5_000 }, (_, index) => ({ index, why: 'not an object' }))
      t.same(await store.receive(aDelivery([], { unreadable })), { fresh: [], duplicates: 0 })
      const [letter] = await store.deadLetters(10)
      t.match(letter?.why, /and 4990 more$/)
    }
  )

  await t.test('new events wake the worker, known ones do not', async (t) => {
    const store = await open(t)
    let wakes = 0
    store.onWork(() => {
      wakes += 1
    })
    await store.receive(aDelivery(['a']))
    t.equal(wakes, 1)
    await store.receive(aDelivery(['a']))
    t.equal(wakes, 1)
  })
}
