import { join } from 'node:path'
import t from 'tap'
import type { Command } from '../../src/store/commands.ts'
import { runBatch } from '../../src/store/sqlite/batch.ts'
import type { SqliteConnection } from '../../src/store/sqlite/connection.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import { aDelivery, NOON } from './build.ts'

const claim = { limit: 5, now: NOON, leaseMs: 60_000, holder: 'one' }
const RECEIVE: Command = { op: 'receive', ask: aDelivery(['a']) }
const CLAIM: Command = { op: 'claimEvents', ask: claim }
const SKIP: Command = {
  op: 'processEvents',
  ask: { events: [{ uuid: 'a', disposition: { kind: 'skipped', why: 'not_listed' }, trace: null }], save: null }
}

t.test(
  'what a power cut undoes and is done again does not wait for the disk; what was acknowledged does',
  async (t) => {
    const { db, close } = openFile(join(t.testdir(), 'reenroll.db'))
    t.teardown(close)
    const mode = () => db.pragma('synchronous')
    const modes: unknown[] = []
    const exec: SqliteConnection['exec'] = (sql) => {
      if (sql === 'COMMIT') modes.push(mode())
      db.exec(sql)
    }
    const watched = { ...db, exec }
    const run = async (...commands: Command[]) =>
      t.ok((await runBatch(watched, commands)).replies.every(({ ok }) => ok))
    await run(RECEIVE)
    await run(CLAIM)
    await run(SKIP)
    await run(SKIP, { op: 'receive', ask: aDelivery(['b']) })
    const [NORMAL, FULL] = [1, 2]
    t.same(modes, [FULL, NORMAL, NORMAL, FULL])
  }
)
