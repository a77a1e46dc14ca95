/** What is read again between deciding and writing. */
import t from 'tap'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { happens } from '../model/happenings.ts'
import { interruptOf } from '../model/meanwhile.ts'
import { LEASE_MS } from '../model/process.ts'
import { openModelWorld, type World } from '../model/world.ts'

const CALM = {
  troubles: ['invited', 'orphaned'],
  vip: false,
  stormUsers: 100,
  userWritesPerDay: 1,
  writesPerHour: 10,
  remediationWritesPerHour: 10,
  shareFloor: 5
} as const

/** Decided and about to be written; then the process dies, and another takes over when the lease has run out. */
async function aboutToWrite(n = 0): Promise<World> {
  const world = await openModelWorld(CALM, openInMemory())
  await happens(world, 'fails', n, true)
  await world.process.digest(10)
  world.process.interrupt = interruptOf(world, ['crash_before', 'beginWrite', 0, 0])
  await world.process.work()
  world.restart()
  world.time.advance(LEASE_MS)
  return world
}

t.test('a write that a crash put off is made by the next process, once', async (t) => {
  const world = await aboutToWrite()
  await world.process.work()
  await world.process.work()
  t.match(await world.cases(), [{ state: 'watching', actions: [{ state: 'done' }] }])
  t.equal(world.org.writes.length, 1)
})

t.test(
  'a failure between the decision and the write had the log looked up later or a ticket made: now it is read before the write',
  async (t) => {
    const world = await aboutToWrite(1)
    await happens(world, 'fails', 1, true)
    await world.process.digest(10)
    await world.process.work()
    t.match(await world.cases(), [{ state: 'watching', failures: { length: 2 }, actions: [{ state: 'done' }] }])
  }
)

for (const what of ['becomes an admin', 'risk is high'] as const) {
  t.test(`nobody is written to of whom Okta says "${what}" between the decision and the write`, async (t) => {
    const world = await aboutToWrite(1)
    await happens(world, what, 1, false)
    await world.process.work()
    t.match(await world.cases(), [{ state: 'with_person' }])
    t.same(world.org.writes, [])
  })
}

t.test('a moment in which nothing can be read puts the write off, and does not hand it to a person', async (t) => {
  const world = await aboutToWrite(1)
  world.weather.readsDown = true
  await world.process.work()
  t.match(await world.cases(), [{ state: 'acting', tries: 1, actions: [] }])
  world.weather.readsDown = false
  world.time.advance(LEASE_MS)
  await world.process.work()
  t.match(await world.cases(), [{ state: 'watching' }])
})
