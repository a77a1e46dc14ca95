import t from 'tap'
import { personContract, targetContract } from '../../contract/ticket-target.ts'
import { TARGETS } from './open-targets.ts'

for (const [name, open] of Object.entries(TARGETS))
  t.test(`${name}: a target like any other`, (t) => targetContract(t, open))

const { github, jira, jiraDataCenter, servicenow } = TARGETS
for (const [name, open] of Object.entries({ github, jira, jiraDataCenter, servicenow }))
  t.test(`${name}: people work in it too`, (t) => personContract(t, open))
