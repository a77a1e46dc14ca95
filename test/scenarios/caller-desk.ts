/** A desk that verifies callers, in a world of its own: what operators do there, and how the people they call answer. */
import t from 'tap'
import { createCommands } from '../../src/case/commands.ts'
import type { World } from '../../src/cli/demo-world.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import type { CaseCommands, Operator } from '../../src/domain/operator-commands.ts'
import { personOf } from '../../src/domain/operator-commands.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import type { VerificationPolicy } from '../../src/domain/verification.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import type { Phone } from '../../src/sandbox/org/log-event.ts'
import { failEnrollment, type Person } from '../../src/sandbox/people.ts'
import { lockedOut, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { openTestWorld, settle } from './settle.ts'

export const TABLET: Phone = {
  ...{ platform: 'IOS', model: 'iPad13,1', osVersion: '18.5', manufacturer: 'APPLE', displayName: 'Blue iPad' }
}
export const ANA = personOf('https://idp.example.com', 'ana', { name: 'ana', role: 'approver' })
export const BEN = personOf('https://idp.example.com', 'ben', { name: 'ben', role: 'approver' })

export interface Desk {
  readonly world: World
  readonly time: ManualClock
  readonly commands: CaseCommands
  /** Somebody whose account is locked, with Okta Verify on a tablet, and whose new phone fails to enroll. */
  caller(name: string): Promise<Caller>
}

export interface Caller {
  readonly person: Person
  readonly id: string
  /** Of the tablet. */
  readonly push: string
  readonly sms: string
  readonly email: string
}

export async function openDesk(
  test: Pick<typeof t, 'teardown'>,
  over: Partial<VerificationPolicy> = {}
): Promise<Desk> {
  const time = manualClock(new Date().toISOString())
  const verification: VerificationPolicy = {
    ...{
      kinds: ['push', 'sms', 'email', 'manager'],
      neededFor: ['unlock_user'],
      least: 'medium',
      countsForMs: 15 * MINUTE_MS
    },
    ...{ perHour: 100, perOperator: 100 },
    startedBy: 'approver',
    ...over
  }
  const policy: Policy = { ...DEFAULT_POLICY, decide: { ...DEFAULT_POLICY.decide, verification } }
  const guards = { stormUsers: 1_000, stormSameNetworkUsers: 1_000 }
  const world = await openTestWorld(test, time, { policy, guards })
  const commands = createCommands({ store: world.service.store, policy, clock: time.clock, emit: () => {} })
  async function caller(name: string): Promise<Caller> {
    const { org } = world
    const person = lockedOut(org, name)
    const phone = person.phone
    withPhone(org, { ...person, phone: TABLET }, {}, 'ACTIVE')
    const [sms, email] = (['sms', 'email'] as const).map((factorType) => org.addFactor(person.id, { factorType }).id)
    const push = org.users.get(person.id)?.factors.find(({ factorType }) => factorType === 'push')?.id ?? ''
    failEnrollment(org, { ...person, phone, deviceId: null })
    await settle(world, time)
    const seen = await world.api.newestCase(person.id)
    if (!seen?.proposal) throw new Error(`no proposal for ${name}: ${seen?.state}`)
    return { person, id: seen.id, push, sms: sms ?? '', email: email ?? '' }
  }
  return { world, time, commands, caller }
}

export async function caseOf({ world }: Desk, { id }: Caller) {
  const c = await world.service.store.getCase(id)
  if (!c) throw new Error('the case is gone')
  return c
}

export async function approve(desk: Desk, caller: Caller, by: Operator = ANA) {
  const { proposal } = await caseOf(desk, caller)
  const overrides = (proposal?.overridesNeeded ?? []).map((guard) => ({ guard, because: 'asked the caller' }))
  const answer = await desk.commands.approve(caller.id, { hash: proposal?.hash ?? '', overrides }, by)
  await settle(desk.world, desk.time)
  return answer
}

/** Lets the worker do what is due, second by second. */
export async function pass(desk: Desk, ms: number) {
  for (let left = ms; left > 0; left -= SECOND_MS) {
    desk.time.advance(Math.min(left, SECOND_MS))
    await desk.world.service.worker.idle()
  }
}

export async function challenge(desk: Desk, caller: Caller, factor: string, by: Operator = ANA) {
  const asked = await desk.commands.verify(caller.id, { factor }, by)
  await desk.world.service.worker.idle()
  return asked
}

export function writes({ world }: Desk, { person }: Caller) {
  return world.org.writes.filter(({ userId }) => userId === person.id)
}

/** The caller passes the push with the right number. */
export async function passPush(desk: Desk, caller: Caller, factor = caller.push) {
  await challenge(desk, caller, factor)
  answerPush(desk.world.org, caller.person.id, (await sent(desk, caller)).at(-1)?.number ?? 0)
  await pass(desk, 5 * SECOND_MS)
  t.match((await caseOf(desk, caller)).challenges?.at(-1), { state: 'passed' })
}

export async function sent({ world }: Desk, { person }: Caller) {
  return world.org.challenges.filter(({ userId }) => userId === person.id)
}
