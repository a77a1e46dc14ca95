/**
 * `tickets check` against each system with each right of the table removed in turn: it names that right, and nothing else
 * is wrong. A right that only a ticket proves fails `tickets try`.
 */
import t, { type Test } from 'tap'
import { type FieldsRow, TICKET_SYSTEMS, type TicketSystem } from '../../../src/config/policy/ticket-policy.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { NEEDED_RIGHTS } from '../../../src/ticket/targets/rights.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createTeamsTarget } from '../../../src/ticket/targets/teams.ts'
import { tryTarget } from '../../../src/ticket/targets/try.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import type { OpenTarget } from '../../contract/ticket-target.ts'
import type { Fake } from '../../fakes/fake.ts'
import {
  classicToken,
  GITHUB_APP_ID,
  githubAppKey,
  notGranted,
  openGitHub,
  withoutPermission
} from '../../fakes/github.ts'
import { JIRA_TOKEN, type JiraFake, openJira, withoutScope } from '../../fakes/jira.ts'
import {
  hidesRows,
  keepsField,
  openServiceNow,
  SN_CLIENT_ID,
  SN_PASSWORD,
  withoutRole
} from '../../fakes/servicenow.ts'
import { withoutSlackScope } from '../../fakes/slack.ts'
import { workflowUrl } from '../../fakes/teams.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'
import { TARGETS } from './open-targets.ts'

/** Takes a right away at the fake; what it returns is the target to ask instead, where the right is part of the secret. */
type Lose = (fake: Fake) => unknown

interface Login {
  /** What is special about it. */
  readonly as: string
  readonly open: OpenTarget
  readonly fields?: readonly FieldsRow[]
  readonly loses: Readonly<Record<string, Lose>>
}

const each = (rights: readonly string[], lose: (right: string) => Lose): Login['loses'] =>
  Object.fromEntries(rights.map((right) => [right, lose(right)]))

const lacksPermission =
  (right: string): Lose =>
  (fake) =>
    (fake as JiraFake).lack(right)
const lacksInSec =
  (right: string): Lose =>
  (fake) =>
    (fake as JiraFake).lack(right, 'SEC')
const cannotSee =
  (project: string): Lose =>
  (fake) =>
    fake.behave(({ url }) => (url.endsWith(`/project/${project}`) ? { status: 404, body: {} } : null))
const PERMISSIONS = ['CREATE_ISSUES', 'EDIT_ISSUES', 'ADD_COMMENTS', 'TRANSITION_ISSUES', 'USER_PICKER']

const jiraReporter: OpenTarget = async (t, parts) => {
  const fake = await openJira(t, parts)
  const settings = { ...jiraSettings(fake.url), affectedUser: 'reporter' } as const
  return { fake, make: (deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps) }
}

const githubApp: OpenTarget = async (t, parts) => {
  const fake = await openGitHub(t, parts)
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: GITHUB_APP_ID } as const
  return { fake, make: (deps) => createGitHubTarget('tracker', settings, githubAppKey(), deps) }
}

const serviceNow =
  (over: object): OpenTarget =>
  async (t, parts) => {
    const fake = await openServiceNow(t, parts)
    const settings = { ...serviceNowSettings(fake.url), ...over }
    return { fake, make: (deps) => createServiceNowTarget('tracker', settings, SN_PASSWORD, deps) }
  }
const serviceNowOAuth = serviceNow({ user: '', clientId: SN_CLIENT_ID })
const ofServiceNow: Login['loses'] = {
  itil: (fake) => fake.behave(withoutRole),
  'read access to sys_user': (fake) => fake.behave(hidesRows('sys_user', '!='))
}

