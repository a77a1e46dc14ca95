/** Okta publishes no limit for the length of a filter. Where it is short, reads for many people are halved until they fit. */
import t from 'tap'
import { READ_ALL } from '../../src/cli/demo-world.ts'
import { known } from '../../src/domain/evidence.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { manualClock } from '../support/clock.ts'
import { openTestWorld, settle } from './settle.ts'

const PEOPLE = 30
/** The filter of a history takes some 900 characters for the event types, and 50 for each id. */
const TWENTY_IDS = 900 + 20 * 50

/** Thirty people fail at once; how many calls that took, and whose evidence is incomplete. */
async function burst(t: Parameters<typeof openTestWorld>[0], maxFilterLength: number) {
  const time = manualClock('2026-06-15T14:00:00.000Z')
  let calls = 0
  let refused = 0
  const world = await openTestWorld(t, time, {
    policy: READ_ALL,
    sandbox: {
      maxFilterLength,
      onExchange: ({ url, status }) => {
        if (url.includes('oauth2')) return
        calls++
        if (status === 400) refused++
      }
    }
  })
  const people = Array.from({ length: PEOPLE }, (_, n) => orphaned(world.org, `Fay Filter${n}`))
  for (const person of people) failEnrollment(world.org, person)
  const cases = (await settle(world, time)).filter(({ storm }) => storm === null)
  const incomplete = cases.filter(({ evidence }) => !evidence || known(evidence.history) === undefined)
  return { calls, refused, cases: cases.length, incomplete: incomplete.length }
}

t.test('thirty people at once, in an org that takes twenty ids in a filter', { timeout: 120_000 }, async (t) => {
  const ideal = await burst(t, 100_000)
  const short = await burst(t, TWENTY_IDS)
  t.match(ideal, { cases: PEOPLE, incomplete: 0, refused: 0 })
  t.match(short, { cases: PEOPLE, incomplete: 0 })
  t.ok(short.refused > 0, 'a longer filter was tried')
  t.comment(`${short.calls} calls, ${ideal.calls} without a limit`)
  t.ok(short.calls <= 3 * ideal.calls, `${short.calls} calls, ${ideal.calls} without a limit`)
})
