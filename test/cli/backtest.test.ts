import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { EVIDENCE_SOURCES } from '../../src/domain/evidence.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { openStore } from '../../src/store/open.ts'
import { ninetyDays, ROUTINE_ACTOR } from '../backtest/history.ts'
import { folderWith } from '../support/folder.ts'
import { orgBeside } from './org-beside.ts'
import { offline, say } from './recorder.ts'

const ROUTINE = `guards:\n  trustedActorIds: ['${ROUTINE_ACTOR}']\n`

t.setTimeout(120_000)

/** A store with ninety days of cases, and a policy that lets a routine suspension be lifted automatically. */
async function ninetyDaysStored() {
  const folder = folderWith(t, { 'routine.yaml': ROUTINE, 'same.yaml': '# nothing\n', 'wrong.yaml': 'guard: {}\n' })
  const url = `sqlite:${join(folder, 'cases.db')}`
  const store = await openStore(url)
  await Promise.all(ninetyDays().map((c) => store.save({ next: { ...c, version: 1 }, ledger: [] })))
  // The service that has the file open.
  t.teardown(() => store.close())
  const run = (...args: string[]) => say(['backtest', ...args], offline(url))
  return { run, file: (name: string) => join(folder, name) }
}

const { run, file } = await ninetyDaysStored()

t.test('what the policy would have done, per cause and rule, beside the service that has the store open', async (t) => {
  const { out, exitCode } = await run()
  t.equal(exitCode, 0)
  t.match(out, /^66 cases, 1 left out \((storm|no evidence)\), 1 left out/)
  t.match(out, /36.*account_suspended.*suspended.*unsuspend_user, propose/)
  t.match(out, /Written automatically: 20\.$/)
})

t.test('--against prints only what changes', async (t) => {
  const { out } = await run('--against', file('routine.yaml'))
  t.match(out, /31.*suspended → suspended_by_allowed_actor.*unsuspend_user, propose.*unsuspend_user, auto/)
  t.notMatch(out, /app_state_stale|resend_activation/)
  t.match(out, /Written automatically: 20 before, 51 after\.$/)
  t.match(await run('--against', file('same.yaml')), { exitCode: 0, out: /Nothing changes\./ })
  const json = JSON.parse((await run('--against', file('routine.yaml'), '--json')).out)
  t.match(json, {
    cases: 66,
    automaticWrites: 20,
    against: { automaticWrites: 51, changes: [{ count: 31 }, { count: 5 }] }
  })
})

t.test('a policy to try may be named; a wrong one, a missing store and a wrong mode are refused', async (t) => {
  t.match(await run('--policy', file('routine.yaml')), { exitCode: 0, out: /Written automatically: 51\.$/ })
  t.match(await run('--mode', 'propose'), { exitCode: 0, out: /Written automatically: 0\.$/ })
  t.match(await run('--policy', file('wrong.yaml')), { exitCode: 1, err: /wrong\.yaml, line 1/ })
  t.match(await run('--against', file('gone.yaml')), { exitCode: 1, err: /cannot be read/ })
  t.match(await run('--store', `sqlite:${file('gone.db')}`), { exitCode: 1, err: /--store: there is no store at/ })
  t.match(await run('--mode', 'dare'), { exitCode: 1, err: /--mode: dare is not one of/ })
})

