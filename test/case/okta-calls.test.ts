/** How many calls of Okta a case alone takes, and that a source that fails for ever does not keep it from its ticket. */
import t, { type Test } from 'tap'
import { EVIDENCE_SOURCES, type EvidenceSource } from '../../src/domain/evidence.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import type { AttemptShape } from '../../src/sandbox/attempt-events.ts'
import { failEnrollment, type Person } from '../../src/sandbox/people.ts'
import { employee, USUAL, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { mailObjection } from '../../src/ticket/mail/eligibility.ts'
import { ANA } from '../model/meanwhile.ts'
import { openModelWorld, type TroubleName, type World } from '../model/world.ts'
import { POLICY } from './build.ts'

const CALM = {
  vip: false,
  stormUsers: 100,
  userWritesPerDay: 9,
  writesPerHour: 99,
  remediationWritesPerHour: 99,
  shareFloor: 99
} as const

interface Scene {
  readonly world: World
  readonly person: Person
  /** Every call, in order, as `GET /api/v1/logs`. */
  readonly calls: string[]
}

/** Somebody with this trouble, or with none that Okta shows; `failing` never answers. */
async function fails(
  t: Test,
  trouble: TroubleName | 'none',
  { failing, shape = 'factor_activate' }: { readonly failing?: string; readonly shape?: AttemptShape } = {}
): Promise<Scene> {
  const world = await openModelWorld({ ...CALM, troubles: trouble === 'none' ? [] : [trouble] }, openInMemory())
  t.teardown(() => world.store.close())
  const person = world.people[0] ?? nobodyInTrouble(world)
  const calls: string[] = []
  world.weather.failing = (bucket) => {
    calls.push(bucket)
    return bucket === failing
  }
  failEnrollment(world.org, person, { shape, judgement: USUAL })
  await world.send([...world.held])
  await world.process.digest(10)
  return { world, person, calls }
}

const NAMES_DEVICE = { shape: 'device_enrollment' } as const

/** Their phone is known, and the failure names it. */
function nobodyInTrouble({ org }: World): Person {
  const person = employee(org, 'Nia Nothing')
  withPhone(org, person)
  return person
}

async function newest({ world }: Scene) {
  const [c] = await world.cases()
  if (!c) throw new Error('there is no case')
  return c
}

/** The groups are read only when the policy lists some, which the model's reader does not know. */
const countOf = ({ calls }: Scene) => calls.filter((call) => call !== 'GET /api/v1/users/{id}/groups').length

t.test('a ticket takes six calls, whatever device the failure names', async (t) => {
  const scene = await fails(t, 'none', NAMES_DEVICE)
  await scene.world.process.work()
  const c = await newest(scene)
  t.match(c, { state: 'with_person', ticket: { state: 'open' }, decision: { kind: 'ticket', remediation: null } })
  t.type(c.failures[0]?.device.id, 'string')
  t.equal(countOf(scene), 6, scene.calls.join('\n'))
  t.match(
    c.guards.find(({ id }) => id === 'G15'),
    { state: 'unknown', because: /neither a repair nor a message/ }
  )
})

for (const [what, trouble, how, most] of [
  ['', 'orphaned', {}, 9],
  ['', 'suspendedByRoutine', {}, 9],
  ['', 'invited', {}, 9],
  ['; one of them about who else uses the device that the failure names', 'orphaned', NAMES_DEVICE, 10]
] as const) {
  t.test(`a write takes ${most} calls at most: ${trouble}${what}`, async (t) => {
    const scene = await fails(t, trouble, how)
    await scene.world.process.work()
    t.match(await newest(scene), { state: 'watching', actions: [{ state: 'done' }] })
    t.same(scene.world.witness.violations, [])
    t.ok(countOf(scene) <= most, `${countOf(scene)} calls:\n${scene.calls.join('\n')}`)
    t.ok(scene.calls.indexOf(CALLS.risk) <= scene.calls.indexOf(CALLS.history), 'the log is not waited for')
  })
}

t.test('what was read together with another case is read again for this user alone before the write', async (t) => {
  const world = await openModelWorld({ ...CALM, troubles: ['orphaned', 'orphaned'] }, openInMemory())
  t.teardown(() => world.store.close())
  const logs: string[] = []
  world.weather.failing = (bucket) => {
    if (bucket === CALLS.history) logs.push(bucket)
    return false
  }
  for (const person of world.people) failEnrollment(world.org, person, { judgement: USUAL })
  await world.send([...world.held])
  await world.process.digest(10)
  await Promise.all([world.process.work(), world.process.work()])
  t.match(await world.cases(), [{ state: 'watching' }, { state: 'watching' }])
  t.equal(logs.length, 3, 'one for both, and one for each before its write')
})

t.test('what was decided on is read again before the write when it is older than five seconds', async (t) => {
  const scene = await fails(t, 'orphaned')
  const { world } = scene
  world.process.interrupt = {
    place: 'save',
    left: 0,
    what: async () => {
      world.time.advance(6_000)
      world.org.users.get(scene.person.id)?.roles.push({
        ...{ id: 'ra1', type: 'ORG_ADMIN', label: 'Org admin', assignmentType: 'USER', status: 'ACTIVE' }
      })
    }
  }
  await world.process.work()
  t.match(await newest(scene), { state: 'with_person', actions: [{ state: 'refused' }] })
  t.same(world.org.writes, [])
})

t.test('what the write changes is read again, however new the evidence is', async (t) => {
  const scene = await fails(t, 'orphaned')
  const { world } = scene
  const finished = async () => {
    for (const factor of world.org.users.get(scene.person.id)?.factors ?? []) factor.status = 'ACTIVE'
  }
  world.process.interrupt = { place: 'save', left: 0, what: finished }
  await world.process.work()
  t.match((await newest(scene)).actions, [{ state: 'refused' }])
  t.same(world.org.writes, [])
})

const CALLS: Readonly<Record<Exclude<EvidenceSource, 'blocks' | 'device_users'>, string>> = {
  user: 'GET /api/v1/users/{idOrLogin}',
  devices: 'GET /api/v1/users/{userId}/devices',
  factors: 'GET /api/v1/users/{userId}/factors',
  enrollments: 'GET /api/v1/users/{userId}/authenticator-enrollments',
  roles: 'GET /api/v1/users/{userId}/roles',
  risk: 'GET /api/v1/users/{userId}/risk',
  groups: 'GET /api/v1/users/{id}/groups',
  history: 'GET /api/v1/logs'
}

for (const source of EVIDENCE_SOURCES) {
  if (!(source in CALLS)) continue
  const call = CALLS[source as keyof typeof CALLS]
  t.test(`${source} fails for ever: the usual tries, then a ticket that names it`, async (t) => {
    const scene = await fails(t, 'orphaned', { failing: call })
    const { world } = scene
    for (let turn = 0; turn < 20 && (await newest(scene)).ticket === null; turn++) {
      await world.process.work()
      world.time.advance(MINUTE_MS)
    }
    const c = await newest(scene)
    t.equal(c.state, 'with_person')
    t.equal(scene.calls.filter((one) => one === call).length, POLICY.retries.maxTries, 'the usual tries')
    t.match(c.evidence?.[source], { state: 'unknown', retryable: true })
    const ticket = c.ticket && (await world.store.getTicket(c.ticket.key))
    t.match(ticket?.body, new RegExp(`Not known[\\s\\S]*${source}`))
    t.same(world.org.writes, [])
  })
}

t.test('steps that on-call sends for a plain ticket wait for the guards, and are stopped by the risk', async (t) => {
  const scene = await fails(t, 'none')
  const { world, person } = scene
  const user = world.org.users.get(person.id)
  if (user) user.risk = { riskLevel: 'HIGH' }
  await world.process.work()
  const { id } = await newest(scene)
  t.equal(scene.calls.includes(CALLS.risk), false)
  t.match(await world.commands.sendSteps(id, ANA), { ok: true })
  const mail = { causes: ['unknown', 'password_expired'] } as const
  t.match(mailObjection(await newest(scene), mail, world.time.clock()), /not one whose steps are mailed now/)
  await world.process.work()
  const c = await newest(scene)
  t.match(c, { state: 'with_person', evidence: { risk: { state: 'known' } } })
  t.match(mailObjection(c, mail, world.time.clock()), /Security|User risk/)
})
