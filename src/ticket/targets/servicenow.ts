/**
 * ServiceNow's Table API (https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html).
 * The key is `correlation_id`, which is not unique there: one entry per case keeps it so here. A resolved incident may be
 * opened again, a closed one (state 7) never, and none that is closed is ever taken for an open one (kibana #162557).
 */

import { suggestion } from '../../config/did-you-mean.ts'
import type { ServiceNowSettings, TicketFields } from '../../config/policy/ticket-policy.ts'
import type { Draft } from '../../domain/desk.ts'
import { field } from '../../domain/json.ts'
import { readInstant } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { plainTextOf } from '../format/text.ts'
import { forgettingRefused, grantedToken } from './access-tokens.ts'
import { at, listAt, textAt, unlessHidden } from './http.ts'
import { checkResult, missingRights } from './rights.ts'
import type { HttpRequest, HttpResponse } from './target.ts'
import {
  type Closing,
  type Note,
  type Target,
  type TargetDeps,
  TargetError,
  type TicketSnapshot,
  type TicketStatus
} from './target.ts'
import { editedParts, saysNote, ticketText } from './ticket-text.ts'

const STATES = { inProgress: '2', resolved: '6', closed: '7', canceled: '8' } as const
const ENDED: readonly string[] = [STATES.resolved, STATES.closed, STATES.canceled]
/** `short_description` holds 160 characters; `description` 4,000 unless an admin made it longer. */
const LIMITS = { title: 160, body: 4_000, shown: plainTextOf }
const READ_FIELDS =
  'sys_id,number,state,close_code,short_description,description,sys_created_on,correlation_id,resolved_at,closed_at'
/** Of who resolved or closed it. Integrations have one of the two flags (https://www.servicenow.com/community/itsm-forum/what-is-the-difference-between-internal-integration-user-and-web/td-p/851999). */
const FLAGS = ['web_service_access_only', 'internal_integration_user']
const USER_FIELDS = ['name', 'user_name', ...FLAGS]
const RECORD_FIELDS = [READ_FIELDS, ...USER_FIELDS.flatMap((it) => [`resolved_by.${it}`, `closed_by.${it}`])].join(',')
/** Scheduled jobs and business rules act as this user. */
const SYSTEM_USER = 'system'
/** Of one answer; a longer list is not read further. */
const MOST_ROWS = 1_000
const URGENCY: Readonly<Record<Draft['severity'], string>> = { security: '1', high: '2', normal: '3', low: '3' }
const OUR_NAME = 'Reenroll'
/** Each may read, make and change incidents. */
const WRITING_ROLES = ['itil', 'sn_incident_write', 'admin']
/** In a query: the user of the login. */
const OWN_ID = 'javascript:gs.getUserID()'

