import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { runCommand } from '../../src/cli/run.ts'
import type { Store } from '../../src/domain/store.ts'
import { verifyChain } from '../../src/store/ledger.ts'
import { copyStore } from '../../src/store/migrate-engine.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { say } from '../cli/recorder.ts'
import { asAdmin, sharedPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine, anAction, aRepair, aTrace, changed, minute, NOON } from './build.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const PEOPLE = 25
const GUIDE = { at: NOON, until: NOON }
const LONE_STOP = aRepair({ guard: 'G6', signals: ['factors_once'], mode: 'auto', final: false })

/** Every column of the case with the most of them, but for its lease. */
const COLUMNS = /^(?!lease_|holder)/

/** `node:sqlite` and `pg` have other types for the same value. */
function comparable(row: object): Record<string, string> {
  const entries = Object.entries(row).filter(([name]) => COLUMNS.test(name))
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)])
  )
}

/** A closed SQLite store with something in every table. */
async function filled(t: Test): Promise<string> {
  const path = join(t.testdir(), 'old.db')
  const store = await openSqlite(path)
  for (let n = 0; n < PEOPLE; n++) {
    await store.receive(aDelivery([`e${n}`, `w${n}`], { receivedAt: minute(n) }))
    const disposition = { kind: 'case', caseId: `RE-u${n}`, as: 'failure' } as const
    const alert = n === 1 ? { securityAlert: 'takeover?', repair: LONE_STOP, guide: GUIDE } : {}
    const next = aCase(`u${n}`, { actions: [anAction()], openedAt: minute(n), ...alert })
    const events = [{ uuid: `e${n}`, disposition, trace: aTrace(`u${n}`) }]
    const outbox = { revision: 1, targets: ['jira'], at: NOON }
    await store.processEvents({ events, write: { next, ledger: [aLine({ caseId: next.id })], outbox } })
  }
  await store.save({
    next: changed(aCase('u0'), { state: 'resolved', dueAt: null }),
    ledger: [aLine({ caseId: null })],
    ticket: {
      key: 'T',
      caseId: 'RE-u0',
      state: 'open',
      title: '',
      body: '',
      comments: [],
      createdAt: NOON,
      updatedAt: NOON
    }
  })
  await store.receive(aDelivery([], { body: 'broken', unreadable: [{ index: 0, why: 'not an object' }] }))
  await store.setControls({ ...(await store.controls()), version: 1, ceiling: 'propose' }, aLine({ kind: 'control' }))
  await store.setCursor('system_log', 'there')
  await store.claimDue({ limit: 5, now: NOON, leaseMs: 60_000, holder: 'gone' })
  await store.close()
  return path
}

async function everything(store: Store) {
  return {
    cases: (await store.listCases({ limit: 100 })).cases,
    snapshot: await store.snapshot(),
    controls: await store.controls(),
    ticket: await store.getTicket('T'),
    cursor: await store.cursor('system_log'),
    actions: await store.actionsSince(NOON),
    errands: await store.outboxEntries({ limit: 100 }),
    ledger: await store.ledger({ after: 0, limit: 1_000 }),
    failing: await store.failing({ now: NOON, windowMs: 60_000 }),
    pending: (await store.claimEvents({ limit: 100, now: NOON, leaseMs: 1, holder: 'w' })).length
  }
}

