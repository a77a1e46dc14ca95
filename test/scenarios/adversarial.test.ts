/** What attackers do to get a factor of their own: none of it ends in a write that a person has not earned. */
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import type { GuardId } from '../../src/domain/vocabulary.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { scenesOf } from '../../src/sandbox/play.ts'
import { ADMIN, orphaned, past, suspended } from '../../src/sandbox/scenarios/cast.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { manualClock } from '../support/clock.ts'
import { allCases, openTestWorld, settle } from './settle.ts'

/** Each shows one bait: an admin, risk, an anonymiser, a new country, a fresh reset, a shared device, and so on. */
const BAITS: readonly GuardId[] = ['G1', 'G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G6', 'G7', 'G10', 'G11', 'G13']
t.setTimeout(200_000)
const QUIET = {
  stormUsers: 1_000,
  stormSameNetworkUsers: 1_000,
  writesPerHour: 1_000,
  remediationWritesPerHour: 1_000,
  sharePercent: 100
}

t.test('every bait of the catalogue', { timeout: 100_000 }, async (t) => {
  const baits = SCENARIOS.filter(
    (one) => !one.isolated && !one.approve && one.shows?.some((guard) => BAITS.includes(guard))
  )
  t.same(
    BAITS.filter((guard) => !baits.some((one) => one.shows?.includes(guard))),
    [],
    'no kind of bait is missing'
  )
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, { scenarios: baits, guards: QUIET })
  for (const scene of scenesOf(world.stage)) await scene.cue()
  await settle(world, time)
  t.same(world.org.writes, [], 'nothing was written')
})

t.test('many users from one address', { timeout: 60_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time)
  const people = ['Al', 'Bo', 'Cy', 'Di', 'Ed', 'Flo'].map((name) => orphaned(world.org, `${name} Campaign`))
  const network = people[0]?.network
  for (const person of people) failEnrollment(world.org, person, network ? { network } : {})
  await settle(world, time)
  t.same(world.org.writes, [], 'a campaign is not answered by machine')
})

async function proposalFor(world: World, time: ReturnType<typeof manualClock>, name: string) {
  const person = suspended(world.org, name)
  failEnrollment(world.org, person)
  await settle(world, time)
  const seen = await world.api.newestCase(person.id)
  if (!seen?.proposal) throw new Error(`no proposal for ${name}: ${seen?.state}`)
  const overrides = seen.proposal.overridesNeeded.map((guard) => ({ guard, because: 'checked by phone' }))
  return { person, id: seen.id, ask: { hash: seen.proposal.hash, overrides } }
}

t.test('an approval that is sent again does nothing the second time', { timeout: 60_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time)
  const { id, ask } = await proposalFor(world, time, 'Rita Replay')
  t.equal(await world.api.approve(id, ask), 200)
  await settle(world, time)
  t.equal(await world.api.approve(id, ask), 409)
  await settle(world, time)
  t.equal(world.org.writes.length, 1)
})

t.test('an approval from a tab that has gone stale', { timeout: 60_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time)
  const { person, id, ask } = await proposalFor(world, time, 'Stan Staletab')
  // While the tab is open, an administrator resets the password: a takeover may be under way.
  past(world.org, person, 'user.account.reset_password', 0, { by: ADMIN })
  failEnrollment(world.org, person)
  time.advance(SECOND_MS)
  world.org.users.get(person.id)?.roles.push({
    id: 'ra9',
    type: 'ORG_ADMIN',
    label: 'Organization Administrator',
    assignmentType: 'USER',
    status: 'ACTIVE'
  })
  const status = await world.api.approve(id, ask)
  await settle(world, time)
  t.ok([200, 409].includes(status))
  t.same(world.org.writes, [], 'everything is read again before the write, and the account has become an admin')
  t.match((await allCases(world))[0], { state: 'with_person' })
})

t.test('the ops token alone cannot override what nobody may override', { timeout: 60_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time)
  const { id, ask } = await proposalFor(world, time, 'Ole Override')
  const overrides = [...ask.overrides, { guard: 'G1' as const, because: 'trust me' }]
  t.equal(await world.api.approve(id, { ...ask, overrides }), 422)
  t.equal(await world.api.approve(id, { ...ask, overrides: [] }), 422, 'nor leave out what must be given a reason')
  t.same(world.org.writes, [])
})

t.test('the kill switch stops a batch that is running', { timeout: 150_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, { guards: QUIET })
  const people = Array.from({ length: 60 }, (_, n) => orphaned(world.org, `Kay Killswitch${n}`))
  const { promise: firstWrite, resolve } = Promise.withResolvers<void>()
  world.org.onWrite(() => resolve())
  for (const person of people) failEnrollment(world.org, person)
  world.service.worker.wake()
  await firstWrite
  const headers = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ kill: { on: true, because: 'drill' } })
  const answer = await fetch(`${world.service.opsUrl}/api/brake`, { method: 'POST', headers, body })
  t.equal(answer.status, 200)
  await settle(world, time)
  time.advance(MINUTE_MS)
  await settle(world, time)
  const ledger = await world.service.store.ledger({ after: 0, limit: 1_000 })
  const switchedAt = ledger.find((line) => line.kind === 'control')?.seq ?? 0
  const begunAfter = ledger.filter((line) => line.kind === 'intent' && line.seq > switchedAt)
  t.strictSame([switchedAt > 0, begunAfter], [true, []], 'no write began after the switch')
  t.ok(world.org.writes.length < people.length, `${world.org.writes.length} of ${people.length} had been written`)
  t.equal(
    (await allCases(world)).filter((c) => c.ticket).length >= people.length - world.org.writes.length,
    true,
    'tickets go on'
  )
})
