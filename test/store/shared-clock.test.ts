import t from 'tap'
import { plus } from '../../src/domain/time.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { createSharedClock } from '../../src/store/clock.ts'
import { manualClock } from '../support/clock.ts'
import { minute, NOON } from './build.ts'

/** A machine, a database and a timer that tests move by hand. */
function parts(database: Instant | null, machineAt: Instant = NOON) {
  const machine = manualClock(machineAt)
  const state = { elapsedMs: 0, database, tripMs: 0, away: false }
  const notices: string[] = []
  const broughtForward: Instant[] = []
  const store = {
    async sharedTime() {
      if (state.away) throw new Error('away')
      const at = state.database
      state.elapsedMs += state.tripMs
      return at && plus(at, state.tripMs / 2)
    },
    async repairClockSkew(now: Instant) {
      if (state.away) throw new Error('away')
      broughtForward.push(now)
      return 1
    }
  }
  const shared = createSharedClock({
    machine: machine.clock,
    elapsedMs: () => state.elapsedMs,
    onNotice: (what) => void notices.push(what)
  })
  t.teardown(() => shared.stop())
  return { ...shared, machine, state, notices, broughtForward, store }
}

t.test('a replica whose clock is an hour ahead does as the database says, and says so once', async (t) => {
  const { clock, follow, look, store, state, machine, notices, broughtForward } = parts(NOON, minute(60))
  await follow(store)
  t.equal(clock(), NOON)
  state.elapsedMs = 5_000
  t.equal(clock(), plus(NOON, 5_000), 'between measurements the timer carries it on')
  machine.set(minute(-60))
  t.equal(clock(), plus(NOON, 5_000), 'whatever the machine’s clock does')
  state.database = plus(NOON, 5_000)
  await look()
  await look()
  t.match(notices, [/3600 s ahead of the database's/])
  t.equal(broughtForward.length, 1, 'at the start')
})

t.test(
  'a slow answer does not make a good measurement worse, and small corrections never set the clock back',
  async (t) => {
    const { clock, follow, look, store, state } = parts(NOON)
    await follow(store)
    state.elapsedMs = 30_000
    state.database = plus(NOON, 30_000)
    state.tripMs = 800
    await look()
    t.equal(clock(), plus(NOON, 30_800))
    state.tripMs = 0
    state.database = plus(NOON, 30_790)
    await look()
    t.equal(clock(), plus(NOON, 30_800), 'it waits until the time has come again')
    state.elapsedMs += 11
    t.equal(clock(), plus(NOON, 30_801))
  }
)

t.test(
  'when the database’s time is set back by much, all follow, and what was put off is brought forward',
  async (t) => {
    const { clock, follow, look, store, state, machine, notices, broughtForward } = parts(minute(60), minute(60))
    await follow(store)
    await look()
    t.equal(clock(), minute(60))
    state.database = NOON
    machine.set(NOON)
    await look()
    t.equal(clock(), NOON)
    await look()
    t.match(notices, [/set back by 3600 s/])
    t.same(broughtForward, [minute(60), NOON])
  }
)

t.test('alone, the machine’s clock counts; set back by an hour, it stalls nothing', async (t) => {
  const { clock, follow, look, store, machine, broughtForward } = parts(null, minute(60))
  await follow(store)
  await look()
  machine.set(plus(minute(60), -400))
  t.equal(clock(), minute(60), 'a little back is no step back')
  machine.set(NOON)
  t.equal(clock(), NOON)
  await look()
  t.same(broughtForward, [minute(60), NOON])
})

t.test('while the store is away the clock goes on, and what is owed is done later', async (t) => {
  const { clock, follow, look, store, state, broughtForward } = parts(NOON)
  state.away = true
  await follow(store)
  await look()
  t.equal(clock(), NOON)
  state.away = false
  await look()
  t.same(broughtForward, [NOON])
})
