/** Everybody of the catalogue once more, with PostgreSQL behind the service: the engine must not change any outcome. */
import t from 'tap'
import { CROWD_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { manualClock } from '../support/clock.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { playAll } from './play-all.ts'
import { openTestWorld } from './settle.ts'

t.setTimeout(300_000)

const server = await sharedPostgres(t)

/** The clock of these worlds is moved by hand, so it is theirs that counts. */
async function aStore() {
  return openPostgres(await server.createDatabase(), { leaseClock: 'caller' })
}

t.test('the crowd', { timeout: 180_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const scenarios = SCENARIOS.filter((scenario) => !scenario.isolated)
  const world = await openTestWorld(t, time, { scenarios, guards: CROWD_LIMITS, service: { store: await aStore() } })
  await playAll(t, world, time)
})

for (const scenario of SCENARIOS.filter((one) => one.isolated)) {
  t.test(`alone: ${scenario.title}`, { timeout: 90_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const world = await openTestWorld(t, time, { scenarios: [scenario], service: { store: await aStore() } })
    await playAll(t, world, time)
  })
}
