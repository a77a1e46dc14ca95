/** Everything that can happen, as commands for fast-check. */

import type { Case } from '../../src/domain/case.ts'
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { MODES } from '../../src/domain/vocabulary.ts'
import { fc } from '../support/properties.ts'
import { HAPPENINGS, type HappeningName, happens } from './happenings.ts'
import { holds } from './invariants.ts'
import { ANA, anyInterruption, approveOne, BEN, interruptOf, VIC } from './meanwhile.ts'
import { WRITE_TROUBLES } from './okta.ts'
import { LEASE_MS } from './process.ts'
import type { World } from './world.ts'

/** The model of these tests is the list of invariants; fast-check wants an object nevertheless. */
export type Model = Record<string, never>
type Command = fc.AsyncCommand<Model, World>

/** A command by its name and its choices, so that a counterexample reads as a story. */
function command(name: string, choices: readonly unknown[], run: (world: World) => Promise<void>): Command {
  return {
    check: () => true,
    async run(_model, world) {
      world.turn++
      world.witness.controlsAtTurn = await world.store.controls()
      await run(world)
      await holds(world)
    },
    toString: () => `${name}(${choices.map((choice) => JSON.stringify(choice)).join(', ')})`
  }
}

const who = fc.nat(5)
const happening = fc.constantFrom(...(Object.keys(HAPPENINGS) as HappeningName[]))

/** Something happens to one of the people; Okta tells at once or later. */
const worldMoves = fc
  .tuple(happening, who, fc.boolean())
  .map(([what, n, tellsNow]) =>
    command('happens', [what, n, tellsNow ? 'told' : 'held back'], (world) => happens(world, what, n, tellsNow))
  )

const fails = fc
  .tuple(who, fc.constantFrom(true, true, false))
  .map(([n, tellsNow]) => command('fails', [n, tellsNow], (world) => happens(world, 'fails', n, tellsNow)))

/** Events that were held back come in any order; events that came come again. */
const delivers = fc.tuple(fc.constantFrom('one', 'all reversed', 'again'), fc.nat(50)).map(([which, n]) =>
  command('delivers', [which, n], async (world) => {
    const from = which === 'again' ? world.sent : world.held
    const one = from[n % Math.max(1, from.length)]
    await world.send(which === 'all reversed' ? [...world.held].reverse() : one ? [one] : [])
  })
)

/** The worker reads what came in, then works due cases; something may come in between. */
const works = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.option(anyInterruption)).map(([rounds, meanwhile]) =>
  command('works', [rounds, meanwhile], async (world) => {
    if (meanwhile) world.process.interrupt = interruptOf(world, meanwhile)
    for (let round = 0; round < rounds && !world.process.dead; round++) {
      await world.process.digest(3)
      if (!world.process.dead) await world.process.work()
    }
    world.process.interrupt = null
    if (!world.process.dead) return
    world.restart()
    world.time.advance(LEASE_MS)
  })
)

const operator = fc.constantFrom(ANA, ANA, BEN, VIC)

const approves = fc
  .tuple(who, operator, fc.constantFrom('as shown', 'as shown', 'without overrides', 'stale'))
  .map(([n, by, how]) => command('approves', [n, by.name, how], (world) => approveOne(world, n, by, how)))

/** Somebody opens the page of every proposal and leaves the tab open. */
const looks = fc.constant(
  command('looks', [], async (world) => {
    world.seen.push(...(await world.cases()).filter((c) => c.proposal))
  })
)

const decides = fc.tuple(fc.constantFrom('reject', 'close', 'retry'), fc.nat(8), operator).map(([what, n, by]) =>
  command(what, [n, by.name], async ({ commands, ...world }) => {
    const cases = (await world.cases()).filter((c) => what !== 'reject' || c.proposal)
    const c: Case | undefined = cases[n % Math.max(1, cases.length)]
    if (!c) return
    if (what === 'reject') await commands.reject(c.id, { hash: c.proposal?.hash ?? '', because: 'no' }, by)
    else if (what === 'close') await commands.close(c.id, { because: 'done by hand' }, by)
    else await commands.retry(c.id, by)
  })
)

const RULES = ['suspended', 'suspended_by_allowed_actor', 'locked_out', 'activation_pending', 'enrollment_orphaned']

const switches = fc.oneof(
  fc.boolean().map((on) =>
    command('kill switch', [on], async (world) => {
      await world.brake.set({ kill: { on, because: 'drill' } }, ANA)
    })
  ),
  fc.constantFrom(null, ...MODES).map((ceiling) =>
    command('ceiling', [ceiling], async (world) => {
      await world.switches.setCeiling(ceiling, ANA)
    })
  ),
  fc.tuple(fc.constantFrom(...RULES), fc.boolean(), fc.constantFrom(null, ...MODES)).map(([rule, on, mode]) =>
    command('rule', [rule, on ? 'paused' : 'goes on', mode], async (world) => {
      await world.switches.setRule(rule, { mode, paused: on ? { because: 'drill' } : null }, ANA)
    })
  )
)

const weather = fc.oneof(
  fc.constantFrom(null, ...WRITE_TROUBLES).map((next) =>
    command('next write', [next], async (world) => {
      world.weather.nextWrite = next
    })
  ),
  fc.constantFrom(true, false, false).map((down) =>
    command('reads down', [down], async (world) => {
      world.weather.readsDown = down
    })
  )
)

const passes = fc
  .constantFrom(
    SECOND_MS,
    10 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    20 * MINUTE_MS,
    2 * HOUR_MS,
    13 * HOUR_MS,
    26 * HOUR_MS
  )
  .map((ms) =>
    command('time passes', [ms / SECOND_MS], async (world) => {
      world.time.advance(ms)
    })
  )

/** Weighted so that most histories get somewhere: people fail, the worker works, somebody approves. */
export const anyCommand = fc.oneof(
  { weight: 14, arbitrary: works },
  { weight: 7, arbitrary: fails },
  { weight: 3, arbitrary: worldMoves },
  { weight: 2, arbitrary: delivers },
  { weight: 6, arbitrary: approves },
  { weight: 1, arbitrary: looks },
  { weight: 1, arbitrary: decides },
  { weight: 1, arbitrary: switches },
  { weight: 2, arbitrary: weather },
  { weight: 3, arbitrary: passes }
)

/** Okta is well, everything held back comes in, and time passes until nothing more happens by itself. */
export async function comeToRest(world: World): Promise<void> {
  world.turn++
  world.weather.readsDown = false
  world.weather.nextWrite = null
  world.process.interrupt = null
  world.witness.controlsAtTurn = await world.store.controls()
  for (let quiet = 0, round = 0; quiet < STORM_ROUNDS && round < 2_000; round++) {
    await world.send([...world.held])
    while ((await world.process.digest(20)) || (await world.process.work()));
    const waits = (await world.cases()).filter((c) => c.dueAt !== null && !c.storm).map((c) => c.dueAt ?? '')
    const next = waits.sort()[0]
    // A storm is over some minutes after the last failure; its children come back then.
    quiet = next === undefined ? quiet + 1 : 0
    const step = plus(world.time.clock(), MINUTE_MS)
    world.time.set(next !== undefined && next > step ? next : step)
  }
}

/** In minutes; longer than the window of storm detection and its cool-down together. */
const STORM_ROUNDS = 25
