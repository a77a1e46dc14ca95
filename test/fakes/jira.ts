/**
 * Jira Cloud as https://developer.atlassian.com/cloud/jira/platform/rest/v3/ describes it, and as it behaves: search lags
 * behind what was written (JRACLOUD-96208), the old `/search` is gone (410), closed issues keep their label, and Jira
 * writes documents back with attributes of its own.
 */

import { field } from '../../src/domain/json.ts'
import { plus } from '../../src/domain/time.ts'
import { adfText } from '../../src/ticket/format/adf.ts'
import { listAt, textAt } from '../../src/ticket/targets/http.ts'
import { type Behaviour, type Fake, type FakeOptions, openFake } from './fake.ts'

interface Issue {
  readonly id: string
  key: string
  readonly keys: string[]
  fields: Record<string, unknown>
  labels: string[]
  status: 'To Do' | 'Done'
  resolution: string | null
  readonly created: string
  updated: string
  readonly comments: unknown[]
  /** The account type of who closed it last: apps act for automation rules. */
  closedBy: 'atlassian' | 'app' | 'unknown'
}

const PROJECTS = ['OPS', 'SEC']
/** How far search lags behind. */
const LAG_MS = 20_000
export const JIRA_USER = 'bot@example.com'
export const JIRA_TOKEN = 'jira-token-of-a-test'

const TRANSITIONS = [
  { id: '11', name: 'Back to work', to: { name: 'To Do', statusCategory: { key: 'new' } }, fields: {} },
  {
    id: '31',
    name: 'Resolve',
    to: { name: 'Done', statusCategory: { key: 'done' } },
    fields: { resolution: { required: true, name: 'Resolution', operations: ['set'] } }
  }
] as const

/** As a service project's portal shows it: every comment that no property keeps inside. */
export interface JiraFake extends Fake {
  portalComments(key: string): readonly string[]
  /** Moves the issue to another project, where it gets another key. */
  move(id: string, key: string): void
  /** Offers "Cancel request" before the other transition to Done. */
  offerCancel(): void
  /** Offers only this transition to Done. */
  offerOnly(name: string): void
  /** The account lacks this permission in a project. */
  lack(permission: string, project?: string): void
}

