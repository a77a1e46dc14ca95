import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { StoreUnavailable } from '../../src/domain/store.ts'
import { runBatch } from '../../src/store/sqlite/batch.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import { startThread, type ThreadEvents } from '../../src/store/sqlite/thread.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aCase, aDelivery } from './build.ts'

// Many threads or processes are started here; on a busy machine that adds up.
t.setTimeout(120_000)

const script = new URL('../../src/store/sqlite/worker.ts', import.meta.url)

/** Real threads, within reach of the test. */
function threads() {
  const all: Worker[] = []
  const start = (path: string, on: ThreadEvents) => {
    const worker = new Worker(script, { workerData: { path } })
    all.push(worker)
    return startThread(worker, on)
  }
  return { all, start, end: () => all.at(-1)?.terminate() }
}

t.test(
  'when the thread dies, callers are told, and the next call starts another with all that was stored',
  async (t) => {
    const { all, start, end } = threads()
    const store = await openSqlite(join(t.testdir(), 'reenroll.db'), { start, restartAfterMs: 0 })
    t.teardown(() => store.close())
    await store.receive(aDelivery(['a']))
    await end()
    t.same(await store.receive(aDelivery(['a', 'b'])), { fresh: ['b'], duplicates: 1 })
    t.equal(all.length, 2)

    const calls = Array.from({ length: 50 }, (_, n) => store.receive(aDelivery([`event-${n}`])))
    const ended = new Promise((resolve) => setImmediate(resolve)).then(end)
    for (const fate of await Promise.allSettled(calls)) {
      if (fate.status === 'rejected') t.type(fate.reason, StoreUnavailable)
    }
    // All calls may be answered before the thread has ended; a look in between gets no answer.
    await ended
    t.equal(await store.healthy(), true)
  }
)

t.test('when the file cannot be opened again, callers are told why, until it can', async (t) => {
  const { start, end } = threads()
  const path = join(t.testdir(), 'reenroll.db')
  const store = await openSqlite(path, { start, restartAfterMs: 0 })
  t.teardown(() => store.close())
  await end()
  const rival = await openSqlite(path)
  await t.rejects(store.receive(aDelivery(['a'])), {
    name: 'StoreUnavailable',
    message: /Another process already uses/
  })
  t.equal(await store.healthy(), false)
  await rival.close()
  t.equal((await store.receive(aDelivery(['a']))).fresh.length, 1)
})

t.test(
  'after a failed start callers are refused at once for a while, instead of starting threads in a loop',
  async (t) => {
    const { all, start, end } = threads()
    const path = join(t.testdir(), 'reenroll.db')
    const store = await openSqlite(path, { start, restartAfterMs: 3_600_000 })
    t.teardown(() => store.close())
    await end()
    const rival = await openSqlite(path)
    t.teardown(() => rival.close())
    for (let n = 0; n < 5; n++) await t.rejects(store.receive(aDelivery(['a'])), StoreUnavailable)
    t.equal(all.length, 2)
  }
)

t.test('a disk that hangs keeps nobody waiting, and the store can still be closed', async (t) => {
  const source = `require('node:worker_threads').parentPort.on('message', () => {}).postMessage({ kind: 'ready' })`
  const start = (_path: string, on: ThreadEvents) => startThread(new Worker(source, { eval: true }), on)
  const store = await openSqlite(join(t.testdir(), 'reenroll.db'), { start, answerWithinMs: 50 })
  const first = store.receive(aDelivery(['a']))
  await t.rejects(first, { name: 'StoreUnavailable', message: /disk has not answered for 50 ms/ })
  await t.rejects(store.receive(aDelivery(['a'])), StoreUnavailable, 'at once from then on')
  t.equal(await store.healthy(), false)
  await store.close()
})

t.test('a file damaged under way is named as such, and serves again once it is restored', async (t) => {
  const path = join(t.testdir(), 'reenroll.db')
  const store = await openSqlite(path, { restartAfterMs: 0 })
  t.teardown(() => store.close())
  for (let n = 0; n < 50; n++) await store.save({ next: aCase(`u${n}`), ledger: [] })
  // A write from outside makes the store forget the pages it has read, so that it reads the damaged ones.
  const outside = new DatabaseSync(path)
  outside.exec('UPDATE counts SET n = n; PRAGMA wal_checkpoint(TRUNCATE)')
  outside.close()
  const sound = readFileSync(path)
  writeFileSync(path, Buffer.concat([sound.subarray(0, 4_096), Buffer.alloc(sound.length - 4_096, 0xa5)]))
  await t.rejects(store.getCase('RE-u7'), { name: 'StoreUnavailable', message: /the file is damaged/ })
  await t.rejects(store.receive(aDelivery(['a'])), StoreUnavailable)
  writeFileSync(path, sound)
  await store.receive(aDelivery(['a'])).catch(() => null)
  t.equal((await store.getCase('RE-u7'))?.id, 'RE-u7')
  t.equal(await store.healthy(), true)
})

t.test('on a full disk writes are refused, reads go on, and space made is space used', async (t) => {
  const file = openFile(join(t.testdir(), 'reenroll.db'))
  t.teardown(() => file.close())
  const pages = file.db.pragma('page_count')
  file.db.exec(`PRAGMA max_page_count = ${pages}`)
  const big = aDelivery(['a'], { body: 'x'.repeat(100_000) })
  const full = await runBatch(file.db, [
    { op: 'receive', ask: big },
    { op: 'controls', ask: null },
    { op: 'probe', ask: null }
  ])
  t.match(full.replies, [
    { ok: false, error: { unavailable: true, message: /the disk is full; free some space/ } },
    { ok: true },
    { ok: false, error: { unavailable: true } }
  ])
  t.equal(full.commits, 0)
  file.db.exec('PRAGMA max_page_count = 1000000')
  t.match((await runBatch(file.db, [{ op: 'receive', ask: big }])).replies, [{ ok: true, value: { fresh: ['a'] } }])
})
