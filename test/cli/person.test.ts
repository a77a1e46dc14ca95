import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runCommand } from '../../src/cli/run.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aCase, aDelivery, aLine, changed } from '../store/build.ts'

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

async function say(path: string, args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const io = {
    env: {
      REENROLL_STORE_URL: `sqlite:${path}`,
      REENROLL_OPS_TOKEN: 'ops-token-of-thirty-two-characters',
      REENROLL_OPS_PORT: '0'
    },
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: false
  }
  return { exitCode: await runCommand(args, io), out: out.join('\n'), err: err.join('\n') }
}

t.test('the export holds everything of one person and nothing of others', async (t) => {
  const path = await filled(t)
  const { exitCode, out } = await say(path, ['person', 'export', 'anna@example.com'])
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

t.test('erasing needs a yes; then nothing of the person is left in the file, and the ledger is intact', async (t) => {
  const path = await filled(t)
  const erase = ['person', 'erase', 'anna', '--by', 'kim']
  t.match(await say(path, erase), { exitCode: 0, out: /Would erase 1 cases and parts of 1 deliveries/ })
  t.match(await say(path, erase.with(2, 'anna').concat('--yes')), {
    exitCode: 0,
    out: /^Erased 1 cases and parts of 1/
  })
  t.match(await say(path, ['audit', 'verify']), { exitCode: 0, out: /The ledger is intact: 3 entries/ })
  t.match((await say(path, ['audit', 'export'])).out, /"by":"kim"/)
  const store = await openSqlite(path)
  t.equal(await store.getCase('RE-anna'), null)
  t.equal((await store.getCase('RE-joanna'))?.id, 'RE-joanna')
  const { found } = await store.findMentions({ texts: ['joanna@example.com'], after: 0, limit: 10 })
  t.same(JSON.parse(found[0]?.body ?? ''), { eventType: 'kept', data: { events: [null, event('joanna@example.com')] } })
  await store.close()
  const { out } = await say(path, ['person', 'export', 'anna'])
  t.match(JSON.parse(out), { cases: [], events: [], ledger: [] })
  t.notMatch(
    readFileSync(path, 'latin1').replaceAll(/joanna/gi, ''),
    /(?<![\w-])anna@example/i,
    'not even in freed pages'
  )
})

t.test('an open case keeps everything, with what to do', async (t) => {
  const path = await filled(t)
  const store = await openSqlite(path)
  const again = aCase('anna', { id: 'RE-again' })
  await store.save({ next: again, ledger: [] })
  await store.close()
  const { exitCode, err } = await say(path, ['person', 'erase', 'anna', '--by', 'kim', '--yes'])
  t.equal(exitCode, 1)
  t.match(err, /is open.*Nothing was erased\. Close the case/)
})
