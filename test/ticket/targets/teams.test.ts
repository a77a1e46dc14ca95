/** Cards for Microsoft Teams: what people read, what text of others cannot become, and how large a card gets. */
import t from 'tap'
import { bullets, code, heading, line, link, paragraph } from '../../../src/ticket/format/document.ts'
import type { TicketSnapshot } from '../../../src/ticket/targets/target.ts'
import { createTeamsTarget, teamsCard } from '../../../src/ticket/targets/teams.ts'
import { openTeams, workflowUrl } from '../../fakes/teams.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'

const SNAPSHOT: TicketSnapshot = {
  caseId: 'RE-1',
  title: 'Okta Verify: anna@example.com cannot enroll',
  body: [
    heading('What happened'),
    paragraph(line`It failed. See ${link('the log', 'https://acme.okta.com/x(1)')}.`),
    heading('What to do next'),
    ...bullets(['Call the user.'])
  ],
  labels: [],
  severity: 'normal',
  story: 3,
  caseUrl: 'https://reenroll.example.com/cases/RE-1',
  openedAt: NOW,
  newEntries: [line`Somebody took the case.`],
  ...{ set: {}, login: null, taken: false },
  proposal: null
}

const linesOf = (snapshot: TicketSnapshot, news: Parameters<typeof teamsCard>[1]) =>
  teamsCard(snapshot, news).body.map(({ inlines }) => inlines.map(({ text }) => text).join(''))

t.test('a new case is shown whole, later cards show what is new, and each names its case', async (t) => {
  const whole = ['What happened', 'It failed. See the log.', 'What to do next', '• Call the user.', 'Reenroll RE-1/3']
  const updated = ['• Somebody took the case.', ...whole]
  t.same(linesOf(SNAPSHOT, 'opened'), [SNAPSHOT.title, ...whole])
  t.same(linesOf(SNAPSHOT, 'updated'), [`Update: ${SNAPSHOT.title}`, ...updated])
  const resolved = [`✅ Resolved: ${SNAPSHOT.title}`, '• Somebody took the case.', 'Reenroll RE-1/3']
  t.same(linesOf(SNAPSHOT, 'resolved'), resolved)
  t.same(teamsCard(SNAPSHOT, 'opened').actions, [{ type: 'Action.OpenUrl', title: 'Open RE-1', url: SNAPSHOT.caseUrl }])
})

t.test('a device name with Markdown, a mention or a date is shown as it is', async (t) => {
  const hostile = '[free](https://evil.example) <at>Everyone</at> **x** {{DATE(2020-01-01T00:00:00Z)}}'
  const card = teamsCard(
    { ...SNAPSHOT, title: hostile, body: [heading('Why'), paragraph(line`${hostile} ${code(hostile)}`)] },
    'opened'
  )
  const runs = card.body.flatMap(({ inlines }) => inlines)
  t.same(new Set(runs.map(({ type }) => type)), new Set(['TextRun']), 'runs know no Markdown')
  t.same(
    runs.filter(({ selectAction }) => selectAction),
    []
  )
  t.notMatch(JSON.stringify(card), /"entities"|\{\{/)
})

t.test('a long case is cut to what Teams takes, with a link to the rest', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openTeams(t, { clock })
  const { target } = openOutboxWorld(
    (deps) => createTeamsTarget('chat', { system: 'teams' }, workflowUrl(fake.url), deps),
    { clock }
  )
  const body = [
    heading('What happened'),
    ...bullets(Array.from({ length: 400 }, (_, n) => `"Ünüsüal" line ${n} ${'x'.repeat(80)}`))
  ]
  await target.ensure({ ...SNAPSHOT, body }, null)
  const [ticket] = fake.tickets('RE-1')
  t.match(ticket?.body, /line 99 [\s\S]*The rest is too long for Teams/)
})

t.test('an address that is not a workflow’s is refused at once; others are named by the check', async (t) => {
  const make = (address: string) =>
    openOutboxWorld((deps) => createTeamsTarget('chat', { system: 'teams' }, address, deps)).target
  t.throws(() => make('xoxb-token'), /The secret for chat is not the address of a workflow/)
  t.throws(() => make('http://flows.example.com/?sig=x'), /begins with https/)
  matchAll(t, (await make('https://acme.webhook.office.com/webhookb2/1').check()).faults, [/Office 365 connector/])
  matchAll(t, (await make('https://x.environment.api.powerplatform.com/a').check()).faults, [/sig= is missing/])
  t.same((await make('https://x.environment.api.powerplatform.com/a?sig=x').check()).faults, [])
})

t.test('a wrong signature concerns the credential, a deleted workflow the target', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openTeams(t, { clock })
  const reason = async (address: string) => {
    const { target } = openOutboxWorld((deps) => createTeamsTarget('chat', { system: 'teams' }, address, deps), {
      clock
    })
    return target.ensure(SNAPSHOT, null).catch((error: { reason: string }) => error.reason)
  }
  t.equal(await reason(`${workflowUrl(fake.url)}x`), 'denied')
  t.equal(await reason(workflowUrl(fake.url).replace('/workflows/1/', '/workflows/2/')), 'misdirected')
})

t.test('news whose answer was lost are posted again rather than lost', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openTeams(t, { clock })
  const world = openOutboxWorld(
    (deps) => createTeamsTarget('tracker', { system: 'teams' }, workflowUrl(fake.url), deps),
    {
      clock
    }
  )
  fake.failAt(0, 'drop_after')
  await world.save(waitingCase('Anna'), {}, { what: 'Handed to a person.' })
  await world.settle()
  t.equal(fake.tickets('RE-Anna')[0]?.notes.length, 2)
})