const LOGINS: Readonly<Record<TicketSystem, readonly Login[]>> = {
  jira: [
    {
      as: 'watcher',
      open: TARGETS.jira,
      loses: {
        BROWSE_PROJECTS: cannotSee('OPS'),
        ...each([...PERMISSIONS, 'MANAGE_WATCHERS'], lacksPermission),
        ...each(['read:jira-user', 'read:jira-work', 'write:jira-work'], (scope) => (fake) => {
          fake.behave(withoutScope(scope))
        })
      }
    },
    {
      as: 'a project that a row of fields names, with the user as reporter',
      open: jiraReporter,
      fields: [{ severities: ['security'], set: { project: 'SEC', fields: { customfield_8: 'x' } } }],
      loses: { BROWSE_PROJECTS: cannotSee('SEC'), ...each([...PERMISSIONS, 'MODIFY_REPORTER'], lacksInSec) }
    },
    {
      as: 'Data Center',
      open: TARGETS.jiraDataCenter,
      loses: { BROWSE_PROJECTS: cannotSee('OPS'), ...each(PERMISSIONS.slice(0, 4), lacksPermission) }
    }
  ],
  github: [
    {
      as: 'fine-grained token',
      open: TARGETS.github,
      loses: each(['Metadata: read', 'Issues: read', 'Issues: write', 'Triage role'], (right) => (fake) => {
        fake.behave(withoutPermission(right))
      })
    },
    {
      as: 'classic token, whose scopes it names',
      open: TARGETS.github,
      loses: { 'Issues: write': (fake) => fake.behave(classicToken('')) }
    },
    {
      as: 'a write that is answered 404',
      open: TARGETS.github,
      loses: {
        'Issues: write': (fake) => fake.behave(({ method }) => (method === 'POST' ? { status: 404, body: {} } : null))
      }
    },
    {
      as: 'App',
      open: githubApp,
      loses: { 'Issues: write': (fake) => fake.behave(notGranted) }
    }
  ],
  servicenow: [
    { as: 'password', open: TARGETS.servicenow, loses: ofServiceNow },
    { as: 'OAuth', open: serviceNowOAuth, loses: ofServiceNow }
  ],
  slack: [
    {
      as: 'bot token',
      open: TARGETS.slack,
      loses: each(['chat:write', 'channels:read', 'channels:history'], (scope) => (fake) => {
        fake.behave(withoutSlackScope(scope))
      })
    }
  ],
  pagerduty: [
    {
      as: 'integration key',
      open: TARGETS.pagerduty,
      loses: {
        'integration key': (fake) => fake.behave(() => ({ status: 400, body: { errors: ['Invalid routing key'] } }))
      }
    }
  ],
  teams: [
    {
      as: 'workflow',
      open: TARGETS.teams,
      loses: {
        'sig=': ({ url }): MakeTarget => {
          const address = workflowUrl(url).replace(/&sig=.*/, '')
          return (deps) => createTeamsTarget('tracker', { system: 'teams' }, address, deps)
        }
      }
    }
  ],
  webhook: [{ as: 'receiver', open: TARGETS.webhook, loses: {} }]
}

/** Rights that only a ticket proves, and what `tickets try` shows without them. A person sees whether Teams showed the card. */
const ONLY_TRIED: Readonly<Record<string, { readonly open: OpenTarget; readonly lose: Lose; readonly fails: object }>> =
  {
    'write access to work_notes': {
      open: TARGETS.servicenow,
      lose: (fake) => fake.behave(keepsField('work_notes')),
      fails: { call: 'note again', error: /took the note and does not show it/ }
    },
    'the same secret': {
      open: TARGETS.webhook,
      lose: ({ url }): MakeTarget => {
        const secret = `whsec_${Buffer.from('another secret of a test').toString('base64')}`
        return (deps) => createWebhookTarget('tracker', { system: 'webhook', url: `${url}/hook` }, secret, deps)
      },
      fails: { call: 'create', error: /answered 401/ }
    }
  }

async function opened(t: Test, open: OpenTarget, fields: readonly FieldsRow[] = []) {
  const clock = manualClock(NOW)
  const { fake, make } = await open(t, { clock })
  const target = (as = make) => openOutboxWorld(as, { clock, policy: { fields } }).target
  /** As `tickets check` and `tickets try` see it. */
  const without = (lose: Lose) => {
    fake.reset()
    const instead = lose(fake)
    return target(typeof instead === 'function' ? (instead as MakeTarget) : make)
  }
  return { fake, clock, target, without }
}

for (const system of TICKET_SYSTEMS) {
  const { rights } = NEEDED_RIGHTS[system]
  const [checked, tried] = (['check', 'try'] as const).map((by) =>
    rights.filter(({ provedBy }) => provedBy === by).map(({ right }) => right)
  ) as [string[], string[]]
  for (const { as, open, fields, loses } of LOGINS[system]) {
    t.test(`${system}, ${as}: each right that is missing is named`, async (t) => {
      const { target, without } = await opened(t, open, fields)
      t.same(await target().check(), { faults: [], warnings: [], unproved: tried }, 'with all rights')
      for (const [right, lose] of Object.entries(loses)) {
        const { faults } = await without(lose)
          .check()
          .catch((error: Error) => ({ faults: [error.message] }))
        const named = rights.filter((one) => faults.some((text) => text.includes(`${one.right} is missing`)))
        t.same(
          named.map((one) => one.right),
          [right],
          faults.join(' ')
        )
      }
    })
  }
  t.test(`${system}: the table's rights are all taken away`, async (t) => {
    const lost = new Set(LOGINS[system].flatMap(({ loses }) => Object.keys(loses)))
    t.same(lost, new Set(checked), 'by tickets check')
    t.same(
      tried.filter((right) => !(right in ONLY_TRIED)),
      system === 'teams' ? ['posting in the channel'] : [],
      'by tickets try'
    )
  })
}

for (const [right, { open, lose, fails }] of Object.entries(ONLY_TRIED)) {
  t.test(`only a ticket proves: ${right}`, async (t) => {
    const { clock, without } = await opened(t, open)
    const target = without(lose)
    const { faults, unproved } = await target.check()
    t.same([faults, unproved], [[], [right]])
    const failed = (await tryTarget(target, 'RE-LIVE1', clock.clock)).filter(({ error }) => error !== null)
    matchAll(t, failed, [fails])
  })
}