t.test('everything is in the new store as it was in the old one, and both go on alike', async (t) => {
  const from = await filled(t)
  const to = await server.createDatabase()
  const shown: number[] = []
  const migrate = () => say(['migrate', '--dry-run'], { REENROLL_STORE_URL: to })
  t.match(await migrate(), { exitCode: 0, out: /^Would create the store with schema \d+\.$/ })
  t.match((await copyStore({ from, to, passwordCommand: null, dryRun: true })).rows, { cases: PEOPLE })
  t.match(await migrate(), { exitCode: 0, out: /^Would create the store/ }, 'a dry run of copy makes nothing there')
  const { rows } = await copyStore({ from, to, passwordCommand: null, page: 7, onProgress: (done) => shown.push(done) })
  t.match(rows, {
    events: 2 * PEOPLE,
    cases: PEOPLE,
    actions: PEOPLE,
    ledger: PEOPLE + 2,
    dead_letters: 1,
    outbox: PEOPLE
  })
  t.same(
    shown,
    shown.toSorted((a, b) => a - b),
    'progress only grows'
  )
  t.equal(
    shown.at(-1),
    Object.values(rows).reduce((sum, n) => sum + n, 0)
  )

  const file = new DatabaseSync(from, { readOnly: true })
  const [oldRow = {}] = file.prepare("SELECT * FROM cases WHERE id = 'RE-u1'").all()
  file.close()
  await asAdmin(to, async (client) => {
    const { rows } = await client.query("SELECT * FROM reenroll.cases WHERE id = 'RE-u1'")
    t.same(comparable(rows[0]), comparable(oldRow), 'every column is copied, what a case needs of a person too')
  })

  t.match(await migrate(), { exitCode: 0, out: /^The store is up to date/ })
  const store = await openPostgres(to, { leaseClock: 'caller' })
  const old = await openSqlite(from)
  t.teardown(() => Promise.all([store.close(), old.close()]))
  const before = await everything(old)
  t.same(await everything(store), before)
  t.equal(verifyChain(before.ledger), null)
  t.match(await store.receive(aDelivery(['e1', 'new'])), { fresh: ['new'], duplicates: 1 })
  t.equal(await store.save({ next: aCase('zoe'), ledger: [aLine()] }), 'saved', 'counters go on after the last row')
  t.equal(verifyChain(await store.ledger({ after: 0, limit: 1_000 })), null)
  const again = aDelivery([], { body: 'broken', unreadable: [{ index: 0, why: 'not an object' }] })
  await store.receive(again)
  t.equal((await store.snapshot()).deadLetters, 1, 'a dead letter known before is known after')
})

t.test('a copy that was broken off goes on where it stopped', async (t) => {
  const from = await filled(t)
  const to = await server.createDatabase()
  const stopAt = 60
  const onProgress = (done: number) => {
    if (done >= stopAt) throw new Error('the cable was pulled')
  }
  await t.rejects(copyStore({ from, to, passwordCommand: null, page: 7, onProgress }), {
    message: 'the cable was pulled'
  })
  const shown: number[] = []
  const { rows } = await copyStore({ from, to, passwordCommand: null, page: 7, onProgress: (done) => shown.push(done) })
  t.equal(rows.cases, PEOPLE)
  t.ok((shown.find((done) => done > 0) ?? 0) >= 25, 'what was there was not read again')
  t.equal((await copyStore({ from, to, passwordCommand: null })).rows.cases, PEOPLE, 'once more changes nothing')
})

t.test('a store that is not empty, and a row that differs, are refused', async (t) => {
  const from = await filled(t)
  const used = await server.createDatabase()
  const store = await openPostgres(used)
  await store.receive(aDelivery(['theirs']))
  await store.close()
  await t.rejects(copyStore({ from, to: used, passwordCommand: null }), {
    name: 'StoreConfigError',
    message: /is not empty \(it has deliveries\)/
  })
  const to = await server.createDatabase()
  await copyStore({ from, to, passwordCommand: null })
  await asAdmin(to, async (client) => {
    await client.query(`UPDATE reenroll.cases SET body = '{}' WHERE id = 'RE-u3'`)
    await client.query(`DELETE FROM reenroll.cursors WHERE name = 'copy:cases'`)
  })
  await t.rejects(copyStore({ from, to, passwordCommand: null }), {
    name: 'StoreConfigError',
    message: /Row 4 of cases differs/
  })
})

t.test('the command draws a bar on a terminal, and names what is wrong with its options', async (t) => {
  const from = await filled(t)
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const io = { env: {}, out: say, err: say, isTerminal: true }
  t.equal(await runCommand(['copy', '--from', `sqlite:${from}`, '--to', await server.createDatabase()], io), 0)
  t.match(said.join('\n'), /\[#+\] 100 %/)
  t.match(said.join('\n'), /Copied and compared row by row: \d+ deliveries, \d+ events, 25 cases/)
  t.equal(await runCommand(['copy', '--from', 'sqlite:nowhere.db', '--to', 'postgres://x/y'], io), 1)
  t.match(said.at(-1), /there is no file at nowhere\.db/)
})