/** Data Center: version 2 of the API, texts as text, `search` with `startAt`, lists named `values`, a token as Bearer. */
export async function openJira(
  t: Parameters<typeof openFake>[0],
  options: FakeOptions & { readonly dataCenter?: boolean }
): Promise<JiraFake> {
  const dataCenter = options.dataCenter === true
  const api = `/rest/api/${dataCenter ? 2 : 3}`
  const issues: Issue[] = []
  let resolveName = 'Resolve'
  let offersCancel = false
  let lacking = ''
  let made = 0
  const now = options.clock.clock
  /** By id, or by any key that the issue has had: Jira finds a moved issue by its old key too. */
  const known = (key: string) => issues.find((issue) => issue.id === key || issue.keys.includes(key))
  /**
   * An issue of a security level that the account is not on, or in a project that it may not browse: searches lack it, and
   * one read answers 404 (https://support.atlassian.com/jira-cloud-administration/docs/configure-issue-security-schemes/).
   */
  let hidden: string | null = null
  const find = (key: string) => (known(key)?.id === hidden ? undefined : known(key))
  const shown = (issue: Issue) => shownBy(issue, dataCenter)
  const text = (issue: Issue) => adfText(issue.fields.description)

  const { faults } = await openFake(t, options, ({ app }) => {
    const basic = `Basic ${Buffer.from(`${JIRA_USER}:${JIRA_TOKEN}`).toString('base64')}`
    const login = dataCenter ? `Bearer ${JIRA_TOKEN}` : basic
    app.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization !== login) return reply.code(401).send({ errorMessages: ['Unauthorized'] })
      return undefined
    })
    const missing = { errorMessages: ['Issue does not exist or you do not have permission to see it.'], errors: {} }
    const refuse = (what: string) => ({ errorMessages: [], errors: { field: what } })

    app.get(`${api}/myself`, async () => ({ accountId: '5b10', emailAddress: JIRA_USER }))
    app.get<{ Params: { key: string } }>(`${api}/project/:key`, async ({ params }, reply) =>
      PROJECTS.includes(params.key) ? { key: params.key, id: '10000' } : reply.code(404).send(missing)
    )
    // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
    app.get<{ Querystring: Record<string, string> }>(`${api}/mypermissions`, async ({ query }) => {
      const has = (key: string) => `${key} in ${query.projectKey}` !== lacking
      const keys = query.permissions?.split(',') ?? []
      return { permissions: Object.fromEntries(keys.map((key) => [key, { key, havePermission: has(key) }])) }
    })
    app.get(`${api}/issue/createmeta/:project/issuetypes`, async () => ({
      issueTypes: [{ id: '10001', name: 'Task', subtask: false }]
    }))
    // Paged, 50 at most in the fake; a real project had 65 fields.
    app.get<{ Querystring: Record<string, string>; Params: { project: string } }>(
      `${api}/issue/createmeta/:project/issuetypes/:id`,
      async ({ query, params }) => {
        const [startAt, most] = [Number(query.startAt ?? 0), Math.min(Number(query.maxResults ?? 50), 50)]
        const fields = [
          ...['project', 'issuetype', 'summary'].map((key) => ({ key, name: key, required: true })),
          ...Array.from({ length: 60 }, (_, n) => ({ key: `customfield_1${n}`, name: `Field ${n}`, required: false })),
          ...['description', 'labels'].map((key) => ({ key, name: key, required: false })),
          { key: 'priority', name: 'Priority', required: false, allowedValues: [{ name: 'High' }, { name: 'Low' }] },
          { key: 'customfield_7', name: 'Team', required: true },
          { key: 'customfield_8', name: 'Site', required: params.project === 'SEC' }
        ].map((field) => ({ ...field, hasDefaultValue: false }))
        return { fields: fields.slice(startAt, startAt + most), startAt, maxResults: most, total: fields.length }
      }
    )
    app.post(`${api}/issue`, async ({ body }, reply) => {
      const fields = field(body, 'fields') as Record<string, unknown>
      const summary = textAt(fields, 'summary') ?? ''
      if (summary === '' || summary.length > 255 || summary.includes('\n'))
        return reply.code(400).send(refuse('summary'))
      const project = textAt(fields, 'project', 'key') ?? ''
      if (!PROJECTS.includes(project)) return reply.code(400).send(refuse('project'))
      if ((typeof fields.description === 'string') !== dataCenter) return reply.code(400).send(refuse('description'))
      if (adfText(fields.description).length > 32_767) return reply.code(400).send(refuse('description'))
      const labels = listAt(fields, 'labels').map(String)
      if (labels.some((label) => /\s/.test(label))) return reply.code(400).send(refuse('labels'))
      made += 1
      const id = String(9_999 + made)
      const key = `${project}-${made}`
      const { labels: _, ...rest } = fields
      issues.push({
        ...{
          id,
          key,
          keys: [key],
          labels,
          status: 'To Do',
          resolution: null,
          created: now(),
          updated: now(),
          comments: [],
          closedBy: 'atlassian'
        },
        fields: asJiraKeepsIt(rest)
      })
      return reply.code(201).send({ id, key, self: `${faults.url}/rest/api/3/issue/${id}` })
    })
    app.get<{ Params: { key: string } }>(`${api}/issue/:key`, async ({ params }, reply) => {
      const issue = find(params.key)
      return issue ? shown(issue) : reply.code(404).send(missing)
    })
    app.put<{ Params: { key: string } }>(`${api}/issue/:key`, async ({ params, body }, reply) => {
      const issue = find(params.key)
      if (!issue) return reply.code(404).send(missing)
      issue.fields = { ...issue.fields, ...asJiraKeepsIt(field(body, 'fields') as Record<string, unknown>) }
      for (const change of listAt(body, 'update', 'labels')) {
        const [add, remove] = [textAt(change, 'add'), textAt(change, 'remove')]
        issue.labels = issue.labels.filter((label) => label !== remove)
        if (add && !issue.labels.includes(add)) issue.labels.push(add)
      }
      issue.updated = now()
      return reply.code(204).send()
    })
    app.get<{ Params: { key: string } }>(`${api}/issue/:key/comment`, async ({ params }, reply) => {
      const issue = find(params.key)
      return issue
        ? { comments: issue.comments.toReversed(), total: issue.comments.length }
        : reply.code(404).send(missing)
    })
    app.post<{ Params: { key: string } }>(`${api}/issue/:key/comment`, async ({ params, body }, reply) => {
      const issue = find(params.key)
      if (!issue) return reply.code(404).send(missing)
      issue.comments.push({
        id: String(issue.comments.length + 1),
        body: field(body, 'body'),
        properties: listAt(body, 'properties'),
        created: now()
      })
      return reply.code(201).send(issue.comments.at(-1))
    })
    app.get<{ Params: { key: string } }>(`${api}/issue/:key/transitions`, async ({ params }) => {
      const done = find(params.key)?.status === 'Done'
      const offered = TRANSITIONS.filter((it) => (it.to.name === 'Done') !== done)
      const more = offersCancel && !done ? [{ ...TRANSITIONS[1], id: '41', name: 'Cancel request' }] : []
      const named = offered.map((it) => (it.name === 'Resolve' ? { ...it, name: resolveName } : it))
      return { transitions: [...more, ...named] }
    })
    app.post<{ Params: { key: string } }>(`${api}/issue/:key/transitions`, async ({ params, body }, reply) => {
      const issue = find(params.key)
      const done = issue?.status === 'Done'
      const chosen = TRANSITIONS.find(
        (it) => it.id === textAt(body, 'transition', 'id') && (it.to.name === 'Done') !== done
      )
      if (!issue || !chosen)
        return reply.code(400).send({ errorMessages: ['The transition is not valid.'], errors: {} })
      const resolution = textAt(body, 'fields', 'resolution', 'name')
      if (chosen.id === '31' && !resolution) return reply.code(400).send(refuse('resolution'))
      issue.status = chosen.to.name
      issue.resolution = chosen.id === '31' ? resolution : null
      // Our own account is a user like any other.
      issue.closedBy = 'atlassian'
      issue.updated = now()
      return reply.code(204).send()
    })
    if (!dataCenter)
      app.post(`${api}/search`, async (_request, reply) => reply.code(410).send({ errorMessages: ['Gone'] }))
    app.post(dataCenter ? `${api}/search` : `${api}/search/jql`, async ({ body }) => {
      const jql = textAt(body, 'jql') ?? ''
      const [, label = ''] = /labels = "([^"]+)"/.exec(jql) ?? []
      const [, project] = /project = "([^"]+)"/.exec(jql) ?? []
      const [, minutes] = /updated >= "-(\d+)m"/.exec(jql) ?? []
      const found = issues.filter(
        (issue) =>
          issue.labels.includes(label) &&
          issue.id !== hidden &&
          (project === undefined || issue.key.startsWith(`${project}-`)) &&
          plus(issue.updated, LAG_MS) <= now() &&
          (!jql.includes('statusCategory = Done') || issue.status === 'Done') &&
          (minutes === undefined || issue.updated >= plus(now(), -Number(minutes) * 60_000))
      )
      const all = (jql.includes('created DESC') ? found.toReversed() : found).map(shown)
      return dataCenter
        ? { issues: all.slice(Number(field(body, 'startAt'))), total: all.length }
        : { issues: all, isLast: true }
    })
  })

  return {
    ...faults,
    reset() {
      faults.reset()
      issues.length = 0
      made = 0
      hidden = null
      lacking = ''
    },
    tickets: (caseId) =>
      issues
        .filter((issue) => issue.labels.includes(`reenroll-${caseId}`))
        .map((issue) => ({
          key: issue.id,
          state: issue.status === 'Done' ? 'closed' : 'open',
          title: String(issue.fields.summary),
          body: text(issue),
          notes: issue.comments.map((comment) => adfText(field(comment, 'body')))
        })),
    move(id, key) {
      const issue = known(id)
      if (!issue) throw new Error(`no issue ${id}`)
      issue.key = key
      issue.keys.push(key)
    },
    offerCancel() {
      offersCancel = true
    },
    offerOnly(name) {
      resolveName = name
    },
    lack(permission, project = 'OPS') {
      lacking = `${permission} in ${project}`
    },
    portalComments: (key) =>
      (find(key)?.comments ?? [])
        .filter((comment) => !listAt(comment, 'properties').some(isInternal))
        .map((comment) => adfText(field(comment, 'body'))),
    person: {
      close(key, how, by = 'person') {
        const issue = known(key)
        if (!issue) throw new Error(`no issue ${key}`)
        issue.status = 'Done'
        issue.resolution = how === 'done' ? 'Done' : "Won't Do"
        issue.closedBy = by === 'bot' ? 'app' : by === 'unknown' ? 'unknown' : 'atlassian'
        issue.updated = now()
      },
      edit(key, change) {
        const issue = known(key)
        if (!issue) throw new Error(`no issue ${key}`)
        const description = {
          type: 'doc',
          version: 1,
          content: [{ type: 'paragraph', content: [{ type: 'text', text: change.body }] }]
        }
        issue.fields = {
          ...issue.fields,
          ...(change.title === undefined ? {} : { summary: change.title }),
          ...(change.body === undefined ? {} : { description: dataCenter ? change.body : description })
        }
      },
      remove(key) {
        issues.splice(0, issues.length, ...issues.filter((issue) => issue !== known(key)))
      },
      hide(key) {
        hidden = key
      }
    }
  }
}

