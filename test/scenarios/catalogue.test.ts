/** Everybody of the catalogue, through the real hook, the real SDK and the simulated org: each gets the expected outcome. */
import t from 'tap'
import { CROWD_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { manualClock } from '../support/clock.ts'
import { playAll } from './play-all.ts'
import { openTestWorld } from './settle.ts'

t.setTimeout(200_000)
const crowd = SCENARIOS.filter((scenario) => !scenario.isolated)

t.test('the crowd', { timeout: 120_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, { scenarios: crowd, guards: CROWD_LIMITS })
  await playAll(t, world, time)
})

for (const scenario of SCENARIOS.filter((one) => one.isolated)) {
  t.test(`alone: ${scenario.title}`, { timeout: 60_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const world = await openTestWorld(t, time, { scenarios: [scenario] })
    await playAll(t, world, time)
  })
}
