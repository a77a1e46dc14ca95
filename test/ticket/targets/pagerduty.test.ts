import t from 'tap'
import { MINUTE_MS } from '../../../src/domain/time.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { TARGETS } from './open-targets.ts'

t.test('who takes the case, or approves, acknowledges the incident, and nobody else does', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.pagerduty(t, { clock })
  const world = openOutboxWorld(make, { clock })
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  const told = await world.save(c, {}, { what: 'Read again.' })
  await world.settle()
  t.same(fake.tickets('RE-Anna')[0]?.notes, [])
  const taken = await world.save(told, { assignee: 'Olga' }, { what: 'Olga looks after the case.', by: 'Olga' })
  await world.settle()
  t.same(fake.tickets('RE-Anna'), [{ ...fake.tickets('RE-Anna')[0], state: 'open', notes: ['acknowledged'] }])
  t.notMatch(JSON.stringify(fake.requests), /assignee/)
  await world.save(taken, { state: 'resolved' }, { what: 'The user is enrolled.' })
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed', notes: ['acknowledged'] }])
  await world.save(
    waitingCase('Bert', {
      approval: { hash: 'h', by: 'Olga', operatorId: 'x', provider: null, at: NOW, overrides: [] }
    })
  )
  await world.settle()
  matchAll(t, fake.tickets('RE-Bert'), [{ notes: ['acknowledged'] }])
})

t.test('a rotated integration key gives no ticket up', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.pagerduty(t, { clock })
  const world = openOutboxWorld(make, { clock })
  fake.behave(() => ({ status: 400, body: { status: 'invalid event', errors: ['Invalid routing_key'] } }))
  for (const name of ['Anna', 'Bert', 'Cleo', 'Dora']) await world.save(waitingCase(name))
  for (let n = 0; n < 60; n++) {
    await world.dispatcher().drain()
    clock.advance(MINUTE_MS)
  }
  t.same(
    (await world.entries()).map(({ state, tries }) => `${state} ${tries}`),
    Array(4).fill('pending 0')
  )
  fake.behave(null)
  await world.settle()
  matchAll(t, fake.tickets('RE-Dora'), [{ state: 'open' }])
})

t.test('an answer that does not say that the event was taken is no success: the alert is sent again', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.pagerduty(t, { clock })
  const world = openOutboxWorld(make, { clock })
  let answers = 2
  fake.behave(() => (answers-- > 0 ? { status: 200, body: { page: 'Sign in to the network' } } : null))
  await world.save(waitingCase('Anna'))
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
  matchAll(t, await world.entries(), [{ state: 'done' }])
})
