/** Plays random histories over stores of any engine. `MODEL_SEED` chooses which. */

import type { Store } from '../../src/domain/store.ts'
import { fc } from '../support/properties.ts'
import { anyCommand, comeToRest } from './commands.ts'
import { restsWell } from './invariants.ts'
import { openModelWorld, type Setup, TROUBLES, type TroubleName, type World } from './world.ts'

export const SEED = Number(process.env.MODEL_SEED ?? 20_260_615)
export const RUNS = Number(process.env.MODEL_RUNS ?? 15)

const setup: fc.Arbitrary<Setup> = fc.record({
  troubles: fc.shuffledSubarray(Object.keys(TROUBLES) as TroubleName[], { minLength: 2, maxLength: 4 }),
  vip: fc.boolean(),
  stormUsers: fc.constantFrom(100, 100, 3),
  userWritesPerDay: fc.constantFrom(1, 2),
  writesPerHour: fc.constantFrom(10, 1, 2),
  remediationWritesPerHour: fc.constantFrom(10, 1),
  shareFloor: fc.constantFrom(5, 2)
})

/** Plays histories over fresh stores; says how many writes they came to. */
export async function play(open: () => Promise<Store>, numRuns: number, path?: string) {
  const counts = { automatic: 0, approved: 0, storms: 0, cases: 0 }
  const history = fc.asyncProperty(
    setup,
    fc.commands([anyCommand], { maxCommands: 60, size: 'max' }),
    async (given, commands) => {
      const world = await openModelWorld(given, await open())
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
        await comeToRest(world)
        await restsWell(world)
        await count(world, counts)
      } finally {
        await world.store.close()
      }
    }
  )
  const replay = path ? { path, endOnFailure: true } : {}
  await fc.assert(history, { numRuns, seed: SEED, ...replay })
  return counts
}

async function count(world: World, counts: { automatic: number; approved: number; storms: number; cases: number }) {
  const cases = await world.cases()
  counts.automatic += world.witness.writes.filter((write) => write.automatic).length
  counts.approved += world.witness.writes.filter((write) => !write.automatic).length
  counts.storms += cases.filter((c) => c.storm).length
  counts.cases += cases.length
}
