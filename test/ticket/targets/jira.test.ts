import t from 'tap'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { type OpenTarget, personContract, targetContract } from '../../contract/ticket-target.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings } from '../target-settings.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openJira(t, { clock, ...(perMinute ? { perMinute } : {}) })
  return { fake, make: (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps) }
}

t.test('in a service project the customer sees none of our comments', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const world = openOutboxWorld((deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps), {
    clock
  })
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  await world.save(c, { state: 'resolved' }, { what: 'The user is enrolled.' })
  await world.settle()
  await world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
  await world.settle()
  const [ticket] = fake.tickets('RE-Anna')
  t.equal(ticket?.notes.length, 2, 'resolved, and opened again')
  t.same(fake.portalComments(ticket?.key ?? ''), [])
})

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
