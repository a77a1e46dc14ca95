/** The live check, against the fakes: it must run through where everything is right, and name what is not. */
import t from 'tap'
import { systemClock } from '../../../src/domain/time.ts'
import { openPost } from '../../../src/ticket/mail/smtp.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { tryPost, tryTarget } from '../../../src/ticket/targets/try.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openSlack, SLACK_CHANNEL } from '../../fakes/slack.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openMailServer } from '../mail/smtp-server.ts'
import { type MakeTarget, openOutboxWorld } from '../outbox/outbox-world.ts'
import { jiraSettings } from '../target-settings.ts'

t.test('it makes one ticket, says one note once, and closes it', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const { target } = openOutboxWorld((deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps), {
    clock
  })
  const tried = await tryTarget(target, 'RE-LIVE1', clock.clock)
  t.same(
    tried.map(({ call, error }) => [call, error]),
    ['check', 'create', 'update', 'note', 'note again', 'resolve', 'see it closed', 'look up', 'read closings'].map(
      (call) => [call, null]
    )
  )
  matchAll(t, fake.tickets('RE-LIVE1'), [{ state: 'closed', body: /The last text/ }])
  t.equal(fake.tickets('RE-LIVE1')[0]?.notes.length, 2)
})

t.test('what the policy leaves to people is not missed', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const make: MakeTarget = (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps)
  const policy = { switches: { update: false, reopen: false, resolve: false } }
  const { target } = openOutboxWorld(make, { clock, policy })
  t.same(
    (await tryTarget(target, 'RE-LIVE1', clock.clock)).map(({ call, error }) => [call, error]),
    ['check', 'create', 'update', 'resolve', 'look up', 'read closings'].map((call) => [call, null])
  )
  matchAll(t, fake.tickets('RE-LIVE1'), [{ state: 'open' }])
})

t.test('the check names what is wrong with credentials, project, type and fields', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  const findings = async (over: object, token = JIRA_TOKEN) => {
    const settings = { ...jiraSettings(fake.url), ...over }
    const { target } = openOutboxWorld((deps) => createJiraTarget('tracker', settings, token, deps), { clock })
    return target.check().then(
      ({ faults }) => faults,
      (error: Error) => [error.message]
    )
  }
  t.same(await findings({}), [])
  matchAll(t, await findings({}, 'wrong'), [/answered 401/])
  matchAll(t, await findings({ project: 'NOPE' }), [/there is no project NOPE/, /BROWSE_PROJECTS/])
  matchAll(t, await findings({ issueType: 'Bug' }), [/has no issue type Bug. It has Task/])
  matchAll(t, await findings({ fields: {} }), [/needs the field "Team" \(customfield_7\)/])
  t.same(fake.tickets('RE-LIVE1'), [], 'no trace')
})

t.test('a call that fails is named, and what cannot follow is left out', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openSlack(t, { clock })
  const settings = { system: 'slack', url: `${fake.url}/api/`, channel: SLACK_CHANNEL, approvers: [] } as const
  const { target } = openOutboxWorld((deps) => createSlackTarget('chat', settings, 'xoxb-wrong', deps), { clock })
  matchAll(t, await tryTarget(target, 'RE-LIVE1', clock.clock), [
    { call: 'check', error: 'chat answered invalid_auth.' },
    { call: 'create', error: 'chat answered invalid_auth.' }
  ])
})

t.test('one message by the real mail server, or what is wrong with it', async (t) => {
  const server = await openMailServer(t)
  matchAll(t, await tryPost(openPost(server.settings, systemClock), 'you@example.com', 'RE-LIVE1'), [
    { call: 'check', error: null },
    { call: 'send', error: null, saw: 'the server took it' }
  ])
  matchAll(t, server.received, [{ to: ['you@example.com'], raw: /Subject: Reenroll live check \[RE-LIVE1\]/ }])
  const wrong = openPost({ ...server.settings, auth: { user: 'reenroll', pass: 'guessed' } }, systemClock)
  matchAll(t, await tryPost(wrong, 'you@example.com', 'RE-LIVE2'), [
    { call: 'check', error: /refuses the login/ },
    { call: 'send', error: /refuses the login/ }
  ])
})
