/**
 * Jira Cloud and Jira Service Management, REST API v3 (https://developer.atlassian.com/cloud/jira/platform/rest/v3/). The key
 * is a label; search is eventually consistent (JRACLOUD-96208), so it only recovers, and only after a while.
 */

import type { JiraSettings } from '../../config/policy/ticket-policy.ts'
import type { Block } from '../../domain/document.ts'
import { field } from '../../domain/json.ts'
import { readInstant } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { adfOf, adfText } from '../format/adf.ts'
import { wikiOf, wikiText } from '../format/wiki.ts'
import { at, listAt, textAt, unlessHidden } from './http.ts'
import { jiraFaults } from './jira-check.ts'
import { checkResult } from './rights.ts'
import type { HttpRequest, HttpResponse } from './target.ts'
import {
  type Closing,
  type Note,
  type Ref,
  type Target,
  type TargetDeps,
  TargetError,
  type TicketSnapshot,
  type TicketStatus
} from './target.ts'
import { editedParts, saysNote, ticketText } from './ticket-text.ts'

/* How Jira is asked for our issues: by label. Pure. */

export const OUR_LABEL = 'reenroll'

export function keyLabel(caseId: string): string {
  return `${OUR_LABEL}-${caseId}`
}

export function recoverJql(caseId: string): string {
  return `labels = ${quoted(keyLabel(caseId))} ORDER BY created DESC`
}

/**
 * Without the project, because issues move to others. JQL reads clock times in the time zone of the account, so the span is
 * given in minutes before now.
 */
export function closedSinceJql(sinceMinutes: number): string {
  return `labels = ${quoted(OUR_LABEL)} AND statusCategory = Done AND updated >= "-${sinceMinutes}m" ORDER BY updated ASC`
}

