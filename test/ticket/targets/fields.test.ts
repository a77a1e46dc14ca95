/** What the policy sets on tickets: fields by severity, queue, cause or rule, the affected user, and what is left to people. */
import t from 'tap'
import type { TicketFields } from '../../../src/config/policy/ticket-policy.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { evidenceWith, NOW, user } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'
import { TARGETS } from './open-targets.ts'

/** Anna, as Okta knows her. */
const anna = () =>
  waitingCase('Anna', { evidence: evidenceWith({ user: user({ id: '00uAnna', login: 'anna@example.com' }) }) })

t.test('rows that match set project, priority, labels and fields of a new issue; later rows win', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const fields = [
    { set: { priority: 'Low', labels: ['okta'], fields: { customfield_7: 'identity' } } },
    { queues: ['identity_team' as const], set: { priority: 'High', labels: ['iam'] } },
    { rules: ['activation_pending'], set: { priority: 'Lowest' } }
  ]
  const world = openOutboxWorld((deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps), {
    clock,
    policy: { fields }
  })
  await world.save(waitingCase('Anna'), {}, { what: 'Handed to a person.' })
  await world.settle()
  const made = fake.requests.find(({ method, url }) => method === 'POST' && url === '/rest/api/3/issue')
  t.match(made?.body, {
    fields: { priority: { name: 'High' }, project: { key: 'OPS' }, customfield_7: 'identity' }
  })
  t.match(JSON.stringify(made?.body), /"okta","iam"/)
})

t.test('the affected user is the reporter only when Jira finds exactly one account with the address', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const reporterFor = async (found: readonly object[], personalData: readonly ('login' | 'name')[] = ['login']) => {
    fake.reset()
    fake.behave(({ url }) => (url.includes('/user/search?') ? { status: 200, body: found } : null))
    const settings = { ...jiraSettings(fake.url), affectedUser: 'reporter' as const }
    const make = (deps: Parameters<typeof createJiraTarget>[3]) =>
      createJiraTarget('tracker', settings, JIRA_TOKEN, deps)
    const world = openOutboxWorld(make, { clock, policy: { personalData } })
    await world.save(anna())
    await world.settle()
    const made = fake.requests.find(({ method, url }) => method === 'POST' && url === '/rest/api/3/issue')
    return Object(made?.body).fields.reporter
  }
  const account = { accountId: '5b1', emailAddress: 'Anna@example.com', accountType: 'atlassian', active: true }
  t.same(await reporterFor([account]), { accountId: '5b1' })
  t.same(await reporterFor([{ ...account, emailAddress: undefined }]), { accountId: '5b1' }, 'a hidden address')
  t.equal(await reporterFor([]), undefined)
  t.equal(await reporterFor([account, { ...account, accountId: '5b2' }]), undefined)
  t.equal(await reporterFor([{ ...account, emailAddress: 'ann@example.com' }]), undefined)
  t.equal(await reporterFor([account], ['name']), undefined, 'the login may not leave')
})

t.test('the affected user watches the issue; where that is refused, the issue stays', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.jira(t, { clock })
  for (const status of [204, 403, 500]) {
    fake.reset()
    const account = { accountId: '5b1', emailAddress: 'anna@example.com' }
    fake.behave(({ url }) => {
      if (url.endsWith('/watchers')) return { status }
      return url.includes('/user/search?') ? { status: 200, body: [account] } : null
    })
    const world = openOutboxWorld(make, { clock, policy: { personalData: ['login'] } })
    await world.save(anna())
    await world.settle()
    const watching = fake.requests.filter(({ url }) => url.endsWith('/watchers'))
    matchAll(t, watching, [{ method: 'POST', url: '/rest/api/3/issue/10000/watchers', body: '5b1' }], String(status))
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
  }
})

t.test('ServiceNow: assignment group by name, the affected user as caller', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openServiceNow(t, { clock })
  const people = [{ sys_id: 'a'.repeat(32), email: 'anna@example.com', user_name: 'anna' }]
  const other = { sys_id: 'b'.repeat(32), email: 'bob@example.com', user_name: 'bob' }
  // An instance may ignore parts of a query and answer with others too.
  fake.behave(({ url }) => (url.includes('/sys_user?') ? { status: 200, body: { result: [...people, other] } } : null))
  const settings = { ...serviceNowSettings(fake.url), affectedUser: 'caller' as const }
  const fields = [{ severities: ['normal' as const], set: { assignmentGroup: 'Identity', fields: { impact: '3' } } }]
  const world = openOutboxWorld((deps) => createServiceNowTarget('tracker', settings, SN_PASSWORD, deps), {
    clock,
    policy: { fields }
  })
  await world.save(anna())
  await world.settle()
  t.match(fake.requests.find(({ method }) => method === 'POST')?.body, {
    ...{ assignment_group: 'Identity', impact: '3', caller_id: 'a'.repeat(32) }
  })
})

