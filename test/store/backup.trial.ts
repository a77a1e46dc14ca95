/** The commands of `deploy/backup.md`, on stores in use. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { verifyChain } from '../../src/store/ledger.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { asAdmin, startPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine, changed } from './build.ts'

t.setTimeout(240_000)

const PEOPLE = 40

async function fill(store: Store): Promise<void> {
  for (let n = 0; n < PEOPLE; n++) {
    await store.receive(aDelivery([`e${n}`]))
    await store.save({ next: aCase(`u${n}`), ledger: [aLine()] })
  }
}

/** The restored store has all of it, and works. */
async function holds(t: Test, store: Store): Promise<void> {
  t.equal((await store.listCases({ limit: 100 })).cases.length, PEOPLE)
  t.match(await store.snapshot(), { pendingEvents: PEOPLE, cases: { received: { count: PEOPLE } } })
  t.same(await store.receive(aDelivery(['e1', 'new'])), { fresh: ['new'], duplicates: 1 })
  t.equal(await store.save({ next: changed(aCase('u1')), ledger: [aLine()] }), 'saved')
  t.equal(await store.save({ next: aCase('zoe'), ledger: [aLine()] }), 'saved')
  const lines = await store.ledger({ after: 0, limit: 1_000 })
  t.equal(lines.length, PEOPLE + 2)
  t.equal(verifyChain(lines), null)
}

t.test('SQLite: a backup made while the service writes holds everything acknowledged before it', async (t) => {
  const folder = t.testdir()
  const store = await openSqlite(join(folder, 'reenroll.db'))
  t.teardown(() => store.close())
  await fill(store)
  const writing = Promise.all(Array.from({ length: 200 }, (_, n) => store.receive(aDelivery([`later-${n}`]))))
  const outside = new DatabaseSync(join(folder, 'reenroll.db'))
  outside.exec(`VACUUM INTO '${join(folder, 'backup.db')}'`)
  outside.close()
  await writing
  const restored = await openSqlite(join(folder, 'backup.db'))
  t.teardown(() => restored.close())
  const { pendingEvents } = await restored.snapshot()
  t.ok(pendingEvents >= PEOPLE && pendingEvents <= PEOPLE + 200)
  t.same(await restored.receive(aDelivery(['e1', 'e39'])), { fresh: [], duplicates: 2 })
  t.equal(verifyChain(await restored.ledger({ after: 0, limit: 1_000 })), null)
  t.equal((await restored.listCases({ limit: 100 })).cases.length, PEOPLE)
})

const DRILL = fileURLToPath(new URL('../../deploy/restore-drill.sh', import.meta.url))

/** Runs the drill as cron would, from another folder; what it says, also on standard error, and the files it leaves. */
function drill(folder: string, url: string, bin = '') {
  const env = { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, REENROLL_STORE_URL: url }
  const done = spawnSync(DRILL, [folder], { env, encoding: 'utf8', cwd: '/' })
  const said = done.stdout + done.stderr
  return { said, left: readdirSync(folder).map((name) => ({ name, mode: statSync(join(folder, name)).mode & 0o777 })) }
}

t.test('SQLite: the restore drill leaves a verified backup for its owner alone', async (t) => {
  const folder = t.testdir({ backup: {} })
  const store = await openSqlite(join(folder, 'reenroll.db'))
  t.teardown(() => store.close())
  await fill(store)
  const { said, left } = drill(join(folder, 'backup'), `sqlite:${join(folder, 'reenroll.db')}`)
  t.match(said, /The ledger is intact: 4\d entries[^\n]*\n[^\n]*can be restored\.\n$/)
  t.match(left, [{ name: /^reenroll-\d{8}T\d{6}Z\.db$/, mode: 0o600 }])
  t.equal(left.length, 1, 'the copy is gone')
})

t.test('a missing file became an empty backup that "can be restored": now the drill refuses it', async (t) => {
  const folder = t.testdir({ backup: {} })
  const { said, left } = drill(join(folder, 'backup'), `sqlite:${join(folder, 'misspelt.db')}`)
  t.match(said, /^There is no store at .*misspelt\.db; set REENROLL_STORE_URL/)
  t.same(left, [])
  t.notOk(existsSync(join(folder, 'misspelt.db')))
})

/** The system's PostgreSQL, whose `pg_dump` fits its server; the packaged binaries have none. */
function systemBinaries(): string | null {
  try {
    const folder = execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim()
    return existsSync(join(folder, 'postgres')) ? folder : null
  } catch {
    const known = [18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`)
    return known.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'pg_dump'))) ?? null
  }
}

const binaries = systemBinaries()
const why = 'no server with a pg_dump of its version on this machine'

t.test(
  'PostgreSQL: a dump made while the service runs is restored whole',
  { skip: binaries ? false : why },
  async (t) => {
    const server = await startPostgres(t, { binaries: binaries ?? '' })
    const [from, to] = [await server.createDatabase(), await server.createDatabase()]
    const store = await openPostgres(from)
    t.teardown(() => store.close())
    await fill(store)
    const dump = join(t.testdir(), 'reenroll.dump')
    const run = (tool: string, args: readonly string[]) => execFileSync(join(binaries ?? '', tool), args)
    run('pg_dump', ['--format=custom', '--schema=reenroll', `--file=${dump}`, from])
    run('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${to}`, dump])
    const restored = await openPostgres(to)
    t.teardown(() => restored.close())
    await holds(t, restored)
    const { said, left } = drill(t.testdir(), from, binaries ?? '')
    t.match(said, /The ledger is intact[\s\S]*can be restored\.\n$/)
    t.match(left, [{ name: /\.dump$/, mode: 0o600 }])
    const databases = await asAdmin(
      from,
      async (client) => (await client.query('SELECT datname FROM pg_database')).rows
    )
    t.notMatch(JSON.stringify(databases), /drill/, 'the copy is gone')
  }
)
