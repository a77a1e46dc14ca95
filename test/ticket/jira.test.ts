import t from 'tap'
import { createJiraTarget, type JiraSettings } from '../../src/ticket/targets/jira.ts'
import { type OpenTarget, personContract, targetContract } from '../contract/ticket-target.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../fakes/jira.ts'

export function jiraSettings(url: string, over: Partial<JiraSettings> = {}): JiraSettings {
  return {
    system: 'jira',
    url,
    user: JIRA_USER,
    project: 'OPS',
    issueType: 'Task',
    fields: { customfield_7: 'identity' },
    resolveBy: ['Resolve'],
    reopenBy: ['Back to work'],
    resolution: 'Done',
    wontFix: ["Won't Do"],
    ...over
  }
}

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openJira(t, { clock, ...(perMinute ? { perMinute } : {}) })
  return { fake, make: (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