t.test('a store of an older version is not migrated', async (t) => {
  const path = join(t.testdir(), 'old.db')
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE cases (id TEXT); PRAGMA application_id = 0x52454e52; PRAGMA user_version = 3')
  const { exitCode, err } = await run('--store', `sqlite:${path}`)
  t.equal(exitCode, 1)
  t.match(err, /old\.db was written by an older Reenroll \(schema 3; .*reenroll migrate/)
  t.equal(db.prepare('PRAGMA user_version').get()?.user_version, 3)
  db.close()
})

t.test('a stretch of the System Log, with the evidence of today: Okta counts no write', async (t) => {
  const { org, env } = await orgBeside(t)
  for (const status of ['PROVISIONED', 'SUSPENDED', 'ACTIVE']) {
    const { id, profile } = org.addUser({ status })
    const person = { id, type: 'User', alternateId: profile.login, displayName: 'A person', detailEntry: null }
    const outcome = { result: 'FAILURE', reason: 'OKTA_VERIFY_PUSH: invalidToken' }
    const published = plus(org.clock(), -HOUR_MS)
    org.record({ eventType: 'user.mfa.factor.activate', published, actor: person, target: [person], outcome })
  }
  const { out, exitCode } = await say(['backtest', '--log', '1d', '--json'], env)
  t.equal(exitCode, 0)
  const causes = JSON.parse(out).rows.map((row: { cause: string }) => row.cause)
  t.strictSame(causes.sort(), ['account_suspended', 'activation_pending', 'app_state_stale'])
  t.strictSame(org.writes, [])
  t.match(await say(['backtest', '--log', '91d'], env), { exitCode: 1, err: /at most 90d/ })
})

t.test('ninety days of fifty people take some calls for all of them, not some for each', async (t) => {
  const { org, env, sandbox } = await orgBeside(t)
  const failed = (n: number) => {
    const { id, profile } = org.addUser({ status: 'ACTIVE' })
    const person = { id, type: 'User', alternateId: profile.login, displayName: 'A person', detailEntry: null }
    const outcome = { result: 'FAILURE', reason: 'OKTA_VERIFY_PUSH: invalidToken' }
    for (const hours of [2, 24 * 20]) {
      const published = plus(org.clock(), -(n + hours) * HOUR_MS)
      org.record({ eventType: 'user.mfa.factor.activate', published, actor: person, target: [person], outcome })
    }
  }
  for (let n = 0; n < 50; n++) failed(n)
  const state = join(t.testdir(), 'state.json')
  const run = (...args: string[]) => say(['backtest', '--log', '90d', '--json', '--state', state, ...args], env)
  const { out, exitCode } = await run()
  t.equal(exitCode, 0)
  t.equal(JSON.parse(out).cases, 50)
  t.ok((org.requests.get('logs') ?? 0) <= 25, `${org.requests.get('logs')} calls for the log`)
  t.notOk(existsSync(state), 'the state goes when it is not needed any more')
  t.equal(JSON.parse((await run('--limit', '7')).out).cases, 7)
  t.equal(JSON.parse((await run('--sample', '9')).out).cases, 9)
  t.match(await run('--limit', 'x'), { exitCode: 1, err: /^--limit: x is not a valid number/ })
  sandbox.faults.add({ path: '/api/v1/users/*/factors', answer: { status: 403, errorCode: 'E0000006' } })
  t.match((await run('--limit', '7')).err, /^7 of 7 cases without factors: .*403/m)
})

t.test('an interrupted run resumes with the people it had read', async (t) => {
  const { org, env } = await orgBeside(t)
  const { id, profile } = org.addUser({ status: 'ACTIVE' })
  const person = { id, type: 'User', alternateId: profile.login, displayName: 'A person', detailEntry: null }
  const outcome = { result: 'FAILURE', reason: 'OKTA_VERIFY_PUSH: invalidToken' }
  org.record({ eventType: 'user.mfa.factor.activate', actor: person, target: [person], outcome })
  const before = { state: 'unknown', at: org.clock(), because: 'read by the first run', retryable: false }
  const evidence = Object.fromEntries(EVIDENCE_SOURCES.map((source) => [source, before]))
  const state = join(t.testdir(), 'state.json')
  writeFileSync(
    state,
    JSON.stringify({ asked: '2d without groups', until: plus(org.clock(), HOUR_MS), people: [[id, evidence]] })
  )
  const said = await say(['backtest', '--log', '2d', '--json', '--state', state], env)
  t.match(said, {
    exitCode: 0,
    err: /^Resuming: 1 people are already read\.[\s\S]*1 of 1 cases without user: read by the first run/
  })
  t.equal(org.requests.get('users') ?? 0, 0, 'nobody is read twice')
  writeFileSync(state, JSON.stringify({ asked: '3d without groups', until: org.clock(), people: [[id, evidence]] }))
  const other = await say(['backtest', '--log', '2d', '--json', '--state', state], env)
  t.notMatch(other.err, /Resuming|read by the first run/, 'the state of another question is not taken')
  writeFileSync(state, '{')
  t.match(await say(['backtest', '--log', '2d', '--state', state], env), {
    exitCode: 1,
    err: /delete it to start again/
  })
})

t.test('--html writes the same figures as a page that needs nothing else, beside table or JSON', async (t) => {
  const page = file('result.html')
  const said = await run('--against', file('routine.yaml'), '--html', page)
  t.match(said, { exitCode: 0, out: /20 before, 51 after\.\nThe page is at .*result\.html\.$/ })
  const text = readFileSync(page, 'utf8')
  t.match(text, /<th scope="row"><bdi>suspended → suspended_by_allowed_actor<\/bdi><\/th><td[^>]*>31<\/td>/)
  t.match(text, /<dd>20 → 51<\/dd>/)
  t.match(text, /what <bdi>routine\.yaml<\/bdi> would change/)
  t.notMatch(text, /<script|https?:|url\(|@import|src=|href=/)
  const json = await run('--json', '--html', page)
  t.equal(JSON.parse(json.out).cases, 66)
  t.match(readFileSync(page, 'utf8'), /<dd>20<\/dd>/)
  t.match(await run('--html', file('gone/result.html')), { exitCode: 1, err: /cannot be written \(ENOENT\)/ })
})