t.test('GitHub: labels and assignees; labels follow when the case changes', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openGitHub(t, { clock })
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: '' } as const
  const fields = [{ set: { assignees: ['olga'] } }, { severities: ['low' as const], set: { labels: ['quiet'] } }]
  const world = openOutboxWorld((deps) => createGitHubTarget('tracker', settings, GITHUB_TOKEN, deps), {
    clock,
    policy: { fields }
  })
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  const made = fake.requests.find(({ method }) => method === 'POST')
  t.match(made?.body, { assignees: ['olga'] })
  await world.save(c, { state: 'resolved' }, { what: 'Enrolled.' })
  await world.settle()
  t.match(
    JSON.stringify(fake.requests.findLast(({ method, body }) => method === 'PATCH' && Object(body).labels)?.body),
    /quiet/
  )
})

t.test('what is switched off is left to people, in every system', async (t) => {
  for (const open of Object.values(TARGETS)) {
    const clock = manualClock(NOW)
    const { fake, make } = await open(t, { clock })
    const world = openOutboxWorld(make, {
      clock,
      policy: { switches: { update: false, reopen: false, resolve: false } }
    })
    const c = await world.save(waitingCase('Anna'))
    await world.settle()
    const before = fake.requests.length
    const next = await world.save(c, { cause: null }, { what: 'Decided again.' })
    await world.settle()
    t.equal(fake.requests.length, before, `${world.target.system}: not updated`)
    await world.save(next, { state: 'resolved' }, { what: 'Enrolled.' })
    await world.settle()
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }], `${world.target.system}: not resolved`)
    await world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
    await world.settle()
    t.not(fake.tickets('RE-Anna2')[0]?.key, fake.tickets('RE-Anna')[0]?.key, `${world.target.system}: not reopened`)
  }
})

t.test('the check names fields and values that the tracker does not have, with the nearest one', async (t) => {
  const clock = manualClock(NOW)
  const checked = async (
    system: 'jira' | 'jiraDataCenter' | 'github' | 'servicenow',
    ...set: readonly TicketFields[]
  ) => {
    const { make } = await TARGETS[system](t, { clock })
    const fields = set.map((one) => ({ set: one }))
    return openOutboxWorld(make, { clock, policy: { fields } })
      .target.check()
      .then(({ faults }) => faults)
  }
  for (const jira of ['jira', 'jiraDataCenter'] as const) {
    t.same(await checked(jira, { fields: { customfield_7: 'iam' }, priority: 'High' }), [])
    matchAll(
      t,
      await checked(jira, { fields: { Team: 'iam', customfeild_12: 'x' }, priority: 'Hihg' }, { issueType: 'Bug' }),
      [
        /Task in OPS has no field Team \(did you mean customfield_7\?\)/,
        /no field customfeild_12 \(did you mean customfield_1\d?2\?\)/,
        /no priority Hihg \(did you mean High\?\)\. It has High, Low/,
        /has no issue type Bug/
      ]
    )
    const inSec = { project: 'SEC', fields: { customfield_7: 'iam' } }
    matchAll(t, await checked(jira, inSec), [/Task in SEC needs the field "Site" \(customfield_8\)/])
    t.same(await checked(jira, inSec, { fields: { customfield_8: 'Berlin' } }), [], 'another row may set it')
  }
  t.same(await checked('github', { labels: ['made with the issue'], assignees: ['Octocat'] }), [])
  matchAll(t, await checked('github', { assignees: ['octcat'] }), [/octcat cannot be assigned .*did you mean octocat/])
  t.same(await checked('servicenow', { assignmentGroup: 'Identity team', fields: { description: 'x' } }), [])
  matchAll(t, await checked('servicenow', { assignmentGroup: 'Identity taem', fields: { descripton: 'x' } }), [
    /incident has no field descripton \(did you mean description\?\)/,
    /no group Identity taem \(did you mean Identity team\?\)/
  ])
})
