/**
 * GitHub Issues through `@octokit/rest` (https://docs.github.com/en/rest/issues). The footer of the text names the case.
 * Issues are listed rather than searched for, since search lags behind, and without labels, which GitHub drops silently where
 * the token may not set them.
 */

import { isDeepStrictEqual } from 'node:util'
import { Octokit } from '@octokit/rest'
import { suggestion } from '../../config/did-you-mean.ts'
import type { GitHubSettings, TicketFields } from '../../config/policy/ticket-policy.ts'
import { field } from '../../domain/json.ts'
import { DAY_MS, plus, readInstant } from '../../domain/time.ts'
import { markdownOf } from '../format/markdown.ts'
import { installationToken } from './access-tokens.ts'
import { networkError, ofTicket, statusError, textAt, unlessHidden } from './http.ts'
import { checkResult, missingRights } from './rights.ts'
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
import { caseIdIn, editedParts, saysNote, ticketText } from './ticket-text.ts'

/** GitHub's limits: 256 characters of title, 65,536 of text, 50 of a label. */
const LIMITS = { title: 250, body: 60_000, shown: markdownOf }
const OUR_LABEL = 'reenroll'
/** As the alert ReenrollTicketCredentialExpires has it. */
const EXPIRES_SOON_MS = 14 * DAY_MS
/** Lists have been seen to lag by a moment right after a write. */
const LIST_SETTLES_MS = 10_000
/** Validation failed, after the token was judged. */
const NOT_VALID = 422

/** Such as a bot for stale issues (https://docs.github.com/en/rest/users/users#get-a-user). */
const ACTORS: Readonly<Record<string, Closing['actor']>> = { User: 'person', Bot: 'machine' }

type Issue = Awaited<ReturnType<Octokit['rest']['issues']['listForRepo']>>['data'][number]

