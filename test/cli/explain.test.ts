import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { caseJson } from '../../src/api/case-json.ts'
import { explainCase } from '../../src/cli/explain.ts'
import { openStore } from '../../src/store/open.ts'
import { announceAddress } from '../../src/store/sqlite/address-file.ts'
import { aFailure, aVerdict, someEvidence } from '../case/build.ts'
import { anEntry, aUser } from '../decide/build.ts'
import { aCase } from '../store/build.ts'
import { fakeService } from './fake-service.ts'
import { OPS_TOKEN, offline, say } from './recorder.ts'

const { cause, guards, decision } = aVerdict({
  stoppedBy: ['G5'],
  rows: [
    { rule: 'no_subject', matched: false, because: 'the user is named by id' },
    { rule: 'orphaned_enrollment', matched: true, because: 'all conditions hold' }
  ]
})
const CASE = aCase('ana', {
  id: 'RE-ANA',
  state: 'awaiting_approval',
  user: { id: '00uAna', login: 'ana@example.com', name: 'Ana\u001b[2J Ruiz' },
  failures: [aFailure({ reason: 'invalidToken' })],
  evidence: someEvidence({
    history: {
      ...{ state: 'known', at: '2026-06-15T12:00:00.000Z', requestId: null },
      value: [
        anEntry('user.lifecycle.suspend', {
          at: '2026-06-15T11:00:00.000Z',
          actorId: '0oaHr',
          actorLogin: null,
          actorName: 'HR Sync'
        }),
        anEntry('user.session.start')
      ]
    }
  }),
  cause,
  guards: [...guards, { id: 'G5', state: 'unknown', because: 'The event does not say.' }],
  decision,
  proposal: {
    hash: 'abc123',
    remediation: 'remove_orphaned_enrollment',
    expiresAt: '2026-06-16T00:00:00.000Z',
    overridesNeeded: ['G5']
  },
  timeline: [{ at: '2026-06-15T12:00:00.000Z', what: 'The case was opened.', by: 'reenroll' }]
})

async function storeWithCase(t: Test): Promise<string> {
  const url = `sqlite:${join(t.testdir(), 'cases.db')}`
  const store = await openStore(url)
  await store.save({ next: CASE, ledger: [] })
  await store.close()
  return url
}

t.test('explains a case from the store while no service runs', async (t) => {
  const { exitCode, out, err } = await say(['explain', 're-ana'], offline(await storeWithCase(t)))
  t.equal(err, '')
  t.equal(exitCode, 0)
  t.match(out, /^RE-ANA {2}awaiting_approval/)
  t.match(out, /invalidToken \(hook, confidence high\)/)
  t.match(out, /unknown +roles: not read in this test/)
  t.match(out, /enrollment_orphaned, confidence high, option 2/)
  t.match(out, /unknown +G5: The event does not say\.[\s\S]*clear +G1/, 'what stops comes first')
  t.match(out, /remediate \(remove_orphaned_enrollment\) by rule orphaned_enrollment, mode auto/)
  t.match(out, /no +no_subject: the user is named by id\n.*match +orphaned_enrollment: all conditions hold/)
  t.match(out, /approving overrides G5\n +Hash to approve: abc123/)
  t.match(
    out,
    /Story\n.*11:00:00\.000Z {2}user\.lifecycle\.suspend SUCCESS \(HR Sync, 0oaHr\)\n.*The case was opened\. \(reenroll\)$/
  )
  t.match(out, /confidence high\) by /)
})

t.test('without an id it lists the newest cases, from the store or the service', async (t) => {
  const url = await storeWithCase(t)
  const line = /^RE-ANA {2}awaiting_approval {2}enrollment_orphaned {2}Ana.*00uAna$/
  t.match(await say(['explain'], offline(url)), { exitCode: 0, out: line })
  const env = await fakeService(t, (path) =>
    path.startsWith('/api/cases?limit=')
      ? { status: 200, body: { cases: [caseJson(CASE)] } }
      : { status: 200, body: {} }
  )
  t.match(await say(['explain'], env), { exitCode: 0, out: line })
  t.match(await say(['explain', '--json'], env), { exitCode: 0, out: /"id": "RE-ANA"/ })
  const empty = `sqlite:${join(t.testdir(), 'empty.db')}`
  await (await openStore(empty)).close()
  t.match(await say(['explain'], offline(empty)), { exitCode: 0, out: /^There is no case yet\.$/ })
})

t.test('nothing in a case can steer the terminal', async (t) => {
  const { out } = await say(['explain', 'RE-ANA'], offline(await storeWithCase(t)))
  t.notMatch(out, '\u001b')
  t.match(out, 'Ana\u{fffd}[2J Ruiz')
})

