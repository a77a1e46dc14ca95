/** Cues everybody of a world, lets the clock run, and holds each outcome against the expected one. */

import { SECOND_MS } from '../../src/domain/time.ts'
import { play, scenesOf } from '../../src/sandbox/play.ts'
import type { manualClock } from '../support/clock.ts'
import type { openTestWorld } from './settle.ts'

export async function playAll(
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
