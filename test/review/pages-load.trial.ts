/**
 * What each page costs with 10,000 cases and a storm of 2,500 more, over both engines:
 * `npx node test/review/pages-load.trial.ts`. Prints milliseconds; fails on nothing. SQLite runs in the same thread, so its CPU
 * time has all of it, and on a quiet machine is the wall time; PostgreSQL's server is another process, so only the wall time has it.
 * CPU time is the thread's: what collects garbage and compiles beside it delays no page.
 */
import t, { type Test } from 'tap'
import type { Case } from '../../src/domain/case.ts'
import type { Store } from '../../src/domain/store.ts'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { CAUSE_IDS } from '../../src/domain/vocabulary.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { failure } from '../remediate/situations.ts'
import { aRepair } from '../store/build.ts'
import { approver } from '../support/operators.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { caseOf, proposed, stormOf } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

t.setTimeout(600_000)

const MANY = 10_000
const ROUNDS = 100
/** Rounds over all pages before those that count: compiling is no part of a page. */
const WARM_UP = 20
const STATES = ['with_person', 'awaiting_approval', 'watching', 'resolved', 'closed', 'resolved', 'resolved'] as const

/**
 * Cases of the last 70 days, as many of them open as on a bad day; six app versions, 400 addresses; every fifth repair stopped by
 * one guard, every third user guided. Made one by one: what is not garbage makes every collection longer.
 */
function caseAt(n: number): Case {
  const state = STATES[n % STATES.length] ?? 'closed'
  const id = CAUSE_IDS[n % CAUSE_IDS.length] ?? 'unknown'
  const context = { ...failure().context, appVersion: `9.4${n % 6}.1`, ip: `203.0.${n % 4}.${n % 100}` }
  return caseOf(`u${String(n).padStart(6, '0')}`, {
    state,
    openedAt: plus(NOW, -n * 10 * MINUTE_MS),
    failures: [failure({ context })],
    cause: { id, confidence: 'high', because: ['of the trial'], kbOption: null },
    ...(n % 5 === 0 ? { repair: STOPPED } : {}),
    ...(n % 3 === 0 ? { guide: { at: NOW, until: NOW } } : {}),
    ...(state === 'awaiting_approval' ? { proposal: proposed().proposal, guards: proposed().guards } : {})
  })
}

const STOPPED = aRepair({ guard: 'G6', signals: ['factors_once'], mode: 'propose', final: false })

const STORM = stormOf()
const CHILDREN = 2_500

function childAt(n: number): Case {
  const context = { ...failure().context, appVersion: `9.4${n % 3}.1`, ip: `198.51.${n % 4}.${n % 200}` }
  return caseOf(`s${String(n).padStart(6, '0')}`, {
    state: n % 3 === 0 ? 'resolved' : 'with_person',
    openedAt: plus(NOW, -n * 1_000),
    parentId: STORM.id,
    failures: [failure({ context })]
  })
}

const PAGES = [
  '/',
  '/?view=all',
  '/?view=ended',
  '/?q=u0055',
  '/?q=nobody-has-this-name',
  '/?app=9.41.1&view=all',
  '/?owner=none&older=24h',
  `/cases/${caseAt(0).id}`,
  `/cases/${caseAt(5_000).id}?in=view%3Dall`,
  '/report',
  '/report?user=u000001%40example.com',
  '/policy',
  '/brake',
  '/activity',
  '/guards',
  '/guards?days=90',
  `/cases/${STORM.id}`
]

const ENGINES: Readonly<Record<string, (t: Test) => Promise<Store>>> = {
  SQLite: async () => openInMemory(),
  PostgreSQL: async (t) => {
    const server = await sharedPostgres(t)
    const store = await openPostgres(await server.createDatabase(), { leaseClock: 'caller' })
    t.teardown(() => store.close())
    return store
  }
}

for (const [engine, open] of Object.entries(ENGINES)) t.test(engine, (t) => measure(t, open))

async function measure(t: Test, open: (t: Test) => Promise<Store>) {
  const store = await open(t)
  const save = (c: Case) => store.save({ next: { ...c, version: 1 }, ledger: [] })
  for (let n = 0; n < MANY + CHILDREN; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => save(n < MANY ? caseAt(n + i) : childAt(n - MANY + i))))
  }
  await save(STORM)
  const { as } = await pagesWith(t, { store, clock: () => NOW })
  const ana = await as(approver('ana'))
  for (let round = 0; round < WARM_UP; round += 1) for (const path of PAGES) await ana.get(path)
  for (const path of PAGES) {
    const took: { wallMs: number; cpuMs: number }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const [start, cpu] = [performance.now(), process.threadCpuUsage()]
      const { statusCode } = await ana.get(path)
      const { user, system } = process.threadCpuUsage(cpu)
      took.push({ wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 })
      if (statusCode !== 200) t.fail(`${path}: ${statusCode}`)
    }
    const at = (key: 'wallMs' | 'cpuMs', part: number) =>
      took
        .map((one) => one[key])
        .sort((a, b) => a - b)
        [Math.ceil(ROUNDS * part) - 1]?.toFixed(1)
    t.comment(
      `${path}: CPU ${at('cpuMs', 0.5)} ms median, ${at('cpuMs', 0.99)} ms p99; wall ${at('wallMs', 0.5)} / ${at('wallMs', 0.99)} ms`
    )
  }
}
