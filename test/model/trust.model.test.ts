/**
 * Random histories over the real pipeline: events that come twice, late and out of order, crashes between any two calls,
 * an org that changes meanwhile, approvals and brakes. Whatever happens, no write is made that was not earned, and every
 * case ends somewhere. `MODEL_RUNS` and `MODEL_SEED` choose how many histories and which; `MODEL_PATH` replays one. The lane
 * of trials plays many.
 */
import t from 'tap'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { play, RUNS, SEED } from './play.ts'

const PATH = process.env.MODEL_PATH

t.test('no history leads to a write that was not earned, and every case ends', { timeout: 300_000 }, async (t) => {
  const counts = await play(async () => openInMemory(), RUNS, PATH)
  t.comment(`seed ${SEED}, ${RUNS} histories: ${JSON.stringify(counts)}`)
  if (RUNS < 15 || PATH) return
  t.ok(counts.automatic > 0, 'machines did write')
  t.ok(counts.approved > 0, 'people did approve')
  t.ok(counts.storms > 0, 'storms did come up')
})

t.test('nor on the engine that keeps its data', { timeout: 120_000 }, async (t) => {
  const dir = t.testdir()
  let stores = 0
  const counts = await play(() => openSqlite(`${dir}/${++stores}.db`), Math.ceil(RUNS / 8))
  t.ok(counts.cases > 0)
})