function isInternal(property: unknown): boolean {
  return textAt(property, 'key') === 'sd.public.comment' && field(property, 'value', 'internal') === true
}

function shownBy(issue: Issue, dataCenter: boolean) {
  const { id, key, fields, labels, status, resolution, created, updated, closedBy } = issue
  // Data Center's author has a name and no kind; Cloud's the reverse. An erased account is `unknown`
  // (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/).
  const displayName = closedBy === 'app' ? 'Automation for Jira' : 'Olga'
  const author = dataCenter ? { displayName, name: 'olga' } : { displayName, accountType: closedBy }
  return {
    id,
    key,
    // Only where `expand` asks for it; more than is asked for does no harm here.
    changelog: { histories: status === 'Done' ? [{ author, created: updated, items: [{ field: 'status' }] }] : [] },
    fields: {
      ...fields,
      labels,
      created: created.replace('Z', '+0000'),
      resolution: resolution === null ? null : { name: resolution },
      status: { name: status, statusCategory: { key: status === 'Done' ? 'done' : 'new' } }
    }
  }
}

/** Jira gives paragraphs an id of its own, and keeps no empty description. */
function asJiraKeepsIt(fields: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(fields).replaceAll('"type":"paragraph"', '"type":"paragraph","attrs":{"localId":"9f1c"}')
  return JSON.parse(text) as Record<string, unknown>
}

