/** Settings of targets at their fakes. */

import type { JiraSettings, ServiceNowSettings, TargetPolicy } from '../../src/config/policy/tickets.ts'

import { PERSONAL_DATA } from '../../src/config/policy/tickets-schema.ts'
import { JIRA_USER } from '../fakes/jira.ts'
import { SN_USER } from '../fakes/servicenow.ts'

/** What the policy says of a target, with the built-in words. */
export function targetPolicy(over: Partial<TargetPolicy> = {}): TargetPolicy {
  return {
    name: 'tracker',
    personalData: PERSONAL_DATA,
    callsPerMinute: 1_000,
    template: { summary: '', body: '' },
    switches: { update: true, reopen: true, resolve: true },
    fields: [],
    settings: { system: 'webhook', url: 'https://siem.example' },
    ...over
  }
}

export function jiraSettings(url: string): JiraSettings {
  return {
    system: 'jira',
    url,
    user: JIRA_USER,
    project: 'OPS',
    issueType: 'Task',
    fields: { customfield_7: 'identity' },
    resolveBy: ['Resolve'],
    reopenBy: ['Back to work'],
    apiUrl: '',
    affectedUser: '',
    transitionFields: {},
    resolution: 'Done',
    wontFix: ["Won't Do"]
  }
}

export function serviceNowSettings(url: string): ServiceNowSettings {
  return {
    system: 'servicenow',
    url,
    user: SN_USER,
    clientId: '',
    table: 'incident',
    fields: {},
    affectedUser: '',
    closeCode: 'Solved (Permanently)',
    wontFix: []
  }
}
