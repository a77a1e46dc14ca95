import t from 'tap'
import { caseSave } from '../../src/store/case-rows.ts'
import { perform } from '../../src/store/commands.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import { listCases } from '../../src/store/tables/lists.ts'
import { aCase } from './build.ts'

t.test('a case that is erased while a list is read is left out of it', async (t) => {
  const { db, close } = openFile(':memory:')
  t.teardown(close)
  for (const user of ['anna', 'bert']) {
    await perform(db, { op: 'save', ask: caseSave({ next: aCase(user), ledger: [] }) })
  }
  // What another connection does between two statements; the engines with one writer cannot play it.
  const all: typeof db.all = async (sql, ...values) => {
    const rows = await db.all<never>(sql, ...values)
    await db.run("DELETE FROM cases WHERE id = 'RE-anna'")
    return rows
  }
  const { bodies, last } = await listCases({ ...db, all }, { limit: 10 })
  t.strictSame(
    bodies.map((body) => JSON.parse(body).id),
    ['RE-bert']
  )
  t.equal(last, null)
})
