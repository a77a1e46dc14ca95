/** What `tickets check` asks of Jira: login, scopes, permissions, and the fields of the create screens. Makes nothing. */

import { suggestion } from '../../config/did-you-mean.ts'
import type { JiraSettings, TicketFields } from '../../config/policy/ticket-policy.ts'
import { field } from '../../domain/json.ts'
import { listAt, textAt } from './http.ts'
import { missingRights, NEEDED_RIGHTS } from './rights.ts'
import { type HttpRequest, type HttpResponse, TargetError } from './target.ts'

type Call = (method: string, address: string, ask?: HttpRequest) => Promise<HttpResponse>

/** Fields that every create sends. */
const SENT = ['project', 'issuetype', 'summary', 'description', 'labels']

/** A field of a create screen. */
interface ScreenField {
  readonly key: string
  readonly name: string
  readonly isRequired: boolean
  /** Names of the values it takes; empty where any fits. */
  readonly values: readonly string[]
}

export async function jiraFaults(
  name: string,
  settings: JiraSettings,
  set: readonly TicketFields[],
  api: (...parts: string[]) => string,
  call: Call
): Promise<readonly string[]> {
  const { project, issueType, fields } = settings
  /** A token with scopes answers 401 to a call that none of them covers. */
  async function scoped(scope: string, method: string, address: string, ask: HttpRequest): Promise<HttpResponse> {
    try {
      return await call(method, address, ask)
    } catch (error) {
      if (!(error instanceof TargetError) || !error.message.includes('scope does not match')) throw error
      throw new TargetError('denied', missingRights(name, 'jira', [scope]).join(' '))
    }
  }
  await scoped('read:jira-user', 'GET', api('myself'), {})
  const permissions = permissionsFor(settings)
  /** What the account lacks in a project where tickets are made. */
  async function lackingIn(key: string): Promise<readonly string[]> {
    const found = await scoped('read:jira-work', 'GET', api('project', key), { expect: [404] })
    if (found.status === 404) {
      const what = `${name}: there is no project ${key}, or ${settings.user || 'the account'} may not see it. Check project and user.`
      return [what, ...missingRights(name, 'jira', ['BROWSE_PROJECTS'], ` in ${key}`)]
    }
    const query = new URLSearchParams({ projectKey: key, permissions: permissions.join(',') })
    const mine = await call('GET', `${api('mypermissions')}?${query}`)
    const lacking = permissions.filter((right) => field(mine.body, 'permissions', right, 'havePermission') !== true)
    return missingRights(name, 'jira', lacking, ` in ${key}`)
  }
  const lacking: string[] = []
  for (const key of new Set([project, ...set.flatMap(({ project = [] }) => project)]))
    lacking.push(...(await lackingIn(key)))
  if (lacking.length > 0) return lacking
  // Nothing is made: an issue needs fields. The scope is judged first.
  await scoped('write:jira-work', 'POST', api('issue'), { body: { fields: {} }, expect: [400, 403] })

  /** All pages of the list: large projects have more fields than one page holds. */
  async function allOf(address: string, list: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    for (;;) {
      const { body } = await call('GET', `${address}?startAt=${found.length}&maxResults=100`, { expect: [404] })
      // Data Center calls both lists `values`.
      const page = [...listAt(body, list), ...listAt(body, 'values')]
      found.push(...page)
      if (page.length === 0 || found.length >= Number(textAt(body, 'total') ?? 0)) return found
    }
  }

  /** The create screen, or what is wrong with project and type. */
  async function screenOf(project: string, issueType: string): Promise<readonly ScreenField[] | string> {
    const types = await allOf(api('issue', 'createmeta', project, 'issuetypes'), 'issueTypes')
    const type = types.find((it) => textAt(it, 'name') === issueType)
    if (!type) {
      const all = types.map((it) => textAt(it, 'name')).join(', ') || 'none'
      return `${name}: the project ${project} has no issue type ${issueType}. It has ${all}; set issueType to one of them.`
    }
    const id = textAt(type, 'id') ?? ''
    return (await allOf(api('issue', 'createmeta', project, 'issuetypes', id), 'fields')).map(screenFieldOf)
  }

  const screens = new Map<string, readonly ScreenField[] | string>()
  const faults: string[] = []
  for (const row of [{ fields }, ...set]) {
    const [inProject, ofType] = [row.project ?? project, row.issueType ?? issueType]
    const place = `${inProject}/${ofType}`
    const isNew = !screens.has(place)
    const screen = screens.get(place) ?? (await screenOf(inProject, ofType))
    screens.set(place, screen)
    if (typeof screen === 'string') faults.push(...(isNew ? [screen] : []))
    else {
      const where = `${name}: ${ofType} in ${inProject}`
      // Which other rows match together with this one is not known, so what any of them sets counts.
      const given = place === `${project}/${issueType}` ? [{ fields }] : [{ fields }, ...set]
      faults.push(...(isNew ? missingFields(where, given, screen) : []), ...unknownNames(where, row, screen))
    }
  }
  return faults
}

