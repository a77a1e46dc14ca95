import { join } from 'node:path'
import t from 'tap'
import { runBatch } from '../../src/store/sqlite/batch.ts'
import type { Connection } from '../../src/store/sqlite/connection.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import type { Call } from '../../src/store/sqlite/ops.ts'
import { aDelivery, NOON } from './build.ts'

const claim = { limit: 5, now: NOON, leaseMs: 60_000, holder: 'one' }
const RECEIVE: Call = { op: 'receive', ask: aDelivery(['a']) }
const CLAIM: Call = { op: 'nextEvents', ask: claim }
const SKIP: Call = {
  op: 'digest',
  ask: { events: [{ uuid: 'a', fate: { kind: 'skipped', why: 'not_listed' }, trace: null }], save: null }
}

t.test('what a power cut undoes and is done again does not wait for the disk; what was acknowledged does', (t) => {
  const { db, close } = openFile(join(t.testdir(), 'reenroll.db'))
  t.teardown(close)
  const mode = () => db.one<{ synchronous: number }>('PRAGMA synchronous')?.synchronous
  const modes: unknown[] = []
  const exec: Connection['exec'] = (sql) => {
    if (sql === 'COMMIT') modes.push(mode())
    db.exec(sql)
  }
  const watched = { ...db, exec }
  const run = (...calls: Call[]) => t.ok(runBatch(watched, calls).replies.every(({ ok }) => ok))
  run(RECEIVE)
  run(CLAIM)
  run(SKIP)
  run(SKIP, { op: 'receive', ask: aDelivery(['b']) })
  const [NORMAL, FULL] = [1, 2]
  t.same(modes, [FULL, NORMAL, NORMAL, FULL])
  t.end()
})