export function createGitHubTarget(name: string, settings: GitHubSettings, secret: string, deps: TargetDeps): Target {
  const { url, repository, appId } = settings
  const { http, clock } = deps
  const tokens = appId === '' ? null : installationToken(name, settings, secret, deps)
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = new Octokit({
    ...(tokens ? {} : { auth: secret }),
    baseUrl: url,
    userAgent: 'reenroll',
    request: { fetch: http.fetch },
    log: { debug() {}, info() {}, warn() {}, error() {} }
  })
  if (tokens) {
    octokit.hook.before('request', async ({ headers }) => {
      headers.authorization = `token ${await tokens.token()}`
    })
  }
  const { issues } = octokit.rest
  const place = { owner, repo }

  /** Octokit's errors as target errors. */
  async function ask<T>(work: () => Promise<T>, aboutTicket = false): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const failed = githubError(name, error, aboutTicket)
      if (failed.reason === 'denied') tokens?.forget()
      throw failed
    }
  }

  /**
   * A renamed repository and a transferred issue answer with a redirect, so that the number asked for stays the key: until
   * another repository takes the old name, whose issues have these numbers too.
   */
  async function read(key: string): Promise<Issue> {
    const { data } = await ask(() => issues.get({ ...place, issue_number: Number(key) }), true)
    if (!Number.isInteger(data.number) || isOurs(data)) return data
    const what = `${name}: the issue ${data.html_url} has neither the label ${OUR_LABEL} nor Reenroll's footer.`
    throw new TargetError('not_visible', what)
  }

  function ticketStatusOf(issue: Issue, key = String(issue.number)): TicketStatus {
    const { number, html_url, state, state_reason } = issue
    if (!Number.isInteger(number) || typeof html_url !== 'string' || (state !== 'open' && state !== 'closed')) {
      throw new TargetError('unreadable', `${name} answered without the number, address or state of the issue.`)
    }
    // GitHub closes with a reason: `not_planned` is its won't fix, `duplicate` means that another issue has the matter.
    return { ref: { key, url: html_url }, state, wontFix: state === 'closed' && state_reason === 'not_planned' }
  }

  function closingOf(issue: Issue, key?: string): Closing {
    const how = issue.state_reason ?? 'completed'
    return {
      ...ticketStatusOf(issue, key),
      how: `the issue #${issue.number} was closed in ${name} (${how})`,
      by: issue.closed_by?.login ?? null,
      at: readInstant(issue.closed_at),
      actor: ACTORS[issue.closed_by?.type ?? ''] ?? 'unknown'
    }
  }

  async function create(snapshot: TicketSnapshot): Promise<TicketStatus> {
    const { title, body } = textOf(snapshot)
    const assigned = snapshot.set.assignees ? { assignees: [...snapshot.set.assignees] } : {}
    const { data } = await ask(() => issues.create({ ...place, title, body, labels: labelsOf(snapshot), ...assigned }))
    return ticketStatusOf(data)
  }

  async function update(key: string, issue: Issue, snapshot: TicketSnapshot): Promise<void> {
    const { title, body } = textOf(snapshot)
    const edited = editedParts(issue.title, issue.body ?? '')
    const now = labelNames(issue)
    const kept = now.filter((label) => !/^(cause|state|severity):/.test(label))
    const labels = [...new Set([...kept, ...labelsOf(snapshot)])]
    const change = {
      ...(edited.title || issue.title === title ? {} : { title }),
      ...(edited.body || issue.body === body ? {} : { body }),
      ...(isDeepStrictEqual(new Set(now), new Set(labels)) ? {} : { labels })
    }
    if (Object.keys(change).length > 0)
      await ask(() => issues.update({ ...place, issue_number: Number(key), ...change }), true)
  }

  async function note({ key }: Ref, said: Note): Promise<boolean> {
    const issue_number = Number(key)
    if (said.possiblySent) {
      const all = await ask(
        () => octokit.paginate(issues.listComments, { ...place, issue_number, per_page: 100 }),
        true
      )
      if (all.some((comment) => saysNote(comment.body ?? '', said))) return false
    }
    await ask(() => issues.createComment({ ...place, issue_number, body: markdownOf(said.body) }), true)
    return true
  }

  /** Reenroll's issues that changed since then. */
  async function list(state: 'all' | 'closed', since: string): Promise<readonly Issue[]> {
    const found = await ask(() => octokit.paginate(issues.listForRepo, { ...place, state, since, per_page: 100 }))
    return found.filter((issue) => isOurs(issue) && !issue.pull_request)
  }

  /** Labels that do not exist are made with the issue; people that cannot be assigned are dropped silently. */
  async function wrongAssignees(set: readonly TicketFields[]): Promise<readonly string[]> {
    const wanted = new Set(set.flatMap(({ assignees = [] }) => assignees))
    if (wanted.size === 0) return []
    const { data } = await ask(() => octokit.rest.issues.listAssignees({ ...place, per_page: 100 }))
    const known = data.map(({ login }) => login)
    // A longer list has further pages, and its people are not judged.
    const unknown =
      known.length === 100
        ? []
        : [...wanted].filter((login) => !known.some((it) => it.toLowerCase() === login.toLowerCase()))
    return unknown.map(
      (login) =>
        `${name}: ${login} cannot be assigned in ${repository}${suggestion(login, known)}. Correct it under fields.`
    )
  }

  return {
    name,
    system: 'github',
    can: { lookupSettlesMs: LIST_SETTLES_MS, reopen: true, notes: true, closings: true },

    async ensure(snapshot, known) {
      if (!known) return create(snapshot)
      const issue = await read(known.key)
      const current = ticketStatusOf(issue, known.key)
      if (current.state === 'open') await update(known.key, issue, snapshot)
      return current
    },

    note,

    async resolve(ref, snapshot, said) {
      const issue = await read(ref.key)
      const current = ticketStatusOf(issue, ref.key)
      if (current.state === 'closed') return current.wontFix ? 'wont_fix' : 'was_closed'
      await update(ref.key, issue, snapshot)
      await note(ref, said)
      const closed = { ...place, issue_number: Number(ref.key), state: 'closed', state_reason: 'completed' } as const
      await ask(() => issues.update(closed), true)
      return 'resolved'
    },

    async reopen(ref, _snapshot, said) {
      const { state } = ticketStatusOf(await read(ref.key), ref.key)
      const opened = { ...place, issue_number: Number(ref.key), state: 'open', state_reason: 'reopened' } as const
      if (state === 'closed') await ask(() => issues.update(opened), true)
      await note(ref, said)
      return true
    },

    async recover({ caseId }, since) {
      const made = (await list('all', since)).find(
        ({ body, created_at }) => caseIdIn(body ?? '') === caseId && (readInstant(created_at) ?? since) >= since
      )
      return made ? ticketStatusOf(made) : null
    },

    async readSince(since) {
      return (await list('closed', since)).map((issue) => closingOf(issue)).filter(({ state }) => state === 'closed')
    },

    async readOne(key) {
      const issue = /^\d+$/.test(key) ? await unlessHidden(() => read(key)) : null
      return issue?.state === 'closed' ? closingOf(issue, key) : null
    },

    async prove() {
      const { data } = await ask(() => octokit.rest.repos.get(place))
      if (!data.has_issues) throw new TargetError('misdirected', `${name}: issues are switched off in ${repository}.`)
    },

    async check(set = []) {
      const found = await unlessHidden(() => ask(() => octokit.rest.repos.get(place), true))
      if (found === null) {
        const what = `${name}: there is no repository ${repository}, or the token may not see it.`
        return checkResult('github', [what, ...missingRights(name, 'github', ['Metadata: read'])])
      }
      const { has_issues, archived, permissions } = found.data
      if (!has_issues) {
        const what = `${name}: issues are switched off in ${repository}. Switch them on in its settings.`
        return checkResult('github', [what])
      }
      if (archived) return checkResult('github', [`${name}: ${repository} is archived, so issues cannot be made.`])
      // Only of tokens that are not fine-grained (https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps).
      const scopes = found.headers['x-oauth-scopes']?.split(/,\s*/)
      const lacks = async (right: string, work: () => Promise<unknown>) =>
        ask(work).then(
          () => [],
          (error: unknown) => {
            if (!(error instanceof TargetError) || !['denied', 'refused', 'misdirected'].includes(error.reason))
              throw error
            // A 404 says that the token may not (https://github.com/octokit/octokit.rb/issues/1093), as does any 403.
            return error.status === NOT_VALID ? [] : [right]
          }
        )
      const hasScope = !scopes || scopes.includes('repo') || (scopes.includes('public_repo') && !found.data.private)
      const missing = [
        ...(await lacks('Issues: read', () => issues.listForRepo({ ...place, per_page: 1 }))),
        // Nothing is made: an issue needs a title. That the right is judged before it is a guess for fine-grained tokens.
        ...(hasScope ? await lacks('Issues: write', () => issues.create({ ...place, title: '' })) : ['Issues: write']),
        // A role is a person's; an App sets labels by its right to issues.
        ...(!tokens && permissions && !permissions.push && !permissions.triage ? ['Triage role'] : [])
      ]
      const ends = http.credentialEndsAt()
      const isNear = ends !== null && ends < plus(clock(), EXPIRES_SOON_MS)
      const expiry = `${name}: the token expires at ${ends}. Make another one, and put it into REENROLL_TICKET_SECRETS.`
      const faults = [...missingRights(name, 'github', missing), ...(isNear ? [expiry] : [])]
      return checkResult('github', [...faults, ...(await wrongAssignees(set))])
    }
  }
}

