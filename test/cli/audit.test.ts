import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import type { LedgerRow } from '../../src/domain/ledger.ts'

import { chain, GENESIS } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open.ts'
import { aCase, aLine } from '../store/build.ts'
import { fakeService } from './fake-service.ts'
import { offline, say } from './recorder.ts'

/** A store with three lines in its ledger, two of them about Anna. */
async function storeWithLedger(t: Test): Promise<string> {
  const path = join(t.testdir(), 'ledger.db')
  const store = await openStore(`sqlite:${path}`)
  const lines = [aLine(), aLine({ kind: 'close' })]
  await store.save({ next: aCase('anna'), ledger: lines })
  await store.save({ next: aCase('ben'), ledger: [aLine({ caseId: 'RE-ben' })] })
  await store.close()
  return path
}

t.test('a whole ledger is found whole', async (t) => {
  const env = offline(`sqlite:${await storeWithLedger(t)}`)
  t.match(await say(['audit', 'verify'], env), {
    exitCode: 0,
    out: /^The ledger is intact: 3 entries, last hash [0-9a-f]{64}\.$/
  })
  const { out } = await say(['audit', 'verify', '--json'], env)
  t.match(JSON.parse(out), { ok: true, lines: 3, brokenAt: null })
})

t.test('a changed line is found, whoever changed it', async (t) => {
  const path = await storeWithLedger(t)
  const db = new DatabaseSync(path)
  for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()) {
    db.exec(`DROP TRIGGER ${name}`)
  }
  db.exec(`UPDATE ledger SET by = 'somebody else' WHERE seq = 2`)
  db.close()
  const env = offline(`sqlite:${path}`)
  t.match(await say(['audit', 'verify'], env), { exitCode: 1, err: /^The ledger is broken at entry 2:/ })
  const { out, exitCode } = await say(['audit', 'verify', '--json'], env)
  t.equal(exitCode, 1)
  t.match(JSON.parse(out), { ok: false, lines: 1, brokenAt: 2 })
})

t.test('export prints one line of JSON per line of the ledger', async (t) => {
  const env = offline(`sqlite:${await storeWithLedger(t)}`)
  const all = await say(['audit', 'export'], env)
  t.strictSame(
    all.out.split('\n').map((line) => JSON.parse(line).seq),
    [1, 2, 3]
  )
  t.match(await say(['audit', 'export', '--case', 'RE-NOPE'], env), {
    ...{ exitCode: 1, out: '', err: /^--case: the ledger has no entry of RE-NOPE; / }
  })
  const some = await say(['audit', 'export', '--case', 're-ben'], env)
  t.strictSame(
    some.out.split('\n').map((line) => JSON.parse(line).caseId),
    ['RE-ben']
  )
})

t.test('a running service is asked page by page', async (t) => {
  const rows: LedgerRow[] = []
  for (let seq = 1; seq <= 1100; seq++) rows.push(chain(rows.at(-1)?.hash ?? GENESIS.hash, aLine(), seq))
  let asked = 0
  const env = await fakeService(t, (path) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost')
    if (pathname !== '/api/ledger') return { status: 200, body: {} }
    asked++
    const after = Number(searchParams.get('after'))
    return { status: 200, body: { rows: rows.slice(after, after + Number(searchParams.get('limit'))) } }
  })
  t.match(await say(['audit', 'verify'], env), { exitCode: 0, out: /1100 entries/ })
  t.equal(asked, 3)
})

t.test('a service that does not serve its ledger says what to do', async (t) => {
  const env = await fakeService(t, (path) => ({ status: path === '/livez' ? 200 : 404, body: {} }))
  t.match(await say(['audit', 'verify'], env), { exitCode: 1, err: /is of another version\. Stop it/ })
})
