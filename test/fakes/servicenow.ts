/**
 * ServiceNow's Table API as
 * https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html describes
 * it, and as it behaves: `correlation_id` is not unique, a resolved incident is still active, a closed one takes no change
 * of state, resolving needs a code and notes, times are UTC without a zone, too long a text is cut without a word.
 */

import { isDeepStrictEqual } from 'node:util'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { textAt } from '../../src/ticket/targets/http.ts'
import { type Behaviour, type Fake, type FakeOptions, openFake } from './fake.ts'

interface Incident {
  readonly sys_id: string
  readonly number: string
  state: string
  close_code: string
  close_notes: string
  short_description: string
  description: string
  correlation_id: string
  readonly correlation_display: string
  readonly sys_created_on: string
  sys_updated_on: string
  readonly journal: string[]
}

/** Who closed it, as the fields of the user beside the reference. */
const CLOSERS = {
  person: {
    'resolved_by.name': 'Olga',
    'resolved_by.user_name': 'olga',
    'resolved_by.web_service_access_only': 'false'
  },
  bot: { 'resolved_by.name': 'System', 'resolved_by.user_name': 'system' },
  integration: { 'closed_by.user_name': 'monitoring', 'closed_by.web_service_access_only': 'true' },
  unknown: { 'resolved_by.name': '', 'resolved_by.user_name': '' }
} as const

export const SN_USER = 'reenroll'
export const SN_CLIENT_ID = 'oauth-client-of-a-test'
export const SN_PASSWORD = 'servicenow-password-of-a-test'

const OWN_ID = 'c'.repeat(32)
const USERS = [
  { sys_id: OWN_ID, user_name: SN_USER, name: 'Reenroll', web_service_access_only: 'true' },
  { sys_id: 'd'.repeat(32), user_name: 'olga', name: 'Olga', web_service_access_only: 'false' }
]

/** Whether a query by the login's own user lets this one through; others name a login, and nobody has it here. */
function isOwn(query: string, id: string): boolean {
  if (query === 'sys_id=javascript:gs.getUserID()') return id === OWN_ID
  return query === 'user_nameISNOTEMPTY^sys_id!=javascript:gs.getUserID()' && id !== OWN_ID
}