function textOf(snapshot: TicketSnapshot): { title: string; body: string } {
  const { title, body } = ticketText(snapshot, LIMITS)
  return { title, body: markdownOf(body) }
}

function labelsOf(snapshot: TicketSnapshot): string[] {
  const own = snapshot.labels.filter(
    (label) => !label.startsWith('case:') && label !== OUR_LABEL && !label.includes(',')
  )
  return [OUR_LABEL, ...own].map((label) => label.slice(0, 50))
}

function isOurs(issue: Issue): boolean {
  return labelNames(issue).includes(OUR_LABEL) || caseIdIn(issue.body ?? '') !== null
}

function labelNames(issue: Issue): readonly string[] {
  return issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
}

/** `error` is Octokit's. */
function githubError(name: string, error: unknown, aboutTicket: boolean): TargetError {
  const own = field(error, 'cause') instanceof TargetError ? field(error, 'cause') : error
  if (own instanceof TargetError) return aboutTicket ? ofTicket(own) : own
  const status = field(error, 'status')
  if (typeof status !== 'number' || !field(error, 'response')) return networkError(name, error)
  const sent = Object.entries(Object(field(error, 'response', 'headers'))).map(([key, value]) => [key, String(value)])
  const text = textAt(error, 'message') ?? ''
  return statusError(name, { status, headers: new Headers(Object.fromEntries(sent)), text, aboutTicket }, 'github')
}