export function createServiceNowTarget(
  name: string,
  settings: ServiceNowSettings,
  password: string,
  { http, clock }: TargetDeps
): Target {
  const { url, table, wontFix, clientId } = settings
  const form = { client_id: clientId, client_secret: password }
  const tokens = clientId === '' ? null : grantedToken(name, { url: `${url}/oauth_token.do`, form }, { http, clock })
  const basic = `Basic ${Buffer.from(`${settings.user}:${password}`).toString('base64')}`
  const records = at(`${url}/api/now/table`, table)
  async function call(method: string, address: string, ask: HttpRequest = {}): Promise<HttpResponse> {
    if (!tokens) return http.call(method, address, { ...ask, headers: { authorization: basic }, system: 'servicenow' })
    const authorization = `Bearer ${await tokens.token()}`
    return forgettingRefused(tokens, () =>
      http.call(method, address, { ...ask, headers: { authorization }, system: 'servicenow' })
    )
  }
  const patch = (key: string, body: object) => call('PATCH', at(records, key), { body, aboutTicket: true })

  async function read(key: string): Promise<unknown> {
    const address = `${at(records, key)}?sysparm_fields=${RECORD_FIELDS}&sysparm_exclude_reference_link=true`
    return field((await call('GET', address, { aboutTicket: true })).body, 'result')
  }

  function ticketStatusOf(record: unknown): TicketStatus {
    const [key, state] = [textAt(record, 'sys_id'), textAt(record, 'state')]
    if (!key || !state) throw new TargetError('unreadable', `${name} answered without the sys_id or state of a record.`)
    const code = textAt(record, 'close_code') ?? ''
    const target = encodeURIComponent(`${table}.do?sys_id=${key}`)
    const ended = ENDED.includes(state)
    return {
      ref: { key, url: `${url}/nav_to.do?uri=${target}` },
      state: ended ? 'closed' : 'open',
      wontFix: state === STATES.canceled || (ended && wontFix.includes(code))
    }
  }

  function closingOf(record: unknown): Closing {
    const [number, code] = [textAt(record, 'number'), textAt(record, 'close_code') ?? 'no resolution code']
    return {
      ...ticketStatusOf(record),
      how: `${number} was closed in ${name} (${code})`,
      by: textAt(record, 'resolved_by.name') ?? textAt(record, 'closed_by.name'),
      at: timeAt(record, 'resolved_at') ?? timeAt(record, 'closed_at'),
      actor: actorOf(record, textAt(record, 'resolved_by.user_name') === null ? 'closed_by' : 'resolved_by')
    }
  }

  function actorOf(record: unknown, who: 'resolved_by' | 'closed_by'): Closing['actor'] {
    const user = textAt(record, `${who}.user_name`)
    if (user === null) return 'unknown'
    const flags = FLAGS.map((flag) => textAt(record, `${who}.${flag}`))
    if (user === SYSTEM_USER || flags.includes('true')) return 'machine'
    // Flags that the account may not read show nothing.
    return flags.every((flag) => flag === null) ? 'unknown' : 'person'
  }

  function textOf(snapshot: TicketSnapshot): { short_description: string; description: string } {
    const { title, body } = ticketText(snapshot, LIMITS)
    return { short_description: title, description: plainTextOf(body) }
  }

  function changesOf(record: unknown, snapshot: TicketSnapshot): Readonly<Record<string, string>> {
    const wanted = textOf(snapshot)
    const now = { title: textAt(record, 'short_description') ?? '', body: textAt(record, 'description') ?? '' }
    const edited = editedParts(now.title, now.body)
    return {
      ...(edited.title || now.title === wanted.short_description
        ? {}
        : { short_description: wanted.short_description }),
      ...(edited.body || now.body === wanted.description ? {} : { description: wanted.description })
    }
  }

  /** The note as a field of a change, or nothing when it is there already. */
  async function noteField(key: string, said: Note): Promise<{ work_notes?: string }> {
    if (said.possiblySent) {
      const address = `${at(records, key)}?sysparm_fields=work_notes&sysparm_display_value=true`
      const { body } = await call('GET', address, { aboutTicket: true })
      if (saysNote(textAt(body, 'result', 'work_notes') ?? '', said)) return {}
    }
    return { work_notes: journalText(said) }
  }

  /** Only when exactly one active user has this address or name; parts of a query may be ignored, so the answer is checked. */
  async function personOf({ login }: TicketSnapshot): Promise<Readonly<Record<string, string | null>>> {
    if (settings.affectedUser === '' || login === null || login.includes('^')) return {}
    const wanted = `active=true^email=${login}^ORuser_name=${login}`
    const isWanted = (it: unknown) =>
      [textAt(it, 'email'), textAt(it, 'user_name')].some((text) => text?.toLowerCase() === login.toLowerCase())
    const found = (await rowsOf('sys_user', wanted, 'sys_id,email,user_name')).filter(isWanted)
    const field = settings.affectedUser === 'caller' ? 'caller_id' : 'watch_list'
    return found.length === 1 ? { [field]: textAt(found[0], 'sys_id') } : {}
  }

  /** Of a table beside the tickets'; none where the account may not read it. */
  async function rowsOf(other: string, wanted: string, fields: string, limit = MOST_ROWS): Promise<readonly unknown[]> {
    const query = new URLSearchParams({
      ...{ sysparm_query: wanted, sysparm_fields: fields, sysparm_limit: String(limit) },
      sysparm_exclude_reference_link: 'true'
    })
    const { status, body } = await call('GET', `${at(`${url}/api/now/table`, other)}?${query}`, { expect: [401, 403] })
    return status >= 400 ? [] : listAt(body, 'result')
  }

  async function query(text: string): Promise<readonly unknown[]> {
    const address = `${records}?sysparm_query=${encodeURIComponent(text)}&sysparm_fields=${RECORD_FIELDS}&sysparm_limit=1000`
    return listAt((await call('GET', address)).body, 'result')
  }

  // An ACL hides records without an error: lists lack them, and one read alone answers 404 ("Record doesn't exist or ACL
  // restricts the record retrieval").
  async function prove(): Promise<void> {
    const { body } = await call('GET', `${records}?sysparm_fields=sys_id&sysparm_limit=1`)
    if (listAt(body, 'result').length > 0) return
    const what = `${name}: ${settings.user || clientId} may not read any record of ${table}.`
    throw new TargetError('denied', `${what} ${missingRights(name, 'servicenow', ['itil']).join(' ')}`)
  }

  /**
   * The account's own roles, inherited ones included; none where it may not read them. An OAuth client does not know its
   * user's name, so the instance is asked for it (https://www.nowspectrum.com/blog/gs-getuserid-servicenow). A part of a query
   * that is ignored lets rows of others through, so each is compared.
   */
  async function ownRoles(): Promise<readonly string[]> {
    const [own, ...others] = await rowsOf('sys_user', `sys_id=${OWN_ID}`, 'sys_id')
    const id = textAt(own, 'sys_id')
    if (id === null || others.length > 0) return []
    const rows = await rowsOf('sys_user_has_role', `user=${id}^state=active`, 'role.name,user')
    return rows.flatMap((it) => (textAt(it, 'user') === id ? (textAt(it, 'role.name') ?? []) : []))
  }

  /** Whether another user, and whether it is a person: an account may see its own record where it sees no other. */
  async function maySeeUsers(): Promise<boolean> {
    const others = `user_nameISNOTEMPTY^sys_id!=${OWN_ID}`
    const [somebody] = await rowsOf('sys_user', others, USER_FIELDS.join(','), 1)
    return textAt(somebody, 'user_name') !== null && FLAGS.some((flag) => textAt(somebody, flag) !== null)
  }

  async function wrongCloseCode(): Promise<readonly string[]> {
    const rows = await rowsOf('sys_choice', 'name=incident^element=close_code^inactive=false', 'label,value')
    const codes = rows.flatMap((it) => textAt(it, 'value') ?? [])
    if (codes.length === 0 || codes.includes(settings.closeCode)) return []
    return [
      `${name}: there is no resolution code "${settings.closeCode}". Set closeCode to one of ${codes.join(', ')}.`
    ]
  }

  /** A record that the account may read has all fields of its table; a name that is not one of them is ignored without an error. */
  async function unknownFields(set: readonly TicketFields[]): Promise<readonly string[]> {
    const wanted = new Set([settings.fields, ...set.map(({ fields = {} }) => fields)].flatMap(Object.keys))
    if (wanted.size === 0) return []
    const { body } = await call('GET', `${records}?sysparm_limit=1`)
    const known = Object.keys(Object(listAt(body, 'result')[0]))
    const unknown = known.length === 0 ? [] : [...wanted].filter((key) => !known.includes(key))
    return unknown.map(
      (key) => `${name}: ${table} has no field ${key}${suggestion(key, known)}. Correct it under fields.`
    )
  }

  async function unknownGroups(set: readonly TicketFields[]): Promise<readonly string[]> {
    const wanted = [...new Set(set.flatMap(({ assignmentGroup = [] }) => assignmentGroup))]
    if (wanted.length === 0) return []
    const groups = await rowsOf('sys_user_group', 'active=true', 'name,sys_id')
    const known = groups.flatMap((it) => [textAt(it, 'name') ?? '', textAt(it, 'sys_id') ?? ''])
    // An account that sees none of them, or not all, proves nothing.
    const isWhole = groups.length > 0 && groups.length < MOST_ROWS
    const unknown = isWhole ? wanted.filter((group) => !known.includes(group)) : []
    return unknown.map(
      (group) => `${name}: there is no group ${group}${suggestion(group, known)}. Correct assignmentGroup.`
    )
  }

  return {
    name,
    system: 'servicenow',
    can: { lookupSettlesMs: 0, reopen: true, notes: true, closings: true },

    async ensure(snapshot, known) {
      if (!known) {
        const { caseId, severity, set } = snapshot
        const group = set.assignmentGroup ? { assignment_group: set.assignmentGroup } : {}
        const own = { correlation_id: caseId, correlation_display: OUR_NAME, ...textOf(snapshot) }
        const chosen = { ...settings.fields, ...group, ...set.fields, ...(await personOf(snapshot)) }
        const body = { urgency: URGENCY[severity], ...chosen, ...own }
        const made = field((await call('POST', records, { body })).body, 'result')
        return ticketStatusOf(made)
      }
      const record = await read(known.key)
      const current = ticketStatusOf(record)
      const changes = changesOf(record, snapshot)
      if (current.state === 'open' && Object.keys(changes).length > 0) await patch(known.key, changes)
      return current
    },

    async note({ key }, said) {
      const body = await noteField(key, said)
      if (body.work_notes === undefined) return false
      await patch(key, body)
      return true
    },

    async resolve({ key }, snapshot, said) {
      const record = await read(key)
      const current = ticketStatusOf(record)
      if (current.state === 'closed') return current.wontFix ? 'wont_fix' : 'was_closed'
      const end = {
        state: STATES.resolved,
        close_code: settings.closeCode,
        close_notes: cutAtSentence(journalText(said))
      }
      await patch(key, { ...changesOf(record, snapshot), ...(await noteField(key, said)), ...end })
      return 'resolved'
    },

    async reopen({ key }, { caseId }, said) {
      const record = await read(key)
      const state = textAt(record, 'state')
      if (state === STATES.closed || state === STATES.canceled) return false
      const opened = state === STATES.resolved ? { state: STATES.inProgress, close_code: '', close_notes: '' } : {}
      await patch(key, { correlation_id: caseId, ...opened, ...(await noteField(key, said)) })
      return true
    },

    async recover({ caseId }, since) {
      const found = await query(`correlation_id=${caseId}^ORDERBYDESCsys_created_on`)
      // Unless glide.invalid_query.returns_no_rows is set, a part of a query that the instance does not know is ignored, and
      // other records match too.
      const ours = found.filter((record) => textAt(record, 'correlation_id') === caseId)
      const made = ours.filter((record) => (timeAt(record, 'sys_created_on') ?? since) >= since)
      return made[0] === undefined ? null : ticketStatusOf(made[0])
    },

    async readSince(since) {
      // Times in a query are read in the account's time zone, so the span is given in minutes before now.
      const minutes = Math.max(1, Math.ceil((Date.parse(clock()) - Date.parse(since)) / 60_000))
      const ended = `correlation_display=${OUR_NAME}^stateIN${ENDED.join(',')}`
      const found = await query(`${ended}^sys_updated_on>=javascript:gs.minutesAgoStart(${minutes})`)
      return found.map(closingOf).filter(({ state }) => state === 'closed')
    },

    async readOne(key) {
      const record = await unlessHidden(() => read(key))
      return record !== null && ticketStatusOf(record).state === 'closed' ? closingOf(record) : null
    },

    prove,

    async check(set = []) {
      await query('correlation_id=reenroll-doctor^ORDERBYDESCsys_created_on')
      await prove()
      // Which role lets write another table, only its ACLs say, and those are for admins.
      const roles = table === 'incident' ? await ownRoles() : []
      const lacksRole = roles.length > 0 && !roles.some((role) => WRITING_ROLES.includes(role))
      const lacking = [...(lacksRole ? ['itil'] : []), ...((await maySeeUsers()) ? [] : ['read access to sys_user'])]
      const settingsFaults = [await wrongCloseCode(), await unknownFields(set), await unknownGroups(set)].flat()
      const faults = [...missingRights(name, 'servicenow', lacking), ...settingsFaults]
      return checkResult('servicenow', faults, { unproved: roles.length > 0 ? [] : ['itil'] })
    }
  }
}

/** ServiceNow renders HTML in a journal field between these marks, so text of others must not hold them. */
function journalText({ body }: Note): string {
  return plainTextOf(body).replace(/\[(\/?code)\]/gi, '($1)')
}

/** `close_notes` holds 4,000 characters. */
function cutAtSentence(text: string): string {
  if (text.length <= 4_000) return text
  const cut = text.slice(0, 3_990)
  return `${cut.slice(0, Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('\n')) + 1).trimEnd()} …`
}

/** `2026-06-15 14:03:11`, in UTC. */
function timeAt(record: unknown, name: string): Instant | null {
  return readInstant(`${textAt(record, name)?.replace(' ', 'T')}Z`)
}
