import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openSqlite } from '../../src/store/sqlite.ts'
import { listenerWith, TOKEN } from '../api/listener-with.ts'
import { aCase, aDelivery, aLine, changed } from '../store/build.ts'
import { offline, say } from './recorder.ts'

const event = (login: string) => ({ actor: { id: login.split('@')[0], alternateId: login } })

/** Two people in one delivery, both with an ended case. */
async function filled(t: Test) {
  const path = join(t.testdir(), 'reenroll.db')
  const store = await openSqlite(path)
  const logins = ['Anna@example.com', 'joanna@example.com']
  const body = JSON.stringify({ eventType: 'kept', data: { events: logins.map(event) } })
  await store.receive(aDelivery(['a', 'b'], { body }))
  for (const [uuid, user] of [
    ['a', 'anna'],
    ['b', 'joanna']
  ] as const) {
    const disposition = { kind: 'case', caseId: `RE-${user}`, as: 'failure' } as const
    await store.processEvents({ events: [{ uuid, disposition }], write: { next: aCase(user), ledger: [] } })
    const next = changed(aCase(user), { state: 'closed', dueAt: null })
    await store.save({ next, ledger: [aLine({ caseId: next.id, entry: { because: `${user}@example.com has left` } })] })
  }
  await store.close()
  return path
}

t.test('the export holds everything of one person and nothing of others', async (t) => {
  const { exitCode, out } = await say(['person', 'export', 'anna@example.com'], offline(`sqlite:${await filled(t)}`))
  t.equal(exitCode, 0)
  const record = JSON.parse(out)
  t.match(record, {
    cases: [{ id: 'RE-anna' }],
    events: [{ event: event('Anna@example.com') }],
    ledger: [{ caseId: 'RE-anna' }]
  })
  t.equal(record.events.length, 1)
  t.notMatch(out, /joanna/)
})

t.test('erasing needs a yes; then nothing of the person is left, and the ledger is intact', async (t) => {
  const path = await filled(t)
  const env = offline(`sqlite:${path}`)
  const erase = ['person', 'erase', 'anna', '--by', 'kim']
  t.match(await say(erase, env), {
    exitCode: 0,
    out: /^Would erase 1 cases, parts of 1 deliveries[\s\S]*Found by: anna@example.com$/
  })
  t.match(await say([...erase, '--yes'], env), { exitCode: 0, out: /^Erased 1 cases, parts of 1/ })
  t.match(await say(['audit', 'verify'], env), { exitCode: 0, out: /The ledger is intact: 3 entries/ })
  t.match((await say(['audit', 'export'], env)).out, /"by":"kim"/)
  const store = await openSqlite(path)
  t.equal(await store.getCase('RE-anna'), null)
  t.equal((await store.getCase('RE-joanna'))?.id, 'RE-joanna')
  const ask = { table: 'deliveries', texts: ['joanna@example.com'], after: null, limit: 10 } as const
  const [delivery] = (await store.findMentions(ask)).found
  t.same(JSON.parse(delivery?.text ?? ''), { data: { events: [null, event('joanna@example.com')] } })
  await store.close()
  t.match(JSON.parse((await say(['person', 'export', 'anna'], env)).out), { cases: [], events: [], ledger: [] })
})

t.test('what has not been processed yet is named, with what to do', async (t) => {
  const path = await filled(t)
  const store = await openSqlite(path)
  await store.receive(aDelivery(['c'], { body: JSON.stringify({ data: { events: [event('anna@example.com')] } }) }))
  await store.close()
  const { exitCode, err } = await say(['person', 'erase', 'anna', '--by', 'kim', '--yes'], offline(`sqlite:${path}`))
  t.equal(exitCode, 1)
  t.match(err, /have not been processed yet\. Start the service/)
})

t.test('beside a running service both go through it, since the file has one owner', async (t) => {
  const { app, store } = await listenerWith(t, {}, [aCase('anna')])
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const env = { ...offline('sqlite:nowhere/none.db'), REENROLL_OPS_TOKEN: TOKEN, REENROLL_OPS_PORT: String(port) }
  t.match(JSON.parse((await say(['person', 'export', 'anna'], env)).out), { cases: [{ id: 'RE-anna' }] })
  const erased = await say(['person', 'erase', 'anna', '--by', 'kim', '--yes'], env)
  t.match(erased, { exitCode: 0, out: /^Erased 1 cases/ })
  t.equal(await store.getCase('RE-anna'), null)
  const [line] = (await store.ledger({ after: 0, limit: 10 })).slice(-1)
  t.equal(line?.by, 'kim (ops-token)')
})