export function minutesSince(since: Instant, now: Instant): number {
  return Math.max(1, Math.ceil((Date.parse(now) - Date.parse(since)) / 60_000))
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** How each deployment takes texts, and reads them back. */
const FORMATS = {
  cloud: { written: adfOf, read: adfText },
  'data-center': { written: wikiOf, read: (text: unknown) => (typeof text === 'string' ? wikiText(text) : '') }
} as const
/** Jira's limits; descriptions hold 32,767 characters, and escapes of wiki markup count too. */
const MAX_TITLE = 255
const MAX_BODY = { cloud: 30_000, 'data-center': 20_000 } as const
const ISSUE_FIELDS = ['summary', 'description', 'status', 'resolution', 'labels', 'created']
/**
 * In a service project a comment is shown to the customer unless this property is set; elsewhere it has no effect
 * (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/).
 */
const INTERNAL = [{ key: 'sd.public.comment', value: { internal: true } }]
/** Search has been seen to lag by seconds, rarely by a minute. */
const SEARCH_SETTLES_MS = 60_000

export function createJiraTarget(
  name: string,
  settings: JiraSettings,
  token: string,
  { http, clock }: TargetDeps
): Target {
  const { url, project, wontFix } = settings
  const { deployment } = settings
  const isCloud = deployment === 'cloud'
  const accountKey = isCloud ? 'accountId' : 'name'
  const { written, read: textOf } = FORMATS[deployment]
  const shownAs = (body: readonly Block[]) => textOf(written(body))
  const limits = { title: MAX_TITLE, body: MAX_BODY[deployment], shown: shownAs }
  const api = (...parts: string[]) => at(`${settings.apiUrl || url}/rest/api/${isCloud ? 3 : 2}`, ...parts)
  // https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
  const basic = `Basic ${Buffer.from(`${settings.user}:${token}`).toString('base64')}`
  const authorization = isCloud ? basic : `Bearer ${token}`
  const call = (method: string, address: string, ask: HttpRequest = {}): Promise<HttpResponse> =>
    http.call(method, address, { ...ask, headers: { authorization }, system: 'jira' })
  /** About one issue that exists as far as we know. */
  const ask = (method: string, address: string, request: HttpRequest = {}): Promise<HttpResponse> =>
    call(method, address, { ...request, aboutTicket: true })

  async function read(key: string, expand = ''): Promise<unknown> {
    return (await ask('GET', `${api('issue', key)}?fields=${ISSUE_FIELDS.join(',')}${expand}`)).body
  }

  function ticketStatusOf(issue: unknown): TicketStatus {
    const [id, key] = [textAt(issue, 'id'), textAt(issue, 'key')]
    const category = textAt(issue, 'fields', 'status', 'statusCategory', 'key')
    if (!id || !key || !category)
      throw new TargetError('unreadable', `${name} answered without the id, key or status of an issue.`)
    const resolution = textAt(issue, 'fields', 'resolution', 'name')
    return {
      // An issue that moves to another project gets another key; its id stays.
      ref: { key: id, url: at(url, 'browse', key) },
      state: category === 'done' ? 'closed' : 'open',
      wontFix: resolution !== null && wontFix.includes(resolution)
    }
  }

  function closingOf(issue: unknown): Closing {
    const current = ticketStatusOf(issue)
    const how = textAt(issue, 'fields', 'resolution', 'name') ?? textAt(issue, 'fields', 'status', 'name') ?? 'Done'
    const last = lastMove(issue)
    return {
      ...current,
      how: `the ticket ${textAt(issue, 'key')} was closed in ${name} (${how})`,
      by: textAt(last, 'author', 'displayName'),
      at: readInstant(field(last, 'created')),
      actor: actorOf(field(last, 'author'))
    }
  }

  /**
   * Automation rules act as an app (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/). Data Center
   * knows no kinds of accounts; a rule acts there as the user that it names.
   */
  function actorOf(author: unknown): Closing['actor'] {
    if (!isCloud) return textAt(author, 'name') === null ? 'unknown' : 'person'
    const kind = textAt(author, 'accountType')
    if (kind === 'app') return 'machine'
    return kind === 'atlassian' || kind === 'customer' ? 'person' : 'unknown'
  }

  /**
   * Only when exactly one account fits: the search also looks at names, and addresses may be hidden
   * (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/).
   */
  async function accountOf({ login }: TicketSnapshot): Promise<string | null> {
    if (settings.affectedUser === '' || login === null) return null
    const { body } = await call(
      'GET',
      `${api('user', 'search')}?${isCloud ? 'query' : 'username'}=${encodeURIComponent(login)}&maxResults=2`
    )
    const found = listAt({ found: body }, 'found')
    const fits = found.filter((it) => (textAt(it, 'emailAddress') ?? login).toLowerCase() === login.toLowerCase())
    return found.length === 1 && fits.length === 1 ? textAt(fits[0], accountKey) : null
  }

  /** The body is the account as JSON text. The ticket is made: it matters more than who watches it. */
  async function watch(id: string, account: string): Promise<void> {
    const request = { body: JSON.stringify(account), expect: [400, 401, 403, 404] }
    await ask('POST', api('issue', id, 'watchers'), request).catch((error) => {
      if (!(error instanceof TargetError)) throw error
    })
  }

  async function create(snapshot: TicketSnapshot): Promise<TicketStatus> {
    const { title, body } = ticketText(snapshot, limits)
    const { set } = snapshot
    const account = await accountOf(snapshot)
    const fields = {
      ...settings.fields,
      ...(set.priority ? { priority: { name: set.priority } } : {}),
      ...set.fields,
      ...(account !== null && settings.affectedUser === 'reporter' ? { reporter: { [accountKey]: account } } : {}),
      project: { key: set.project ?? project },
      issuetype: { name: set.issueType ?? settings.issueType },
      summary: title,
      description: written(body),
      labels: labelsOf(snapshot)
    }
    const made = await call('POST', api('issue'), { body: { fields } })
    const [id, key] = [textAt(made.body, 'id'), textAt(made.body, 'key')]
    if (!id || !key) throw new TargetError('unreadable', `${name} made an issue without an id and a key.`)
    if (account !== null && settings.affectedUser === 'watcher') await watch(id, account)
    return { ref: { key: id, url: at(url, 'browse', key) }, state: 'open', wontFix: false }
  }

  /** Only what changed, and only what no person has edited. */
  async function update(issue: unknown, snapshot: TicketSnapshot): Promise<void> {
    const { title, body } = ticketText(snapshot, limits)
    const shown = {
      title: textAt(issue, 'fields', 'summary') ?? '',
      body: textOf(field(issue, 'fields', 'description'))
    }
    const edited = editedParts(shown.title, shown.body)
    const labels = labelChanges(listAt(issue, 'fields', 'labels').map(String), labelsOf(snapshot))
    const fields = {
      ...(edited.title || shown.title === title ? {} : { summary: title }),
      ...(edited.body || shown.body === shownAs(body) ? {} : { description: written(body) })
    }
    if (Object.keys(fields).length === 0 && labels.length === 0) return
    const key = textAt(issue, 'id') ?? ''
    await ask('PUT', api('issue', key), { body: { fields, ...(labels.length > 0 ? { update: { labels } } : {}) } })
  }

  async function note({ key }: Ref, said: Note): Promise<boolean> {
    if (said.possiblySent) {
      const newest = await ask('GET', `${api('issue', key, 'comment')}?orderBy=-created&maxResults=50`)
      const texts = listAt(newest.body, 'comments').map((comment) => textOf(field(comment, 'body')))
      if (texts.some((text) => saysNote(text, said))) return false
    }
    await ask('POST', api('issue', key, 'comment'), { body: { body: written(said.body), properties: INTERNAL } })
    return true
  }

  /** Into the category Done or out of it, by one of `names` if any is set. False when the workflow offers no transition. */
  async function move(key: string, names: readonly string[], done: boolean): Promise<boolean> {
    const { body } = await ask('GET', `${api('issue', key, 'transitions')}?expand=transitions.fields`)
    const offered = listAt(body, 'transitions')
    const fits = offered.filter((it) => (textAt(it, 'to', 'statusCategory', 'key') === 'done') === done)
    // Several lead to Done, such as "Resolve" and "Cancel request": which one is meant is not guessed. Any way back will do.
    const isClear = names.length === 0 && (!done || fits.length === 1)
    const chosen = isClear ? fits[0] : fits.find((it) => names.includes(textAt(it, 'name') ?? ''))
    if (!chosen && fits.length === 0) return false
    if (!chosen) {
      const [setting, offers] = [done ? 'resolveBy' : 'reopenBy', fits.map((it) => textAt(it, 'name')).join(', ')]
      const lacks = names.length > 0 ? `no transition ${names.join(' or ')}, only` : 'several transitions:'
      throw new TargetError(
        'refused',
        `${name}: the workflow offers ${lacks} ${offers}. Set ${setting} to one of these.`
      )
    }
    const asksResolution = done && field(chosen, 'fields', 'resolution') !== undefined
    const fields = {
      ...(asksResolution ? { resolution: { name: settings.resolution } } : {}),
      ...settings.transitionFields[textAt(chosen, 'name') ?? '']
    }
    await ask('POST', api('issue', key, 'transitions'), {
      body: { transition: { id: textAt(chosen, 'id') }, ...(Object.keys(fields).length > 0 ? { fields } : {}) }
    })
    return true
  }

  /** Data Center: https://developer.atlassian.com/server/jira/platform/rest/v10000/api-group-search/ */
  async function search(jql: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    const address = isCloud ? api('search', 'jql') : api('search')
    const asked = { jql, fields: ISSUE_FIELDS, maxResults: 100, expand: isCloud ? 'changelog' : ['changelog'] }
    for (let page: object = {}; ; ) {
      const { body } = await call('POST', address, { body: { ...asked, ...page } })
      const issues = listAt(body, 'issues')
      found.push(...issues)
      const nextPageToken = textAt(body, 'nextPageToken')
      const isMore = issues.length > 0 && found.length < Number(textAt(body, 'total') ?? 0)
      if (isCloud ? nextPageToken === null : !isMore) return found
      page = isCloud ? { nextPageToken } : { startAt: found.length }
    }
  }

  return {
    name,
    system: 'jira',
    can: { lookupSettlesMs: SEARCH_SETTLES_MS, reopen: true, notes: true, closings: true },

    async ensure(snapshot, known) {
      if (!known) return create(snapshot)
      const issue = await read(known.key)
      const current = ticketStatusOf(issue)
      if (current.state === 'open') await update(issue, snapshot)
      return current
    },

    note,

    async resolve(ref, snapshot, said) {
      const issue = await read(ref.key)
      const current = ticketStatusOf(issue)
      if (current.state === 'closed') return current.wontFix ? 'wont_fix' : 'was_closed'
      await update(issue, snapshot)
      await note(ref, said)
      if (!(await move(ref.key, settings.resolveBy, true))) {
        throw new TargetError(
          'refused',
          `${name}: the workflow lets nobody resolve ${ref.key}. Set resolveBy to a transition.`
        )
      }
      return 'resolved'
    },

    async reopen(ref, _snapshot, said) {
      const issue = await read(ref.key)
      if (ticketStatusOf(issue).state === 'closed' && !(await move(ref.key, settings.reopenBy, false))) return false
      await note(ref, said)
      return true
    },

    async recover({ caseId }, since) {
      const issues = await search(recoverJql(caseId))
      const made = issues.filter((issue) => (readInstant(field(issue, 'fields', 'created')) ?? since) >= since)
      return made[0] === undefined ? null : ticketStatusOf(made[0])
    },

    async readSince(since) {
      const issues = await search(closedSinceJql(minutesSince(since, clock())))
      return issues.map(closingOf).filter(({ state }) => state === 'closed')
    },

    async readOne(key) {
      const issue = await unlessHidden(() => read(key, '&expand=changelog'))
      return issue !== null && ticketStatusOf(issue).state === 'closed' ? closingOf(issue) : null
    },

    async prove(set = {}) {
      await call('GET', api('myself'))
      await call('GET', api('project', set.project ?? project))
    },

    check: async (set = []) => {
      const warnings =
        settings.resolveBy.length > 0
          ? []
          : [
              `${name}: resolveBy is empty. A second transition to Done would stop tickets from being resolved; name the transitions.`
            ]
      return checkResult('jira', await jiraFaults(name, settings, set, api, call), { warnings })
    }
  }
}

/** The newest change of status. */
function lastMove(issue: unknown): unknown {
  const moves = listAt(issue, 'changelog', 'histories').filter((change) =>
    listAt(change, 'items').some((item) => textAt(item, 'field') === 'status')
  )
  return moves.toSorted((a, b) => (textAt(a, 'created') ?? '').localeCompare(textAt(b, 'created') ?? '')).at(-1)
}

function labelsOf(snapshot: TicketSnapshot): readonly string[] {
  const own = snapshot.labels.filter((label) => !/\s/.test(label) && !label.startsWith('case:') && label !== OUR_LABEL)
  return [OUR_LABEL, keyLabel(snapshot.caseId), ...own]
}

/** Adds Reenroll's labels and removes its outdated ones. Labels of people and of earlier cases stay. */
function labelChanges(now: readonly string[], wanted: readonly string[]) {
  const outdated = now.filter((label) => /^(cause|state|severity):/.test(label) && !wanted.includes(label))
  return [
    ...wanted.filter((label) => !now.includes(label)).map((add) => ({ add })),
    ...outdated.map((remove) => ({ remove }))
  ]
}
