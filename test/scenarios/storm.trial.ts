/** Five hundred people fail within five minutes: one ticket, one page, and afterwards everything settles by itself. */
import t from 'tap'
import { isOpen } from '../../src/domain/case.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import { enroll, failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { manualClock } from '../support/clock.ts'
import { allCases, openTestWorld } from './settle.ts'

const PEOPLE = 500

t.setTimeout(300_000)
t.test('an outage', { timeout: 280_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, {
    policy: {
      watchMs: 10 * MINUTE_MS,
      storm: { cooldownMs: 10 * MINUTE_MS, checkEveryMs: 30 * SECOND_MS, fullReadLimit: 25 }
    }
  })
  const { store, worker } = world.service
  async function pass(ms: number): Promise<void> {
    time.advance(ms)
    worker.wake()
    await world.okta.flush()
    await worker.idle()
  }

  const people = Array.from({ length: PEOPLE }, (_, n) => orphaned(world.org, `Olu Outage${n}`))
  for (let n = 0; n < PEOPLE; n += 10) {
    for (const person of people.slice(n, n + 10)) failEnrollment(world.org, person)
    await pass((5 * MINUTE_MS) / (PEOPLE / 10))
  }
  for (let rounds = 0; rounds < 4; rounds++) await pass(31 * SECOND_MS)

  const during = await allCases(world)
  const parents = during.filter((c) => c.storm !== null)
  t.equal(parents.length, 1, 'one case for the storm')
  t.ok(world.org.writes.length <= 10, `${world.org.writes.length} writes, at most the cap of 10`)
  const tickets = during.filter((c) => c.ticket?.state === 'open')
  t.same(
    tickets.map((c) => c.id),
    parents.map((c) => c.id),
    'the only open ticket is the storm’s'
  )
  t.ok((parents[0]?.storm?.children.all ?? 0) >= PEOPLE - 20, `${parents[0]?.storm?.children.all} children are listed`)
  const written = world.org.writes.length

  // Half of them get in when the outage ends; their success events close their cases.
  for (const person of people.slice(0, PEOPLE / 2)) enroll(world.org, person)
  await pass(SECOND_MS)
  for (let rounds = 0; rounds < 60; rounds++) await pass(30 * SECOND_MS)

  const after = await allCases(world)
  const parent = after.find((c) => c.storm !== null)
  t.ok(parent?.storm?.releasedAt, 'the storm is over')
  t.equal(after.filter((c) => c.state === 'resolved').length >= PEOPLE / 2, true, 'who got in is resolved')
  t.ok(
    after.every((c) => ['resolved', 'with_person', 'watching', 'closed'].includes(c.state)),
    'everybody is at rest without a hand'
  )
  t.same(
    after.filter((c) => c.ticket?.state === 'open' && c.storm === null).map((c) => c.id),
    [],
    'no second page, not even after the storm'
  )
  t.ok(
    world.org.writes.length - written <= 10,
    'old failures are not written to when the storm is over, but for the cap'
  )
  t.equal(
    parent && isOpen(parent),
    after.some((c) => c.parentId === parent?.id && isOpen(c)),
    'it ends with its last child'
  )
  t.equal((await store.snapshot()).pendingEvents, 0)
})