/** Rights that only some settings need. */
const ONLY_WITH: Readonly<Record<string, readonly JiraSettings['affectedUser'][]>> = {
  MANAGE_WATCHERS: ['watcher'],
  MODIFY_REPORTER: ['reporter'],
  USER_PICKER: ['watcher', 'reporter']
}

function permissionsFor({ affectedUser }: JiraSettings): readonly string[] {
  const all = NEEDED_RIGHTS.jira.rights.map(({ right }) => right).filter((right) => !right.includes(':'))
  return all.filter((right) => ONLY_WITH[right]?.includes(affectedUser) ?? true)
}

function screenFieldOf(it: unknown): ScreenField {
  return {
    key: textAt(it, 'key') ?? textAt(it, 'fieldId') ?? '',
    name: textAt(it, 'name') ?? '',
    isRequired: field(it, 'required') === true && field(it, 'hasDefaultValue') !== true,
    values: listAt(it, 'allowedValues').flatMap((value) => textAt(value, 'name') ?? [])
  }
}

/** The fields that a row sets. */
function keysOf({ fields = {}, priority }: TicketFields): readonly string[] {
  return [...Object.keys(fields), ...(priority === undefined ? [] : ['priority'])]
}

/** What every issue needs and gets from nowhere, or what we send and the screen lacks. */
function missingFields(
  where: string,
  rows: readonly TicketFields[],
  screen: readonly ScreenField[]
): readonly string[] {
  const given = [...SENT, 'reporter', ...rows.flatMap(keysOf)]
  const missing = screen.filter(({ key, isRequired }) => isRequired && !given.includes(key))
  const lacking = ['description', 'labels'].filter((key) => !screen.some((it) => it.key === key))
  return [
    ...missing.map((it) => `${where} needs the field "${it.name}" (${it.key}). Set it under fields.`),
    ...lacking.map((key) => `${where} lacks the field ${key}, which Reenroll needs. Add it to the create screen.`)
  ]
}

/** Fields and priorities that the policy sets and the screen does not have. */
function unknownNames(where: string, row: TicketFields, screen: readonly ScreenField[]): readonly string[] {
  const { priority } = row
  const keys = screen.map(({ key }) => key)
  const unknown = keysOf(row).filter((key) => !keys.includes(key))
  const values = screen.find(({ key }) => key === 'priority')?.values ?? []
  const isWrong = priority !== undefined && values.length > 0 && !values.includes(priority)
  return [
    ...unknown.map((wanted) => {
      // The name that people see is not the one that the API takes.
      const shown = screen.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
      const meant = shown ? ` (did you mean ${shown.key}?)` : suggestion(wanted, keys)
      return `${where} has no field ${wanted}${meant}. Correct it under fields.`
    }),
    ...(isWrong
      ? [`${where} has no priority ${priority}${suggestion(priority, values)}. It has ${values.join(', ')}.`]
      : [])
  ]
}