export async function openServiceNow(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<Fake> {
  const incidents: Incident[] = []
  const tokens = new Map<string, string>()
  let count = 0
  const clock = options.clock.clock
  const now = () => clock().slice(0, 19).replace('T', ' ')
  /** Every instance has records of other teams. */
  const otherTeams: Incident = {
    ...{ sys_id: 'f'.repeat(32), number: 'INC0000001', state: '1', close_code: '', close_notes: '' },
    ...{ short_description: 'Printer', description: '', correlation_id: '', correlation_display: '' },
    ...{ sys_created_on: '2020-01-01 00:00:00', sys_updated_on: '2020-01-01 00:00:00', journal: [] }
  }
  /**
   * A row-level ACL or before-query rule leaves one record out of lists, and its read answers 404
   * (https://www.servicenow.com/docs/bundle/zurich-platform-security/page/administer/contextual-security/concept/access-control-rules.html).
   */
  let hiddenId: string | null = null
  const find = (id: string) => (id === hiddenId ? undefined : incidents.find((incident) => incident.sys_id === id))
  const missing = {
    error: { message: 'No Record found', detail: 'Record doesn’t exist or ACL restricts' },
    status: 'failure'
  }

  const { faults } = await openFake(t, options, ({ app }) => {
    const basic = `Basic ${Buffer.from(`${SN_USER}:${SN_PASSWORD}`).toString('base64')}`
    app.addHook('onRequest', async (request, reply) => {
      const bearer = tokens.get(request.headers.authorization ?? '')
      const isLoggedIn = request.headers.authorization === basic || (bearer !== undefined && clock() < bearer)
      if (!isLoggedIn && request.url !== '/oauth_token.do')
        return reply.code(401).send({ error: { message: 'User Not Authenticated' } })
      return undefined
    })
    // https://www.servicenow.com/docs/r/platform-security/authentication/client-credentials.html; its tokens last 30 minutes.
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    )
    app.post('/oauth_token.do', async ({ body }, reply) => {
      const form = { grant_type: 'client_credentials', client_id: SN_CLIENT_ID, client_secret: SN_PASSWORD }
      if (!isDeepStrictEqual({ ...Object(body) }, form)) return reply.code(401).send({ error: 'invalid_client' })
      tokens.set(`Bearer t${tokens.size}`, plus(clock(), 30 * MINUTE_MS))
      return { access_token: `t${tokens.size - 1}`, token_type: 'Bearer', expires_in: 1_800 }
    })
    const shown = ({ journal: _, ...incident }: Incident) => incident
    incidents.push(otherTeams)
    app.get('/api/now/table/sys_choice', async () => ({ result: [{ label: 'Solved', value: 'Solved (Permanently)' }] }))
    app.get<{ Querystring: Record<string, string> }>('/api/now/table/sys_user', async ({ query }) => {
      const asked = query.sysparm_query ?? ''
      return { result: USERS.filter(({ sys_id }) => isOwn(asked, sys_id)) }
    })
    // Rows of others come too: parts of a query may be ignored.
    app.get('/api/now/table/sys_user_has_role', async () => ({
      result: [
        { 'role.name': 'itil', user: OWN_ID },
        { 'role.name': 'admin', user: 'd'.repeat(32) }
      ]
    }))
    app.get('/api/now/table/sys_user_group', async () => ({
      result: [{ name: 'Identity team', sys_id: 'a'.repeat(32) }]
    }))
    app.post('/api/now/table/incident', async ({ body }, reply) => {
      count += 1
      const incident: Incident = {
        ...{ sys_id: String(count).padStart(32, '0'), number: `INC00${10_000 + count}`, state: '1', close_code: '' },
        ...{ close_notes: '', sys_created_on: now(), sys_updated_on: now(), journal: [] },
        short_description: (textAt(body, 'short_description') ?? '').slice(0, 160),
        description: (textAt(body, 'description') ?? '').slice(0, 4_000),
        correlation_id: textAt(body, 'correlation_id') ?? '',
        correlation_display: textAt(body, 'correlation_display') ?? ''
      }
      incidents.push(incident)
      return reply.code(201).send({ result: shown(incident) })
    })
    app.get<{ Querystring: Record<string, string> }>('/api/now/table/incident', async ({ query }) => {
      const asked = query.sysparm_query ?? ''
      const [, key] = /correlation_id=([^^]*)/.exec(asked) ?? []
      const [, display] = /correlation_display=([^^]*)/.exec(asked) ?? []
      const [, states] = /stateIN([\d,]+)/.exec(asked) ?? []
      const [, minutes] = /gs\.minutesAgoStart\((\d+)\)/.exec(asked) ?? []
      const since =
        minutes === undefined
          ? ''
          : plus(clock(), -Number(minutes) * 60_000)
              .slice(0, 19)
              .replace('T', ' ')
      const found = incidents.filter(
        (incident) =>
          incident.sys_id !== hiddenId &&
          (key === undefined || incident.correlation_id === key) &&
          (display === undefined || incident.correlation_display === display) &&
          (states === undefined || states.split(',').includes(incident.state)) &&
          incident.sys_updated_on >= since
      )
      return { result: found.toReversed().map(shown) }
    })
    app.get<{ Params: { id: string } }>('/api/now/table/incident/:id', async ({ params }, reply) => {
      const incident = find(params.id)
      if (!incident) return reply.code(404).send(missing)
      return { result: { ...shown(incident), work_notes: incident.journal.toReversed().join('\n\n') } }
    })
    app.patch<{ Params: { id: string }; Body: Record<string, string> }>(
      '/api/now/table/incident/:id',
      async ({ params, body }, reply) => {
        const incident = find(params.id)
        if (!incident) return reply.code(404).send(missing)
        const { work_notes, ...fields } = body
        if (fields.state !== undefined && incident.state === '7') {
          return reply
            .code(403)
            .send({ error: { message: 'Operation against file incident was aborted by Business Rule' } })
        }
        if (fields.state === '6' && !(fields.close_code && fields.close_notes)) {
          return reply
            .code(403)
            .send({ error: { message: 'Data Policy Exception: close_code, close_notes are mandatory' } })
        }
        const { short_description, description } = fields
        // Our own account, where nobody set a flag of an integration.
        const closer = fields.state === '6' ? { ...CLOSERS.person, 'resolved_by.user_name': SN_USER } : {}
        Object.assign(incident, closer, fields, {
          short_description: (short_description ?? incident.short_description).slice(0, 160),
          description: (description ?? incident.description).slice(0, 4_000),
          sys_updated_on: now()
        })
        if (work_notes) incident.journal.push(`${now()} - Reenroll (Work notes)\n${work_notes}`)
        return { result: shown(incident) }
      }
    )
  })

  function known(key: string): Incident {
    const incident = incidents.find(({ sys_id }) => sys_id === key)
    if (!incident) throw new Error(`no incident ${key}`)
    return incident
  }

  return {
    ...faults,
    reset() {
      faults.reset()
      incidents.splice(0, incidents.length, otherTeams)
      count = 0
      hiddenId = null
    },
    tickets: (caseId) =>
      incidents
        // One incident may have told an earlier case of the same person.
        .filter(
          (incident) =>
            incident.correlation_id === caseId || incident.journal.join('\n').includes(`Reenroll ${caseId}/`)
        )
        .map((incident) => ({
          key: incident.sys_id,
          state: ['6', '7', '8'].includes(incident.state) ? 'closed' : 'open',
          title: incident.short_description,
          body: incident.description,
          notes: [...incident.journal]
        })),
    person: {
      close: (key, how, by = 'person') =>
        void Object.assign(known(key), {
          ...CLOSERS[by === 'bot' && how !== 'done' ? 'integration' : by],
          ...(how === 'done' ? { state: '6', close_code: 'Solved (Permanently)' } : { state: '8', close_code: '' }),
          sys_updated_on: now()
        }),
      edit: (key, { title, body }) =>
        void Object.assign(known(key), {
          ...(title === undefined ? {} : { short_description: title }),
          ...(body === undefined ? {} : { description: body })
        }),
      remove: (key) => void incidents.splice(incidents.indexOf(known(key)), 1),
      hide(key) {
        hiddenId = key
      },
      lock: (key) => void Object.assign(known(key), { state: '7', sys_updated_on: now() })
    }
  }
}

