import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { StoreConfigError } from '../../src/domain/store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aCase, aDelivery } from './build.ts'

// Many threads or processes are started here; on a busy machine that adds up.
t.setTimeout(120_000)

const child = fileURLToPath(new URL('./child.ts', import.meta.url))

async function holder(t: Test, path: string): Promise<ChildProcess> {
  const process_ = spawn(process.execPath, [child, 'hold', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => process_.kill('SIGKILL'))
  await once(process_.stdout, 'data')
  return process_
}

async function refusal(path: string): Promise<string> {
  try {
    const store = await openSqlite(path)
    await store.close()
    return 'opened'
  } catch (error) {
    if (error instanceof StoreConfigError) return error.message
    throw error
  }
}

/** A closed store with something in it. */
async function filled(path: string): Promise<void> {
  const store = await openSqlite(path)
  for (let n = 0; n < 50; n++) await store.save({ next: aCase(`u${n}`), ledger: [] })
  await store.receive(aDelivery(['a']))
  await store.close()
}

t.test('a second process on the same file is refused at once, and welcome when the first is killed', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const first = await holder(t, path)
  t.match(await refusal(path), /^Another process already uses .*reenroll\.db .*Stop it first/)
  first.kill('SIGKILL')
  await once(first, 'exit')
  t.equal(await refusal(path), 'opened')
})

t.test(
  'a second store on the same file is refused within one process, too, and harms the first in nothing',
  async (t) => {
    const path = join(t.testdir(), 'reenroll.db')
    const store = await openSqlite(path)
    t.teardown(() => store.close())
    t.match(await refusal(path), /^Another process already uses /)
    t.equal((await store.receive(aDelivery(['a']))).fresh.length, 1)
    t.match(await refusal(path), /^Another process already uses /)
  }
)

t.test('a file that is no database is refused and left as it is', async (t) => {
  const path = join(
    t.testdir({ 'reenroll.db': 'this is a text, not a database, and long enough to be read as a header' }),
    'reenroll.db'
  )
  const size = statSync(path).size
  t.match(
    await refusal(path),
    /^.*reenroll\.db cannot be used: the file is not a database.*(restore|Restore) the last backup/
  )
  t.equal(statSync(path).size, size)
})

t.test('a folder in place of the file is named as one: nothing is to be moved away', async (t) => {
  const folder = t.testdir()
  t.equal(
    await refusal(folder),
    `${folder} is a folder; name a file in it, such as sqlite:${join(folder, 'reenroll.db')}.`
  )
})

t.test('a database with damaged pages is refused', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  await filled(path)
  const sound = readFileSync(path)
  const header = 4_096
  writeFileSync(path, Buffer.concat([sound.subarray(0, header), Buffer.alloc(sound.length - header, 0xa5)]))
  t.match(await refusal(path), /reenroll\.db (is damaged|cannot be used: the file is damaged).*the last backup/s)
  writeFileSync(path, sound.subarray(0, sound.length - 3 * header))
  t.match(
    await refusal(path),
    /reenroll\.db (is damaged|cannot be used: the file is damaged).*the last backup/s,
    'cut off'
  )
})

t.test('a database of a newer Reenroll is refused with what to start instead', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  await filled(path)
  const db = new DatabaseSync(path)
  db.exec('PRAGMA user_version = 99')
  db.close()
  t.match(
    await refusal(path),
    /was written by a newer Reenroll \(schema 99; this one knows up to \d+\)\. Start the newer version/
  )
})

t.test('the database of another program is refused', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE songs (title TEXT)')
  db.close()
  t.match(await refusal(path), /is the database of another program\. Name another file in REENROLL_STORE_URL/)
})

t.test('a folder that is missing is made, for its owner only', async (t) => {
  const path = join(t.testdir(), 'not', 'yet', 'reenroll.db')
  t.equal(await refusal(path), 'opened')
  t.equal(statSync(path).mode & 0o077, 0)
  t.equal(statSync(join(path, '..')).mode & 0o077, 0)
})

t.test('a place that cannot be written is refused with its name', async (t) => {
  const dir = t.testdir({ 'a-file': 'in the way', 'a-folder.db': {} })
  t.match(
    await refusal(join(dir, 'a-file', 'reenroll.db')),
    /a-file.reenroll\.db cannot be made or written: .*REENROLL_STORE_URL/
  )
  t.match(await refusal(join(dir, 'a-folder.db')), /a-folder\.db/)
  t.match(await refusal('  '), /has no file\. Name one/)
})
