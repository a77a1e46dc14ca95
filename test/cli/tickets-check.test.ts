/** What `tickets check` prints of each target: what is wrong, what may be, and what only a ticket proves. */
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../src/domain/time.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../fakes/jira.ts'
import { workflowUrl } from '../fakes/teams.ts'
import { manualClock } from '../support/clock.ts'
import { offline, say } from './recorder.ts'

t.test('a right that no check proves is named with the command that does', async (t) => {
  const jira = await openJira(t, { clock: manualClock(systemClock()) })
  const folder = t.testdir({
    'policy.yaml': `tickets:
  targets:
    - { name: ops, system: jira, url: '${jira.url}', user: '${JIRA_USER}', project: OPS, fields: { customfield_7: x } }
    - { name: chat, system: teams }
  routes: [{ to: [ops, chat] }]
`
  })
  const secrets = (token: string) => ({
    ...offline('memory:'),
    ...{ OKTA_CLIENT_ORGURL: 'https://acme.okta.com', OKTA_CLIENT_TOKEN: 'token-of-a-test' },
    REENROLL_HOOK_SECRETS: 'hook-secret-of-thirty-two-characters',
    REENROLL_POLICY_FILE: join(folder, 'policy.yaml'),
    REENROLL_TICKET_SECRETS: JSON.stringify({ ops: token, chat: workflowUrl('https://flow.example') })
  })
  const checked = await say(['tickets', 'check'], secrets(JIRA_TOKEN))
  t.equal(checked.exitCode, 0, checked.err)
  t.same(checked.out.split('\n'), [
    'ops: no problems found.',
    'ops: resolveBy is empty. A second transition to Done would stop tickets from being resolved; name the transitions.',
    'chat: no problems found.',
    'chat: posting in the channel is not provable here: run `tickets try chat`.'
  ])
  const denied = await say(['tickets', 'check', '--json'], secrets('revoked'))
  t.equal(denied.exitCode, 1)
  t.match(JSON.parse(denied.out).targets, [
    { target: 'ops', findings: [/answered 401/], warnings: [], unproved: [] },
    { target: 'chat', findings: [], unproved: ['posting in the channel'] }
  ])
})
