import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { verifyChain } from '../../src/store/ledger.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aDelivery } from './build.ts'

// Many threads or processes are started here; on a busy machine that adds up.
t.setTimeout(120_000)

const ROUNDS = 5
const child = fileURLToPath(new URL('./child.ts', import.meta.url))

/** Lets a process fill the store, kills it after so many acknowledgements, and returns all that it acknowledged. */
async function killedAfter(path: string, count: number): Promise<string[]> {
  const filler = spawn(process.execPath, [child, 'receive', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(filler, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: filler.stdout })) {
    if (line !== 'open') lines.push(line)
    if (lines.length === count) filler.kill('SIGKILL')
  }
  await exited
  return lines
}

t.test('kill -9 at any moment loses nothing that was acknowledged, event, case and ledger line alike', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const acknowledged: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const count = 1 + Math.floor(Math.random() * 300)
    const lines = await killedAfter(path, count)
    t.ok(lines.length >= count, `round ${round}: killed after ${count}, acknowledged ${lines.length}`)
    acknowledged.push(...lines)

    const store = await openSqlite(path)
    t.same(await store.receive(aDelivery(acknowledged)), { fresh: [], duplicates: acknowledged.length })
    const cases = await Promise.all(acknowledged.map((uuid) => store.getCase(`RE-${uuid}`)))
    t.notOk(cases.includes(null), 'every acknowledged case is there')
    const lines_ = await store.ledger({ after: 0, limit: 100_000 })
    t.equal(verifyChain(lines_), null)
    const { cases: figures } = await store.snapshot()
    t.equal(lines_.length, figures.received.count, 'a case and its line come together or not at all')
    await store.close()
  }
})
