/** Everybody of the catalogue, through the real hook, the real SDK and the simulated org: each gets the expected outcome. */
import t from 'tap'
import { play, scenesOf } from '../../src/sandbox/play.ts'
import { CATALOGUE, CROWD_LIMITS } from '../../src/sandbox/scenarios/catalogue.ts'
import { SECOND_MS } from '../../src/time.ts'
import { manualClock } from '../clock.ts'
import { openTestWorld } from './settle.ts'

t.setTimeout(200_000)
const crowd = CATALOGUE.filter((scenario) => !scenario.isolated)

t.test('the crowd', { timeout: 120_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, { scenarios: crowd, guards: CROWD_LIMITS })
  await playAll(t, world, time)
})

for (const scenario of CATALOGUE.filter((one) => one.isolated)) {
  t.test(`alone: ${scenario.title}`, { timeout: 60_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const world = await openTestWorld(t, time, { scenarios: [scenario] })
    await playAll(t, world, time)
  })
}

async function playAll(
  t: { same(found: unknown, wanted: unknown, name: string): unknown },
  world: Awaited<ReturnType<typeof openTestWorld>>,
  time: ReturnType<typeof manualClock>
) {
  const scenes = scenesOf(world.stage)
  for (const scene of scenes) await scene.cue()
  const pause = async () => {
    await world.okta.flush()
    await world.service.worker.idle()
    time.advance(SECOND_MS / 5)
    world.service.worker.wake()
    await world.service.worker.idle()
  }
  await play(scenes, { ...world, pause }, 100)
  for (const { scenario, differences } of scenes) t.same(differences, [], scenario.title)
}
