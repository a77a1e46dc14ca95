import t from 'tap'
import { manualClock } from '../support/clock.ts'
import { openTestWorld, settle } from './settle.ts'

t.setTimeout(60_000)

t.test('a help-desk report by login joins the case that the user’s event has opened', async (t) => {
  const time = manualClock('2026-06-15T14:00:00.000Z')
  const world = await openTestWorld(t, time)
  const { id, profile } = world.org.addUser({ status: 'ACTIVE' })
  const person = { id, type: 'User', alternateId: profile.login, displayName: 'A person', detailEntry: null }
  world.org.record({
    eventType: 'user.mfa.factor.activate',
    actor: person,
    target: [person],
    outcome: { result: 'FAILURE', reason: 'OKTA_VERIFY_PUSH: invalidToken' }
  })
  await settle(world, time)
  const report = async (user: string) => {
    const headers = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ user, errorCode: 'E0000011', text: 'sees invalidToken' })
    return (await fetch(`${world.service.opsUrl}/api/reports`, { method: 'POST', headers, body })).status
  }
  t.equal(await report(profile.login.toUpperCase()), 202)
  const cases = await settle(world, time)
  t.equal(cases.length, 1)
  t.strictSame(cases[0]?.failures.map(({ source }) => source).sort(), ['hook', 'report'])

  t.equal(await report('nobody@example.com'), 202, 'a login that Okta does not know is a case of its own')
  t.equal((await settle(world, time)).length, 2)
})
