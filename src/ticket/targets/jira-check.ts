/** What `reenroll doctor` asks of Jira; reads only. */
import { listAt, textAt } from '../answers.ts'
import type { Answer, Ask } from '../wire.ts'
import type { JiraSettings } from './jira.ts'

type Call = (method: string, address: string, ask?: Ask) => Promise<Answer>

/** Fields that every create sends. */
const SENT = new Set(['project', 'issuetype', 'summary', 'description', 'labels'])

export async function checkJira(
  name: string,
  settings: JiraSettings,
  api: (...parts: string[]) => string,
  call: Call
): Promise<readonly string[]> {
  const { project, issueType, fields } = settings
  await call('GET', api('myself'))
  const found = await call('GET', api('project', project), { expect: [404] })
  if (found.status === 404) {
    return [`${name}: there is no project ${project}, or ${settings.user} may not see it. Check project and user.`]
  }
  const types = listAt((await call('GET', api('issue', 'createmeta', project, 'issuetypes'))).body, 'issueTypes')
  const type = types.find((it) => textAt(it, 'name') === issueType)
  if (!type) {
    const all = types.map((it) => textAt(it, 'name')).join(', ') || 'none'
    return [
      `${name}: the project ${project} has no issue type ${issueType}. It has ${all}; set issueType to one of them.`
    ]
  }
  const id = textAt(type, 'id') ?? ''
  const asked = listAt((await call('GET', api('issue', 'createmeta', project, 'issuetypes', id))).body, 'fields')
  const missing = asked.filter((it) => {
    const key = textAt(it, 'key') ?? textAt(it, 'fieldId') ?? ''
    const given = SENT.has(key) || key === 'reporter' || key in fields
    return Reflect.get(Object(it), 'required') === true && Reflect.get(Object(it), 'hasDefaultValue') !== true && !given
  })
  const unknown = [...SENT].filter((key) => !asked.some((it) => (textAt(it, 'key') ?? textAt(it, 'fieldId')) === key))
  return [
    ...missing.map(
      (it) =>
        `${name}: ${issueType} needs the field "${textAt(it, 'name')}" (${textAt(it, 'key')}). Set it under fields.`
    ),
    ...unknown
      .filter((key) => key === 'labels' || key === 'description')
      .map(
        (key) =>
          `${name}: the create screen of ${issueType} lacks the field ${key}, which Reenroll needs. Add it to the screen.`
      )
  ]
}
