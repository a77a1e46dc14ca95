import t from 'tap'
import { MINUTE_MS } from '../../../src/domain/time.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings } from '../target-settings.ts'
import { TARGETS } from './open-targets.ts'

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

t.test('an issue that moved to another project still closes its case', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const { target, save, settle } = openOutboxWorld(
    (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps),
    { clock }
  )
  await save(waitingCase('Anna'))
  await settle()
  const id = fake.tickets('RE-Anna')[0]?.key ?? ''
  fake.move(id, 'NET-9')
  fake.person?.close(id, 'done')
  clock.advance(MINUTE_MS)
  matchAll(t, await target.readSince(NOW), [{ ref: { key: id, url: /NET-9$/ }, how: /NET-9 was closed/ }])
})

t.test('a transition that is not offered under its name is not replaced by another one', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const { entries, save, settle } = openOutboxWorld(
    (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps),
    { clock }
  )
  const c = await save(waitingCase('Anna'))
  await settle()
  fake.offerOnly('Cancel request')
  await save(c, { state: 'resolved' })
  await settle()
  matchAll(t, await entries(), [
    { state: 'dead', lastError: /no transition Resolve, only Cancel request. Set resolveBy/ }
  ])
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
})

t.test('fields that a transition requires are sent with it', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const settings = { ...jiraSettings(fake.url), transitionFields: { Resolve: { customfield_8: 'remote' } } }
  const { save, settle } = openOutboxWorld((deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps), { clock })
  const c = await save(waitingCase('Anna'))
  await settle()
  await save(c, { state: 'resolved' })
  await settle()
  const fields = { resolution: { name: 'Done' }, customfield_8: 'remote' }
  t.match(fake.requests.find(({ method, url }) => method === 'POST' && url.endsWith('/transitions'))?.body, { fields })
})

t.test('a service account with a scoped token: calls go to apiUrl, links to url', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const settings = { ...jiraSettings('https://acme.atlassian.net'), apiUrl: fake.url }
  const world = openOutboxWorld((deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps), { clock })
  await world.save(waitingCase('Anna'))
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
  matchAll(t, await world.entries(), [{ ticket: { url: /^https:\/\/acme\.atlassian\.net\/browse\/OPS-/ } }])
})

t.test('without resolveBy a ticket is not resolved as "Cancel request" where the workflow offers both', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const settings = { ...jiraSettings(fake.url), resolveBy: [] }
  const { entries, save, settle } = openOutboxWorld((deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps), {
    clock
  })
  const c = await save(waitingCase('Anna'))
  await save(await save(waitingCase('Bert')), { state: 'resolved' })
  await settle()
  fake.offerCancel()
  await save(c, { state: 'resolved' })
  await settle()
  const [, anna] = await entries()
  t.match(anna, { state: 'dead', lastError: /several transitions: Cancel request, Resolve. Set resolveBy/ })
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
})

t.test('an answer lost in a second project that the account may no longer see makes no second issue', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.jira(t, { clock })
  const world = openOutboxWorld(make, { clock, policy: { fields: [{ set: { project: 'SEC' } }] } })
  let [made, hidden] = [0, true]
  fake.behave(({ method, url }) => {
    if (method === 'POST' && url === '/rest/api/3/issue') return { status: made++ === 0 ? 500 : 403, body: {} }
    if (url === '/rest/api/3/search/jql') return { status: 200, body: { issues: [] } }
    return hidden && url === '/rest/api/3/project/SEC' ? { status: 404, body: {} } : null
  })
  await world.save(waitingCase('Anna'))
  for (let n = 0; n < 30; n++) {
    await world.dispatcher().drain()
    clock.advance(MINUTE_MS)
  }
  t.equal(made, 1, 'nothing proves that it is not there')
  matchAll(t, await world.entries(), [{ state: 'pending', lastError: /404/ }])
  hidden = false
  for (let n = 0; n < 30 && made === 1; n++) {
    await world.dispatcher().drain()
    clock.advance(MINUTE_MS)
  }
  t.equal(made, 2)
})
