/** What each system is sent for each cause, whole: one snapshot per cause and system. Renew them with `TAP_SNAPSHOT=1`. */
import t from 'tap'
import { CAUSE_IDS } from '../../../src/domain/vocabulary.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import type { Fake, FakeOptions } from '../../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { evidenceWith, NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'

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
      createGitHubTarget('tracker', { system: 'github', url, repository: 'acme/ops' }, GITHUB_TOKEN, deps)
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
  ]
}

for (const [system, [open, make]] of Object.entries(SYSTEMS)) {
  t.test(system, async (t) => {
    const clock = manualClock(NOW)
    const fake = await open(t, { clock })
    for (const id of CAUSE_IDS) {
      fake.reset()
      clock.set(NOW)
      const world = openOutboxWorld(make(fake.url), { clock })
      const cause = { id, confidence: 'high', because: ['a fact that points to it'], kbOption: null } as const
      await world.save(waitingCase('Anna', { cause, evidence: evidenceWith() }))
      await world.settle()
      t.equal(fake.requests.length, 1)
      t.matchSnapshot(bodyOf(fake.requests[0]?.body), `${system} ${id}`)
    }
  })
}

/** Bodies are JSON, or a form whose parts may be. */
function bodyOf(body: unknown): string {
  const parsed = typeof body === 'string' ? JSON.parse(body) : body
  const open = (value: unknown) => (typeof value === 'string' && /^(\{"|\[\{)/.test(value) ? JSON.parse(value) : value)
  const parts = Object.entries(Object(parsed)).map(([key, value]) => [key, open(value)])
  return JSON.stringify(Object.fromEntries(parts), null, 1)
}
