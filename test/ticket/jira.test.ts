import t from 'tap'
import { createJiraTarget } from '../../src/ticket/targets/jira.ts'
import { type OpenTarget, personContract, targetContract } from '../contract/ticket-target.ts'
import { JIRA_TOKEN, openJira } from '../fakes/jira.ts'
import { jiraSettings } from './target-settings.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openJira(t, { clock, ...(perMinute ? { perMinute } : {}) })
  return { fake, make: (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