t.test('the case is headed by the person as Okta names them, not by the name that the event claims', async (t) => {
  const okta = aUser({ id: '00uDana', login: 'dana@example.com', name: 'Dana Vergara' })
  const evidence = someEvidence({
    user: { state: 'known', at: '2026-06-15T12:00:00.000Z', requestId: null, value: okta }
  })
  const user = { id: '00uDana', login: 'bob@example.com', name: 'Bob Harmless' }
  const lines = explainCase(caseJson({ ...CASE, user, evidence }))
  t.match(lines[0], /Dana Vergara, dana@example\.com, 00uDana$/)
  t.equal(lines[1], 'The event names another person than Okta does: Bob Harmless, bob@example.com, 00uDana.')
  t.match(caseJson({ ...CASE, evidence: null }).user, { source: 'claim', id: '00uAna', claimed: null })
  t.match(explainCase(caseJson({ ...CASE, evidence: null }))[0], /\(as the event claims; Okta was not asked\)$/)
})

t.test('--json prints what the API shows', async (t) => {
  const { out } = await say(['explain', 'RE-ANA', '--json'], offline(await storeWithCase(t)))
  t.strictSame(JSON.parse(out), JSON.parse(JSON.stringify(caseJson(CASE))))
})

t.test('a case that does not exist, and a store that does not, fail in one sentence', async (t) => {
  t.match(await say(['explain', 'RE-NONE'], offline(await storeWithCase(t))), {
    exitCode: 1,
    err: /^There is no case RE-NONE;/
  })
  const path = join(t.testdir(), 'none.db')
  t.match(await say(['explain', 'RE-ANA'], offline(`sqlite:${path}`)), { exitCode: 1, err: /there is no store at/ })
  t.notOk(existsSync(path), 'and none is made')
})

t.test('asks a running service, with its token', async (t) => {
  const env = await fakeService(t, (path, token) => {
    if (path === '/livez') return { status: 200, body: { status: 'ok' } }
    if (token !== `Bearer ${OPS_TOKEN}`) return { status: 401, body: {} }
    return path === '/api/cases/RE-ANA' ? { status: 200, body: caseJson(CASE) } : { status: 404, body: {} }
  })
  t.match(await say(['explain', 'RE-ANA'], env), { exitCode: 0, out: /^RE-ANA {2}awaiting_approval/ })
  t.match(await say(['explain', 'RE-NONE'], env), { exitCode: 1, err: /^There is no case RE-NONE;/ })
  const wrong = { ...env, REENROLL_OPS_TOKEN: 'another-token-of-thirty-two-chars' }
  t.match(await say(['explain', 'RE-ANA'], wrong), { exitCode: 1, err: /rejects REENROLL_OPS_TOKEN/ })
})

t.test('finds the service that has the store open at another port than the settings name', async (t) => {
  const env = await fakeService(t, () => ({ status: 200, body: { cases: [caseJson(CASE)] } }))
  const url = `sqlite:${join(t.testdir(), 'open.db')}`
  const store = await openStore(url)
  announceAddress(url, `http://127.0.0.1:${env.REENROLL_OPS_PORT}`)
  const found = await say(['explain'], { ...env, REENROLL_STORE_URL: url, REENROLL_OPS_PORT: '9' })
  t.match(found, { exitCode: 0, out: /^RE-ANA/ })
  await store.close()
  const killed = await say(['explain'], { ...env, REENROLL_STORE_URL: url, REENROLL_OPS_PORT: '9' })
  t.match(
    killed,
    { exitCode: 0, out: 'There is no case yet.' },
    'what listens at the address of a killed one is not asked'
  )
})

t.test(
  'a store that no process has open is read, whatever service answers at the address of the settings',
  async (t) => {
    const env = await fakeService(t, () => ({ status: 200, body: { cases: [] } }))
    const said = await say(['explain'], { ...env, REENROLL_STORE_URL: await storeWithCase(t) })
    t.match(said, { exitCode: 0, out: /^RE-ANA/ })
  }
)

t.test('something else at the address is not taken for a service', async (t) => {
  const env = await fakeService(t, () => ({ status: 200, body: '<html>' }))
  t.match(await say(['explain', 'RE-ANA'], env), {
    exitCode: 1,
    err: /did not answer as a healthy Reenroll \(HTTP 200\)/
  })
  const refusing = await fakeService(t, () => ({ status: 400, body: 'Bad Request' }))
  t.match(await say(['explain'], refusing), { exitCode: 1, err: /did not answer as a healthy Reenroll \(HTTP 400\)/ })
})
