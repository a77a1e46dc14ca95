import t from 'tap'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { TARGETS } from './open-targets.ts'

t.test(
  'another repository took the old name: its issue of the same number closes no case and is left alone',
  async (t) => {
    const clock = manualClock(NOW)
    const { fake, make } = await TARGETS.github(t, { clock })
    const world = openOutboxWorld(make, { clock })
    const c = await world.save(waitingCase('Anna'))
    await world.settle()
    const theirs = {
      ...{
        number: 1,
        title: 'Broken link',
        body: 'On the front page.',
        labels: [],
        state: 'closed',
        state_reason: null
      },
      ...{
        html_url: 'https://github.com/acme/ops/issues/1',
        closed_at: NOW,
        closed_by: { login: 'olga', type: 'User' }
      }
    }
    fake.behave(({ url }) => (url.startsWith('/repos/acme/ops/issues/1') ? { status: 200, body: theirs } : null))
    t.equal(await world.target.readOne('1'), null)
    const before = fake.requests.length
    await world.save(c, {}, { what: 'News.' })
    await world.settle()
    matchAll(t, await world.entries(), [
      {
        state: 'dead',
        lastError: /issues\/1 has neither the label reenroll nor Reenroll's footer\..* made if it is gone/s
      }
    ])
    t.same(world.closedCases, [])
    t.same(
      fake.requests.slice(before).filter(({ method }) => method !== 'GET'),
      []
    )
  }
)

t.test('an issue whose text a person replaced is still ours by its label', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.github(t, { clock })
  const world = openOutboxWorld(make, { clock })
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.person?.edit('1', { body: 'Olga asked for a new phone.' })
  await world.save(c, { state: 'resolved' }, { what: 'The user is enrolled.' })
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed', body: 'Olga asked for a new phone.' }])
})
