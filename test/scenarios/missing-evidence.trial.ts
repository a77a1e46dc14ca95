/**
 * Okta answers 403, 429 or 500 to one read, or nothing at all. The user is one whom Reenroll would otherwise help by
 * itself: now nothing is written, and the ticket says which evidence is missing.
 */
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import type { EvidenceSource } from '../../src/domain/evidence.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import type { Fault } from '../../src/sandbox/org/model.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'
import { openTestWorld, settle } from './settle.ts'

/** The call behind each source, for the user of the test. */
const CALLS: Readonly<Record<Exclude<EvidenceSource, 'blocks' | 'device_users'>, (userId: string) => string>> = {
  user: (id) => `/api/v1/users/${id}`,
  devices: (id) => `/api/v1/users/${id}/devices`,
  factors: (id) => `/api/v1/users/${id}/factors`,
  enrollments: (id) => `/api/v1/users/${id}/authenticator-enrollments`,
  roles: (id) => `/api/v1/users/${id}/roles`,
  risk: (id) => `/api/v1/users/${id}/risk`,
  groups: (id) => `/api/v1/users/${id}/groups`,
  history: () => '/api/v1/logs'
}
t.setTimeout(300_000)
const ANSWERS: Readonly<Record<string, Fault['answer']>> = {
  '403': { status: 403, errorCode: 'E0000006' },
  '429': { status: 429, errorCode: 'E0000047' },
  '500': { status: 500, errorCode: 'E0000009' },
  nothing: 'hang'
}

async function play(
  world: World,
  time: ReturnType<typeof manualClock>,
  source: keyof typeof CALLS,
  answer: Fault['answer']
) {
  const person = orphaned(world.org, `Ona ${source}`)
  world.org.faults.add({ method: 'GET', path: CALLS[source](person.id), answer })
  failEnrollment(world.org, person)
  const read = async () => (await world.service.store.listCases({ user: person.id, limit: 1 })).cases[0]
  await settle(world, time)
  // The fault stays until the case is decided: on a busy machine that can take another look.
  for (let looks = 0; looks < 20 && (await read())?.state !== 'with_person'; looks++) {
    time.advance(15 * SECOND_MS)
    await settle(world, time)
  }
  world.org.faults.clear()
  // Past every pause that a 429 asked for.
  time.advance(2 * MINUTE_MS)
  return read()
}

for (const [name, answer] of Object.entries(ANSWERS)) {
  t.test(`Okta answers ${name}`, { timeout: 110_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const world = await openTestWorld(t, time, {
      service: { oktaTimeoutMs: 150 },
      // A rate limit that never frees up is waited for once.
      policy: { oktaMaxWaitMs: 1 },
      guards: { stormUsers: 100, stormSameNetworkUsers: 100 }
    })
    for (const source of Object.keys(CALLS) as (keyof typeof CALLS)[]) {
      const c = await play(world, time, source, answer)
      t.equal(c?.state, 'with_person', `${source}: a person has the case`)
      t.equal(c?.evidence?.[source].state, 'unknown', `${source}: is unknown, not invented`)
      const ticket = c?.ticket && (await world.service.store.getTicket(c.ticket.key))
      t.match(ticket?.body, /Not known/, `${source}: the ticket has a part about what is not known`)
      t.match(
        c?.guards.find((guard) => guard.id === 'G15')?.state,
        /tripped|unknown/,
        `${source}: G15 stands in the way`
      )
    }
    t.equal(world.org.writes.length, 0, 'nothing was written for anybody')
  })
}

t.test('with every read answered, the same person is helped', { timeout: 60_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time)
  failEnrollment(world.org, orphaned(world.org, 'Ona Allright'))
  await settle(world, time)
  matchAll(t, world.org.writes, [{ method: 'DELETE' }])
})
