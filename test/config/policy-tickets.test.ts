/** The `tickets` section of the policy file: every error with its line. */
import t from 'tap'
import { readPolicy } from '../../src/config/policy/file.ts'

function errors(yaml: string): readonly string[] {
  const read = readPolicy(yaml)
  return read.ok ? [] : read.errors
}

t.test('defaults fill what a target leaves out', async (t) => {
  const read = readPolicy(`
tickets:
  reopenWithin: 3d
  targets:
    - { name: gh, system: github, repository: acme/ops }
    - { name: chat, system: slack, channel: C0123456789, personalData: [], callsPerMinute: 10 }
  routes:
    - { to: [gh], severities: [security, high] }
    - { to: [chat], hours: { from: '18:00', to: '08:00', zone: Europe/Berlin, days: [sat, sun] }, last: true }
`)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  t.match(read.policy.tickets, {
    reopenWithinMs: 259_200_000,
    targets: [
      {
        name: 'gh',
        personalData: ['login', 'name', 'user_id'],
        callsPerMinute: 50,
        settings: { url: 'https://api.github.com' }
      },
      {
        name: 'chat',
        personalData: [],
        callsPerMinute: 10,
        settings: { system: 'slack', url: 'https://slack.com/api/' }
      }
    ],
    routes: [
      { to: ['gh'], severities: ['security', 'high'] },
      { to: ['chat'], last: true }
    ]
  })
})

t.test('what does not fit together is told with its line', async (t) => {
  t.same(
    errors(`
tickets:
  targets:
    - { name: jira, system: jira, project: OPS, channel: C0123456789 }
    - { name: jira, system: webhook, url: "https://x.example" }
  routes:
    - { to: [jirra] }
    - { to: [jira], hours: { from: "09:00" } }
`),
    [
      'line 4: tickets.targets, item 1, lacks url, which jira needs.',
      'line 4: tickets.targets, item 1, lacks user, which jira needs.',
      'line 4: tickets.targets, item 1, has channel, which jira does not take.',
      'line 5: tickets.targets, item 2, has the name jira, which another target has. Give each its own.',
      'line 7: tickets.routes, item 1, leads to jirra, which is not a target (did you mean jira?).',
      'line 8: tickets.routes, item 2, has hours without from, to and zone.'
    ]
  )
  t.match(errors('tickets: {targets: [{name: a, system: webhook, url: "https://x.example"}]}'), [
    /no route leads to them/
  ])
  const leads = 'tickets: {targets: [{name: leads, system: slack, channel: C0123456}]}\n'
  t.same(errors(`${leads}summary: {chats: [leads]}`), [], 'a chat for the summary alone needs no route')
  t.same(errors(`${leads}summary: {chats: [leads, lead]}`), [
    'line 2: summary.chats names lead, which is not a target in Slack or Teams (did you mean leads?).'
  ])
  t.match(errors('tickets: {targets: [{name: a}], routes: [{to: [a]}]}'), [/needs a name and a system/])
})

t.test('fields that a system does not take, and rows without any, are refused with their line', async (t) => {
  const found = errors(`
tickets:
  targets:
    - { name: ops, system: jira, url: "https://x.example", user: a, project: OPS, affectedUser: caller }
    - { name: chat, system: slack, channel: C0123456, affectedUser: reporter }
  routes: [{ to: [ops, chat], queues: [security], rules: [suspended] }]
  fields:
    - { to: [ops], queues: [security], set: { project: SEC, assignees: [olga] } }
    - { to: [opps], set: {} }
    - { to: [chat], set: { labels: [x] } }
`)
  t.same(found, [
    'line 4: tickets.targets, item 1, has affectedUser: caller; for jira it may be reporter or watcher.',
    'line 5: tickets.targets, item 2, has affectedUser, which slack does not take.',
    'line 8: tickets.fields, item 1, sets assignees, which ops (jira) does not take. It takes project, issueType, priority, labels, fields.',
    'line 9: tickets.fields, item 2, leads to opps, which is not a target (did you mean ops?).',
    'line 9: tickets.fields, item 2, needs set: what the ticket gets.',
    'line 10: tickets.fields, item 3, sets labels, which chat (slack) does not take. It takes none.'
  ])
  t.match(errors('tickets: {fields: [{to: [a], set: {prio: High}}]}'), [/set\.prio is unknown/])
  t.match(errors('tickets: {routes: [{to: [a], rules: [suspendet]}]}'), [/rules, item 1, must be one of/])
})

