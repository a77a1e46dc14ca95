/** What each cause says, and what each system is sent for one case. `RECORD=1` renews the record. */
import t from 'tap'
import { CAUSE_IDS } from '../../../src/domain/vocabulary.ts'
import { ticketDraft } from '../../../src/ticket/draft/draft.ts'
import { markdownOf } from '../../../src/ticket/format/markdown.ts'
import { plainLine } from '../../../src/ticket/format/text.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { createTeamsTarget } from '../../../src/ticket/targets/teams.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import type { Fake, FakeOptions } from '../../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'
import { openTeams, workflowUrl } from '../../fakes/teams.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { device, evidenceWith, factor, failure, logEntry, NOW, user } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { isRecorded } from '../../support/recorded.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'
import { caseWith, OPTIONS } from './cases.ts'

const RECORD = new URL('content.yaml', import.meta.url)

type Open = (t: Parameters<typeof openJira>[0], options: FakeOptions) => Promise<Fake>
type Make = (url: string) => MakeTarget

const SYSTEMS: Readonly<Record<string, readonly [Open, Make]>> = {
  webhook: [
    openWebhook,
    (url) => (deps) => createWebhookTarget('tracker', { system: 'webhook', url: `${url}/hook` }, WEBHOOK_SECRET, deps)
  ],
  jira: [openJira, (url) => (deps) => createJiraTarget('tracker', jiraSettings(url), JIRA_TOKEN, deps)],
  pagerduty: [
    openPagerDuty,
    (url) => (deps) => createPagerDutyTarget('tracker', { system: 'pagerduty', url, source: 'Okta' }, ROUTING_KEY, deps)
  ],
  github: [
    openGitHub,
    (url) => (deps) =>
      createGitHubTarget('tracker', { system: 'github', url, repository: 'acme/ops', appId: '' }, GITHUB_TOKEN, deps)
  ],
  servicenow: [
    openServiceNow,
    (url) => (deps) => createServiceNowTarget('tracker', serviceNowSettings(url), SN_PASSWORD, deps)
  ],
  slack: [
    openSlack,
    (url) => (deps) =>
      createSlackTarget(
        'tracker',
        { system: 'slack', url: `${url}/api/`, channel: SLACK_CHANNEL, approvers: ['U1'] },
        SLACK_TOKEN,
        deps
      )
  ],
  teams: [openTeams, (url) => (deps) => createTeamsTarget('tracker', { system: 'teams' }, workflowUrl(url), deps)]
}

/** A suspended user, whose case waits for an approval: all kinds of evidence, lists and links in one ticket. */
const waiting = waitingCase('Anna', {
  state: 'awaiting_approval',
  failures: [failure()],
  evidence: evidenceWith({
    user: user({ id: '00uAnna', status: 'SUSPENDED', statusChangedAt: NOW }),
    devices: [device()],
    factors: [factor(), factor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, status: 'ACTIVE' })],
    history: [logEntry({ eventType: 'user.lifecycle.suspend', actorLogin: 'hr@example.com', at: NOW })]
  }),
  guards: [{ id: 'G9', state: 'unknown', because: 'hr@example.com is not a trusted actor' }],
  proposal: {
    hash: 'h1',
    remediation: 'unsuspend_user',
    expiresAt: '2026-06-16T00:00:00.000Z',
    overridesNeeded: ['G9']
  }
})

t.test('what the title and the next step say for each cause', async (t) => {
  const texts = CAUSE_IDS.map((id) => {
    const cause = { id, confidence: 'high', because: ['a fact that points to it'], kbOption: null } as const
    const { title, body } = ticketDraft(caseWith({ cause, guards: [] }), OPTIONS)
    const next = body.findIndex((block) => block.kind === 'heading' && plainLine(block.line) === 'What to do next')
    return [id, `${title}\n${markdownOf(body.slice(next + 1, next + 2))}`]
  })
  isRecorded(t, RECORD, Object.fromEntries(texts))
})

t.test('the whole document', async (t) => {
  isRecorded(t, RECORD, { 'as Markdown': markdownOf(ticketDraft(waiting, OPTIONS).body) })
})

for (const [system, [open, make]] of Object.entries(SYSTEMS)) {
  t.test(system, async (t) => {
    const clock = manualClock(NOW)
    const fake = await open(t, { clock })
    const world = openOutboxWorld(make(fake.url), { clock })
    await world.save(waiting)
    await world.settle()
    t.equal(fake.requests.length, 1)
    isRecorded(t, RECORD, { [system]: bodyOf(fake.requests[0]?.body) })
  })
}

/** Bodies are JSON, or a form whose parts may be. */
function bodyOf(body: unknown): string {
  const parsed = typeof body === 'string' ? JSON.parse(body) : body
  const open = (value: unknown) => (typeof value === 'string' && /^(\{"|\[\{)/.test(value) ? JSON.parse(value) : value)
  const parts = Object.entries(Object(parsed)).map(([key, value]) => [key, open(value)])
  return laidOut(Object.fromEntries(parts), '')
}

/** JSON with every value that fits on one line. */
function laidOut(value: unknown, indent: string): string {
  const short = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || short.length <= 200) return short
  const inner = `${indent} `
  const parts = Array.isArray(value)
    ? value.map((item) => `${inner}${laidOut(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${laidOut(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}