/**
 * An expired API token makes the caller anonymous: reads of issues answer 404, searches 200 and nothing, and a header names
 * the reason (https://github.com/MrRefactoring/jira.js/issues/418).
 */
export const expiredToken: Behaviour = ({ method, url }) => {
  const headers = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }
  if (url.startsWith(`/rest/api/3/search`)) return { status: 200, headers, body: { issues: [], isLast: true } }
  if (url.startsWith(`/rest/api/3/myself`))
    return { status: 401, headers, body: { message: 'Client must be authenticated' } }
  if (method === 'POST' && url === `/rest/api/3/issue`) {
    return { status: 400, headers, body: { errors: { project: 'valid project is required' }, errorMessages: [] } }
  }
  return {
    status: 404,
    headers,
    body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] }
  }
}

/** A required field was added to the issue type: every create is refused alike. */
export const fieldBecameRequired: Behaviour = ({ method, url }) =>
  method === 'POST' && url === `/rest/api/3/issue`
    ? { status: 400, body: { errorMessages: [], errors: { customfield_9: 'Site is required.' } } }
    : null

/**
 * A token with scopes answers 401 to a call that none of them covers (https://github.com/raycast/extensions/issues/11212);
 * each call's scope is named at https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/.
 */
export const withoutScope =
  (scope: string): Behaviour =>
  ({ method, url }) => {
    const isSearch = url.startsWith(`/rest/api/3/search`)
    const needed = url.startsWith(`/rest/api/3/myself`)
      ? 'read:jira-user'
      : `${method === 'GET' || isSearch ? 'read' : 'write'}:jira-work`
    return needed === scope ? { status: 401, body: { code: 401, message: 'Unauthorized; scope does not match' } } : null
  }