t.test('ServiceNow logs in with a password or as an OAuth client, not both and not neither', async (t) => {
  const target = (keys: string) =>
    `tickets: {targets: [{name: a, system: servicenow, url: "https://x.example"${keys}}], routes: [{to: [a]}]}`
  t.same(errors(target(', user: bot')), [])
  t.same(errors(target(', clientId: c1')), [])
  t.match(errors(target('')), [/needs either user or clientId/])
  t.match(errors(target(', user: bot, clientId: c1')), [/needs either user or clientId/])
})

t.test('a template that cannot be is refused with its line', async (t) => {
  const target = (keys: string) =>
    `tickets: {targets: [{name: a, system: slack, channel: C0123456, ${keys}}], routes: [{to: [a]}]}`
  t.same(errors(target('summary: "{{severity}}: {{title}}"')), [])
  t.match(errors(target('summary: "{{serverity}}"')), [
    /^line 1: tickets.targets, item 1, summary names serverity, which does not exist \(did you mean severity\?\)/
  ])
  t.match(errors(target('body: "{{text}}"')), [/has body, which slack does not take/])
})

t.test('credentials never travel in the clear', async (t) => {
  const target = (url: string) => `tickets: {targets: [{name: a, system: webhook, url: "${url}"}], routes: [{to: [a]}]}`
  t.match(errors(target('http://tracker.example')), [/must be an address with https/])
  t.same(errors(target('http://127.0.0.1:8080')), [])
})

t.test('a proxy is none or an address without a login, and no message shows a password', async (t) => {
  const target = (keys: string) => `tickets: {targets: [{name: a, system: teams, ${keys}}], routes: [{to: [a]}]}`
  const read = readPolicy(target('proxy: "http://proxy.example:3128", caFile: /etc/ca.pem'))
  t.match(read.ok && read.policy.tickets.targets, [{ proxy: 'http://proxy.example:3128', caFile: '/etc/ca.pem' }])
  for (const fits of ['none', 'https://proxy.example', '"http://[::1]:3128/"'])
    t.same(errors(target(`proxy: ${fits}`)), [], fits)
  for (const wrong of ['proxy.example:3128', 'socks5://proxy.example:1080', 'http://proxy.example/path', 'off'])
    t.match(errors(target(`proxy: "${wrong}"`)), [
      /^line 1: .*proxy must be none, or the address of a proxy such as http/
    ])
  const [login] = errors(target('proxy: "http://anna:hunter2@proxy.example:3128"'))
  t.match(
    login,
    /one with a password is <name of the target>\.proxy in REENROLL_TICKET_SECRETS; it is "http:\/\/…@proxy/
  )
  const hook =
    'tickets: {targets: [{name: a, system: webhook, url: "https://anna:hunter2@x.example"}], routes: [{to: [a]}]}'
  t.match(errors(hook), [/must be an address with https/], 'an address with a login cannot be called')
  t.notMatch([login, ...errors(hook)].join(), /hunter2/)
})

t.test('mail to users is off, and what it says is checked', async (t) => {
  const read = readPolicy('tickets: {mail: {causes: [unknown], steps: {unknown: {opening: Hm., steps: [Wait.]}}}}')
  if (!read.ok) throw new Error(read.errors.join('\n'))
  t.match(read.policy.tickets.mail, {
    causes: ['unknown'],
    subject: '',
    steps: { unknown: { opening: 'Hm.', steps: ['Wait.'] } }
  })
  const plain = readPolicy('')
  t.same(plain.ok && plain.policy.tickets.mail.causes, [])
  t.match(errors('tickets: {mail: {steps: {unknown: {opening: Hm.}}}}'), [/unknown needs an opening and steps/])
  t.match(errors('tickets: {mail: {causes: [sunspots]}}'), [/line 1: tickets\.mail\.causes/])
  t.match(errors('tickets: {targets: [{name: mail, system: github, repository: a/b}], routes: [{to: [mail]}]}'), [
    /has the name mail, which mail to users has/
  ])
})
