import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { LedgerRow } from '../../src/domain/ledger.ts'
import { checkLedger, sendLedgerHead } from '../../src/jobs/ledger-check.ts'
import { chain, GENESIS, type LedgerLink, ledgerKeys, verifyChain } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { offline, say } from '../cli/recorder.ts'
import { listen } from '../support/loopback.ts'
import { asAdmin, sharedPostgres } from '../support/postgres-server.ts'
import { aCase, aLine, NOON } from './build.ts'

const KEY = 'first-key-of-the-ledger-0123456789'
const NEXT = 'second-key-of-the-ledger-987654321'

async function write(url: string, keys: readonly string[], user: string): Promise<void> {
  const store = await openStore(url, { ledgerKeys: keys })
  await store.startLedger({ at: NOON, adoptedBy: null })
  await store.save({ next: aCase(user), ledger: [aLine({ caseId: `RE-${user}` }), aLine({ kind: 'close' })] })
  await store.close()
}

async function signedLedger(t: Test, url = `sqlite:${join(t.testdir(), 'ledger.db')}`): Promise<string> {
  await write(url, [KEY], 'anna')
  await write(url, [KEY], 'ben')
  return url
}

type Attack = (rows: readonly LedgerRow[]) => readonly LedgerRow[]
const COLUMNS = 'seq, at, kind, case_id, by, entry, prev_hash, hash'
const valuesOf = ({ seq, at, kind, caseId, by, entry, prevHash, hash }: LedgerRow) => [
  ...[seq, at, kind, caseId, by, JSON.stringify(entry), prevHash, hash]
]

async function entriesOf(url: string): Promise<LedgerRow[]> {
  const store = await openStore(url)
  const rows = await store.ledger({ after: 0, limit: 100 })
  await store.close()
  return [...rows]
}

