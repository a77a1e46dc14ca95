/**
 * Random histories over the real pipeline: events that come twice, late and out of order, crashes between any two calls,
 * an org that changes meanwhile, approvals and brakes. Whatever happens, no write is made that was not earned, and every
 * case ends somewhere. `MODEL_RUNS` and `MODEL_SEED` choose how many histories and which; `MODEL_PATH` replays one.
 */
import fc from 'fast-check'
import t from 'tap'
import { openMemory } from '../../src/store/memory.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { anyCommand, comeToRest } from './commands.ts'
import { restsWell } from './invariants.ts'
import { openModelWorld, type Setup, TROUBLES, type TroubleName, type World } from './world.ts'

const RUNS = Number(process.env.MODEL_RUNS ?? 60)
const SEED = Number(process.env.MODEL_SEED ?? 20_260_615)
const PATH = process.env.MODEL_PATH

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
async function play(open: () => Promise<Store>, numRuns: number, path?: string) {
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

t.test('no history leads to a write that was not earned, and every case ends', { timeout: 300_000 }, async (t) => {
  const counts = await play(async () => openMemory(), RUNS, PATH)
  t.comment(`seed ${SEED}, ${RUNS} histories: ${JSON.stringify(counts)}`)
  if (RUNS < 50 || PATH) return
  t.ok(counts.automatic > 5, 'machines did write')
  t.ok(counts.approved > 5, 'people did approve')
  t.ok(counts.storms > 0, 'storms did come up')
})

t.test('nor on the engine that keeps its data', { timeout: 120_000 }, async (t) => {
  const dir = t.testdir()
  let stores = 0
  const counts = await play(() => openSqlite(`${dir}/${++stores}.db`), Math.min(RUNS, 5))
  t.ok(counts.cases > 0)
})
