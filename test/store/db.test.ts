/** Rows of many numbers, each in few statements. */
import t from 'tap'
import { type Db, writeRows } from '../../src/store/db.ts'

function recording(engine: Db['engine']) {
  const texts: string[] = []
  const written: unknown[] = []
  const run: Db['run'] = async (sql, ...values) => {
    texts.push(sql)
    written.push(...values)
    return 0
  }
  return { db: { engine, run } as Db, texts, written }
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, n) => [n, `row ${n}`])

t.test('writes of every size share seven statements in SQLite, which keeps each of them', async (t) => {
  const { db, texts, written } = recording('sqlite')
  for (let count = 0; count <= 300; count++) {
    written.length = 0
    await writeRows(db, rowsOf(count), (values) => `INSERT INTO t (n, text) ${values}`)
    t.same(written, rowsOf(count).flat(), `${count} rows, each once and in order`)
  }
  t.equal(new Set(texts).size, 7)
})

t.test('PostgreSQL gets one statement, and another where its values end', async (t) => {
  const { db, texts, written } = recording('postgres')
  await writeRows(db, rowsOf(300), (values) => values)
  t.equal(texts.length, 1)
  t.match(texts[0], /^VALUES \(\$1, \$2\), \(\$3, \$4\), .*\(\$599, \$600\)$/)
  await writeRows(db, rowsOf(40_000), (values) => values)
  t.equal(texts.length, 1 + 3)
  t.same(written, [...rowsOf(300), ...rowsOf(40_000)].flat())
})
