/** What comes between two calls of a process: its death, a store that is away, another replica, a person, the world. */

import type { Operator } from '../../src/domain/operator-commands.ts'
import { approver, viewer } from '../support/operators.ts'
import { fc } from '../support/properties.ts'
import { HAPPENINGS, type HappeningName, happens } from './happenings.ts'
import type { Interrupt, Place } from './process.ts'
import type { World } from './world.ts'

export const ANA = approver('ana')
export const BEN = approver('ben')
export const VIC = viewer('vic')

const FAULTS = ['crash_before', 'crash_after', 'store_away'] as const
const PEOPLE = ['kill', 'observe', 'digest', 'second worker', 'close', 'close storm', 'retry', 'approve'] as const
type Meanwhile = (typeof PEOPLE)[number]

/** What, around which calls, how many of these before, and to whom. */
export type Interruption = readonly [(typeof FAULTS)[number] | Meanwhile | HappeningName, Place, number, number]

/** Half of them come close to a write, where the most can go wrong. */
export const anyInterruption: fc.Arbitrary<Interruption> = fc.tuple(
  fc.oneof(
    fc.constantFrom(...FAULTS),
    fc.constantFrom(...PEOPLE),
    fc.constantFrom(...(Object.keys(HAPPENINGS) as HappeningName[]))
  ),
  fc.constantFrom<Place>('any call', 'save', 'beginWrite', 'beginWrite', 'okta write', 'okta write'),
  fc.oneof(fc.constant(0), fc.nat(4), fc.nat(40)),
  fc.nat(5)
)

export function interruptOf(world: World, [what, place, left, n]: Interruption): Interrupt {
  const fault = FAULTS.find((one) => one === what)
  if (fault) return { place, left, what: fault }
  return { place, left, what: () => goesOn(world, what as Meanwhile | HappeningName, n) }
}

/** The world goes on, and other processes work, while this one is in the middle of something. */
async function goesOn(world: World, what: Meanwhile | HappeningName, n: number): Promise<void> {
  switch (what) {
    case 'kill':
      return void (await world.brake.set({ kill: { on: true, because: 'drill' } }, BEN))
    case 'observe':
      return void (await world.switches.setCeiling('observe', BEN))
    case 'digest':
      return void (await world.another().digest(10))
    case 'second worker':
      return void (await world.another().work())
    case 'approve':
      return approveOne(world, n, BEN)
    case 'close':
    case 'close storm':
    case 'retry':
      return personActs(world, what, n)
    default:
      await happens(world, what, n, true)
      await world.another().digest(10)
  }
}

async function personActs(world: World, what: 'close' | 'close storm' | 'retry', n: number): Promise<void> {
  const open = (await world.cases()).filter((c) => c.state !== 'closed' && c.state !== 'resolved')
  const c = what === 'close storm' ? open.find((one) => one.storm) : open[n % Math.max(1, open.length)]
  if (!c) return
  if (what === 'retry') await world.commands.retry(c.id, BEN)
  else await world.commands.close(c.id, { because: 'enough' }, BEN)
}

/** Somebody approves a proposal as shown, without the reasons it asks for, or from a tab that was opened before. */
export async function approveOne(world: World, n: number, by: Operator, how = 'as shown'): Promise<void> {
  const waiting = (await world.cases()).filter((c) => c.proposal)
  const shown =
    how === 'stale' ? world.seen[n % Math.max(1, world.seen.length)] : waiting[n % Math.max(1, waiting.length)]
  if (!shown?.proposal) return
  const { hash, overridesNeeded } = shown.proposal
  const given = how === 'without overrides' ? [] : overridesNeeded
  const overrides = given.map((guard) => ({ guard, because: 'checked by phone' }))
  const before = await world.store.getCase(shown.id)
  const answer = await world.commands.approve(shown.id, { hash, overrides }, by)
  if (!answer.ok) return
  if (before) world.witness.approved(before, by.name, given)
  if (by.role === 'viewer') world.witness.violations.push('a viewer approved')
  if (before?.proposal?.hash !== hash) world.witness.violations.push(`${shown.id}: a stale approval was taken`)
}
