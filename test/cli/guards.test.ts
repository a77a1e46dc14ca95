import { join } from 'node:path'
import t from 'tap'
import { guardFigures } from '../../src/backtest/guard-report.ts'
import { systemClock } from '../../src/domain/time.ts'
import { openStore } from '../../src/store/open.ts'
import { loneStopped } from '../backtest/lone-stopped.ts'
import { aCase, aRepair } from '../store/build.ts'
import { fakeService } from './fake-service.ts'
import { offline, say } from './recorder.ts'

const STOPPED = aCase('ana', {
  openedAt: systemClock(),
  state: 'with_person',
  repair: aRepair({ guard: 'G6', signals: ['factors_once'], mode: 'auto', final: false })
})

t.test('the guard report comes from the store while no service runs, with counts and cases to look at', async (t) => {
  const url = `sqlite:${join(t.testdir(), 'cases.db')}`
  const store = await openStore(url)
  await store.save({ next: STOPPED, ledger: [] })
  await store.close()
  const { out, exitCode } = await say(['guards', 'report', '--days', '7'], offline(url))
  t.equal(exitCode, 0)
  t.match(out, /^1 cases opened in the 7 days before/)
  t.match(out, /G6 Recent credential change.*1.*1 with a person.*1: 1 with a person.*RE-ana/)
  t.match(out, /only: factors removed once/)
  t.match((await say(['guards', 'report', '--days', '8'], offline(url))).err, /Allowed choices are 7, 30, 90/)
})

t.test('beside a running service it comes from there, since the file has one owner', async (t) => {
  const report = { days: 90, until: systemClock(), cases: 1, rows: guardFigures(loneStopped(STOPPED)) }
  const asked: string[] = []
  const env = await fakeService(t, (path) => {
    asked.push(path)
    return { status: 200, body: path === '/livez' ? {} : report }
  })
  const { out } = await say(['guards', 'report', '--days', '90', '--json'], env)
  t.strictSame(JSON.parse(out), report)
  t.strictSame(asked, ['/livez', '/api/guards/report?days=90'])
})

t.test('the rollout plan comes from both too, and begins at the mode in force', async (t) => {
  const folder = t.testdir({ 'policy.yaml': 'rules: { suspended: observe }' })
  const url = `sqlite:${join(folder, 'cases.db')}`
  await (await openStore(url)).close()
  const under = { ...offline(url), REENROLL_POLICY_FILE: join(folder, 'policy.yaml') }
  const { out } = await say(['rollout'], under)
  t.match(out, /enrollment_orphaned +│ observe → propose/)
  t.match(out, /0 of 10 cases that no guard/)
  t.match(out, /No rule is ready for its next mode\./)
  const proposing = (await say(['rollout'], { ...under, REENROLL_MODE: 'propose' })).out
  t.match(proposing, /enrollment_orphaned +│ propose → auto/)
  t.match(proposing, /suspended +│ observe → propose/)
  const asked: string[] = []
  const plan = { steps: [], draft: null, cutAt: '2026-06-15T12:00:00.000Z' }
  const env = await fakeService(t, (path) => {
    asked.push(path)
    return { status: 200, body: path === '/livez' ? {} : plan }
  })
  t.strictSame(JSON.parse((await say(['rollout', '--json', '--group', 'Pilot one'], env)).out), plan)
  t.strictSame(asked, ['/livez', '/api/rollout?days=30&group=Pilot+one'])
  t.match((await say(['rollout'], env)).out, /Only the newest 5000 cases are counted, those after 2026-06-15T12:00/)
})