/** The administrator has every right on the database, knows the code, and has no key. */
async function asAdministrator(url: string, rows: readonly LedgerRow[]): Promise<void> {
  if (url.startsWith('sqlite:')) return rewriteFile(url.slice('sqlite:'.length), rows)
  await asAdmin(url, async (client) => {
    await client.query('ALTER TABLE reenroll.ledger DISABLE TRIGGER ALL')
    await client.query('DELETE FROM reenroll.ledger')
    const insert = `INSERT INTO reenroll.ledger (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
    for (const row of rows) await client.query(insert, valuesOf(row))
  })
}

function rewriteFile(path: string, rows: readonly LedgerRow[]): void {
  const db = new DatabaseSync(path)
  for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()) {
    db.exec(`DROP TRIGGER ${name}`)
  }
  db.exec('DELETE FROM ledger')
  const insert = db.prepare(`INSERT INTO ledger (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const row of rows) insert.run(...valuesOf(row))
  db.close()
}

function verify(url: string, keys = KEY, ...options: string[]) {
  return say(['audit', 'verify', ...options], { ...offline(url), REENROLL_LEDGER_KEY: keys })
}

async function headOf(url: string): Promise<string> {
  const { out } = await verify(url, KEY, '--json')
  const { lines, lastHash } = JSON.parse(out)
  return `${lines}:${lastHash}`
}

/** The lines with another author, chained as if no key existed. */
function rechained(rows: readonly LedgerRow[], from: LedgerLink = GENESIS): LedgerRow[] {
  const made: LedgerRow[] = []
  for (const { at, kind, caseId, entry, seq } of rows) {
    const prevHash = (made.at(-1) ?? from).hash
    made.push(chain(prevHash, { at, kind, caseId, by: 'somebody else', entry }, seq))
  }
  return made
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  'rewrites the whole chain without the key': (rows) => rechained(rows),
  'rewrites the end without the key': (rows) => [...rows.slice(0, 2), ...rechained(rows.slice(2), rows[1])],
  'rewrites with a key of their own': (rows) => {
    const [own = null] = ledgerKeys(['a-key-of-the-administrator-4711'])
    const made: LedgerRow[] = []
    for (const row of rows) made.push(chain((made.at(-1) ?? GENESIS).hash, row, row.seq, own))
    return made
  },
  'claims the id of the key': (rows) =>
    rows.map((row) =>
      row.seq === 4 ? { ...row, by: 'somebody else', hash: `${row.hash.slice(0, 13)}${'0'.repeat(64)}` } : row
    ),
  'changes one line': (rows) => rows.map((row) => (row.seq === 2 ? { ...row, by: 'somebody else' } : row)),
  'swaps two lines': ([a, b, ...rest]) =>
    a && b ? [{ ...b, seq: 1, prevHash: a.prevHash }, { ...a, seq: 2, prevHash: b.prevHash }, ...rest] : [],
  'replays an old line at the end': (rows) => [...rows, { ...rows[1], seq: 5 } as LedgerRow],
  'takes a line out': (rows) => rows.filter(({ seq }) => seq !== 2).map((row, n) => ({ ...row, seq: n + 1 }))
}

for (const engine of ['SQLite', 'PostgreSQL']) {
  t.test(`${engine}: what the administrator of the database does to a signed ledger is found`, async (t) => {
    const server = engine === 'SQLite' ? null : await sharedPostgres(t)
    const url = await signedLedger(t, await server?.createDatabase())
    const rows = await entriesOf(url)
    for (const [name, attack] of Object.entries(ATTACKS)) {
      await asAdministrator(url, attack(rows))
      t.match(await verify(url), { exitCode: 1, err: /^The ledger is broken at entry \d:/ }, name)
    }
    await asAdministrator(url, rows)
    const head = await headOf(url)
    t.match(await verify(url, KEY, '--expect', head), { exitCode: 0, out: /is intact: 4 entries/ })
    await asAdministrator(url, rows.slice(0, 2))
    t.match(await verify(url, KEY, '--expect', head), { exitCode: 1, err: /was cut off or replaced/ }, 'cuts it off')
  })
}

t.test('a ledger that was cut off is found by the head that was logged', async (t) => {
  const url = await signedLedger(t)
  const head = await headOf(url)
  t.match(await verify(url, KEY, '--expect', head), { exitCode: 0 })
  await asAdministrator(url, (await entriesOf(url)).slice(0, 2))
  t.match(await verify(url), { exitCode: 0, out: /2 entries/ }, 'the rest alone is a valid ledger')
  t.match(await verify(url, KEY, '--expect', head), { exitCode: 1, err: /was cut off or replaced/ })
  await write(url, [KEY], 'carla')
  t.match(await verify(url, KEY, '--expect', head), { exitCode: 1 }, 'also after it has grown again')
  t.match(await verify(url, KEY, '--expect', 'the last one'), {
    exitCode: 1,
    err: /^--expect: not a number and a hash/
  })
})

t.test(
  'a ledger that was cut off is found by the last line of the file that only grows, or by what an address was given',
  async (t) => {
    const url = await signedLedger(t)
    const heads = join(t.testdirName, 'heads.log')
    const given: unknown[] = []
    let status = 500
    const server = createServer(async (request, response) => {
      if (status === 200) given.push(await json(request))
      response.writeHead(status).end()
    })
    const address = `http://127.0.0.1:${await listen(t, server)}/heads`
    const store = await openStore(url, { ledgerKeys: [KEY] })
    const keys = ledgerKeys([KEY])
    const checkInto = (to: string) =>
      checkLedger(store, () => NOON, { keys, onHead: (head) => sendLedgerHead(to, head, NOON) })
    await t.rejects(checkInto(address), { message: /answered 500/ })
    status = 200
    await checkInto(address)
    await store.setCursor('ledger_check', '')
    await checkInto(`file:${heads}`)
    await checkInto(`file:${heads}`)
    await store.close()
    const [line = '', ...more] = readFileSync(heads, 'utf8').split('\n')
    const [at, head = ''] = line.split(' ')
    t.same([at, more], [NOON, ['']], 'one line while nothing moves')
    t.same(given, [{ type: 'reenroll.ledger_head', at, seq: 4, hash: head.slice(2) }], 'given again after a refusal')
    t.match(await verify(url, KEY, '--expect', head), { exitCode: 0 })
    await asAdministrator(url, (await entriesOf(url)).slice(0, 3))
    t.match(await verify(url, KEY, '--expect', head), { exitCode: 1, err: /was cut off or replaced/ })
  }
)

t.test('after a rotation the chain names both keys', async (t) => {
  const url = await signedLedger(t)
  await write(url, [NEXT, KEY], 'carla')
  t.match(await verify(url, `${NEXT},${KEY}`), { exitCode: 0, out: /is intact: 7 entries/ })
  t.match(await verify(url, NEXT), { exitCode: 1, err: /broken at entry 1:/ }, 'old entries need the old key')
  const { out } = await say(['audit', 'export'], offline(url))
  const [old, next] = ledgerKeys([KEY, NEXT])
  const change = out.split('\n').map((line) => JSON.parse(line))[4]
  t.strictSame(change.entry, { ledgerKey: { from: old?.id, to: next?.id } })
  t.notMatch(out, KEY)
})

t.test('entries from before the key are taken over once, by a person', async (t) => {
  const url = `sqlite:${join(t.testdir(), 'ledger.db')}`
  await write(url, [], 'anna')
  const store = await openStore(url, { ledgerKeys: [KEY] })
  t.equal(await store.startLedger({ at: NOON, adoptedBy: null }), 'not_adopted')
  await t.rejects(store.save({ next: aCase('ben'), ledger: [aLine()] }), { message: /audit sign/ })
  await store.close()
  t.match(await verify(url), { exitCode: 1, err: /broken at entry 2:/ })
  const env = { ...offline(url), REENROLL_LEDGER_KEY: KEY }
  t.match(await say(['audit', 'sign', '--by', 'dana', '--dry-run'], env), {
    exitCode: 0,
    out: /would vouch for [1-9]\d* entries/
  })
  t.match(await say(['audit', 'sign', '--by', 'dana'], env), { exitCode: 0 })
  await write(url, [KEY], 'ben')
  t.match(await verify(url), {
    exitCode: 0,
    out: /5 entries[\s\S]*Entries 1 to 2 were written before there was a key/
  })
})

t.test('without its key a signed ledger takes no entry', async (t) => {
  const url = await signedLedger(t)
  const store = await openStore(url)
  t.equal(await store.startLedger({ at: NOON, adoptedBy: null }), 'key_missing')
  await t.rejects(store.save({ next: aCase('carla'), ledger: [aLine()] }), { message: /REENROLL_LEDGER_KEY/ })
  t.equal(await store.getCase(aCase('carla').id), null, 'and what it would record is not done')
  await store.close()
})

t.test('the check gives out the end of the ledger, and finds one that lost its signatures', async (t) => {
  const store = openInMemory([KEY])
  await store.save({ next: aCase('anna'), ledger: [aLine(), aLine()] })
  const heads: LedgerLink[] = []
  const keys = ledgerKeys([KEY])
  await checkLedger(store, () => NOON, { keys, onHead: (head) => void heads.push(head) })
  await checkLedger(store, () => NOON, { keys, onHead: (head) => void heads.push(head) })
  t.strictSame(
    heads.map(({ seq }) => seq),
    [2],
    'once while nothing moves'
  )
  t.match(heads[0]?.hash, new RegExp(`^${keys[0]?.id}:[0-9a-f]{64}$`))
  const rows = await store.ledger({ after: 0, limit: 10 })
  t.equal(verifyChain(rows, GENESIS, keys), null)
  const breaks: number[] = []
  const replaced = { ...openInMemory(), ledger: async () => rechained(rows) }
  await checkLedger(replaced, () => NOON, { keys, onBreak: (line) => void breaks.push(line) })
  t.strictSame(breaks, [2])
})
