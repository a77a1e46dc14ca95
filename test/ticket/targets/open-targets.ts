/** Every ticket system beyond the built-in desk, each beside its fake. */
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { createTeamsTarget } from '../../../src/ticket/targets/teams.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import type { OpenTarget } from '../../contract/ticket-target.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'
import { openTeams, workflowUrl } from '../../fakes/teams.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'

const github: OpenTarget = async (t, parts) => {
  const fake = await openGitHub(t, parts)
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: '' } as const
  return { fake, make: (deps) => createGitHubTarget('tracker', settings, GITHUB_TOKEN, deps) }
}

const jira: OpenTarget = async (t, parts) => {
  const fake = await openJira(t, parts)
  const settings = { ...jiraSettings(fake.url), affectedUser: 'watcher' } as const
  return { fake, make: (deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps) }
}

const jiraDataCenter: OpenTarget = async (t, parts) => {
  const fake = await openJira(t, { ...parts, dataCenter: true })
  const settings = { ...jiraSettings(fake.url), user: '', deployment: 'data-center' } as const
  return { fake, make: (deps) => createJiraTarget('tracker', settings, JIRA_TOKEN, deps) }
}

const pagerduty: OpenTarget = async (t, parts) => {
  const fake = await openPagerDuty(t, parts)
  const settings = { system: 'pagerduty', url: fake.url, source: 'acme.okta.com' } as const
  return { fake, make: (deps) => createPagerDutyTarget('tracker', settings, ROUTING_KEY, deps) }
}

const servicenow: OpenTarget = async (t, parts) => {
  const fake = await openServiceNow(t, parts)
  return { fake, make: (deps) => createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps) }
}

const slack: OpenTarget = async (t, parts) => {
  const fake = await openSlack(t, parts)
  const settings = { system: 'slack', url: `${fake.url}/api/`, channel: SLACK_CHANNEL, approvers: ['U1'] } as const
  return { fake, make: (deps) => createSlackTarget('tracker', settings, SLACK_TOKEN, deps) }
}

const teams: OpenTarget = async (t, parts) => {
  const fake = await openTeams(t, parts)
  const secret = workflowUrl(fake.url)
  return { fake, make: (deps) => createTeamsTarget('tracker', { system: 'teams' }, secret, deps) }
}

const webhook: OpenTarget = async (t, parts) => {
  const fake = await openWebhook(t, parts)
  const settings = { system: 'webhook', url: `${fake.url}/hook` } as const
  return { fake, make: (deps) => createWebhookTarget('tracker', settings, WEBHOOK_SECRET, deps) }
}

export const TARGETS = { github, jira, jiraDataCenter, pagerduty, servicenow, slack, teams, webhook }
