/** Settings of targets at their fakes. */

import type { JiraSettings, ServiceNowSettings } from '../../src/config/policy/ticket-policy.ts'
import { JIRA_USER } from '../fakes/jira.ts'
import { SN_USER } from '../fakes/servicenow.ts'

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
    table: 'incident',
    fields: {},
    closeCode: 'Solved (Permanently)',
    wontFix: []
  }
}