t.test('ServiceNow: a role that cannot be read is not taken for given; a ticket proves it', async (t) => {
  const unknown: readonly (readonly [string, OpenTarget, Lose])[] = [
    ['roles hidden', TARGETS.servicenow, (fake) => fake.behave(hidesRows('sys_user_has_role'))],
    ['roles hidden, OAuth', serviceNowOAuth, (fake) => fake.behave(hidesRows('sys_user_has_role'))],
    ['own user hidden', serviceNowOAuth, (fake) => fake.behave(hidesRows('sys_user', '=javascript'))],
    [
      'query ignored',
      serviceNowOAuth,
      (fake) =>
        fake.behave(({ url }) => {
          const result = ['c', 'd'].map((id) => ({ sys_id: id.repeat(32), user_name: id }))
          return url.startsWith('/api/now/table/sys_user?') ? { status: 200, body: { result } } : null
        })
    ]
  ]
  for (const [what, open, lose] of unknown) {
    const { without } = await opened(t, open)
    t.match((await without(lose).check()).unproved, ['itil', 'write access to work_notes'], what)
  }
  const { clock, without } = await opened(t, serviceNowOAuth)
  const readOnly = without((fake) =>
    fake.behave((request) => {
      const error = { message: 'Operation Failed', detail: 'ACL Exception Insert Failed due to security constraints' }
      if (request.method === 'POST' && request.url.endsWith('/incident')) return { status: 403, body: { error } }
      return hidesRows('sys_user_has_role')(request)
    })
  )
  matchAll(t, await tryTarget(readOnly, 'RE-LIVE1', clock.clock), [
    { call: 'check', error: null },
    { call: 'create', error: /ACL Exception Insert Failed/ }
  ])
})

t.test('ServiceNow: a state that is kept as it was is seen by the trial', async (t) => {
  const { clock, without } = await opened(t, TARGETS.servicenow)
  const target = without((fake) => fake.behave(keepsField('state')))
  const failed = (await tryTarget(target, 'RE-LIVE1', clock.clock)).filter(({ error }) => error !== null)
  matchAll(t, failed, [{ call: 'see it closed', error: /shows it as open/ }])
})

t.test(
  'ServiceNow: a closing by somebody whose flags cannot be read closes no case, and the check says so',
  async (t) => {
    const clock = manualClock(NOW)
    const { fake, make } = await TARGETS.servicenow(t, { clock })
    const world = openOutboxWorld(make, { clock })
    await world.save(waitingCase('Anna'))
    await world.settle()
    const key = fake.tickets('RE-Anna')[0]?.key ?? ''
    fake.person?.close(key, 'done')
    t.equal((await world.target.readOne(key))?.actor, 'person')
    const shown = {
      'resolved_by.user_name': 'olga',
      'resolved_by.name': 'Olga',
      sys_id: key,
      state: '6',
      number: 'INC1'
    }
    fake.behave(({ url }) => {
      if (url.startsWith('/api/now/table/sys_user?')) return { status: 200, body: { result: [{ user_name: 'olga' }] } }
      return url.includes(`/incident/${key}`) ? { status: 200, body: { result: shown } } : null
    })
    t.equal((await world.target.readOne(key))?.actor, 'unknown')
    matchAll(t, (await world.target.check()).faults, [/read access to sys_user is missing/])
  }
)

t.test('ServiceNow: the roles for another table are not known', async (t) => {
  const { target } = await opened(t, async (t, parts) => {
    const under = await serviceNow({ table: 'u_identity_incident' })(t, parts)
    under.fake.behave(({ url }) =>
      url.startsWith('/api/now/table/u_identity_incident') ? { status: 200, body: { result: [{ sys_id: '1' }] } } : null
    )
    return under
  })
  t.same(await target().check(), { faults: [], warnings: [], unproved: ['itil', 'write access to work_notes'] })
})

t.test('Jira: an empty resolveBy is a warning', async (t) => {
  const { target } = await opened(t, async (t, parts) => {
    const fake = await openJira(t, parts)
    const settings = { ...jiraSettings(fake.url), resolveBy: [] }
    return { fake, make: (deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps) }
  })
  const { faults, warnings } = await target().check()
  t.same(faults, [])
  matchAll(t, warnings, [/resolveBy is empty/])
})

t.test('a GitHub token that ends within two weeks is named with its end', async (t) => {
  const { fake, target } = await opened(t, TARGETS.github)
  const withEnd = async (at: string) => {
    fake.behave(({ url }) => {
      const headers = { 'github-authentication-token-expiration': at, date: new Date(NOW).toUTCString() }
      return url === '/repos/acme/ops' ? { status: 200, headers, body: { has_issues: true, archived: false } } : null
    })
    return (await same.check()).faults
  }
  const same = target()
  t.same(await withEnd('2026-07-15 12:00:00 UTC'), [])
  matchAll(t, await withEnd('2026-06-25 12:00:00 UTC'), [/expires at 2026-06-25T12:00:00.000Z/])
  matchAll(
    t,
    await withEnd(`${NOW.slice(0, 10)} 13:00:00 UTC`),
    [/expires at 2026-06-25T12/],
    'a token of an App is renewed by itself'
  )
})
