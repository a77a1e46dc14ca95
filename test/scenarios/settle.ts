/** Lets a world come to rest: deliveries arrive, the worker works, and the clock moves on while anything waits for it. */

import { isSettled } from '../../src/case/machine/transitions.ts'
import { openWorld, type World, type WorldOptions } from '../../src/cli/demo-world.ts'
import type { Case } from '../../src/domain/case.ts'
import { SECOND_MS } from '../../src/domain/time.ts'
import type { ManualClock } from '../support/clock.ts'

/** Cases at rest: nothing more happens without a person, an event, or the end of a watch. */
function atRest(c: Case, now: string): boolean {
  const told = c.parentId !== null || c.storm !== null || (c.ticket !== null && c.ticket.story >= c.contentRevision)
  if (c.state === 'awaiting_approval') return told
  if (c.state === 'watching') return c.watchUntil !== null && c.watchUntil > now
  return isSettled(c) && (c.state !== 'with_person' || told)
}

/** Rounds of one second each; far more than any back-off of a test policy needs. */
const ROUNDS = 120

export async function settle(world: World, time: ManualClock): Promise<Case[]> {
  for (let round = 0; round < ROUNDS; round++) {
    await world.okta.flush()
    await world.service.worker.idle()
    const cases = await allCases(world)
    if (cases.length > 0 && cases.every((c) => atRest(c, time.clock()))) return cases
    time.advance(SECOND_MS)
    world.service.worker.wake()
  }
  return allCases(world)
}

export async function allCases(world: Pick<World, 'service'>): Promise<Case[]> {
  const cases: Case[] = []
  for (let after: string | undefined; ; ) {
    const page = await world.service.store.listCases({ limit: 200, ...(after ? { after } : {}) })
    cases.push(...page.cases)
    if (!page.next) return cases
    after = page.next
  }
}

/** A world in memory whose people react at once. */
export function openTestWorld(
  t: { teardown(fn: () => Promise<void>): void },
  time: ManualClock,
  options: Partial<WorldOptions> = {}
): Promise<World> {
  return openWorld({
    scenarios: [],
    clock: time.clock,
    storeUrl: 'memory:',
    later: (act) => void setImmediate(act),
    ...options
  }).then((world) => {
    t.teardown(() => world.close())
    return world
  })
}
