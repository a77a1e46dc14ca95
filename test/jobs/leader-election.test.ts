import t, { type Test } from 'tap'
import { StoreUnavailable } from '../../src/domain/store.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { msBetween, plus } from '../../src/domain/time.ts'
import { type LeaderElectionOptions, runSingletonJobs } from '../../src/jobs/leader-election.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { manualClock } from '../support/clock.ts'

const START = '2026-06-15T14:00:00.000Z'
const LEASE_MS = 30_000

/** Replicas on one store, whose waits end only when the clock is moved past them. */
function replicas(t: Test) {
  const time = manualClock(START)
  const store = openInMemory()
  const sleepers: { readonly until: string; readonly end: () => void }[] = []
  const working: string[] = []
  const told: string[] = []

  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      sleepers.push({ until: plus(time.clock(), ms), end: resolve })
      signal.addEventListener('abort', () => resolve(), { once: true })
    })

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    time,
    store,
    working,
    told,
    settle,
    /** Second by second, so that everybody wakes in the order of their waits. */
    async pass(ms: number) {
      const end = plus(time.clock(), ms)
      while (time.clock() < end) {
        time.advance(1_000)
        for (const sleeper of sleepers.splice(0)) {
          if (sleeper.until <= time.clock()) sleeper.end()
          else sleepers.push(sleeper)
        }
        await settle()
      }
    },
    start(name: string, over: Partial<LeaderElectionOptions> = {}) {
      const runner = runSingletonJobs({
        store,
        jobs: [
          {
            name: 'system_log',
            begin() {
              working.push(name)
              return { stop: async () => void working.splice(working.indexOf(name), 1) }
            }
          }
        ],
        holder: name,
        leaseMs: LEASE_MS,
        clock: time.clock,
        elapsedMs: () => msBetween(START, time.clock()),
        sleep,
        emit: (happening: TelemetryEvent) =>
          void (happening.type === 'leadership' && told.push(`${name} ${happening.leads ? 'begins' : 'ends'}`)),
        onError: () => t.fail('no trouble is expected'),
        ...over
      })
      t.teardown(() => runner.stop())
      return runner
    }
  }
}

t.test('only one works, however long it lasts', async (t) => {
  const world = replicas(t)
  world.start('one')
  await world.settle()
  world.start('two')
  for (let minute = 0; minute < 5; minute++) {
    await world.pass(60_000)
    t.strictSame(world.working, ['one'])
  }
  t.strictSame(world.told, ['one begins'])
})

t.test('one that stops hands over: another works well inside a lease, and never both', async (t) => {
  const world = replicas(t)
  const one = world.start('one')
  await world.settle()
  world.start('two')
  await world.settle()
  await one.stop()
  t.strictSame(world.working, [])
  await world.pass(LEASE_MS / 2)
  t.strictSame(world.working, ['two'])
  t.strictSame(world.told, ['one begins', 'one ends', 'two begins'])
})

t.test('one that dies is followed as soon as its lease has run out', async (t) => {
  const world = replicas(t)
  await world.store.acquireLease({ name: 'system_log', holder: 'the dead', now: START, leaseMs: LEASE_MS })
  world.start('two')
  await world.pass(LEASE_MS - 1_000)
  t.strictSame(world.working, [])
  await world.pass(2_000)
  t.strictSame(world.working, ['two'])
})

t.test('one that cannot reach the store stops before another may begin, and goes on when it can', async (t) => {
  const world = replicas(t)
  let away = false
  const troubles: unknown[] = []
  const acquireLease: LeaderElectionOptions['store']['acquireLease'] = async (ask) => {
    if (away) throw new StoreUnavailable('away')
    return world.store.acquireLease(ask)
  }
  const store = { acquireLease, releaseLease: world.store.releaseLease }
  world.start('one', { store, onError: (error) => void troubles.push(error) })
  await world.settle()
  world.start('two')
  await world.settle()
  away = true
  let both = 0
  for (let second = 0; second < 40; second++) {
    await world.pass(1_000)
    if (world.working.length > 1) both += 1
  }
  t.equal(both, 0)
  t.strictSame(world.working, ['two'])
  t.ok(troubles.length >= 2)
  away = false
  await world.pass(60_000)
  t.strictSame(world.working, ['two'], 'who has it keeps it')
})

t.test('one that slept through its lease finds another at work and ends its own', async (t) => {
  const world = replicas(t)
  world.start('one')
  await world.settle()
  world.time.advance(10 * LEASE_MS)
  world.start('two')
  await world.settle()
  await world.pass(1_000)
  t.strictSame(world.working, ['two'])
})
