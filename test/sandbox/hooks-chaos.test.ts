import t, { type Test } from 'tap'
import type { Chaos } from '../../src/sandbox/hooks/delivery.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { addHook, logFailure, newOrg, startReceiver, uuidsOf } from './receiver.ts'

/** Logs 40 failures under the given chaos and tells what was logged, delivered and arrived. */
async function play(t: Pick<Test, 'teardown'>, chaos: Partial<Chaos>, seed: number) {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org, { chaos, seed })
  t.teardown(delivery.detach)
  const logged = Array.from({ length: 40 }, () => logFailure(org).uuid)
  await delivery.flush()
  const dropped = delivery.deliveries.filter(({ outcome }) => outcome === 'dropped').flatMap(({ uuids }) => uuids)
  return { logged, dropped, deliveries: delivery.deliveries, arrivals: receiver.arrivals }
}

t.test('no batch is larger than allowed, and nothing is lost or doubled without chaos', async (t) => {
  const { arrivals, logged } = await play(t, { maxBatch: 7 }, 1)
  t.same(arrivals.map(({ body }) => body.data.events.length).sort(), [5, 7, 7, 7, 7, 7])
  t.same(uuidsOf(arrivals).sort(), [...logged].sort())
})

t.test('a fraction of the events is dropped and never seen again', async (t) => {
  const { arrivals, dropped, logged } = await play(t, { dropFraction: 0.3 }, 5)
  t.ok(dropped.length > 4 && dropped.length < 24, `${dropped.length} of 40 dropped`)
  t.same(
    uuidsOf(arrivals),
    logged.filter((uuid) => !dropped.includes(uuid))
  )
})

t.test('a fraction comes twice: in another envelope, and as a whole envelope again', async (t) => {
  const { arrivals, logged } = await play(t, { duplicateFraction: 0.4, maxBatch: 4 }, 3)
  t.same([...new Set(uuidsOf(arrivals))].sort(), [...logged].sort(), 'nothing is lost')
  const envelopes = arrivals.map(({ body }) => body.eventId)
  t.ok(new Set(envelopes).size < envelopes.length, 'an envelope came again')
  const seenIn = Map.groupBy(
    arrivals.flatMap(({ body }) => body.data.events.map(({ uuid }) => ({ uuid, in: body.eventId }))),
    ({ uuid }) => uuid
  )
  t.ok(
    [...seenIn.values()].some((places) => new Set(places.map((place) => place.in)).size > 1),
    'an event came in two'
  )
})

t.test('shuffled events are the same events in another order', async (t) => {
  const { arrivals, logged } = await play(t, { shuffle: true }, 2)
  t.not(uuidsOf(arrivals).join(), logged.join())
  t.same(uuidsOf(arrivals).sort(), [...logged].sort())
})

t.test('flush waits for delayed batches', async (t) => {
  const { arrivals, logged } = await play(t, { delayMs: 40, maxBatch: 10 }, 2)
  t.equal(uuidsOf(arrivals).length, logged.length)
})

t.test('the same seed gives the same luck, another seed another', async (t) => {
  const chaos = { dropFraction: 0.2, duplicateFraction: 0.3, shuffle: true, maxBatch: 6 }
  const told = async (seed: number) => {
    const { deliveries } = await play(t, chaos, seed)
    return deliveries.map(({ eventId, uuids, outcome }) => `${outcome} ${eventId} ${uuids.join()}`).sort()
  }
  const first = await told(11)
  t.same(await told(11), first)
  t.notSame(await told(12), first)
})

t.test('chaos can begin later', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  logFailure(org)
  delivery.setChaos({ dropFraction: 1 })
  logFailure(org)
  await delivery.flush()
  t.equal(uuidsOf(receiver.arrivals).length, 1)
})