/** A data policy refuses a write with a 403 (the fake's own `close_code` answer has the same form). */
export const MANDATORY_FIELD = {
  error: {
    message: 'Operation Failed',
    detail: 'Data Policy Exception: The following fields are mandatory: Assignment group'
  }
}

export const mandatoryField =
  (caseId: string): Behaviour =>
  ({ method, body }) => {
    if (method !== 'POST' || textAt(body, 'correlation_id') !== caseId) return null
    return { status: 403, body: MANDATORY_FIELD }
  }

/** An ACL hides records: lists lack them, and one read alone answers 404. */
export const hidden: Behaviour = ({ method, url }) => {
  if (!url.startsWith('/api/now/table/incident')) return null
  if (method === 'GET' && !/incident\/\w/.test(url)) return { status: 200, body: { result: [] } }
  const error = { message: 'No Record found', detail: "Record doesn't exist or ACL restricts the record retrieval" }
  return { status: 404, body: { error, status: 'failure' } }
}

/** The account has other roles only (https://www.servicenow.com/docs/bundle/zurich-platform-administration/page/administer/roles/reference/r_BaseSystemRoles.html). */
export const withoutRole: Behaviour = ({ url }) => {
  if (!url.startsWith('/api/now/table/sys_user_has_role')) return null
  const result = ['snc_internal', 'sn_incident_read'].map((role) => ({ 'role.name': role, user: OWN_ID }))
  return { status: 200, body: { result: [...result, { 'role.name': 'itil', user: 'd'.repeat(32) }] } }
}

/** An ACL leaves the rows of a table out of lists, without an error. */
export const hidesRows =
  (table: string, query = ''): Behaviour =>
  ({ url }) =>
    url.startsWith(`/api/now/table/${table}?`) && decodeURIComponent(url).includes(query)
      ? { status: 200, body: { result: [] } }
      : null

/**
 * A field that the account may not write is left as it was, without an error: a guess, after what the Table API does with
 * names that are not fields (https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0534905).
 */
export const keepsField =
  (name: string): Behaviour =>
  ({ method, body }) => {
    if (method === 'PATCH') Reflect.deleteProperty(Object(body), name)
    return null
  }
