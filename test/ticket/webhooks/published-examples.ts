/** Webhooks as their vendors publish them. */
import { readFileSync } from 'node:fs'

/** The events `issues` of @octokit/webhooks-examples 7.6.1 (MIT, Copyright (c) 2018 Octokit contributors); it has none of a closed issue. */
export const GITHUB_ISSUES: readonly { readonly action: string; readonly issue: { readonly number: number } }[] =
  readFileSync(new URL('github-issues.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** https://developer.atlassian.com/server/jira/platform/webhooks/ */
export const JIRA_ISSUE_UPDATED = {
  id: 2,
  timestamp: 1525698237764,
  issue: {
    ...{ id: '99291', self: 'https://jira.atlassian.com/rest/api/2/issue/99291', key: 'JRA-20002' },
    fields: {
      summary: 'I feel the need for speed',
      created: '2009-12-16T23:46:10.612-0600',
      description: 'Make the issue nav load 10x faster',
      labels: ['UI', 'dialogue', 'move'],
      priority: 'Minor'
    }
  },
  user: {
    self: 'https://jira.atlassian.com/rest/api/2/user?username=brollins',
    ...{ name: 'brollins', key: 'brollins', displayName: 'Bryan Rollins [Atlassian]', active: 'true' }
  },
  changelog: {
    items: [
      {
        ...{ toString: 'A new summary.', to: null, fromString: 'What is going on here?????', from: null },
        ...{ fieldtype: 'jira', field: 'summary' }
      }
    ],
    id: 10124
  },
  webhookEvent: 'jira:issue_updated'
}

/** https://developer.pagerduty.com/docs/webhooks-overview#webhook-payload */
export const PAGERDUTY_PRIORITY_UPDATED = {
  event: {
    id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
    event_type: 'incident.priority_updated',
    resource_type: 'incident',
    occurred_at: '2020-10-02T18:45:22.169Z',
    agent: {
      html_url: 'https://acme.pagerduty.com/users/PLH1HKV',
      self: 'https://api.pagerduty.com/users/PLH1HKV',
      ...{ id: 'PLH1HKV', summary: 'Tenex Engineer', type: 'user_reference' }
    },
    client: { name: 'PagerDuty' },
    data: {
      id: 'PGR0VU2',
      type: 'incident',
      self: 'https://api.pagerduty.com/incidents/PGR0VU2',
      html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      ...{ number: 2, status: 'triggered', incident_key: 'd3640fbd41094207a1c11e58e46b1662' },
      ...{ created_at: '2020-04-09T15:16:27Z', title: 'A little bump in the road' },
      service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
      assignees: [{ id: 'PTUXL6G', summary: 'User 123', type: 'user_reference' }],
      priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
      urgency: 'high',
      resolve_reason: null
    }
  }
}
